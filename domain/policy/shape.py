"""The shape of a policy file: twelve concepts, as values. What they mean is decided in `domain.decide`.

Names follow the file, in the plural where the file repeats a table. `policies/README.md` is the manual.
"""

from datetime import date, time
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from ..value import Value
from .names import ANY, ASPECTS, DEFAULT_ASPECT, EventName, split_event

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
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
    values: tuple[str, ...] = ()
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
    fields: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    discouraged: tuple[str, ...] = ()
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


class Policy(Value):
    """One area's protocol, whole, in one edition."""

    id: Id
    title: str
    edition: str
    source: str = ""
    effective: date
    review: date | None = None
    nation: str
    zone: str = "Europe/London"
    day_ends: time | None = None
    """Local time at which a working day ends for deadlines; None means the midnight that ends it."""
    builds_on: str = ""
    assumptions: tuple[Assumption, ...] = ()
    gaps: tuple[Gap, ...] = ()
    facts: dict[Id, Fact] = {}
    roles: dict[Id, Role]
    bodies: dict[Id, Body] = {}
    timescales: dict[Id, NamedTimescale] = {}
    acts: dict[Id, Act]
    tracks: tuple[Track, ...]
    stages: tuple[Stage, ...]
    outcomes: tuple[Outcome, ...] = ()
    duties: tuple[DutyRule, ...] = ()

    @cached_property
    def stage_ids(self) -> frozenset[str]:
        """Ids of every stage."""
        return frozenset(stage.id for stage in self.stages)

    @cached_property
    def _by_id(self) -> dict[str, Stage]:
        return {stage.id: stage for stage in self.stages}

    @cached_property
    def outcome_ids(self) -> frozenset[str]:
        """Ids of every outcome, of one stage or of several."""
        own = {outcome.id for stage in self.stages for outcome in stage.outcomes}
        return frozenset(own | {outcome.id for outcome in self.outcomes})

    def stage(self, stage_id: str) -> Stage:
        """Return the stage of that id; KeyError where there is none."""
        return self._by_id[stage_id]

    def track(self, track_id: str) -> Track:
        """Return the track of that id; KeyError where there is none."""
        return next(track for track in self.tracks if track.id == track_id)

    def outcomes_of(self, stage_id: str) -> tuple[Outcome, ...]:
        """Return the ways on from a stage (or from `ended`): its own, then the shared ones it does not replace."""
        own = self._by_id[stage_id].outcomes if stage_id in self._by_id else ()
        taken = {outcome.id for outcome in own}
        shared = (o for o in self.outcomes if o.id not in taken and (stage_id in o.source or ANY in o.source))
        return (*own, *shared)

    def rule(self, key: str) -> DutyRule:
        """Return the duty rule of that key (`step-1/2`, `case/1`), as `rules` numbers them."""
        return self.rules[key]

    @cached_property
    def rules(self) -> dict[str, DutyRule]:
        """Every duty rule under its key: the stage (or `case`) and its place in the file, from 1."""
        found = {f"case/{n}": rule for n, rule in enumerate(self.duties, 1)}
        for stage in self.stages:
            found |= {f"{stage.id}/{n}": rule for n, rule in enumerate(stage.duties, 1)}
        return found

    def whole_act(self, name: str) -> str:
        """Name an act with its part: `meeting` becomes `meeting.held`; a name of no act comes back as it is."""
        act_id, dot, _ = name.partition(".")
        act = self.acts.get(act_id)
        if act is None or dot or act.kind not in DEFAULT_ASPECT:
            return name
        return f"{name}.{DEFAULT_ASPECT[act.kind]}"

    def act_names(self, name: str) -> tuple[str, ...]:
        """Under which names the recording of an act is known: its own, and its kind's."""
        act_id, _, aspect = self.whole_act(name).partition(".")
        kind: str = self.acts[act_id].kind
        return tuple(dict.fromkeys((self.whole_act(name), f"{kind}.{aspect}" if aspect else kind)))

    @cached_property
    def _event_names(self) -> dict[str, EventName]:
        return {}

    def event(self, text: str) -> EventName:
        """Read an event name of this policy, each act with its part."""
        if text not in self._event_names:
            name = split_event(text, self.stage_ids)
            thing = name.thing
            if not thing.endswith(".overdue"):
                kind, _, aspect = thing.partition(".")
                thing = self.whole_act(thing)
                if kind not in self.acts and not aspect and kind in DEFAULT_ASPECT:
                    thing = f"{kind}.{DEFAULT_ASPECT[kind]}"
            self._event_names[text] = name.but(thing=thing)
        return self._event_names[text]

    def act_title(self, name: str) -> str:
        """An act as people read it: its title, or its name with spaces."""
        act_id, _, aspect = name.partition(".")
        act = self.acts.get(act_id)
        title = act.title if act and act.title else act_id.replace("-", " ")
        shown = aspect if act and aspect and (len(ASPECTS.get(act.kind, ())) > 2 or aspect == "received") else ""
        if act and DEFAULT_ASPECT.get(act.kind) == aspect and act.kind != "meeting":
            shown = ""
        return f"{title}: {shown.replace('-', ' ')}" if shown else title

    def outcome_title(self, outcome: Outcome) -> str:
        """An outcome as people read it."""
        return outcome.title or outcome.id.replace("-", " ")

    def role_title(self, role_id: str) -> str:
        """A role as people read it; an id that is no role comes back with spaces."""
        role = self.roles.get(role_id)
        return role.title if role else role_id.replace("-", " ")
