"""Dates, numbers, meetings, delays and pauses in any order: nothing raises, time moves on, and the record replays."""

import datetime as dt
import tomllib
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.commands import (
    ActDone,
    Contested,
    Corrected,
    DateAgreed,
    Event,
    Extended,
    FactSaid,
    MeetingsPlanned,
    MomentPassed,
    NumberFilled,
    OutcomeSaid,
    Paused,
    Reopened,
    Unpaused,
    Withdrawn,
)
from domain.decide import decide
from domain.engine.moments import next_moment
from domain.policy import read_policy
from domain.policy.local_settings import Local
from domain.views.explanation import explain
from domain.views.status import status_of
from tests.domain.case import CARE, SCHOOL, Case
from tests.domain.still import TEXT as STILL
from tests.domain.timed import TEXT as TIMED

HOUR = dt.timedelta(hours=1)
LOCALS = (
    Local(extensions=True, pausing=True, withdrawal=True, reminders=("2 working days", "4 hours")),
    Local(extensions=True, pausing=True, withdrawal=True, tolerance="8 hours", untimed="3 working days"),
)
SCALES = ("reply", "graded", "shorter", "other", "one/5", "papers-in", "nothing")
SAID_TWICE: list[Any] = [(13, False, 0, 0, 62), (13, False, 0, 0, 65)]
"""A number that is set as it was already, at the very instant of a reminder."""
ACTS = ("talk", "letter", "papers", "panel.held", "panel.date-set", "mediated", "met", "considered", "days", "hours")
OUTCOMES = ("to-mediation", "over", "lessons", "not-agreed", "stopped")
WITHIN = ("2 working days", "30 hours", "3 days before", "immediately", "9 working hours")

Make = Callable[[Case, Actor, int, int], Event]


def _until(case: Case, ahead: int) -> dt.datetime:
    return case.now + ahead * 7 * HOUR


MAKES: tuple[Make, ...] = (
    lambda case, by, n, ahead: NumberFilled(
        by=by, timescale=SCALES[n % 7], within=WITHIN[ahead % 5], whose="the board"
    ),
    lambda case, by, n, ahead: DateAgreed(by=by, timescale=SCALES[n % 7], until=_until(case, ahead)),
    lambda case, by, n, ahead: MeetingsPlanned(by=by, of="group", at_times=(_until(case, ahead), _until(case, n))),
    lambda case, by, n, ahead: Extended(by=by, duty=n, until=_until(case, ahead), reason="as said"),
    lambda case, by, n, ahead: Paused(by=by, until=_until(case, ahead), reason="as said"),
    lambda case, by, n, ahead: Paused(by=by, until=case.now + 100 * HOUR, reason="as said"),
    lambda case, by, n, ahead: Unpaused(by=by),
    lambda case, by, n, ahead: Withdrawn(by=by, reason="as said"),
    lambda case, by, n, ahead: Reopened(by=by, reason="as said"),
    lambda case, by, n, ahead: OutcomeSaid(by=by, outcome=OUTCOMES[n % 5]),
    lambda case, by, n, ahead: ActDone(by=by, act=ACTS[n % 10], date=_until(case, ahead)),
    lambda case, by, n, ahead: ActDone(by=by, act=ACTS[n % 10], at=case.now - ahead * HOUR),
    lambda case, by, n, ahead: ActDone(by=by, act="panel.date-set", date=_until(case, ahead)),
    lambda case, by, n, ahead: FactSaid(by=by, fact="urgency", value=("low", "high")[n % 2], reason="as said"),
    lambda case, by, n, ahead: FactSaid(
        by=by, fact="conference", value=_until(case, ahead).isoformat(), reason="as said"
    ),
    lambda case, by, n, ahead: Contested(by=by, entry=case.state.entries - n % 6, reason="as said"),
    lambda case, by, n, ahead: Corrected(by=by, entry=case.state.entries - n % 6, reason="as said", strike=True),
    lambda case, by, n, ahead: Corrected(
        by=by, entry=case.state.entries - n % 6, reason="as said", happened_at=case.now - ahead * HOUR
    ),
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(MAKES) - 1), st.booleans(), st.integers(0, 12), st.integers(0, 60), st.integers(0, 90)
    ),
    min_size=1,
    max_size=12,
)


def passes(case: Case, hours: int, *, awake: bool) -> None:
    """Let time pass, with a worker running or none."""
    target = case.now + hours * HOUR
    for _ in range(500 if awake else 0):
        moment = next_moment(case.state)
        if moment is None or moment > target:
            break
        case.now = max(case.now, moment)
        before = case.state
        case.takes(MomentPassed())
        assert case.state != before, "a moment passed and changed nothing"
    else:
        assert not awake, "moments go round in a circle"
    case.now = target


def holds(case: Case) -> None:
    """What must hold always."""
    for duty in case.state.duties:
        assert duty.late_from is None or duty.held_at is None
        if duty.held_at is not None and duty.is_outstanding:
            assert case.state.pause is not None
            assert (duty.due, duty.is_overdue) == (None, False)
        if duty.due is not None and duty.late_from is not None:
            assert duty.late_from >= duty.due
    standing, told = status_of(case.state), explain(case.state)
    assert len(told) == len(case.state.duties)
    assert case.state.closed_at or standing.next_moment or standing.waits_for


def overdue(case: Case) -> dict[int, Any]:
    return {duty.id: duty.overdue_at for duty in case.state.duties if duty.is_overdue}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@example(TIMED, LOCALS[0], [(0, False, 0, 0, hours) for hours in (0, 24, 30, 50, 57, 58)] + SAID_TWICE, False)
@given(st.sampled_from([STILL, TIMED]), st.sampled_from(LOCALS), STEPS, st.booleans())
def test_times_hold_whatever_is_said_of_them(text: str, local: Local, steps: list[Any], awake: bool) -> None:
    case = Case(policy=read_policy(tomllib.loads(text)), local=local, raiser=Actor(role="worker"))
    for which, ours, n, ahead, hours in steps:
        passes(case, hours, awake=awake)
        for party in (SCHOOL, CARE) if 3 <= which <= 5 else ((SCHOOL if ours else CARE),):
            role = "group" if n == 12 else "lead" if n == 11 and text is TIMED else "worker"
            event = MAKES[which](case, Actor(agency="" if role == "group" else party, role=role), n, ahead)
            late = overdue(case)
            try:
                case.takes(event)
            except Refusal:
                continue
            holds(case)
            if isinstance(event, Extended | Paused | Unpaused | NumberFilled | MeetingsPlanned):
                now = {duty.id: duty.overdue_at for duty in case.state.duties}  # also of what a planned date has ended
                assert all(now.get(number) == at for number, at in late.items()), "what was late stays late"
    case.replays()
    assert decide(case.state, MomentPassed(), case.now).escalation is not None
