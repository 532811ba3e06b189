"""The tables a policy file is made of: twelve concepts, as values. What they mean is decided in `domain.decide`.

Names follow the file, in the plural where the file repeats a table. `policies/README.md` is the manual.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from ..value import Value

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Word = Annotated[str, Field(min_length=1, max_length=80)]
"""What a person types to record something: no longer than a message carries."""
Strength = Literal["must", "should", "may"]
Strand = Literal["dispute", "risk", "learning", "side"]
Condition = dict[str, bool | str | tuple[str, ...]]
ActKind = Literal[
    "discussion", "plan", "meeting", "decision", "form", "notice", "consultation", "record", "appointment"
]


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One name or a list of names."""


class Renamed(Value):
    """A table with a key that Python cannot spell (`if`, `from`, `is`)."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class Assumption(Value):
    """A reading of the source that is ours, shown as ours."""

    says: str
    rows: tuple[str, ...] = ()


class Gap(Value):
    """A hole in the source: declared, shown on the case, never guessed."""

    says: str
    rows: tuple[str, ...] = ()
    fills: str = ""
    falls_back: str = ""


class Fact(Value):
    """Something asked about the case."""

    asks: str = ""
    values: tuple[Word, ...] = ()
    other: bool = False
    """True where a free answer is allowed beside the values."""
    type: Literal["word", "date"] = "word"
    may_change: bool = False
    set_by: str = ""


class Role(Renamed):
    """A seat."""

    title: str
    also: tuple[str, ...] = ()
    of: Literal["", "partnership"] = ""
    seat: str = ""
    instead: dict[str, tuple[str, ...]] = {}
    source: Annotated[Literal["", "partners"], Field(alias="from")] = ""
    not_a_party: bool = False
    override: Literal["", "reason"] = ""
    meets: str = ""
    chosen_by: str = ""


class Body(Value):
    """Several people sitting as one."""

    title: str = ""
    members: Names = ()
    agencies_at_least: int = 0
    includes: Names = ()
    hears: Names = ()
    chair: str = ""


class NamedTimescale(Renamed):
    """A timescale that is unknown, graded or case-dependent, and so is written apart."""

    value: Annotated[str, Field(alias="is")] = "unknown"
    graded_by: str = ""
    grades: dict[str, str] = {}
    case_date: Literal["", "stands in", "shortens", "replaces"] = ""
    case_date_by: str = ""
    indicative: bool = False
    gap: str = ""


class Act(Value):
    """Something people do and record."""

    kind: ActKind
    title: str = ""
    fields: tuple[Word, ...] = ()
    later: tuple[str, ...] = ()
    methods: tuple[Word, ...] = ()
    discouraged: tuple[Word, ...] = ()
    signed_by: Names = ()
    approved_by: Names = ()
    chair: str = ""
    attended_by: Names = ()
    needs: Names = ()
    expects: Names = ()
    sets: str = ""
    seat: str = ""


class Track(Renamed):
    """A route: ordered stages, chosen by facts."""

    id: Id
    title: str = ""
    stages: tuple[str, ...]
    if_: Annotated[Condition, Field(alias="if")] = {}
    unless: Condition = {}


class DutyRule(Renamed):
    """When this happens, who owes which act, within what of which event, how strongly, until when."""

    id: str = ""
    when: Names = ()
    act: Names
    by: str
    role: Names = ()
    done_by: Names = ()
    to: Names = ()
    within: str = "none"
    of: Names = ()
    which: Literal["", "earliest", "latest"] = ""
    strength: Strength = "should"
    indicative: bool = False
    until: Names = ()
    if_: Annotated[Condition, Field(alias="if")] = {}
    unless: Condition = {}
    clause: str = ""
    rows: tuple[str, ...] = ()


class Outcome(Renamed):
    """A named way on: who may say it, what it needs, where it leads."""

    id: Id
    title: str = ""
    source: Annotated[Names, Field(alias="from")] = ()
    said_by: str
    role: Names = ()
    needs: Names = ()
    expects: Names = ()
    after: Names = ()
    leads_to: Names = ()
    one_of: tuple[str, ...] = ()
    opens: Names = ()
    if_: Annotated[Condition, Field(alias="if")] = {}
    unless: Condition = {}
    clause: str = ""
    rows: tuple[str, ...] = ()


class Stage(Value):
    """A rung of the ladder. Each opening of it is a numbered visit."""

    id: Id
    title: str
    clause: str = ""
    raising: tuple[str, ...] = ()
    receiving: tuple[str, ...] = ()
    body: str = ""
    strand: Strand = "dispute"
    urgent: bool = False
    """True where a visit makes the case urgent in lists."""
    normally: bool = False
    """True where other roles than those named may act too."""
    formal: bool = False
    pauses: bool = False
    duties: tuple[DutyRule, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
