"""Eight invented partnerships: what was counted by hand, what is rehearsed, what a case gets and what is explained."""

import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from adapters.calendars import load_calendar
from adapters.policies import load_policy
from domain.base.identities import PlanAction
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.commands import ActDone, DateAgreed, NumberFilled
from domain.policy import Policy
from domain.policy.local_settings import Local
from domain.time.working_days import TICK
from domain.views.explanation import explain
from domain.views.forecast import forecast
from tests.domain.case import CARE, LONDON, SCHOOL, Case, london

PLACE = Path(__file__).parent / "elsewhere3"


class Lived(NamedTuple):
    """One policy, when a case under it opens, and every deadline as it was counted by hand."""

    opened: str
    due: dict[str, str]
    """Rule to due moment, on London's clocks; empty where there is none."""
    facts: dict[str, str] = {}
    meetings: dict[str, tuple[str, ...]] = {}


COUNTED = {
    "brackenshire": Lived(
        "2026-12-17 15:00",  # a Thursday; 25 and 28 December and 1 January are bank holidays
        {
            "first/1": "2026-12-22 00:00",  # Fri 18, Mon 21
            "first/2": "2026-12-25 00:00",  # from Mon 21: Tue 22, Wed 23, Thu 24
            "first/3": "2026-12-31 00:00",  # from the end of Thu 24: 24 h on Tue 29, 24 h on Wed 30
            "first/4": "2027-01-07 00:00",  # from Wed 30: Wed 6 January
            "first/5": "2026-12-26 00:00",  # from the end of Thu 24: all of Fri 25
            "second/1": "2027-01-07 00:00",  # opened on Wed 6
            "second/2": "2027-01-14 00:00",  # from Wed 6: Thu 7, Fri 8, Mon 11, Tue 12, Wed 13
            "second/3": "2027-01-08 00:00",  # from Wed 6: Thu 7
            "case/1": "2027-01-15 00:00",  # from Thu 17 December: Thu 14 January
        },
    ),
    "caldermouth": Lived(
        "2026-04-01 16:30",  # the Wednesday before Easter; Fri 3 and Mon 6 April are bank holidays
        {
            "asking/1": "2026-04-01 17:00",
            "asking/2": "2026-04-07 17:00",  # from Wed 1: Thu 2, Tue 7
            "asking/3": "2026-04-02 17:00",  # Thu 2
            "asking/4": "2026-04-09 17:00",  # from the receipt of Thu 2: Tue 7, Wed 8, Thu 9
            "asking/5": "2026-04-10 13:00",  # from Thu 9, 17:00: Fri 10, 9:00 to 13:00
            "asking/6": "2026-04-14 13:00",  # 11 h on Fri 10, 24 h on Mon 13, 13 h on Tue 14
            "asking/7": "2026-04-24 17:00",  # from Tue 14: Fri 24
            "managers/1": "2026-04-27 17:00",  # opened as Fri 24 was over: Mon 27
            "managers/2": "2026-05-05 17:00",  # from Mon 27: Tue 28 to Fri 1 May, Tue 5; Mon 4 is a bank holiday
            "managers/3": "2026-05-08 17:00",  # from Fri 24: Fri 8 May
        },
    ),
    "dunmore": Lived(
        "2026-11-23 11:00",  # Scotland: Mon 30 November, Fri 1 and Mon 4 January are bank holidays
        {
            "boards/1": "2026-11-28 00:00",  # from Fri 30 October: Fri 27 November
            "boards/2": "2026-12-02 00:00",  # from Fri 27: Tue 1 December
            "boards/3": "2026-12-09 10:00",  # the adults' board after Fri 27
            "boards/4": "2026-12-16 14:00",  # the children's board after the end of Tue 1
            "boards/5": "2026-12-17 00:00",  # from Wed 9: Thu 10, Fri 11, Mon 14, Tue 15, Wed 16
            "managers/1": "2026-12-22 00:00",  # from Wed 16: Thu 17, Fri 18, Mon 21
            "managers/2": "2027-01-05 00:00",  # from Mon 21: Mon 4 January, a day off, as every day counts
            "managers/3": "2027-01-12 00:00",  # from a day off: Tue 5 is day 1, Wed 6, Thu 7, Fri 8, Mon 11
        },
        {"decided-on": "2026-10-30"},
        {
            "adult-board": ("2026-11-25 10:00", "2026-12-09 10:00", "2027-01-13 10:00"),
            "child-board": ("2026-12-01 14:00", "2026-12-16 14:00", "2027-01-20 14:00"),
        },
    ),
    "eskdale": Lived(
        "2026-10-23 16:00",  # the Friday before clocks go back
        {
            "response-step/1": "",
            "response-step/2": "2026-10-24 16:00",
            "response-step/3": "2026-10-25 15:00",  # that Sunday has 25 hours
            "response-step/4": "2026-10-27 15:00",
            "response-step/5": "2026-10-29 15:00",
        },
        {"priority": "red"},
    ),
    "eskdale amber": Lived(
        "2026-10-23 16:00",
        {
            "response-step/1": "",
            "response-step/2": "2026-10-29 00:00",  # Mon 26, Tue 27, Wed 28
            "response-step/3": "2026-10-30 00:00",
            "response-step/4": "2026-11-01 00:00",
            "response-step/5": "2026-11-04 00:00",  # from the end of Sat 31: all of Mon 2 and Tue 3
        },
        {"priority": "amber"},
    ),
    "fenwick": Lived(
        "2026-08-24 09:00",  # Mon 31 August is a bank holiday
        {
            "talks-step/1": "2026-09-09 00:00",  # Tue 25 to Fri 28, Tue 1 to Fri 4, Mon 7, Tue 8
            "talks-step/2": "",
            "talks-step/3": "2026-09-02 00:00",  # Tue 25, Wed 26, Thu 27, Fri 28, Tue 1
            "talks-step/4": "2026-09-12 00:00",  # from Tue 8: Wed 9, Thu 10, Fri 11
        },
    ),
    "glenarm": Lived(
        "2026-07-09 10:00",  # Northern Ireland: Mon 13 July is a bank holiday
        {
            "before/1": "2026-07-17 00:00",  # back from Mon 20: Fri 17, Thu 16
            "before/2": "2026-07-11 00:00",  # Fri 10
            "before/3": "2026-07-17 00:00",  # from Fri 10: Tue 14, Wed 15, Thu 16
            "before/4": "2026-07-21 00:00",  # from the reply of Thu 16: Fri 17, Mon 20
            "before/5": "2026-07-21 00:00",  # from the letter of Fri 10: Tue 14, Wed 15, Thu 16, Fri 17, Mon 20
            "before/6": "2026-07-24 00:00",  # Thu 23, but it lapses on Mon 20
            "before/7": "2026-07-14 00:00",  # back from Mon 20: Mon 13, as every day counts
        },
        {"conference-on": "2026-07-20"},
    ),
    "hillbrook": Lived(
        "2026-12-17 15:00",  # days end at 16:00
        {
            "school-step/1": "2026-12-18 16:00",  # Fri 18
            "school-step/2": "2026-12-19 16:00",
            "first/1": "2026-12-22 16:00",  # from Sat 19: Mon 21 is day 1, Tue 22
            "first/2": "2026-12-29 16:00",  # Wed 23, Thu 24, Tue 29
            "first/3": "2026-12-31 16:00",  # 8 h on Tue 29, 24 h on Wed 30, 16 h on Thu 31
            "first/4": "2027-01-07 16:00",  # from Thu 31: Thu 7
            "first/5": "2026-12-30 16:00",
            "second/1": "2027-01-08 16:00",  # opened as Thu 7 was over: Fri 8
            "second/2": "2027-01-15 16:00",  # from Fri 8: Mon 11 to Fri 15
            "second/3": "2027-01-08 16:00",
            "case/1": "2027-01-16 16:00",  # from Sat 19 December: Sat 16 January
        },
    ),
    "ivelbridge": Lived(
        "2026-03-27 16:00",  # the Friday before clocks go forward
        {
            "hours/1": "2026-03-30 12:00",  # 1 h on Fri 27, 3 h on Mon 30
            "hours/2": "2026-03-31 16:00",  # 8 h on Fri 27, 24 h on Mon 30, 16 h on Tue 31
            "hours/3": "2026-03-29 17:00",  # that Sunday has 23 hours
            "hours/4": "2026-03-30 00:00",  # Sun 29
            "hours/5": "2026-03-31 13:00",  # from the letter: 5 h on Mon 30, 4 h on Tue 31; the reply comes after that
            "hours/6": "2026-03-28 00:00",  # Fri 27: the summary comes after that
        },
    ),
}


