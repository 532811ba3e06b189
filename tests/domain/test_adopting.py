"""A running case takes another edition of its policy or its calendar (rules 51 and 52)."""

import datetime as dt
import tomllib
from functools import partial
from typing import Any

import pytest

from domain.base.identities import Claim, OutcomeClaim
from domain.base.people import Actor
from domain.commands import CalendarAdopted, Corrected, EditionAdopted
from domain.commands.editions import preview
from domain.policy import Policy, check_policy, read_policy
from domain.time.working_days import DayOff
from domain.views.explanation import explain
from domain.views.status import status_of
from tests.domain.case import CARE, SCHOOL, Case, england, london, refused

OLD = """
[policy]
id = "made"
title = "A made policy"
edition = "1"
nation = "england-and-wales"
effective = 2025-01-01

[fact]
topic = { values = ["care", "conduct"] }

[role]
worker = { title = "worker" }
lead = { title = "lead" }

[act]
talk = { kind = "discussion" }
checked = { kind = "record" }
written = { kind = "record" }
noted = { kind = "record" }
plan = { kind = "plan" }

[[track]]
id = "ladder"
stages = ["one", "two"]

[[stage]]
id = "one"
title = "Step one"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "talk", by = "together", within = "2 working days", clause = "1" },
  { act = "checked", by = "each party", within = "5 working days", of = ["one.talk", "one.opened"], clause = "2" },
  { id = "paper", act = "written", by = "raising", within = "3 working days", clause = "3" },
]
outcome = [
  { id = "agreed", said_by = "every party", needs = ["plan"], leads_to = "end: resolved" },
  { id = "settled", said_by = "every party", leads_to = "end: stopped" },
  { id = "go", said_by = "any party", leads_to = "next" },
]
[[stage]]
id = "two"
title = "Step two"
raising = ["lead"]
receiving = ["lead"]
duty = [{ act = "talk", by = "together", within = "4 working days", of = ["one.talk", "two.opened"], clause = "4" }]
outcome = [
  { id = "over", said_by = "any party", leads_to = "end: stopped" },
  { id = "back", said_by = "any party", leads_to = "one" },
]
"""


def edition(text: str = OLD, *, number: str = "2") -> Policy:
    return read_policy(tomllib.loads(text.replace('edition = "1"', f'edition = "{number}"')))


def swapped(*pairs: tuple[str, str], number: str = "2") -> Policy:
    text = OLD
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    policy = edition(text, number=number)
    assert not [fault for fault in check_policy(policy) if fault.severity == "fault"]
    return policy


class Running(Case):
    """A case of the old edition."""

    def __init__(self, **said: Any) -> None:
        super().__init__(policy=edition(number="1"), raiser=Actor(role="worker"), **said)

    def event(self, policy: Policy, **said: Any) -> EditionAdopted:
        by = Actor(role="operations", person="office-7")
        return EditionAdopted(**{"by": by, "policy": policy, "reason": "the area has a new edition"} | said)

    def adopts(self, policy: Policy, **said: Any) -> Any:
        return self.takes(self.event(policy, **said))

    def replays(self) -> None:
        super().replays()
        status_of(self.state)
        explain(self.state)


def test_rule_51_undone_duties_are_reckoned_again_from_the_same_start() -> None:
    case = Running().sleep_to("2025-03-04 11:00")
    case.does(SCHOOL, "talk")
    case.sleep_to("2025-03-05 10:00")

    answer = case.adopts(swapped(('within = "5 working days"', 'within = "7 working days"')))

    checked = case.duty("one/2", CARE)
    assert (checked.anchor, checked.anchor_at) == ("one.talk", london("2025-03-04 11:00"))
    assert checked.due == london("2025-03-14 00:00")
    assert case.state.policy.edition == "2"
    assert "Deadlines moved: 2; lapsed: 0; new: 0." in answer.sentence
    case.replays()


def test_rule_51_the_entry_lists_each_deadline_before_and_after() -> None:
    case = Running()

    case.adopts(swapped(('within = "3 working days"', 'within = "1 working day"')))

    body = case.of_kind("edition-adopted")[0].body
    assert (body["before"], body["after"]) == ("1", "2")
    assert body["moved"] == [
        {
            "duty": 4,
            "what": "written",
            "by": SCHOOL,
            "how": "moved",
            "before": "2025-03-08T00:00:00Z",
            "after": "2025-03-06T00:00:00Z",
        }
    ]
    assert case.told("times-changed") == [("worker", SCHOOL), ("worker", CARE)]


