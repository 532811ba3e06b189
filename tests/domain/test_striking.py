"""What is struck out never happened: all that came of it goes, and what else is on the record counts in its place."""

from domain.base.people import Actor
from domain.commands import Corrected, PartyJoined
from domain.policy.local_settings import Local
from domain.views.status import status_of
from services.ladder import rungs
from tests.domain.case import CARE, POLICE, SCHOOL, Case, london, refused
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
OPTIONAL = """
[role]
worker = { title = "worker" }
[act]
noted = { kind = "record" }
[[track]]
id = "ladder"
stages = ["one"]
[[stage]]
id = "one"
title = "One"
raising = ["worker"]
receiving = ["worker"]
duty = [{ act = "noted", by = "raising", strength = "may", until = "done", clause = "1" }]
outcome = [{ id = "over", said_by = "any party", leads_to = "end: stopped" }]
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
    assert status_of(case.state).late == ()
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


def test_rule_12_a_late_second_call_does_not_restart_a_clock_once_the_first_is_struck_out_or_another_corrected() -> (
    None
):
    for correct in (True, False):
        case = Case().sleep_to("2025-03-04 11:00")
        first = case.does(SCHOOL, "discussion").entry if correct else 0
        case.sleep_to("2025-03-10 09:00")
        case.does(SCHOOL, "discussion")
        note = case.does(CARE, "own-consultation").entry
        if correct:
            strike(case, first)
        else:
            case.takes(Corrected(by=case.seat(CARE), entry=note, happened_at=london("2025-03-09 09:00"), reason="so"))

        assert case.duty("step-1/3").due == london("2025-03-06 10:00"), "by the opening, as no call came in time"
        case.replays()


def test_rule_08_what_ran_from_an_act_that_is_struck_out_is_judged_again_also_where_it_is_done() -> None:
    case = Case().sleep_to("2025-03-06 09:00")
    call = case.does(SCHOOL, "discussion").entry
    case.says(SCHOOL, "not-agreed")
    case.sleep_to("2025-03-12 10:00")
    case.does(SCHOOL, "discussion", role="line-manager")
    assert (case.duty("step-2/3").due, case.duty("step-2/3").was_late) == (london("2025-03-14"), False)

    case.takes(Corrected(by=Actor(agency=SCHOOL, role="practitioner"), entry=call, strike=True, reason="so"))

    assert (case.duty("step-2/3").due, case.duty("step-2/3").was_late) == (london("2025-03-12"), True)
    case.replays()


def test_rule_08_a_step_that_a_corrected_outcome_opened_began_when_that_was_said() -> None:
    case = opened().sleep_to("2025-03-06 11:00")
    go = case.says(SCHOOL, "go").entry

    case.takes(Corrected(by=case.seat(SCHOOL), entry=go, happened_at=london("2025-03-05 09:00"), reason="so"))

    one, two = case.state.visits
    assert (one.left_at, two.opened_at) == (london("2025-03-05 09:00"), london("2025-03-05 09:00"))
    assert {o.at for o in case.state.occurrences if o.stage == "two"} == {london("2025-03-05 09:00")}
    case.replays()


def test_rule_08_a_correction_by_an_hour_gives_nobody_more_time() -> None:
    case = Case().sleep_to("2025-03-06 09:00")
    case.says(SCHOOL, "not-agreed")
    go = case.of_kind("outcome")[-1].number
    before = case.duty("case/2", CARE).late_from
    assert before == london("2025-03-14")
    case.sleep_to("2025-03-12 10:00")

    case.takes(Corrected(by=case.seat(SCHOOL), entry=go, happened_at=london("2025-03-06 08:00"), reason="so"))

    assert case.duty("case/2", CARE).late_from == before
    case.replays()


def test_rule_13_an_act_that_is_moved_before_what_it_answered_answers_it_no_more() -> None:
    case = Case().sleep_to("2025-03-05 09:00")
    case.does(SCHOOL, "discussion")
    done = case.does(CARE, "written-follow-up").entry
    assert case.duty("case/1", CARE).state == "done"

    case.takes(Corrected(by=case.seat(CARE), entry=done, happened_at=london("2025-03-04 18:00"), reason="so"))

    assert case.duty("case/1", CARE).is_outstanding
    case.replays()


RISING = TEXT.replace(
    '{ id = "over", said_by = "any party", leads_to = "end: stopped" },\n]\n[[stage]]\nid = "two"',
    '{ id = "over", said_by = "any party", leads_to = "end: stopped" },\n'
    '  { id = "also", said_by = "any party", opens = "beside" },\n]\n[[stage]]\nid = "two"',
).replace(
    "[[duty]]\nid",
    """[[stage]]