def policy(name: str) -> Policy:
    return load_policy(PLACE / f"{name.partition(' ')[0]}.toml")[0]


def local(told: Lived) -> Local:
    return Local(meetings={of: tuple(london(at) for at in times) for of, times in told.meetings.items()})


def clock(at: dt.datetime | None) -> str:
    """A moment on London's clocks; the last before a midnight is said as the midnight."""
    if at is None:
        return ""
    local_time = at.astimezone(LONDON)
    return f"{local_time + TICK if (local_time + TICK).time() == dt.time() else local_time:%Y-%m-%d %H:%M}"


def rehearsed(name: str) -> dict[str, str]:
    told, rules = COUNTED[name], policy(name)
    calendar = load_calendar(rules.nation, window=(2024, 2031))
    return {
        line.duty: clock(line.due)
        for line in reversed(forecast(rules, calendar, london(told.opened), "", local(told), told.facts))
        if not line.why.startswith("it follows")
    }


def lived(name: str) -> Case:
    """A case in which everything owed is done at its last moment, and each step is left when nothing more is."""
    told, rules = COUNTED[name], policy(name)
    case = Case(
        told.opened,
        policy=rules,
        calendar=load_calendar(rules.nation, window=(2024, 2031)),
        local=local(told),
        facts=told.facts,
        raiser=Actor(role=rules.stage(rules.tracks[0].stages[0]).raising[0]),
    )
    last = case.now
    for _ in range(60):
        stages = set(case.stages)
        waiting = [d for d in case.state.outstanding if d.due and d.strength != "may" and d.stage in stages]
        if not waiting:
            if case.ended or not _goes_on(case, last):
                return case
            continue
        duty = min(waiting, key=lambda d: (d.due, d.id))
        assert duty.due is not None
        midnight = duty.due.astimezone(LONDON).time() == dt.time()
        at = max(duty.due - TICK if midnight else duty.due, duty.arose_at)
        case.now = last = max(case.now, at)
        _does(case, duty.acts[0], duty.party, duty.by, at)
    raise AssertionError("it goes round in a circle")


