"""Every deadline of a ladder if each step runs its full time: `policy deadlines`. No server, no case of anybody's."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time

from ..base.identities import RuleKey
from ..base.people import Actor
from ..base.refusals import Refusal, listed
from ..base.value import Instant, Value
from ..case.state import Duty, Escalation, Happened
from ..commands import Opening
from ..commands.opening import opened
from ..engine.draft import Draft, owner_of, say_when, title_of
from ..engine.duties import happen
from ..engine.stages import choose_track, leave, open_stage
from ..policy import DutyRule, Policy, Track
from ..policy.event_words import event_words, time_given
from ..policy.local_settings import Local
from ..policy.shape import applies
from ..time.calendar import Calendar
from ..time.working_days import TICK


class ForecastDeadline(Value):
    """One deadline of the ladder, or a duty that has no place in time here and why."""

    route: str
    """Id of the track that was walked."""
    stage: str
    stage_title: str
    duty: str
    """Key of the rule in the policy file: `step-1/3` is the third duty of step 1."""
    act: str
    what: str
    by: str
    strength: str
    timescale: str
    due: Instant | None
    """None where it could not be placed."""
    due_words: str
    clause: str
    why: str = ""
    """Why it could not be placed; empty where it has a due moment."""
    makeshift: str = ""
    """What its time should run from and does not happen here, so that it is counted from what raised it; or empty."""


def route_taken(policy: Policy, track_id: str = "", facts: Mapping[str, str] | None = None) -> Track:
    """Return the track that a rehearsal walks: the one asked for, else what *facts* choose, else the first.

    Raises:
        Refusal: there is no such track, or the facts choose none.
    """
    if facts and not track_id:
        return choose_track(policy, dict(facts))
    return _track(policy, track_id)


def forecast(
    policy: Policy,
    calendar: Calendar,
    at: datetime,
    track_id: str = "",
    local: Local | None = None,
    facts: Mapping[str, str] | None = None,
) -> tuple[ForecastDeadline, ...]:
    """Walk the stages of a track in order, each left at its last deadline, and list what falls due when.

    *facts* are answers to what the policy asks; without a track they choose it. Acts due at once are taken as done
    at once, all others at their last moment, which is on the day that a midnight ends. What gets no moment by this
    is listed too, with the reason.

    Raises:
        Refusal: there is no such track, or a fact does not fit.
    """
    track = route_taken(policy, track_id, facts)
    draft = Draft(_imagined(policy, calendar, at, track, local or Local(), dict(facts or {})), at)
    moment = at
    for stage_id in track.stages:
        if stage_id != track.stages[0]:
            draft.now = moment
            open_stage(draft, stage_id, moment)
        moment = _run_full_time(draft, stage_id, moment)
        visit = draft.case.open_visits[-1]
        outcome = _way_on(policy, stage_id)
        draft.now = moment
        entry = draft.enter("outcome", moment)
        happen(draft, Happened(entry=entry, names=(outcome, "outcome"), stage=stage_id, visit=visit.number, at=moment))
        leave(draft, visit, moment, outcome, entry)
    lines = dict.fromkeys((*_deadlines(draft), *_never_arisen(draft)))
    order = [*track.stages, *(stage.id for stage in policy.stages), ""]
    return tuple(sorted(lines, key=lambda line: order.index(line.stage)))


def _last_moment(calendar: Calendar, due: datetime, begun: datetime) -> datetime:
    """Return when something is done at the last moment that *due* leaves: a midnight ends the day it is done on.

    Never before *begun*, at which it could first be done.
    """
    return max(due - TICK if _is_midnight(calendar, due) else due, begun)


def _is_midnight(calendar: Calendar, moment: datetime) -> bool:
    return calendar.local(moment).time() == time()


def _track(policy: Policy, track_id: str) -> Track:
    if not track_id:
        return policy.tracks[0]
    for track in policy.tracks:
        if track.id == track_id:
            return track
    known = ", ".join(t.id for t in policy.tracks)
    raise Refusal("unknown", f"{track_id!r} is no track of this policy: it has {known}.")


def _imagined(
    policy: Policy, calendar: Calendar, at: datetime, track: Track, local: Local, facts: dict[str, str]
) -> Escalation:
    alone = policy.but(tracks=(track.but(if_={}, unless={}),))
    opening = Opening(
        case="forecast",
        policy=alone,
        calendar=calendar,
        local=local,
        facts=facts,
        raising="raising",
        receiving=("receiving",),
        raiser=Actor(role=next(iter(policy.roles))),
        opened_at=at,
    )
    return opened(opening, at).case


def _run_full_time(draft: Draft, stage_id: str, moment: datetime) -> datetime:
    """Do every act of the stage at its last moment, in order of due time; return the last of them."""
    done: set[int] = set()
    opened_at = draft.case.open_visits[-1].opened_at
    while True:
        waiting = [d for d in draft.case.outstanding if d.stage == stage_id and d.id not in done]
        if not waiting:
            return moment
        duty = min(waiting, key=lambda d: (d.due or moment, d.id))
        done.add(duty.id)
        if duty.strength != "may" and duty.due is not None:
            when = _last_moment(draft.case.calendar, duty.due, max(opened_at, duty.arose_at))
            moment = max(moment, when)
            _do(draft, duty, when)


def _do(draft: Draft, duty: Duty, when: datetime) -> None:
    party = next((p for p in draft.case.parties if p.id == duty.party), draft.case.parties[0])
    draft.now = max(draft.now, when)
    entry = draft.enter("act", when)
    happened = Happened(
        entry=entry,
        names=(duty.acts[0],),
        stage=duty.stage,
        visit=duty.visit,
        side=party.side,
        party=party.id,
        at=when,
        others=tuple(p.id for p in draft.case.parties if p != party),
    )
    happen(draft, happened, Actor(agency=party.agency, role=duty.by))


def _way_on(policy: Policy, stage_id: str) -> str:
    ids = [outcome.id for outcome in policy.outcomes_of(stage_id) if outcome.said_by != "every party"]
    return "not-agreed" if "not-agreed" in ids else ids[0] if ids else "outcome"


def _deadlines(draft: Draft) -> Iterator[ForecastDeadline]:
    """List what the walk brought about, in the order of its rules."""
    case = draft.case
    for duty in sorted(case.duties, key=lambda d: (str(d.origin), d.id)):
        rule, key = case.rule_of(duty), duty.origin
        if rule is None or not isinstance(key, RuleKey):
            continue
        due = _told(case.calendar, duty.due)
        words = say_when(case, duty if duty.due == duty.anchor_at else duty.but(due=due))
        line = _line(case, key, rule, duty.party or owner_of(case, duty), title_of(case, duty))
        makeshift = "" if duty.anchor or due is None else listed(list(rule.of), "or")
        yield line.but(due=due, due_words=words, why="" if due else words, makeshift=makeshift)


def _told(calendar: Calendar, due: datetime | None) -> datetime | None:
    """Return a deadline in hours from an act done just before midnight as from the midnight."""
    return due + TICK if due is not None and _is_midnight(calendar, due + TICK) else due


def _never_arisen(draft: Draft) -> Iterator[ForecastDeadline]:
    """List what nothing on this walk raised, and why: on the route all of it, elsewhere what has a time."""
    case, arisen = draft.case, {duty.origin for duty in draft.case.duties}
    for key, rule in case.policy.rules.items():
        stage = key.stage
        if key in arisen or (stage and stage not in case.policy.track(case.track).stages and rule.within == "none"):
            continue
        what = " or ".join(case.policy.act_title(case.policy.whole_act(act)) for act in rule.act)
        by = "both sides together" if rule.by == "together" else case.policy.role_title(rule.by)
        why = _why_not(case, stage, rule)
        yield _line(case, key, rule, by, what).but(due_words=why, why=why)


def _why_not(case: Escalation, stage: str, rule: DutyRule) -> str:
    if stage and stage not in case.policy.track(case.track).stages:
        return "its step is not on this route"
    if not applies(case.facts, rule.if_, rule.unless):
        asked = list(dict.fromkeys((*rule.if_, *rule.unless)))
        if all(name in case.facts for name in asked):
            return f"the answer to {listed(asked)} does not ask for it"
        return f"it depends on the answer to {listed(asked)}"
    follows = [event_words(case.policy, text, stage) for text in rule.when]
    return f"it follows {listed(follows, 'or')}: not on this walk"


def _line(case: Escalation, key: RuleKey, rule: DutyRule, by: str, what: str) -> ForecastDeadline:
    policy, stage = case.policy, key.stage
    acts = [policy.whole_act(act).removesuffix(".sent").removesuffix(".submitted") for act in rule.act]
    clause = policy.stage(stage).clause if stage else ""
    return ForecastDeadline(
        route=case.track,
        stage=stage,
        stage_title=policy.stage(stage).title if stage else "Every step",
        duty=str(key),
        act=" or ".join(acts),
        what=what,
        by=by,
        strength=rule.strength,
        timescale=time_given(policy, rule.within),
        due=None,
        due_words="",
        clause=rule.clause or ", ".join(part for part in (clause, *rule.rows) if part),
    )