def test_rule_51_a_deadline_that_the_edition_puts_in_the_past_is_late_from_the_adoption_on() -> None:
    case = Running().sleep_to("2025-03-07 10:00")

    case.adopts(swapped(('within = "3 working days"', 'within = "1 working day"')))

    assert case.duty("one/3").due == london("2025-03-06 00:00")
    assert case.duty("one/3").late_from == london("2025-03-07 10:00")
    case.replays()


def test_rule_51_what_was_done_or_is_late_is_not_judged_again() -> None:
    case = Running().sleep_to("2025-03-04 12:00")
    case.does(SCHOOL, "written")
    case.pass_to("2025-03-07 10:00")
    assert case.duty("one/1").is_overdue

    case.adopts(
        swapped(
            (
                'act = "talk", by = "together", within = "2 working days"',
                'act = "talk", by = "together", within = "9 working days"',
            ),
            ('within = "3 working days"', 'within = "1 hour"'),
        )
    )

    late, done = case.duty("one/1"), case.duty("one/3")
    assert late.is_overdue
    assert late.due == london("2025-03-07 00:00")
    assert late.under == done.under == "edition 1"
    assert not done.was_late
    assert "overdue-withdrawn" not in case.kinds()
    case.does(SCHOOL, "talk")
    assert case.duty("one/1").was_late
    case.replays()


def test_rule_51_a_correction_later_does_not_judge_by_the_new_edition_what_the_old_one_judged() -> None:
    case = Running().sleep_to("2025-03-04 12:00")
    case.does(SCHOOL, "written")
    case.does(SCHOOL, "talk")
    case.adopts(swapped(('within = "3 working days"', 'within = "1 hour"')))

    talk = next(e.number for e in case.of_kind("act") if e.body["act"] == "talk")
    moved = Corrected(by=case.seat(SCHOOL), entry=talk, reason="earlier", happened_at=london("2025-03-04 11:00"))
    case.takes(moved)

    assert case.duty("one/3").due == london("2025-03-08 00:00")
    told = next(e for e in explain(case.state) if e.rule == "one/3")
    assert told.timescale == "as edition 1 had it"
    case.replays()


def test_rule_51_what_the_edition_does_not_ask_for_lapses_by_edition() -> None:
    case = Running()

    case.adopts(
        swapped(('  { id = "paper", act = "written", by = "raising", within = "3 working days", clause = "3" },\n', ""))
    )

    gone = case.state.duties[3]
    assert gone.state == "lapsed"
    assert gone.ended_because.startswith("by edition")
    assert str(gone.origin) == "former one/3"
    case.replays()


def test_rule_51_a_duty_under_a_condition_that_does_not_hold_lapses_too() -> None:
    case = Running(facts={"topic": "care"})

    case.adopts(swapped(('clause = "1" }', 'clause = "1", if = { topic = "conduct" } }')))

    assert case.duty("one/1").ended_because.startswith("by edition")


def test_rule_51_new_duties_arise_for_visits_now_open_alone() -> None:
    first = '  { act = "noted", by = "each party", within = "1 working day", clause = "9" },\n'
    case = Running()
    case.says(SCHOOL, "go")
    case.sleep_to("2025-03-10 10:00")

    case.adopts(
        swapped(
            ('duty = [\n  { act = "talk"', f'duty = [\n{first}  {{ act = "talk"'),
            ('duty = [{ act = "talk"', f'duty = [\n{first}  {{ act = "talk"'),
        )
    )

    assert case.duties("one/1") == []
    assert [d.party for d in case.duties("two/1")] == [SCHOOL, CARE]
    noted = case.duty("two/1", CARE)
    assert (noted.arose_at, noted.due) == (london("2025-03-04 10:00"), london("2025-03-06 00:00"))
    assert noted.late_from == london("2025-03-10 10:00")
    assert case.duty("two/2").due == london("2025-03-11 00:00")
    assert ("lead", SCHOOL) in [(n.to.role, n.to.agency) for n in case.notices if n.kind in {"owed", "times-changed"}]
    case.replays()


