"""What is left of a clock in a pause: kept in its own unit, neither more nor less (rule 47)."""

import datetime as dt
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case.state import Duty
from domain.commands import Contested, Corrected
from domain.engine.draft import Draft
from domain.engine.periods import after, stood_still
from domain.engine.recompute import recompute
from domain.policy import parse_period, read_policy
from domain.policy.local_settings import Local
from tests.domain.case import CARE, SCHOOL, london
from tests.domain.still import TEXT, dues, explained, opened, pauses


def test_rule_47_every_clock_keeps_what_is_left_of_it_in_its_own_unit() -> None:
    case = opened().sleep_to("2025-03-04 14:00")
    before = dues(case)
    pauses(case)
    assert before["days"] == london("2025-03-12")
    held = {duty.acts[0]: duty for duty in case.state.outstanding}
    for act in ("days", "hours", "clock", "office", "month", "free", "guide"):
        assert (held[act].due, held[act].late_from, held[act].held_due) == (None, None, before[act])
        assert held[act].waits == "paused until 10:00am on Monday 17 March 2025"
    assert case.pass_to("2025-03-17 09:00").of_kind("overdue") == []
    case.replays()

    case.pass_to("2025-03-17 11:00")

    assert case.state.pause is None
    assert case.kinds()[-1] == "resumed"
    assert case.of_kind("resumed")[0].at == london("2025-03-17 10:00")
    after = dues(case)
    assert after["days"] == london("2025-03-25")  # six working days of March were left, the 5th to the 11th
    assert after["hours"] == london("2025-03-19 06:00")  # 44 hours
    assert after["clock"] == london("2025-03-19 18:00")  # 56 hours
    assert after["office"] == london("2025-03-19 10:00")  # 3 hours of Tuesday were left and 17 more were owed
    assert after["month"] == london("2025-04-15")
    assert after["prompt"] == london("2025-03-04 10:00")
    assert case.duty("one/6").late_from == london("2025-03-17 14:00")  # 4 of its 8 hours were left
    assert case.duty("one/7").late_from == london("2025-04-01")
    assert (case.duty("one/8").late_from, case.duty("one/9").late_from) == (None, None)
    assert after["met"] == london("2025-03-20 14:00")
    case.replays()


def test_rule_47_a_meeting_that_falls_into_the_pause_gives_way_to_the_next() -> None:
    case = pauses(opened(), "2025-03-25 10:00").pass_to("2025-03-26")

    assert case.duty("one/10").due == london("2025-05-20 14:00")


def test_rule_47_a_planned_date_stays_and_one_that_passed_in_the_pause_keeps_what_was_left_of_it() -> None:
    ahead, passed = opened(), opened()
    ahead.does(SCHOOL, "panel.date-set", date=london("2025-03-19 14:00"))
    passed.does(SCHOOL, "panel.date-set", date=london("2025-03-06 10:00"))
    for case in (ahead, passed):
        pauses(case).pass_to("2025-03-17 12:00")

    assert ahead.duty("one/11").due == london("2025-03-19 14:00")
    assert passed.duty("one/11").due == london("2025-03-19 10:00")


def test_rule_47_a_clock_reckoned_again_after_a_pause_still_leaves_the_pause_out() -> None:
    case = opened().sleep_to("2025-03-04 14:00")
    pauses(case).pass_to("2025-03-17 12:00")
    before = case.state.duties
    draft = Draft(case.state, case.now)
    draft.enter("act", case.now)
    recompute(draft, "nothing has changed")

    assert draft.case.duties == before
    case.does(SCHOOL, "talk", at="2025-03-04 12:00")
    assert case.duty("one/2").due == london("2025-03-19 08:00")
    entry = case.of_kind("act")[-1].number
    case.takes(Corrected(by=case.seat(SCHOOL), entry=entry, reason="a slip", happened_at=london("2025-03-04 13:00")))
    assert case.duty("one/2").due == london("2025-03-19 09:00")
    case.replays()


def test_a_pause_is_explained_while_it_lasts_and_afterwards() -> None:
    case = pauses(opened().sleep_to("2025-03-04 14:00"))
    told = explained(case, "one/1")
    assert told.due_words == "paused until 10:00am on Monday 17 March 2025"
    assert told.late_words == "not yet: paused until 10:00am on Monday 17 March 2025"
    assert "Without the pause it would run out by the end of Tuesday 11 March 2025." in told.notes[0]

    case.pass_to("2025-03-18")
    told = explained(case, "one/1")
    assert told.notes[0].startswith("The clock stood still from Tuesday 4 March 2025, 2:00pm to Monday 17 March")
    assert [(day.date.day, day.counts) for day in told.days if day.counts] == [
        (18, "day 1"), (19, "day 2"), (20, "day 3"), (21, "day 4"), (24, "day 5"),
    ]  # fmt: skip
    assert {day.why_not for day in told.days if not day.counts} >= {"the clock stood still", "the day it started"}
    hours = explained(case, "one/2")
    assert [day.counts for day in hours.days if day.counts] == ["4 hours", "14 hours", "24 hours", "6 hours"]


