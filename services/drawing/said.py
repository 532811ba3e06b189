"""What the drawing of a policy says: its routes, their steps, the ways on; of one case, where it stands among them.

Each step is drawn once, also where several routes have it: the others then say under which it stands. Each way on is
drawn at its step, and those that every step has are drawn once, under a heading of their own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from domain.base.refusals import listed
from domain.case.state import Escalation
from domain.policy import DutyRule, Outcome, Policy, Stage, Track
from domain.policy.event_names import ANY
from domain.policy.event_words import time_given
from domain.policy.graph import DONE, END, RISK, ROUTE, beside, reached_on
from services.ladder import conditions, who_says

ENDED = "ended"
"""Where an outcome comes from that is said after the end."""
Stands = Literal["", "past", "here", "ahead"]
"""Where a step stands for one case; empty where the drawing is of no case."""
Leads = Literal["on", "back", "again", "beside", "end", "stays"]
"""What a way on does, as its sign says it; `stays` moves nothing."""
_STRANDS = {
    "dispute": "",
    "risk": "Immediate risk",
    "learning": "Learning, beside the ladder",
    "side": "Beside the ladder",
}
_NO_TIME = "none"


@dataclass(frozen=True)
class Way:
    """One way on from a step."""

    outcome: str
    words: str
    """`agreed, by every party: the end, resolved`."""
    leads: Leads
    to: tuple[str, ...] = ()
    """Ids of the steps to which it may lead on this route."""
    taken: bool = False
    """Did the case go this way?"""


@dataclass(frozen=True)
class Step:
    """One step of the ladder; without an id one that only says where the route goes on."""

    id: str
    title: str
    mark: str = ""
    """`Urgent`, or beside what it runs."""
    urgent: bool = False
    seats: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    stands: Stands = ""
    on_with: tuple[str, ...] = ()
    """Ids of the steps that it stands for, drawn elsewhere."""

    @property
    def flag(self) -> str:
        """Where the case stands, in words."""
        return {"here": "You are here", "past": "Behind you"}.get(self.stands, "")

    @property
    def says(self) -> tuple[str, ...]:
        """All that is drawn beside its title, as sentences to hear."""
        ways = [f"{'Taken: ' if way.taken else ''}{way.words}." for way in self.ways]
        head = [f"{part}." for part in (self.flag, self.mark) if part]
        return (*head, *(f"{one}." for one in (*self.seats, *self.times)), *(["Ways on:", *ways] if ways else ()))


@dataclass(frozen=True)
class Section:
    """One route, or what stands beside them all."""

    title: str
    steps: tuple[Step, ...]
    ends: tuple[str, ...] = ()
    """How the dispute may end on it."""
    ended: str = ""
    """How it has ended in the case."""


@dataclass(frozen=True)
class Drawing:
    """All of it, in the order in which it is drawn."""

    title: str
    describes: str
    sections: tuple[Section, ...]


def of_policy(policy: Policy) -> Drawing:
    """Say the drawing of a whole policy."""
    homes = _homes(policy.tracks)
    routes = [_route(policy, track, homes) for track in policy.tracks]
    named = {stage for track in policy.tracks for stage in track.stages}
    rest = [stage for stage in policy.stages if stage.id not in named]
    return Drawing(
        f"The ladder of {policy.title}",
        f"{_count(len(policy.tracks), 'route')} and {_count(len(policy.stages), 'step')}, from the first step down.",
        tuple(filter(None, (_always(policy, policy.tracks), *routes, _beside(policy, rest, policy.tracks)))),
    )


def of_case(case: Escalation) -> Drawing:
    """Say the drawing of a case's own route, and of what may open beside it, with where the case stands."""
    policy, track = case.policy, case.policy.track(case.track)
    visited = {visit.stage for visit in case.visited}
    reached = {stage.id for stage in reached_on(policy, track, case.facts)} | visited
    rest = [stage for stage in policy.stages if stage.id in reached and stage.id not in track.stages]
    homes = dict.fromkeys(track.stages, track.id)
    steps = (_always(policy, (track,)), _route(policy, track, homes, case), _beside(policy, rest, (track,), case))
    here = listed([policy.stage(stage).title for stage in dict.fromkeys(visit.stage for visit in case.open_visits)])
    stands = f"The case is at: {here}." if here else ""
    ended = f"The dispute has ended: {case.ended.how}." if case.ended else ""
    return Drawing(f"The ladder of {case.case}", " ".join(filter(None, (stands, ended))), tuple(filter(None, steps)))


def _homes(tracks: Iterable[Track]) -> dict[str, str]:
    """Return under which route each step is drawn: the ladder that others lead into, or else the first that has it."""
    tracks = tuple(tracks)
    first = {stage: track for track in reversed(tracks) for stage in track.stages}
    for track in reversed(tracks):
        others = {stage for other in tracks if other is not track for stage in other.stages}
        if set(track.stages) <= others:
            first |= dict.fromkeys(track.stages, track)
    return {stage: track.id for stage, track in first.items()}