def test_rule_51_a_duty_keeps_its_id_though_its_act_changes() -> None:
    case = Running()

    case.adopts(swapped(('id = "paper", act = "written"', 'id = "paper", act = "noted"')))

    assert case.duty("one/3").acts == ("noted",)
    assert len(case.duties("one/3")) == 1
    case.does(SCHOOL, "noted")
    assert case.duty("one/3").state == "done"
    case.replays()


def test_rule_51_another_owners_duty_is_another_duty() -> None:
    case = Running()

    case.adopts(swapped(('act = "checked", by = "each party"', 'act = "checked", by = "together"')))

    assert [(d.by, d.state) for d in case.state.duties if d.acts == ("checked",)] == [
        ("each party", "lapsed"),
        ("each party", "lapsed"),
        ("together", "outstanding"),
    ]
    case.replays()


def test_rule_51_a_renamed_step_goes_on_under_its_new_name() -> None:
    case = Running()
    case.does(SCHOOL, "talk")
    case.says(SCHOOL, "settled")
    renamed = swapped(
        ('id = "one"', 'id = "first"\nwas = "one"'),
        ('stages = ["one", "two"]', 'stages = ["first", "two"]'),
        ('leads_to = "one"', 'leads_to = "first"'),
        ('of = ["one.talk", "one.opened"]', 'of = ["first.talk", "first.opened"]'),
        ('of = ["one.talk", "two.opened"]', 'of = ["first.talk", "two.opened"]'),
    )

    case.adopts(renamed)

    assert case.stages == ["first"]
    assert case.of_kind("edition-adopted")[0].body.get("moved") is None
    assert case.duty("first/2", CARE).anchor == "first.talk"
    assert case.state.claims == (Claim(about=OutcomeClaim(stage="first", visit=1, outcome="settled"), said=(SCHOOL,)),)
    case.says(CARE, "settled")
    assert case.ended == "stopped"
    case.replays()


RENAMED = (
    ('id = "one"', 'id = "first"\nwas = "one"'),
    ('stages = ["one", "two"]', 'stages = ["first", "two"]'),
    ('leads_to = "one"', 'leads_to = "first"'),
    ('of = ["one.talk", "one.opened"]', 'of = ["first.talk", "first.opened"]'),
    ('of = ["one.talk", "two.opened"]', 'of = ["first.talk", "two.opened"]'),
)


def test_rule_51_all_that_speaks_of_a_renamed_step_speaks_of_it_by_its_new_name() -> None:
    case = Running()
    case.says(CARE, "settled", recorded_by="office-7", evidence="a letter")
    claim = case.of_kind("claim")[0].number
    case.proposes(SCHOOL)

    case.adopts(swapped(*RENAMED))

    settled = OutcomeClaim(stage="first", visit=1, outcome="settled")
    assert case.state.behalf[claim].claims == (settled,)
    assert case.state.plan is not None
    assert case.state.plan.stage == "first"
    assert [one.stage for one in status_of(case.state).waiting] == ["first", "first"]
    case.contests(CARE, claim)
    assert case.state.claims == ()
    case.replays()


RISKY = """
[[stage]]
id = "STEP"
title = "Immediate risk"
strand = "risk"
raising = ["worker"]
duty = [{ act = "noted", by = "anyone", within = "immediately", of = "risk.raised", clause = "9" }]
outcome = [{ id = "safe", said_by = "any party", needs = ["noted"], leads_to = "done" }]
"""


@pytest.mark.parametrize("word", ["danger", "risk"])
def test_rule_51_immediate_risk_stays_open_where_its_step_is_renamed(word: str) -> None:
    policy = edition(OLD + RISKY.replace("STEP", word), number="1")
    case = Case(policy=policy, raiser=Actor(role="worker"))
    case.raises_risk()

    new = edition(OLD + RISKY.replace('"STEP"', f'"peril"\nwas = "{word}"'))
    case.takes(EditionAdopted(by=Actor(role="operations", person="office-7"), policy=new, reason="a new edition"))

    assert [risk.route for risk in case.state.open_risks] == ["peril"]
    (owed,) = case.state.owed_for(case.state.open_risks[0])
    assert (owed.stage, owed.anchor) == ("peril", "risk.raised")
    assert status_of(case.state).urgency == "immediate risk"
    case.replays()


