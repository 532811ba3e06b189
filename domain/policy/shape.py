"""The whole of a policy, what can be looked up in it, and the conditions under which its parts hold."""

from collections.abc import Mapping
from datetime import date, time
from functools import cached_property
from typing import Any, Self, cast

from ..base.identities import RuleKey
from ..base.value import Value
from .act_kinds import ACT_KINDS, APPROVED, comes_by_itself, main_part, parts_of
from .event_names import ANY, KEPT, EventName, split_event
from .language import (
    Act,
    Assumption,
    Body,
    Condition,
    DutyRule,
    Fact,
    Gap,
    Id,
    NamedTimescale,
    Outcome,
    Parent,
    Role,
    Stage,
    Track,
)


def holds(facts: Mapping[str, str], wanted: Condition) -> bool:
    """Are all facts of a condition as wanted? An empty condition holds."""
    return all(_is(facts.get(fact, ""), value) for fact, value in wanted.items())


def _is(said: str, wanted: bool | str | tuple[str, ...]) -> bool:
    if isinstance(wanted, bool):
        return (said not in {"", "no"}) == wanted
    return said in ((wanted,) if isinstance(wanted, str) else wanted)


def applies(facts: Mapping[str, str], if_: Condition, unless: Condition) -> bool:
    """Does something with these `if` and `unless` apply to a case of these facts?"""
    return holds(facts, if_) and not (unless and holds(facts, unless))


def may_apply(facts: Mapping[str, str], if_: Condition, unless: Condition) -> bool:
    """Could it apply once what is not answered yet is answered?"""
    answered = {name: wanted for name, wanted in if_.items() if name in facts}
    return applies(facts, answered, unless if unless.keys() <= facts.keys() else {})


def answer_slug(answer: str) -> str:
    """Return an answer as a seat that depends on it is called: `quality-assurance`."""
    return "-".join("".join(c if c.isalnum() else " " for c in answer.lower()).split())


