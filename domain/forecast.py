"""Every deadline of a ladder if each step runs its full time: `policy deadlines`. No server, no case of anybody's."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time

from .calendar import Calendar
from .decide.duties.arising import happen
from .decide.moves.opening import choose_track, opened
from .decide.moves.stages import leave, open_stage
from .decide.turn import Turn, owner_of, say_when, title_of
from .escalation import Duty, Escalation, Occurrence
from .event_words import time_given
from .events import Opening
from .local import Local
from .people import Actor
from .policy import Policy, Track
from .refusals import Refusal
from .value import Instant, Value
from .working_days import TICK


class ForecastDeadline(Value):
    """One deadline of the ladder."""

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
    """None where the policy's number is not known."""
    due_words: str
    clause: str


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
    at once, all others at their due moment.

    Raises:
        Refusal: there is no such track.
    """
    track = choose_track(policy, dict(facts)) if facts and not track_id else _track(policy, track_id)
    turn = Turn(_imagined(policy, calendar, at, track, local or Local(), dict(facts or {})), at)
    moment = at
    for stage_id in track.stages:
        if stage_id != track.stages[0]:
            turn.now = moment
            open_stage(turn, stage_id, moment)
        moment = _before_midnight(calendar, _run_full_time(turn, stage_id, moment))
        visit = turn.case.open_visits[-1]
        outcome = _way_on(policy, stage_id)
        turn.now = moment
        entry = turn.enter("outcome", moment)
        happen(turn, Occurrence(entry=entry, names=(outcome, "outcome"), stage=stage_id, visit=visit.number, at=moment))
        leave(turn, visit, moment, outcome, entry)
    return tuple(_deadlines(turn))


def _before_midnight(calendar: Calendar, moment: datetime) -> datetime:
    """Return the last instant of the day that a midnight ends: a step that runs its full time is left on that day."""
    return moment - TICK if calendar.local(moment).time() == time() else moment


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


def _run_full_time(turn: Turn, stage_id: str, moment: datetime) -> datetime:
    """Do every act of the stage at its due moment, in order of due time; return the last of them."""
    done: set[int] = set()
    while True:
        waiting = [d for d in turn.case.outstanding if d.stage == stage_id and d.id not in done]
        if not waiting:
            return moment
        duty = min(waiting, key=lambda d: (d.due or moment, d.id))
        done.add(duty.id)
        when = max(duty.due or duty.anchor_at, turn.case.open_visits[-1].opened_at)
        if duty.strength != "may" and duty.due is not None:
            moment = max(moment, when)
            _do(turn, duty, when)


def _do(turn: Turn, duty: Duty, when: datetime) -> None:
    party = next((p for p in turn.case.parties if p.id == duty.party), turn.case.parties[0])
    turn.now = max(turn.now, when)
    entry = turn.enter("act", when)
    happened = Occurrence(
        entry=entry,
        names=(duty.acts[0],),
        stage=duty.stage,
        visit=duty.visit,
        side=party.side,
        party=party.id,
        at=when,
        others=tuple(p.id for p in turn.case.parties if p != party),
    )
    happen(turn, happened, Actor(agency=party.agency, role=duty.by))


def _way_on(policy: Policy, stage_id: str) -> str:
    ids = [outcome.id for outcome in policy.outcomes_of(stage_id) if outcome.said_by != "every party"]
    return "not-agreed" if "not-agreed" in ids else ids[0] if ids else "outcome"


def _deadlines(turn: Turn) -> Iterator[ForecastDeadline]:
    """List what the walk brought about: every duty with a time, or with a time that is not known."""
    policy = turn.case.policy
    order = [visit.stage for visit in turn.case.visits]
    for duty in sorted(turn.case.duties, key=lambda d: (order.index(d.stage) if d.stage else len(order), d.rule, d.id)):
        rule = turn.case.rule_of(duty)
        if rule is None or (duty.due is None and not duty.waits):
            continue
        acts = [act.removesuffix(".sent").removesuffix(".submitted") for act in duty.acts]
        clause = policy.stage(duty.stage).clause if duty.stage else ""
        yield ForecastDeadline(
            stage=duty.stage,
            stage_title=policy.stage(duty.stage).title if duty.stage else "Every step",
            duty=duty.rule,
            act=" or ".join(acts),
            what=title_of(turn.case, duty),
            by=duty.party or owner_of(turn.case, duty),
            strength=duty.strength,
            timescale=time_given(policy, rule.within),
            due=duty.due,
            due_words=say_when(turn.case, duty),
            clause=rule.clause or ", ".join(part for part in (clause, *rule.rows) if part),
        )
