"""The tables a policy file is made of: twelve concepts, as values. What they mean is decided in `domain.engine`.

Names follow the file, in the plural where the file repeats a table. `policies/README.md` is the manual.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ..base.refusals import listed
from ..base.value import Value
from .act_kinds import ACT_KINDS

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Word = Annotated[str, Field(min_length=1, max_length=80)]
"""What a person types to record something: no longer than a message carries."""
Strength = Literal["must", "should", "may"]
Strand = Literal["dispute", "risk", "learning", "side"]
Condition = dict[str, bool | str | tuple[str, ...]]


def _known_kind(kind: str) -> str:
    if kind not in ACT_KINDS:
        raise ValueError(f"it should be one of {listed(list(ACT_KINDS), 'or')}")
    return kind


ActKind = Annotated[str, AfterValidator(_known_kind), WithJsonSchema({"enum": list(ACT_KINDS), "type": "string"})]


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One name or a list of names."""


class Renamed(Value):
    """A table with a key that Python cannot spell (`if`, `from`, `is`)."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class Assumption(Value):
    """A reading of the source that is ours, shown as ours."""

    says: str
    """The reading, in a sentence."""
    rows: tuple[str, ...] = ()
    """Paragraphs of the protocol that it reads."""


class Gap(Value):
    """A hole in the source: declared, shown on the case, never guessed."""

    says: str
    """What the source does not say, in a sentence."""
    rows: tuple[str, ...] = ()
    """Paragraphs of the protocol that leave it open."""
    fills: str = ""
    """The local setting that supplies it, in small letters."""
    falls_back: str = ""
    """What is done meanwhile."""


class Parent(Value):
    """A policy that another builds on, in the edition that was read with it."""

    id: Id
    title: str
    edition: str


class Fact(Value):
    """Something asked about the case."""

    asks: str = ""
    """The question, as people read it."""
    values: tuple[Word, ...] = ()
    """The answers there are; none means a free answer."""
    other: bool = False
    """True where a free answer is allowed beside the values."""
    type: Literal["word", "date"] = "word"
    """`date` for a day or an instant, which may lie ahead."""
    may_change: bool = False
    """True where an answer may be given anew, with a reason."""
    set_by: str = ""
    """The role that alone may answer; empty for anyone in the case."""
    tells: Names = ()
    """Roles that are told whenever the answer changes."""


class Role(Renamed):
    """A seat."""

    title: str
    """As people read it."""
    also: tuple[str, ...] = ()
    """Other names people use for it."""
    of: Literal["", "partnership"] = ""
    """`partnership` for a seat of the partnership as a whole; else each agency has its own."""
    seat: str = ""
    """`any stage`: appointed for one case, and stays until replaced."""
    instead: dict[str, tuple[str, ...]] = {}
    """For an agency of this kind or id, the roles that may act in its place."""
    source: Annotated[Literal["", "partners"], Field(alias="from")] = ""
    """`partners`: filled for one case from the agencies of the directory."""
    not_a_party: bool = False
    """True where whoever fills it must not come from an agency in the dispute."""
    override: Literal["", "reason"] = ""
    """`reason`: it may be filled otherwise, if the reason is given."""
    meets: str = ""
    """How its meetings are known; a note for readers."""
    chosen_by: str = ""
    """The fact whose answer decides which seat it is."""


class Body(Value):
    """Several people sitting as one."""

    title: str = ""
    """As people read it."""
    members: Names = ()
    """Roles whose holders may sit in it."""
    agencies_at_least: Annotated[int, Field(ge=0, le=30)] = 0
    """How many agencies must sit in it; 0 where nobody is named for each case."""
    includes: Names = ()
    """Who must sit in it, or the reason why not is given: `every party`."""
    hears: Names = ()
    """Acts that every party must have recorded before it says an outcome."""
    chair: str = ""
    """The role that chairs it."""


class NamedTimescale(Renamed):
    """A timescale that is unknown, graded or case-dependent, and so is written apart."""

    value: Annotated[str, Field(alias="is")] = "unknown"
    """A period such as `5 working days`; `unknown` where nobody knows it, `case date` where one is agreed."""
    graded_by: str = ""
    """The fact on whose answer the period depends."""
    grades: dict[str, str] = {}
    """An answer to its period; any other answer takes `is`."""
    case_date: Literal["", "stands in", "shortens", "replaces"] = ""
    """What a date agreed for one case does to the period."""
    case_date_by: Names = ()
    """Who may agree that date: roles, `every party` or `any party`."""
    indicative: bool = False
    """True where the time is shown and never late."""
    gap: str = ""
    """What is missing and where; needed where the period is unknown."""


class Act(Value):
    """Something people do and record."""

    kind: ActKind
    """What sort of act it is; it decides its parts."""
    title: str = ""
    """As people read it; the id with spaces unless given."""
    fields: tuple[Word, ...] = ()
    """Texts that must come with it."""
    later: tuple[str, ...] = ()
    """Texts that are recorded when a form is completed."""
    methods: tuple[Word, ...] = ()
    """The ways it may be done; if any are given, people must say which."""
    discouraged: tuple[Word, ...] = ()
    """Ways that are taken with a warning and do not count."""
    signed_by: Names = ()
    """Who signs it: roles, or `every party`."""
    approved_by: Names = ()
    """Roles of which another person than the author approves it."""
    chair: str = ""
    """For a meeting: the role that must chair it."""
    attended_by: Names = ()
    """For a meeting: who is expected there."""
    needs: Names = ()
    """What must be there first, or it is refused."""
    expects: Names = ()
    """What must be there first, or a reason why not."""
    sets: str = ""
    """The fact that it answers, with its field of the same name."""
    seat: str = ""
    """For an appointment: the role or body that it fills."""


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