class Policy(Value):
    """One area's protocol, whole, in one edition."""

    id: Id
    """Its id; the file and the directory beside it have the same name."""
    title: str
    """Its name, as people read it in every notice."""
    edition: str
    """Which issue this is; change it whenever the file changes."""
    source: str = ""
    """Where the words come from."""
    effective: date
    """The date from which it holds."""
    review: date | None = None
    """The date of the next review."""
    nation: str
    """Whose bank holidays are days off: `england-and-wales`, `scotland` or `northern-ireland`."""
    zone: str = "Europe/London"
    """Whose clocks."""
    day_ends: time | None = None
    """Local time at which a working day ends for deadlines; None means the midnight that ends it."""
    builds_on: str = ""
    """Id of the policy this one was laid over; its tables are part of this one."""
    parents: tuple[Parent, ...] = ()
    """The policies it builds on with their editions, the nearest first. Set by the reading, never in a file."""
    assumptions: tuple[Assumption, ...] = ()
    """How we read what can be read in two ways; shown as ours."""
    gaps: tuple[Gap, ...] = ()
    """What the source leaves open; shown, never guessed."""
    facts: dict[Id, Fact] = {}
    roles: dict[Id, Role]
    bodies: dict[Id, Body] = {}
    timescales: dict[Id, NamedTimescale] = {}
    acts: dict[Id, Act]
    tracks: tuple[Track, ...]
    stages: tuple[Stage, ...]
    outcomes: tuple[Outcome, ...] = ()
    duties: tuple[DutyRule, ...] = ()

    def but(self, **changes: Any) -> Self:
        """Return a copy that differs in *changes*; what was worked out from the old one is left behind."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return cast(Self, type(self).model_construct(**fields | changes))

    @property
    def edition_in_full(self) -> str:
        """The edition, and those of the policies it builds on: `2026-09 on exampleshire 2026-04`."""
        below = ", ".join(f"{parent.id} {parent.edition}" for parent in self.parents)
        return f"{self.edition} on {below}" if below else self.edition

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
        shared = [o for o in self.outcomes if o.id not in taken and (stage_id in o.source or ANY in o.source)]
        stage = self._by_id.get(stage_id)
        if stage is not None and stage.strand != "dispute":  # what ends the dispute from any step is said at its own
            shared = [o for o in shared if stage_id in o.source or not any(to.startswith("end: ") for to in o.leads_to)]
        return (*own, *shared)

    @cached_property
    def rules(self) -> dict[RuleKey, DutyRule]:
        """Every duty rule under its key: those of the whole case, then each stage's, in the order of the file."""
        found = {RuleKey(place=n): rule for n, rule in enumerate(self.duties, 1)}
        for stage in self.stages:
            found |= {RuleKey(stage=stage.id, place=n): rule for n, rule in enumerate(stage.duties, 1)}
        return found

    @cached_property
    def rules_about(self) -> dict[str, frozenset[RuleKey]]:
        """Rules of whose duties something may become by what happens under a name: it ends one, or starts its clock."""
        found: dict[str, set[RuleKey]] = {}
        for key, rule in self.rules.items():
            texts = (*self.starts_of(rule), *rule.done_by, *(text for text in rule.until if text != KEPT))
            for thing in (*(self.event(text).thing for text in texts), *map(self.whole_act, rule.act)):
                found.setdefault(thing, set()).add(key)
        return {thing: frozenset(keys) for thing, keys in found.items()}

    def starts_of(self, rule: DutyRule) -> tuple[str, ...]:
        """Return what a rule's clock runs from, best first: its `of`, or else the planned date that raises it."""
        return rule.of or tuple(text for text in rule.when if self.is_date(text))

    def whole_act(self, name: str) -> str:
        """Name an act with its part: `meeting` becomes `meeting.held`; a name of no act comes back as it is."""
        act_id, dot, _ = name.partition(".")
        act = self.acts.get(act_id)
        if act is None or dot or not main_part(act.kind):
            return name
        return f"{name}.{main_part(act.kind)}"

    @cached_property
    def standing_seats(self) -> dict[str, str]:
        """Seats that a directory fills, with their titles: but for those filled for one case, and stand-ins."""
        found: dict[str, str] = {}
        stand_ins = {name for role in self.roles.values() for names in role.instead.values() for name in names}
        for role_id, role in self.roles.items():
            fact = self.facts.get(role.chosen_by)
            if fact is not None:
                found |= {f"{role_id}.{answer_slug(value)}": f"{role.title} ({value})" for value in fact.values}
            elif not (role.seat or role.source or role_id in stand_ins):
                found[role_id] = role.title
        return found

    def asking(self, stage_id: str, act: str) -> tuple[DutyRule, ...]:
        """Return the duties of a stage that ask for *act*, named with its part."""
        rules = self._by_id[stage_id].duties
        return tuple(rule for rule in rules if act in {self.whole_act(name) for name in rule.act})

    @cached_property
    def plans(self) -> list[str]:
        """Ids of the acts that are agreed, and not recorded."""
        return [name for name, act in self.acts.items() if ACT_KINDS[act.kind].is_agreed]

    def parts_of(self, act_id: str) -> tuple[str, ...]:
        """Return the parts of an act that are recorded one by one; an empty one where it is recorded whole."""
        act = self.acts[act_id]
        parts = parts_of(act.kind)
        return (*parts, APPROVED) if act.approved_by else parts

    def act_names(self, name: str) -> tuple[str, ...]:
        """Under which names the recording of an act is known: its own, and its kind's."""
        act_id, _, aspect = self.whole_act(name).partition(".")
        kind: str = self.acts[act_id].kind
        return tuple(dict.fromkeys((self.whole_act(name), f"{kind}.{aspect}" if aspect else kind)))

    @cached_property
    def _acts_at(self) -> dict[str, tuple[str, ...]]:
        return {}

    def acts_at(self, stage_id: str) -> tuple[str, ...]:
        """Return the acts, with their parts, that a stage's duties and outcomes name; plans apart."""
        if stage_id not in self._acts_at:
            rules = [act for rule in self._by_id[stage_id].duties for act in rule.act]
            needs = [need for outcome in self.outcomes_of(stage_id) for need in outcome.needs]
            named = [self.whole_act(act) for act in (*rules, *needs) if act.partition(".")[0] in self.acts]
            own = (act for act in named if act.partition(".")[0] not in self.plans)
            self._acts_at[stage_id] = tuple(dict.fromkeys(own))
        return self._acts_at[stage_id]

    @cached_property
    def _event_names(self) -> dict[str, EventName]:
        return {}

    def event(self, text: str) -> EventName:
        """Read an event name of this policy, each act with its part."""
        if text not in self._event_names:
            name = split_event(text, self.stage_ids)
            thing = name.thing
            if thing.endswith(".overdue"):
                thing = f"{self.whole_act(thing.removesuffix('.overdue'))}.overdue"
            else:
                kind, _, aspect = thing.partition(".")
                thing = self.whole_act(thing)
                if kind not in self.acts and not aspect and main_part(kind):
                    thing = f"{kind}.{main_part(kind)}"
            self._event_names[text] = name.but(thing=thing)
        return self._event_names[text]

    def is_date(self, text: str) -> bool:
        """Does an event name mean a planned date, which may lie ahead: a meeting's, or a fact's that is a date?"""
        thing = self.event(text).thing if text else ""
        head, _, rest = thing.partition(".")
        if head == "fact":
            return rest in self.facts and self.facts[rest].type == "date"
        kind = self.acts[head].kind if head in self.acts else head
        return kind in ACT_KINDS and comes_by_itself(kind, rest)

    def act_title(self, name: str) -> str:
        """An act as people read it: its title, or its name with spaces."""
        act_id, _, aspect = name.partition(".")
        act = self.acts.get(act_id)
        title = act.title if act and act.title else act_id.replace("-", " ")
        shown = aspect if act else ""
        if act and main_part(act.kind) == aspect and not ACT_KINDS[act.kind].says_main:
            shown = ""
        return f"{title}: {shown.replace('-', ' ')}" if shown else title

    def outcome_title(self, outcome: Outcome) -> str:
        """An outcome as people read it."""
        return outcome.title or outcome.id.replace("-", " ")

    def role_title(self, role_id: str) -> str:
        """A role or a body as people read it; an id that is neither comes back with spaces."""
        role = self.roles.get(role_id) or self.bodies.get(role_id)
        return role.title if role and role.title else role_id.replace("-", " ")