def test_rule_51_an_open_step_without_a_match_blocks_the_adoption_and_is_named() -> None:
    case = Running()
    other = swapped(
        ('id = "one"', 'id = "first"'),
        ('stages = ["one", "two"]', 'stages = ["first", "two"]'),
        ('leads_to = "one"', 'leads_to = "first"'),
        ('of = ["one.talk", "one.opened"]', 'of = ["first.talk", "first.opened"]'),
        ('of = ["one.talk", "two.opened"]', 'of = ["first.talk", "two.opened"]'),
    )

    assert "Step one" in refused(case, lambda: case.adopts(other)).sentence
    case.says(SCHOOL, "go")
    case.adopts(other)

    assert case.stages == ["two"]
    case.says(SCHOOL, "back")
    assert case.stages == ["first"]
    case.replays()


def test_rule_51_steps_that_became_one_keep_their_visits_apart() -> None:
    case = Running()
    case.says(SCHOOL, "go")
    one = OLD[OLD.index('[[stage]]\nid = "one"') : OLD.index('[[stage]]\nid = "two"')]
    text = (
        OLD.replace(one, "")
        .replace('id = "two"', 'id = "two"\nwas = ["one"]')
        .replace('stages = ["one", "two"]', 'stages = ["two"]')
    )
    text = text.replace('{ id = "back", said_by = "any party", leads_to = "one" },', "").replace(
        'of = ["one.talk", "two.opened"], ', ""
    )

    case.adopts(edition(text))

    assert [(v.stage, v.number, v.is_open) for v in case.state.visits] == [("two", 1, False), ("two", 2, True)]
    case.does(SCHOOL, "talk", role="lead")
    assert case.state.duties[-1].state == "done"
    case.replays()


def test_rule_51_the_edition_is_another_one_of_the_same_policy_without_faults() -> None:
    case = Running()

    assert refused(case, lambda: case.adopts(edition(number="1"))).why == "not allowed"
    assert refused(case, lambda: case.adopts(edition(OLD.replace('"made"', '"other"')))).why == "not allowed"
    assert (
        refused(case, lambda: case.adopts(edition(OLD.replace("england-and-wales", "scotland")))).why == "not allowed"
    )
    faulty = edition(OLD.replace('receiving = ["worker"]', 'receiving = ["nobody"]'))
    assert "nobody" in refused(case, lambda: case.adopts(faulty)).sentence
    assert refused(case, lambda: case.adopts(edition(), reason="")).why == "missing"


def test_rule_51_the_office_says_which_of_its_people_adopts_it() -> None:
    case = Running()

    assert refused(case, lambda: case.adopts(edition(), by=Actor(role="operations"))).why == "missing"
    case.adopts(edition(), by=case.seat(SCHOOL))
    assert case.state.policy.edition == "2"


def test_rule_51_the_preview_says_the_same_and_changes_nothing() -> None:
    case = Running().sleep_to("2025-03-04 15:00")
    event = case.event(swapped(('within = "3 working days"', 'within = "1 working day"')))
    before = case.state

    shown = preview(case.state, event, case.now)
    assert case.state is before
    case.takes(event)

    assert [one.model_dump(mode="json", exclude_defaults=True) for one in shown] == case.entries[-1].body["moved"]
    assert refused(case, lambda: preview(case.state, event, case.now)).why == "not allowed"


def test_rule_51_after_two_editions_the_record_still_gives_the_case() -> None:
    case = Running()
    case.adopts(swapped(('within = "3 working days"', 'within = "1 working day"')))
    case.proposes(SCHOOL, fields={})
    case.pass_to("2025-03-07 10:00")
    case.adopts(swapped(('within = "5 working days"', 'within = "6 working days"'), number="3"))
    case.confirms(CARE)

    assert case.ended == "resolved"
    case.replays()