def _route(policy: Policy, track: Track, homes: Mapping[str, str], case: Escalation | None = None) -> Section:
    tracks = policy.tracks if case is None else (track,)
    steps: list[Step] = []
    for home, together in groupby(track.stages, homes.__getitem__):
        if home == track.id:
            steps += [_step(policy, policy.stage(one), track, tracks, case) for one in together]
        else:
            steps.append(_elsewhere(policy, tuple(together), policy.track(home), is_first=not steps))
    own = [policy.stage(step.id) for step in steps if step.id]
    only = "" if track.title else conditions(track.if_, track.unless)
    ended = case.ended.how if case and case.ended else ""
    return Section(f"{route_title(track)}{f', {only}' if only else ''}", tuple(steps), _ends(policy, own), ended)


def _elsewhere(policy: Policy, stages: tuple[str, ...], home: Track, *, is_first: bool) -> Step:
    names = listed([_named(policy, stage) for stage in stages])
    begins = "First" if is_first else "Then"
    return Step("", f"{begins} {names}, drawn under “{route_title(home)}”", on_with=stages)


def _beside(
    policy: Policy, stages: Iterable[Stage], tracks: tuple[Track, ...], case: Escalation | None = None
) -> Section | None:
    steps = tuple(_step(policy, stage, None, tracks, case) for stage in stages)
    return Section("Beside the ladder", steps) if steps else None


def _always(policy: Policy, tracks: tuple[Track, ...]) -> Section:
    """Say what holds at every step: immediate risk before all else, and the ways on that every step has."""
    strands = tuple(stage.id for stage in policy.stages if stage.strand == RISK)
    opens = f", and {listed([_named(policy, one) for one in strands])} opens beside" if strands else ""
    risk = Way("", f"Immediate risk, raised by anyone: 999 or children’s social care at once{opens}", "beside", strands)
    ways = [
        replace(way, words=f"{way.words}; also after the end") if ENDED in one.source else way
        for one in policy.outcomes
        if ANY in one.source
        for way in (_way(policy, None, one, None, tracks),)
    ]
    steps = [Step("", "At every step", ways=(risk, *ways))]
    after = [one for one in policy.outcomes if ENDED in one.source and ANY not in one.source]
    if after:
        steps.append(Step("", "After the end", ways=tuple(_way(policy, None, one, None, tracks) for one in after)))
    return Section("At any time", tuple(steps))


def _step(
    policy: Policy, stage: Stage, track: Track | None, tracks: tuple[Track, ...], case: Escalation | None
) -> Step:
    stands, taken = _stands(case, stage), set()
    if case:
        taken = {visit.outcome for visit in case.visited if visit.stage == stage.id and visit.outcome}
    mark = "Urgent" if stage.urgent and stage.strand != RISK else _STRANDS[stage.strand]
    ways = [
        _way(policy, stage, outcome, track, tracks, taken=outcome.id in taken)
        for outcome in policy.outcomes_of(stage.id)
        if ANY not in outcome.source
    ]
    return Step(
        stage.id,
        stage.title,
        mark,
        stage.urgent or stage.strand == RISK,
        tuple(_seats(policy, stage)),
        tuple(dict.fromkeys(_times(policy, stage))),
        tuple(ways),
        stands,
    )


def _stands(case: Escalation | None, stage: Stage) -> Stands:
    if case is None:
        return ""
    visits = [visit for visit in case.visited if visit.stage == stage.id]
    if any(visit.is_open for visit in visits):
        return "here"
    return "past" if visits else "ahead"


def _seats(policy: Policy, stage: Stage) -> Iterator[str]:
    def named(roles: tuple[str, ...]) -> str:
        return listed([policy.role_title(role) for role in roles], "or")

    if stage.body:
        yield f"Sits: {policy.role_title(stage.body)}"
    if stage.raising and stage.raising == stage.receiving:
        yield f"Both sides: {named(stage.raising)}"
    else:
        sides = (("Raising side", stage.raising), ("Receiving side", stage.receiving))
        yield from (f"{side}: {named(roles)}" for side, roles in sides if roles)
    acts = dict.fromkeys(name.partition(".")[0] for rule in stage.duties for name in rule.act)
    chairs = [policy.acts[act].chair for act in acts if act in policy.acts and policy.acts[act].chair]
    chairs += [policy.bodies[stage.body].chair] if stage.body in policy.bodies else []
    yield from (f"In the chair: {policy.role_title(chair)}" for chair in dict.fromkeys(filter(None, chairs)))


def _times(policy: Policy, stage: Stage) -> Iterator[str]:
    """Yield how long each thing may take that is owed at a step, where its rule gives a time."""
    for rule in stage.duties:
        if rule.within != _NO_TIME and rule.strength != "may":
            what = listed([policy.act_title(act) for act in rule.act], "or")
            only = conditions(rule.if_, rule.unless)
            yield f"{what}: {_time(policy, rule)}{f', {only}' if only else ''}"