id = "beside"
title = "Beside"
strand = "side"
raising = ["worker"]
duty = [{ act = "noted", by = "raising", within = "3 working days", clause = "8" }]
outcome = [{ id = "enough", said_by = "any party", leads_to = "done" }]
[[duty]]
id""",
    1,
)


def test_rule_08_a_step_that_a_second_word_opened_too_stays_open_from_then_where_the_first_is_struck_out() -> None:
    case = Case(policy=made(RISING), raiser=Actor(role="worker"), local=Local()).sleep_to("2025-03-04 11:00")
    first = case.says(SCHOOL, "also").entry
    case.sleep_to("2025-03-05 11:00")
    second = case.says(CARE, "also").entry

    strike(case, first)

    assert case.stages == ["one", "beside"]
    beside = case.state.visits[-1]
    assert (beside.opened_by_entry, beside.opened_at, beside.joined_by) == (second, london("2025-03-05 11:00"), ())
    assert (case.duty("beside/1").is_outstanding, case.duty("beside/1").due) == (True, london("2025-03-11"))
    case.replays()


def test_rule_37_the_confirmation_with_which_a_plan_was_agreed_is_not_struck_out() -> None:
    case = Case()
    case.agree()
    confirmed = case.of_kind("plan-confirmed")[-1].number

    said = refused(case, lambda: strike(case, confirmed, CARE))

    assert said.why == "not allowed"
    assert "a change is a new version of the plan" in said.sentence
    assert case.ended == "resolved"


def test_rule_11_a_visit_that_is_struck_out_is_not_the_newest_of_its_step() -> None:
    case = Case().sleep_to("2025-03-05 09:00")
    case.does(SCHOOL, "discussion")
    case.says(SCHOOL, "not-agreed")
    before = case.duty("step-2/3").due
    assert before == london("2025-03-13")
    case.sleep_to("2025-03-06 09:00")
    back = case.says(SCHOOL, "returned", role="line-manager").entry

    case.takes(Corrected(by=Actor(agency=SCHOOL, role="line-manager"), entry=back, strike=True, reason="so"))

    assert case.stages == ["step-2"]
    assert case.duty("step-2/3").due == before, "from the discussion of the visit that was, as before"
    case.says(SCHOOL, "returned", role="line-manager")
    assert [(v.stage, v.number, v.struck) for v in case.state.visits if v.stage == "step-1"] == [
        *(("step-1", 1, False), ("step-1", 2, True), ("step-1", 3, False))
    ]
    case.replays()


def test_rule_08_moves_that_are_struck_out_one_after_the_other_lead_back_to_the_first_visit_of_a_step() -> None:
    case = Case()
    case.says(SCHOOL, "not-agreed")
    back = case.says(SCHOOL, "returned", role="line-manager").entry
    again = case.says(SCHOOL, "not-agreed").entry
    for entry, role in ((again, "practitioner"), (back, "line-manager")):
        case.takes(Corrected(by=Actor(agency=SCHOOL, role=role), entry=entry, strike=True, reason="so"))

    assert [(v.stage, v.number) for v in case.state.open_visits] == [("step-2", 1)]
    assert [(v.stage, v.number, v.struck) for v in case.state.visits if v.struck] == [
        *(("step-1", 2, True), ("step-2", 2, True))
    ]
    assert [rung.stands for rung in rungs(case.state)][:2] == ["past", "here"]
    case.does(SCHOOL, "discussion", role="line-manager")
    assert [o.visit for o in case.state.occurrences if "discussion" in o.names] == [1]
    case.replays()


def test_the_ladder_does_not_show_a_step_as_past_whose_opening_was_struck_out() -> None:
    case = Case()
    on = case.says(SCHOOL, "not-agreed").entry
    case.takes(Corrected(by=Actor(agency=SCHOOL, role="practitioner"), entry=on, strike=True, reason="so"))

    assert [rung.stands for rung in rungs(case.state)][:2] == ["here", "ahead"]


def test_rule_08_what_was_let_go_as_the_case_closed_may_be_done_again_once_its_end_is_struck_out() -> None:
    may = '{ act = "seen", by = "raising", strength = "may", until = "done", clause = "9" },'
    text = TEXT.replace('duty = [\n  { act = "talk"', f'duty = [\n  {may}\n  {{ act = "talk"')
    case = Case(policy=made(text[: text.index('[[duty]]\nid = "reached"')]), raiser=Actor(role="worker"), local=Local())
    case.sleep_to("2025-03-04 11:00")
    over = case.says(SCHOOL, "over").entry
    assert (case.duty("one/1").ended_because, case.state.closed_at is None) == ("the case was closed", False)

    strike(case, over)

    assert (case.duty("one/1").is_outstanding, case.stages, case.state.closed_at) == (True, ["one"], None)
    case.replays()


def test_rule_08_a_second_discussion_counts_for_the_parties_that_there_were_also_once_another_has_joined() -> None:
    case = Case().sleep_to("2025-03-04 11:00")
    first = case.does(SCHOOL, "discussion").entry
    second = case.does(CARE, "discussion").entry
    case.takes(PartyJoined(by=case.seat(SCHOOL), agency=POLICE, side="receiving", reason="so"))

    strike(case, first)

    assert case.duty("step-1/2").done_entry == second
    case.replays()


def test_rule_12_what_is_done_gets_no_better_start_by_what_is_recorded_later_whatever_is_corrected() -> None:
    case = Case().sleep_to("2025-03-04 12:00")
    note = case.does(CARE, "own-consultation").entry
    case.agree()
    case.reopens(SCHOOL)
    first = case.duties("step-1/3")[0]
    assert (first.state, first.due) == ("done", london("2025-03-06 10:00"))
    case.does(SCHOOL, "discussion", stage="step-1", at="2025-03-04 12:00")

    case.takes(Corrected(by=case.seat(CARE), entry=note, happened_at=london("2025-03-04 11:00"), reason="so"))

    assert case.duties("step-1/3")[0].due == first.due
    case.replays()


def test_rule_08_an_act_before_the_step_was_left_counts_where_the_first_is_struck_out_after_it() -> None:
    """What ends a duty is gone through in the order of entry: the act came before the step was left."""
    case = opened().sleep_to("2025-03-04 11:00")
    first = case.does(SCHOOL, "talk").entry
    case.sleep_to("2025-03-05 11:00")
    second = case.does(SCHOOL, "talk").entry
    case.says(SCHOOL, "go")

    strike(case, first)

    assert (case.duty("one/1").state, case.duty("one/1").done_entry) == ("done", second)
    case.replays()


def test_rule_37_a_party_that_joined_owes_nothing_for_what_is_struck_out() -> None:
    case = opened().sleep_to("2025-03-04 11:00")
    talk = case.does(SCHOOL, "talk").entry
    case.takes(PartyJoined(by=case.seat(SCHOOL), agency=POLICE, side="raising", reason="so"))
    assert [duty.party for duty in case.duties("one/2")] == [SCHOOL, POLICE]

    strike(case, talk)

    assert [(duty.state, duty.ended_because) for duty in case.duties("one/2")] == [("lapsed", STRUCK)] * 2
    case.replays()


def test_rule_37_a_party_that_joined_since_owes_its_own_at_the_step_that_is_open_again() -> None:
    case = opened().sleep_to("2025-03-04 11:00")
    go = case.says(SCHOOL, "go").entry
    case.takes(PartyJoined(by=case.seat(SCHOOL, "lead"), agency=POLICE, side="raising", reason="so"))
    assert not [duty for duty in case.duties("one/1") if duty.party == POLICE]

    strike(case, go)

    assert case.stages == ["one"]
    assert [(duty.party, duty.is_outstanding) for duty in case.duties("one/1")] == [(SCHOOL, True), (POLICE, True)]
    assert case.duty("one/1", POLICE).known_at == case.now, "it could not be known before"
    case.replays()


def test_rule_48_what_an_earlier_end_let_go_is_not_owed_again_where_a_later_one_is_struck_out() -> None:
    case = Case(policy=made(OPTIONAL), raiser=Actor(role="worker"), local=Local()).sleep_to("2025-03-04 11:00")
    case.says(SCHOOL, "over")
    assert case.duty("one/1").ended_because == "the case was closed"
    case.reopens(SCHOOL)
    over = case.says(SCHOOL, "over").entry
    assert [duty.ended_because for duty in case.duties("one/1")] == ["the case was closed"] * 2

    strike(case, over)

    assert [duty.state for duty in case.duties("one/1")] == ["lapsed", "outstanding"]
    case.replays()
