"""What a register has lost of a case is written into it again, behind what stands there; nothing is written over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from adapters.register.details import Detail
from adapters.register.register import Register
from adapters.register.rows import Attempt
from domain.case.decided import Decided

from .entries import Entries

WAY, BY = "a way not known", "Temporal's history"
"""Channel and detail of a notice of which Temporal alone remembers that it has gone."""


class Whole(NamedTuple):
    """All that is kept elsewhere of what a case decided."""

    case: str
    follows: int
    """Number of the entry before the first that is kept; 0 where all are."""
    decided: tuple[Decided, ...]
    """In order."""
    policies: tuple[Mapping[str, Any], ...]
    calendars: tuple[Mapping[str, Any], ...]
    sent: Mapping[str, datetime]
    """Reference of each notice that has gone, and by when."""
    case_key: str = ""
    """The key of the case, wrapped; empty where it had none."""
    encrypted_from: int = 1
    """Number of the first entry that it was given with: those before stood in clear."""
    void: int = 0
    """Entries that were decided too, and then left behind: their case went on from its record without them."""


class Filled(NamedTuple):
    """What a case's record got back."""

    entries: int
    notices: int
    """Of which the record knows again that they have gone."""
    void: int = 0
    """As of `Whole`: these are not entered."""


class CannotBeFilled(Exception):  # noqa: N818 - reads as a sentence
    """What a case's record lacks is not kept elsewhere; the sentence says what, and what else there is to do."""


class Refill:
    """Fills one register."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._entries = Entries(register)

    def __call__(self, whole: Whole) -> Filled:
        """Write what the register lacks of a case: its entries, all or nothing, then which notices have gone.

        Entries from before the case had a key are written apart, and first.

        Raises:
            CannotBeFilled: something between is kept nowhere.
            RegisterError: as `Register.enter` does; `EntryConflict` where another entry stands there.
        """
        before = self._register.end_of(whole.case)
        if before < whole.follows:
            raise CannotBeFilled(
                f"Temporal does not keep the first runs of {whole.case} any more, so it cannot give back "
                f"{_span(before + 1, whole.follows)}, and nothing was entered: put back the newest copy of the "
                "register that has them, and say this again."
            )
        decided, missing = _up_to_a_gap(whole)
        if decided:
            self._enter(whole, [one for one in decided if one.entries[0].number < whole.encrypted_from], "")
            self._enter(
                whole, [one for one in decided if one.entries[0].number >= whole.encrypted_from], whole.case_key
            )
        filled = Filled(self._register.end_of(whole.case) - before, self._note(whole), whole.void)
        if missing:
            raise CannotBeFilled(
                f"Temporal has not yet handed over entry {missing} of {whole.case}: what comes before it is entered. "
                "See that a worker runs, and say this again in a minute."
            )
        return filled

    def _enter(self, whole: Whole, decided: Sequence[Decided], case_key: str) -> None:
        if decided:
            self._entries.enter_whole(decided, whole.policies, whole.calendars, case_key)

    def _note(self, whole: Whole) -> int:
        unknown = whole.sent.keys() - self._register.accepted_among(whole.sent.keys())
        self._register.note(
            [
                Attempt(
                    notice_ref=ref,
                    case_ref=whole.case,
                    at=at,
                    channel=WAY,
                    result="accepted",
                    detail=str(Detail("", BY)),
                )
                for ref, at in whole.sent.items()
                if ref in unknown
            ]
        )
        return len(unknown)


def _up_to_a_gap(whole: Whole) -> tuple[list[Decided], int]:
    """Return the decisions up to the first gap, and the number that is missing; 0 where none is."""
    found: list[Decided] = []
    last = whole.follows
    for one in whole.decided:
        if one.entries[0].number != last + 1:
            return found, last + 1
        found.append(one)
        last = one.entries[-1].number
    return found, 0


def _span(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"