def _time(policy: Policy, rule: DutyRule) -> str:
    said = time_given(policy, rule.within)
    if said.startswith("next meeting of "):
        said = f"at the next meeting of the {policy.role_title(said.removeprefix('next meeting of '))}"
    elif said.startswith("unknown"):
        said = f"within a time that is not known yet{said.removeprefix('unknown')}"
    elif said.startswith("case date"):
        said = f"by a date agreed for the case{said.removeprefix('case date')}"
    elif said[:1].isdigit() and not said.endswith(" before"):
        said = f"within {said}"
    return f"{said}{'; a guide only' if rule.indicative and 'a guide only' not in said else ''}"


def _ends(policy: Policy, stages: Iterable[Stage]) -> tuple[str, ...]:
    found = [to for stage in stages for one in policy.outcomes_of(stage.id) for to in one.leads_to]
    return tuple(dict.fromkeys(to.removeprefix(END) for to in found if to.startswith(END)))


def _way(
    policy: Policy,
    stage: Stage | None,
    outcome: Outcome,
    track: Track | None,
    tracks: tuple[Track, ...],
    *,
    taken: bool = False,
) -> Way:
    roles = f" ({listed([policy.role_title(role) for role in outcome.role], 'or')})" if outcome.role else ""
    by = f"{policy.outcome_title(outcome)}, by {who_says(policy, outcome.said_by)}{roles}"
    only = conditions(outcome.if_, outcome.unless)
    leads, to, where = _where(policy, stage, outcome, track, tracks)
    return Way(outcome.id, f"{by}{f', {only}' if only else ''}: {where}", leads, to, taken)


def _where(
    policy: Policy, stage: Stage | None, outcome: Outcome, track: Track | None, tracks: tuple[Track, ...]
) -> tuple[Leads, tuple[str, ...], str]:
    """Return what a way on does, to which steps, and both in words."""
    words: dict[str, list[str]] = {}
    to: list[str] = []
    leads: Leads = "stays"
    for target in outcome.leads_to:
        if target.startswith(END):
            leads = "end"
            words.setdefault("the end,", []).append(target.removeprefix(END))
        elif target == DONE:
            leads = "end"
            words.setdefault("done", [])
        elif target == "chosen":
            leads = "on"
            words["on to"] = [f"{listed([_named(policy, one) for one in outcome.one_of], 'or')}, as chosen"]
            to += outcome.one_of
        else:
            for found, routes in _led_to(stage, target, track, tracks):
                leads = _turn(policy, stage, found, track, target)
                only = listed([f"“{route_title(one)}”" for one in routes])
                named = f"{_named(policy, found)}{f' (on {only})' if routes else ''}"
                words.setdefault(_TURNS[leads], []).append(named)
                to += [found] if not routes or track in routes else []  # a line is drawn for this route alone
    said = [f"{turn} {listed(places)}".rstrip() for turn, places in words.items()]
    if outcome.opens:
        leads = "beside" if leads == "stays" else leads
        said.append(f"{listed([_named(policy, one) for one in outcome.opens])} opens beside")
        to += outcome.opens
    return leads, tuple(dict.fromkeys(to)), listed(said) or "it moves nothing"


_TURNS = {"on": "on to", "back": "back to", "again": "once more"}


def _led_to(
    stage: Stage | None, target: str, track: Track | None, tracks: tuple[Track, ...]
) -> Iterator[tuple[str, tuple[Track, ...]]]:
    """Yield the steps to which a word of a file leads, each with the routes on which it does; none where on all."""
    if target not in {"next", "previous", ROUTE}:
        yield target, ()
        return
    found: dict[str, list[Track]] = {}
    for one in sorted(tracks, key=lambda one: one is not track):
        if target == ROUTE:
            if one.stages and (stage is None or stage.id not in one.stages):
                found.setdefault(one.stages[0], []).append(one)
        elif stage and (led := beside((one,), stage.id, 1 if target == "next" else -1)):
            found.setdefault(led, []).append(one)
    for led, routes in found.items():
        yield led, (tuple(routes) if len(found) > 1 and target != ROUTE else ())


def _turn(policy: Policy, stage: Stage | None, to: str, track: Track | None, target: str) -> Leads:
    if stage is None:
        return "on"
    if to == stage.id:
        return "again"
    order = [*(track.stages if track else ()), *(one.id for one in policy.stages)]
    is_back = target == "previous" or (target != "next" and order.index(to) < order.index(stage.id))
    return "back" if is_back else "on"


def route_title(track: Track) -> str:
    """Return a route as people read it."""
    return track.title or track.id.replace("-", " ")


def short_title(policy: Policy, stage_id: str) -> str:
    """Name a step as shortly as it can be told from the others: `Step 2` for `Step 2: manager to manager`."""
    title = policy.stage(stage_id).title
    short = title.partition(":")[0]
    alike = [one for one in policy.stages if one.title.partition(":")[0] == short]
    return short if len(alike) == 1 and len(short) > 3 else title


def _named(policy: Policy, stage_id: str) -> str:
    """Name a step in a sentence: a title that is a sentence itself stands in quotation marks."""
    title = short_title(policy, stage_id)
    return title if title != policy.stage(stage_id).title or " " not in title else f"“{title}”"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