def test_rule_51_an_ended_case_needs_the_step_at_which_it_would_be_reopened() -> None:
    case = Running()
    case.says(SCHOOL, "settled")
    case.says(CARE, "settled")
    other = OLD.replace('id = "one"', 'id = "first"').replace('"one"', '"first"').replace('"one.', '"first.')

    assert refused(case, lambda: case.adopts(edition(other))).why == "not allowed"


def test_the_check_finds_two_steps_that_claim_the_same_past() -> None:
    twice = edition(
        OLD.replace('id = "one"', 'id = "one"\nwas = ["zero"]').replace('id = "two"', 'id = "two"\nwas = "zero"')
    )

    assert any("earlier edition" in str(fault) for fault in check_policy(twice))


# --- calendars


def other_calendar(*days: str, **changes: Any) -> Any:
    off = tuple(DayOff(date=dt.date.fromisoformat(day), name="A day of mourning") for day in days)
    known = england()
    named = {
        "edition": "england-and-wales/other",
        "days_off": tuple(sorted((*known.days_off, *off), key=lambda d: d.date)),
    }
    return known.but(**named | changes)


def takes_calendar(case: Running, calendar: Any, **said: Any) -> Any:
    return case.takes(CalendarAdopted(by=Actor(role="operations", person="office-7"), calendar=calendar, **said))


def test_rule_52_only_deadlines_still_ahead_move_and_each_is_listed() -> None:
    case = Running().pass_to("2025-03-07 10:00")
    assert case.duty("one/1").is_overdue

    takes_calendar(case, other_calendar("2025-03-06", "2025-03-10"))

    assert case.duty("one/1").due == london("2025-03-07 00:00")
    assert case.duty("one/1").is_overdue
    assert case.duty("one/3").due == london("2025-03-12 00:00")
    assert case.duty("one/2", CARE).due == london("2025-03-14 00:00")
    body = case.of_kind("calendar-adopted")[0].body
    assert (body["before"], body["after"]) == (england().edition, "england-and-wales/other")
    assert isinstance(body["moved"], list)
    assert [one["how"] for one in body["moved"] if isinstance(one, dict)] == ["moved"] * 3
    case.replays()


def test_rule_52_what_was_overdue_stays_so_through_a_correction() -> None:
    case = Running()
    case.does(SCHOOL, "checked")
    case.pass_to("2025-03-07 10:00")
    takes_calendar(case, other_calendar("2025-03-06"))

    checked = case.of_kind("act")[0].number
    case.takes(Corrected(by=case.seat(SCHOOL), entry=checked, reason="x", happened_at=london("2025-03-04 11:00")))

    assert case.duty("one/1").is_overdue
    case.replays()


def test_rule_52_the_calendar_is_another_one_of_the_same_nation_that_reaches_as_far() -> None:
    case = Running()

    calendars = (
        england(),
        other_calendar(nation="scotland"),
        other_calendar(covers_from=dt.date(2025, 3, 5)),
        other_calendar(covers_to=dt.date(2025, 3, 3)),
        other_calendar(covers_to=dt.date(2025, 3, 8)),
    )

    for calendar in calendars:
        assert refused(case, partial(takes_calendar, case, calendar)).why == "not allowed"


def test_rule_52_a_deadline_beyond_the_old_calendar_gets_its_date() -> None:
    short = england().but(covers_to=dt.date(2025, 3, 7))
    case = Running(calendar=short)
    assert case.duty("one/2", CARE).due is None

    takes_calendar(case, england().but(edition="england-and-wales/longer"))

    assert case.duty("one/2", CARE).due == london("2025-03-12 00:00")
    case.replays()


def test_rule_52_the_preview_says_the_same() -> None:
    case = Running()
    event = CalendarAdopted(by=Actor(role="operations", person="office-7"), calendar=other_calendar("2025-03-05"))

    shown = preview(case.state, event, case.now)
    case.takes(event)

    assert [one.model_dump(mode="json", exclude_defaults=True) for one in shown] == case.entries[-1].body["moved"]
    assert {one.how for one in shown} == {"moved"}


def test_rule_52_a_case_without_anything_owed_takes_it_too() -> None:
    case = Running()
    case.says(SCHOOL, "go")
    case.does(SCHOOL, "talk", role="lead")

    takes_calendar(case, other_calendar("2025-03-06"))

    assert case.state.calendar.edition == "england-and-wales/other"
    case.replays()
