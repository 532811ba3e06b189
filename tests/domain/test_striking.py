"""What is struck out never happened: all that came of it goes, and what else is on the record counts in its place."""

from domain.events import Corrected
from domain.local import Local
from domain.people import Actor
from domain.standing import standing_of
from tests.domain.case import CARE, SCHOOL, Case, london
from tests.domain.small import made

STRUCK = "what it sprang from was struck out"
TEXT = """
[role]
worker = { title = "worker" }
lead = { title = "lead" }
office = { title = "office", of = "partnership" }
[act]
talk = { kind = "discussion" }
letter = { kind = "notice" }
noted = { kind = "record" }
filed = { kind = "record" }
checked = { kind = "record" }
seen = { kind = "record" }
[[track]]
id = "ladder"
stages = ["one", "two"]
[[stage]]
id = "one"
title = "One"
raising = ["worker"]
receiving = ["worker"]
duty = [
  { act = "talk", by = "raising", within = "2 working days", clause = "1" },
  { act = "noted", by = "raising", when = "one.talk", within = "1 working days", clause = "2" },
  { act = "checked", by = "office", within = "9 working days", clause = "3" },
]
outcome = [
  { id = "go", said_by = "any party", leads_to = "next" },
  { id = "over", said_by = "any party", leads_to = "end: stopped" },
]
[[stage]]
id = "two"
title = "Two"
raising = ["lead"]
receiving = ["lead"]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
[[duty]]
id = "reached"
when = "one.opened"
act = "letter"
by = "raising"
within = "20 working days"
done_by = ["two.opened"]
clause = "4"
[[duty]]
when = "two.opened"
act = "filed"
by = "each party"
until = "done"
clause = "5"
[[duty]]
when = "one.opened"
act = "filed"
by = "receiving"
until = "two.opened"
clause = "6"
[[duty]]
when = "any.overdue"
act = "seen"
by = "receiving"
within = "1 working days"
until = "done"
clause = "7"
"""


def opened() -> Case:
    return Case(policy=made(TEXT), raiser=Actor(role="worker"), local=Local())


def strike(case: Case, entry: int, party: str = SCHOOL) -> None:
    case.takes(Corrected(by=case.seat(party), entry=entry, strike=True, reason="It did not happen."))


def test_rule_08_what_sprang_from_an_act_that_is_struck_out_was_never_owed_also_where_it_is_done() -> None:
    case = opened().sleep_to("2025-03-04 11:00")
    talk = case.does(SCHOOL, "talk").entry
    done = case.does(SCHOOL, "noted").entry
    assert case.duty("one/2").done_entry == done

    strike(case, talk)

    gone = case.duty("one/2")
    assert (gone.state, gone.ended_because, gone.done_at, gone.done_entry) == ("lapsed", STRUCK, None, 0)
    assert case.duty("one/1").is_outstanding
    case.replays()


def test_rule_08_a_second_act_of_the_kind_counts_where_the_first_is_struck_out() -> None:
    case = opened().sleep_to("2025-03-04 11:00")
    first = case.does(SCHOOL, "talk").entry
    case.sleep_to("2025-03-05 11:00")
    second = case.does(SCHOOL, "talk").entry
    assert (case.duty("one/1").done_entry, case.duty("one/2").trigger) == (first, first)

    strike(case, first)

    assert (case.duty("one/1").done_entry, case.duty("one/1").done_at) == (second, london("2025-03-05 11:00"))
    noted = case.duty("one/2")
    assert (noted.state, noted.trigger, noted.due) == ("outstanding", second, london("2025-03-07"))
    assert len(case.duties("one/2")) == 1
    case.replays()


def test_rule_08_a_move_that_is_struck_out_takes_back_what_the_step_it_opened_did_by_being_opened() -> None:
    case = opened().sleep_to("2025-03-04 11:00")
    go = case.says(SCHOOL, "go").entry
    case.does(CARE, "filed", role="lead")
    assert (case.duty("case/1").state, case.duty("case/3").state) == ("done", "lapsed")
    assert [duty.state for duty in case.duties("case/2")] == ["outstanding", "done"]

    strike(case, go)

    assert case.stages == ["one"]
    assert [(duty.state, duty.ended_because) for duty in case.duties("case/2")] == [("lapsed", STRUCK)] * 2
    assert case.duty("case/1").is_outstanding
    assert not [o for o in case.state.occurrences if o.stage == "two"]
    case.replays()


def test_rule_08_what_was_owed_until_a_step_was_opened_is_owed_again_or_done_by_what_is_recorded_since() -> None:
    case = opened().sleep_to("2025-03-04 11:00")
    go = case.says(SCHOOL, "go").entry

    strike(case, go)

    assert case.duty("case/3").is_outstanding
    case.does(CARE, "filed")
    assert case.duty("case/3").state == "done"
    case.replays()


def test_rule_08_lateness_of_what_never_arose_is_withdrawn_with_all_that_sprang_from_it() -> None:
    case = opened().sleep_to("2025-03-04 11:00")
    talk = case.does(SCHOOL, "talk").entry
    case.pass_to("2025-03-06 09:00")
    late = case.duty("one/2")
    assert late.overdue_at == london("2025-03-06")
    case.does(CARE, "seen")
    assert case.duty("case/4").trigger == late.overdue_entry
    assert case.duty("case/4").state == "done"

    strike(case, talk)

    assert [(d.state, d.ended_because) for d in (case.duty("one/2"), case.duty("case/4"))] == [("lapsed", STRUCK)] * 2
    assert case.of_kind("overdue-withdrawn")[-1].body["duty"] == late.id
    assert standing_of(case.state).late == ()
    case.replays()


def test_rule_15_a_contested_discussion_counts_by_the_other_sides_own_entry_of_one_which_may_be_contested_too() -> None:
    case = Case()
    first = case.does(SCHOOL, "discussion").entry
    second = case.does(CARE, "discussion").entry

    case.contests(CARE, first)

    duty = case.duty("step-1/2")
    assert (duty.state, duty.done_entry) == ("done", second)
    assert f"by entry {second}" in case.last.answer.sentence
    case.contests(SCHOOL, second)
    assert case.duty("step-1/2").is_outstanding
    case.replays()