def _goes_on(case: Case, last: dt.datetime) -> bool:
    outcome = "handed-over" if "school-step" in case.stages else "not-agreed"
    before = case.stages
    case.says(SCHOOL, outcome)
    return case.stages != before


def _does(case: Case, act: str, party: str, by: str, at: dt.datetime) -> None:
    told = case.state.policy.acts[act.partition(".")[0]]
    said: dict[str, Any] = {"fields": dict.fromkeys(told.fields, "as said")}
    if act.endswith(".date-set"):
        said["date"] = at + dt.timedelta(days=7)
    if told.kind == "plan":
        case.now = at
        case.agree(by="2027-06-01")
        return
    if act.endswith(".signed"):
        for role in told.signed_by:
            case.takes(ActDone(by=Actor(agency=SCHOOL, role=role, person=f"{role}@example.org"), at=at, act=act))
        return
    who = case.seat(party or SCHOOL) if by in {"raising", "receiving", "each party", "together"} else Actor(role=by)
    case.takes(ActDone(by=who, at=at, act=act, **said))


@pytest.mark.parametrize("name", COUNTED)
def test_a_rehearsal_gives_what_was_counted_by_hand(name: str) -> None:
    assert rehearsed(name) == COUNTED[name].due


@pytest.mark.parametrize("name", COUNTED)
def test_a_case_gives_what_was_counted_by_hand_and_explain_says_the_same(name: str) -> None:
    case = lived(name)
    planned = [duty for duty in case.state.duties if not isinstance(duty.origin, PlanAction)]
    found = {str(duty.origin): clock(duty.due) for duty in reversed(planned)}
    told = {one.rule: clock(one.due) for one in reversed(explain(case.state)) if one.rule in found}

    assert found == COUNTED[name].due
    assert told == COUNTED[name].due


def test_one_side_does_not_put_off_a_date_that_stands_in_by_setting_the_number() -> None:
    """The time of Fenwick's letter is not known: an agreed date stands in for it until somebody sets the number."""
    case = Case("2026-08-24 09:00", policy=policy("fenwick"), raiser=Actor(role="practitioner"))
    manager, office = Actor(agency=CARE, role="manager"), Actor(role="operations", person="R. Adeyemi")
    case.takes(DateAgreed(by=manager, timescale="letter-time", until=london("2026-09-01 12:00")))

    with pytest.raises(Refusal, match=r"set already, by midday on Tuesday 1 September 2026, and one side alone"):
        case.takes(NumberFilled(by=manager, timescale="letter-time", within="90 working days", whose="our own board"))
    held = clock(case.duty("talks-step/2").due)
    case.takes(NumberFilled(by=manager, timescale="letter-time", within="3 working days", whose="our own board"))

    assert (held, clock(case.duty("talks-step/2").due)) == ("2026-09-01 12:00", "2026-08-28 00:00")

    case.takes(NumberFilled(by=office, timescale="letter-time", within="10 working days", whose="the partnership"))
    assert clock(case.duty("talks-step/2").due) == "2026-09-09 00:00"
