"""The tables a policy file is made of: twelve concepts, as values. What they mean is decided in `domain.decide`.

Names follow the file, in the plural where the file repeats a table. `policies/README.md` is the manual.
"""

from typing import Annotated, Literal

from pydantic import Field

from ..value import Value
from .vocabulary import (
    Act,
    ActKind,
    Assumption,
    Body,
    Condition,
    Fact,
    Gap,
    Id,
    NamedTimescale,
    Names,
    Parent,
    Renamed,
    Role,
    Strand,
    Strength,
    Word,
)

__all__ = [
    "Act",
    "ActKind",
    "Assumption",
    "Body",
    "Condition",
    "DutyRule",
    "Fact",
    "Gap",
    "Id",
    "NamedTimescale",
    "Names",
    "Outcome",
    "Parent",
    "Renamed",
    "Role",
    "Stage",
    "Strand",
    "Strength",
    "Track",
    "Word",
]


class Track(Renamed):
    """A route: ordered stages, chosen by facts."""

    id: Id
    """Its id."""
    title: str = ""
    """As people read it."""
    stages: tuple[str, ...]
    """Its stages in order; the first opens with the case."""
    if_: Annotated[Condition, Field(alias="if")] = {}
    """What must hold of the facts for the case to take it."""
    unless: Condition = {}
    """What must not hold of the facts."""


class DutyRule(Renamed):
    """When this happens, who owes which act, within what of which event, how strongly, until when."""

    id: str = ""
    """A name of its own, for `….overdue`."""
    when: Names = ()
    """The event that raises it; the opening of its stage unless given."""
    act: Names
    """What is owed; a list means any one of them."""
    by: str
    """Who owes it: a side, a role or a body."""
    role: Names = ()
    """Which roles may do it; those of the stage unless given."""
    done_by: Names = ()
    """Events that count as doing it, beside the act itself."""
    to: Names = ()
    """Who is told when it is recorded."""
    within: str = "none"
    """A period, or the name of a timescale."""
    of: Names = ()
    """The event the clock runs from; of a list the first that is recorded, and at last what raised it."""
    which: Literal["", "earliest", "latest"] = ""
    """The earliest or the latest of that list, instead of the first recorded."""
    strength: Strength = "should"
    """`may` is offered, is never late and keeps no case open."""
    indicative: bool = False
    """True where the time is shown and never late."""
    until: Names = ()
    """The event with which it lapses; `done`: it outlives its stage and the dispute."""
    if_: Annotated[Condition, Field(alias="if")] = {}
    """What must hold of the facts."""
    unless: Condition = {}
    """What must not hold of the facts."""
    clause: str = ""
    """Where the protocol says so."""
    rows: tuple[str, ...] = ()
    """Paragraphs of the protocol."""


class Outcome(Renamed):
    """A named way on: who may say it, what it needs, where it leads."""

    id: Id
    """Its id: what people type."""
    title: str = ""
    """As people read it."""
    source: Annotated[Names, Field(alias="from")] = ()
    """For a shared outcome: the stages that have it, `any`, or `ended`."""
    said_by: str
    """Who may say it: a side, a role or a body."""
    role: Names = ()
    """Which roles may say it; those of the stage unless given."""
    needs: Names = ()
    """What must be there, or it is refused: acts, facts, `<fact> is <value>`, or a text such as `reason`."""
    expects: Names = ()
    """What must be there, or a reason why not."""
    after: Names = ()
    """It is open only once one of these events has happened."""
    leads_to: Names = ()
    """Where the case goes, closing the stage: a stage, `next`, `previous`, `chosen`, `done` or an end."""
    one_of: tuple[str, ...] = ()
    """The stages to choose from, with `chosen`."""
    opens: Names = ()
    """Stages that open beside; nothing is closed."""
    if_: Annotated[Condition, Field(alias="if")] = {}
    """What must hold of the facts."""
    unless: Condition = {}
    """What must not hold of the facts."""
    clause: str = ""
    """Where the protocol says so."""
    rows: tuple[str, ...] = ()
    """Paragraphs of the protocol."""


class Stage(Value):
    """A rung of the ladder. Each opening of it is a numbered visit."""

    id: Id
    """Its id."""
    title: str
    """As people read it."""
    was: Names = ()
    """Ids that it had in earlier editions, for cases that adopt this one."""
    clause: str = ""
    """The paragraph of the protocol that covers its duties."""
    raising: tuple[str, ...] = ()
    """Roles that act for the side with the concern; notices go to the first."""
    receiving: tuple[str, ...] = ()
    """Roles that act for the other side."""
    body: str = ""
    """A role or body that sits here."""
    strand: Strand = "dispute"
    """`dispute`, or what runs beside it and may outlive it."""
    urgent: bool = False
    """True where a visit makes the case urgent in lists."""
    normally: bool = False
    """True where other roles than those named may act too."""
    formal: bool = False
    """True for a formal procedure: its first opening is the event `formal.opened`."""
    pauses: bool = False
    """True where the clocks of the dispute stand still while it is open."""
    duties: tuple[DutyRule, ...] = ()
    """What is owed at this stage."""
    outcomes: tuple[Outcome, ...] = ()
    """The ways on from this stage alone."""
