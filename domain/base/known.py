"""How the sender of a message was known: what an entry keeps of it, and how that is said.

It imports nothing, so that what only reads the record stays quick.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

How = Literal["s", "o", "l", "c", "t"]
"""One letter, for it stands in each message and entry: signed in; an operator on somebody's behalf; a link to a seat,
alone; a link confirmed by a code; a text reply from a number that was written to."""
LONGEST_WHO = 160
"""Characters."""


class Known(NamedTuple):
    """What was shown of a sender, once somebody has seen that it is true."""

    how: How
    who: str
    """In words: `safeguarding lead (lead-1)`, `slo, police`."""


class Attested(NamedTuple):
    """What a message says of its sender, with what shows that it is true. By itself it is only a claim."""

    how: How
    who: str
    mark: str
    """A signature over case and message, by the installation's key (see `adapters.attestation`)."""


_LONG: Mapping[str, str] = {
    "s": "signed in: {}",
    "o": "typed on somebody's behalf by: {}",
    "l": "by a link to the seat {}, alone",
    "c": "by a link to the seat {}, confirmed by a code",
    "t": "by a text reply from a number of: {}",
}
_SHORT: Mapping[str, str] = {
    "s": "signed in: {}",
    "o": "typed by {}",
    "l": "by a link alone",
    "c": "by a link and a code",
    "t": "by a text reply",
}
NAMES: Mapping[str, str] = {
    "s": "signed in",
    "o": "on behalf",
    "l": "link",
    "c": "link and code",
    "t": "text reply",
    "": "not shown",
    "-": "the program",
    "?": "kept under a key",
}
"""For programs: every way there is. `not shown` holds for entries from before it was kept, too."""
KEY = "known"
"""Under which an entry's body keeps it."""
_WITHOUT_WORDS = frozenset({"cancellation-refused"})
"""Kinds of entry that somebody brought about of whom nothing is said."""


class Sender(NamedTuple):
    """How the sender of one entry was known."""

    how: str
    """A key of NAMES."""
    who: str = ""

    @property
    def words(self) -> str:
        """As a sentence ends."""
        if self.how in _LONG:
            return _LONG[self.how].format(self.who)
        return {"-": "made by the program", "?": "kept under a key"}.get(self.how, "the sender was not shown")

    @property
    def brief(self) -> str:
        """As it stands beside whose entry it is."""
        if self.how in _SHORT:
            return _SHORT[self.how].format(self.who)
        return {"-": "the program", "?": ""}.get(self.how, "sender not shown")

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return {"how": NAMES[self.how], "who": self.who, "words": self.words}


def kept(known: Known | None) -> list[str]:
    """Return what an entry's body keeps; nothing where nothing was shown."""
    return [*known] if known else []


def known_in(body: Mapping[str, Any] | None) -> Known | None:
    """Return what an entry's body says of its sender; None where it says nothing, or nothing that can be read."""
    said = (body or {}).get(KEY)
    if not (isinstance(said, list | tuple) and len(said) == 2 and said[0] in _LONG and isinstance(said[1], str)):
        return None
    return Known(cast(How, said[0]), said[1])


def sender_of(kind: str, body: Mapping[str, Any] | None) -> Sender:
    """Say of one entry how its sender was known. What no message brought about was made by the program.

    A *body* of None is kept under a key.
    """
    if known := known_in(body):
        return Sender(*known)
    if body is None:
        return Sender("?")
    said = body.get("said")
    is_risk = kind == "risk-again" or (kind == "risk" and "further" not in body)
    is_word = (isinstance(said, dict) and kind != "notice-failed") or is_risk or kind in _WITHOUT_WORDS
    return Sender("" if is_word else "-")


def read_attested(said: Any) -> Attested | None:
    """Return what a message says of its sender; None for what is none: it holds up no message."""
    if not (isinstance(said, list | tuple) and len(said) == 3 and all(isinstance(part, str) for part in said)):
        return None
    how, who, mark = said
    fits = how in _LONG and len(who) <= LONGEST_WHO and len(mark) < 64 and mark.isascii()
    return Attested(cast(How, how), who, mark) if fits else None
