# ruff: noqa: N818 - named for what is the matter, as people say it
"""What the register says when it cannot do as asked. No text here repeats what an entry holds."""


class RegisterError(Exception):
    """Something the register refused or could not do."""


class EntryConflict(RegisterError):
    """Another entry already stands under the same number. Trying again does not help."""

    def __init__(self, case_ref: str, number: int) -> None:
        super().__init__(
            f"Case {case_ref} already has another entry {number}: nothing was written; "
            "a mistake is mended by a correcting entry with the next number."
        )
        self.case_ref = case_ref
        self.number = number


class EntryGap(RegisterError):
    """An earlier entry is missing. Trying again helps once the missing one has been written."""

    def __init__(self, case_ref: str, missing: int) -> None:
        super().__init__(f"Case {case_ref} has no entry {missing} yet: nothing was written; enter that one first.")
        self.case_ref = case_ref
        self.missing = missing


class EntryUnfit(RegisterError):
    """The values cannot be stored (no canonical JSON, a null character). Trying again does not help."""


class RegisterDown(RegisterError):
    """The database cannot be reached, is locked or full: nothing was written; trying again later helps."""


class RegisterSpoilt(RegisterError):
    """What the register holds cannot be read any more. Trying again does not help."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what[:1].upper()}{what[1:]} in the register cannot be read: somebody has laid hands on it. "
            "`escalate verify` says what else is not as it was written, and what helps."
        )


class TextUnfit(Exception):
    """What stands in a place was not encrypted with the case's key for that place, or was changed since."""


class TextLocked(RegisterError):
    """What people wrote in a case cannot be decrypted here; what stands in clear can be read all the same.

    Nothing is lost by it: once the key is there the same call may be made again.
    """

    def __init__(self, case_ref: str, why: str, *, is_damage: bool = False) -> None:
        """Take the case, why as a sentence without its beginning, and whether somebody has laid hands on its key."""
        super().__init__(f"What people wrote in {case_ref} is encrypted and cannot be read: {why}")
        self.case_ref = case_ref
        self.why = why
        self.is_damage = is_damage


class TextDestroyed(TextLocked):
    """What people wrote in a case was destroyed: nobody can read it any more."""

    def __init__(self, case_ref: str, day: str, list_ref: str) -> None:
        """Take the case, the day in words, and the list by which it was destroyed."""
        self.shown = (
            f"{case_ref} was destroyed on {day}, when its time had come: what people wrote in it can be read by nobody "
            "any more."
        )
        """The same without what may be typed."""
        super(TextLocked, self).__init__(
            f"{self.shown} `escalate retention lists {list_ref}` says by whom and why.",
        )
        self.case_ref = case_ref
        self.why = "it was destroyed"
        self.is_damage = False


class RegisterAhead(RegisterError):
    """Its schema is of a step that this version does not know. Trying again does not help."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The register at {place} says that its schema is of a step that this version of the program does not "
            "know: start the newer version that brought it there; if none did, `escalate verify` says what is amiss."
        )


class RegisterUnreachable(RegisterDown):
    """The database cannot be read now."""


class ColumnMissing(RegisterUnreachable):
    """No worker of this version has prepared the register, and so it lacks a column that is asked for."""


class NothingThere(RegisterError):
    """There is no register at this address yet."""