INSTANTS = st.integers(0, 60 * 24 * 500).map(
    lambda minutes: dt.datetime(2025, 1, 2, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
LENGTHS = st.integers(0, 60 * 24 * 40).map(lambda minutes: dt.timedelta(minutes=minutes))
UNITS = st.sampled_from(
    ["1 working day", "5 working days", "48 hours on working days", "20 working hours", "60 hours", "28 days"]
)


@given(INSTANTS, UNITS, LENGTHS, LENGTHS, LENGTHS)
def test_rule_47_what_is_left_neither_grows_nor_shrinks_in_a_pause(
    start: dt.datetime, within: str, ran: dt.timedelta, length: dt.timedelta, later: dt.timedelta
) -> None:
    case, unit = opened().state, parse_period(within)
    due = after(case, unit, start)
    since = start + ran
    if since >= due:
        return
    until = since + length

    moved = stood_still(case, unit, due, since, until)

    assert moved is not None
    assert stood_still(case, unit, due, since, since) == due, "a pause of no length moves nothing"
    assert moved > until
    assert moved >= due
    longer = stood_still(case, unit, due, since, until + later)
    assert longer is not None
    assert longer >= moved, "a longer pause never makes it due earlier"
    if unit.kind == "hours":
        assert moved - due == length
    if within.endswith("working days") and not within.startswith("48"):
        calendar = case.calendar
        left = [day for day in calendar.counted_days(since, due) if day.counted]
        after_it = [day for day in calendar.counted_days(until, moved) if day.counted]
        assert len(after_it) == len(left) or (not left and len(after_it) <= 1)


@given(LENGTHS, st.integers(1, 60 * 24 * 30), st.integers(0, 60 * 24 * 20))
@settings(deadline=None, max_examples=30)
def test_rule_47_a_clock_that_went_on_is_the_one_reckoned_from_the_start(
    ran: dt.timedelta, minutes: int, then: int
) -> None:
    """Going on with what is left, and reckoning anew with the pause left out, are one and the same."""
    case = opened(Local(pausing=True, tolerance="8 hours", untimed="10 working days"))
    begins = case.now + ran
    case.pass_to(_said(begins))
    ends = begins + dt.timedelta(minutes=minutes)
    pauses(case, _said(ends)).pass_to(_said(ends + dt.timedelta(minutes=then)))
    draft = Draft(case.state, case.now)
    draft.enter("act", case.now)
    recompute(draft, "nothing has changed")

    assert clocks(draft.case.duties) == clocks(case.state.duties)
    case.replays()


def _said(instant: dt.datetime) -> str:
    return instant.replace(tzinfo=None).isoformat() if instant < london("2025-03-30 02:00") else _summer(instant)


def _summer(instant: dt.datetime) -> str:
    return (instant + dt.timedelta(hours=1)).replace(tzinfo=None).isoformat()


def clocks(duties: tuple[Duty, ...]) -> list[tuple[object, ...]]:
    return [(str(duty.origin), duty.due, duty.late_from, duty.waits) for duty in duties]


@pytest.mark.parametrize(("act", "due"), [("days", "2025-03-25"), ("hours", "2025-03-19 06:00")])
def test_rule_15_what_is_contested_in_a_pause_or_after_it_leaves_the_pause_out(act: str, due: str) -> None:
    text = TEXT.replace(f'act = "{act}", by = "raising"', f'act = "{act}", by = "together"')
    for when in ("before", "while", "after"):
        case = opened(policy=read_policy(tomllib.loads(text))).sleep_to("2025-03-04 14:00")
        if when != "while":
            case.does(SCHOOL, act)
        pauses(case)
        if when == "while":
            case.does(SCHOOL, act)
        entry = case.of_kind("act")[0].number
        case.pass_to("2025-03-18" if when != "before" else "2025-03-08")
        case.takes(Contested(by=case.seat(CARE), entry=entry, reason="not so"))
        case.pass_to("2025-03-18")

        duty = next(duty for duty in case.state.duties if duty.acts == (act,))
        assert (duty.is_outstanding, duty.due, duty.held_at) == (True, london(due), None)
        case.replays()
