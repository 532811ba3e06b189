"""What a policy declares: its readings and gaps, facts, seats, bodies, timescales and acts."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ..refusals import listed
from ..value import Value
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
