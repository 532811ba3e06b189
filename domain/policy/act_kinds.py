"""The one table of kinds of act: what each means, its parts, its keys, who may record it, and what handles it."""

from typing import NamedTuple


class Part(NamedTuple):
    """One part of an act that is recorded by itself."""

    name: str
    under: str = ""
    """The part that must be there before it, of the same act: a form is signed once it was submitted."""
    comes_by_itself: bool = False
    """True for what nobody records: the planned date has come."""


class Key(NamedTuple):
    """A key of an act that only acts of one kind have."""

    name: str
    elsewhere: str = ""
    """What an act of another kind does not do, as a fault says it: `fills no seat`."""
    left_out: str = ""
    """The fault where it is left out; empty where it may be."""
    mend: str = ""


class KindOfAct(NamedTuple):
    """Everything that is particular to one kind of act."""

    name: str
    means: str
    parts: tuple[Part, ...] = ()
    """None where it is recorded whole."""
    main: str = ""
    """The part that is meant where none is named."""
    says_main: bool = False
    """True where its title names the main part too."""
    keys: tuple[Key, ...] = ()
    handler: str = ""
    """Where the handler of what is its own stands below `domain.commands.acts`; empty where nothing is."""
    is_own: bool = False
    """True where only the side that owes it records it; others may be entered by anyone (rule 50)."""
    anywhere: bool = False
    """True where it may be recorded at any step."""
    may_need_itself: bool = False
    """True where one part of it may have to be there before another."""
    is_agreed: bool = False
    """True for what is proposed and confirmed instead of recorded: the plan. A policy has one act of such a kind."""
    is_judgement: bool = False
    """True where the newest of each is shown with the case."""


_ROWS = (
    KindOfAct("discussion", "people talked", anywhere=True),
    KindOfAct("plan", "who does what by when, agreed by every party", is_agreed=True),
    KindOfAct(
        "meeting",
        "people meet on a date that is set",
        parts=(Part("date-set"), Part("held"), Part("minutes"), Part("date", comes_by_itself=True)),
        main="held",
        says_main=True,
        keys=(Key("chair"), Key("attended_by")),
        handler="kinds.Meeting",
        may_need_itself=True,
    ),
    KindOfAct("decision", "somebody judged something", is_own=True, is_judgement=True),
    KindOfAct(
        "form",
        "something filled in",
        parts=(
            Part("submitted"),
            Part("signed", under="submitted"),
            Part("received"),
            Part("completed", under="submitted"),
        ),
        main="submitted",
        keys=(Key("signed_by"), Key("later")),
        handler="kinds.Form",
        is_own=True,
        may_need_itself=True,
    ),
    KindOfAct("notice", "somebody was told", parts=(Part("sent"), Part("received")), main="sent", anywhere=True),
    KindOfAct("consultation", "advice was asked", anywhere=True),
    KindOfAct("record", "anything else that is recorded", is_own=True, anywhere=True),
    KindOfAct(
        "appointment",
        "somebody is named to a seat for this case, or a body is put together",
        keys=(Key("seat", "fills no seat", "it says no seat to fill", 'Add seat = "…", a role or a body'),),
        handler="kinds.Appointment",
        anywhere=True,
    ),
)

ACT_KINDS: dict[str, KindOfAct] = {row.name: row for row in _ROWS}
"""Every kind of act by its name."""
APPROVED = "approved"
"""The part that every act has which a second person approves, whatever its kind."""


def has_key(kind: str, key: str) -> bool:
    """May an act of a kind have a key that not every kind has?"""
    return any(one.name == key for one in ACT_KINDS[kind].keys)


def main_part(kind: str) -> str:
    """Return the part that an act of a kind means where none is named; empty where it is recorded whole."""
    return ACT_KINDS[kind].main if kind in ACT_KINDS else ""


def parts_of(kind: str) -> tuple[str, ...]:
    """Return the parts of a kind that events may name; an empty one where it is recorded whole."""
    return tuple(part.name for part in ACT_KINDS[kind].parts) or ("",)


def comes_by_itself(kind: str, part: str) -> bool:
    """Is it a part that nobody records?"""
    return any(one.name == part and one.comes_by_itself for one in ACT_KINDS[kind].parts)


def comes_under(kind: str, part: str) -> str | None:
    """Return the part of an act that is there before another; the main one for an approval, None where none must be."""
    if part == APPROVED:
        return main_part(kind)
    return next((one.under for one in ACT_KINDS[kind].parts if one.name == part), "") or None
