"""Numbers that a policy leaves unknown, grades, or leaves to those concerned (rules 17 and 23)."""

import tomllib

import pytest

from domain.base.people import Actor
from domain.commands import DateAgreed, MeetingsPlanned
from domain.policy import read_policy
from domain.policy.local_settings import Local, Number
from domain.views.status import status_of
from tests.domain.case import CARE, SCHOOL, london, refused
from tests.domain.timed import OFFICE, TEXT, agrees, answers, fills, opened

NUMBER = Number(within="1 hour", whose="nobody")


def test_rule_17_an_unknown_number_is_outstanding_and_never_late() -> None:
    case = opened().pass_to("2026-06-01")

    duty = case.duty("one/1")
    assert (duty.is_outstanding, duty.due, duty.late_from, duty.is_overdue) == (True, None, None, False)
    assert duty.waits == "set locally – not yet known"


def test_rule_17_once_filled_it_runs_from_its_true_anchor_and_is_late_from_the_filling_on() -> None:
    case = opened()
    case.does(CARE, "talk", at="2025-03-04 10:00")
    case.sleep_to("2025-03-20 12:00")

    fills(case, "reply", "5 working days")

    duty = case.duty("one/1")
    assert (duty.anchor, duty.due, duty.late_from) == ("one.talk", london("2025-03-12"), london("2025-03-20 12:00"))
    assert duty.whose == "set locally by the board"
    case.pass_to("2025-03-20 12:00")
    assert case.duty("one/1").is_overdue
    assert case.of_kind("overdue")[-1].at == london("2025-03-20 12:00")
    (owed,) = [one for one in status_of(case.state).owed if one.what == "letter"]
    assert owed.whose == "set locally by the board"
    case.replays()


def test_rule_17_a_number_still_ahead_is_late_at_its_due_moment() -> None:
    case = opened()
    fills(case, "reply", "24 hours")

    assert case.duty("one/1").late_from == case.duty("one/1").due == london("2025-03-05 10:00")


def test_rule_17_what_is_overdue_by_a_filled_number_stays_so_whatever_is_filled_after() -> None:
    case = opened()
    fills(case, "reply", "24 hours")
    case.pass_to("2025-03-06")
    fills(case, "reply", "10 working days")

    assert case.duty("one/1").is_overdue
    assert case.duty("one/1").due == london("2025-03-05 10:00")
    case.replays()


def test_rule_17_the_settings_may_have_filled_it_at_the_opening() -> None:
    case = opened(local=Local(numbers={"reply": Number(within="3 days", whose="the board"), "graded": NUMBER}))

    assert (case.duty("one/1").due, case.duty("one/1").whose) == (london("2025-03-08"), "set locally by the board")
    assert case.duty("one/2").whose == ""
    case.replays()


def test_rule_17_only_what_the_policy_leaves_unknown_is_filled() -> None:
    case = opened()

    assert "5 working days" in refused(case, lambda: fills(case, "graded", "1 hour")).sentence
    assert "reply" in refused(case, lambda: fills(case, "replay", "1 hour")).sentence
    assert "no number" in refused(case, lambda: fills(case, "reply", "immediately")).sentence
    assert "not a period" in refused(case, lambda: fills(case, "reply", "a week or so")).sentence
    assert "planned date" in refused(case, lambda: fills(case, "reply", "2 days before")).sentence
    nobody = refused(case, lambda: fills(case, "reply", "2 days", Actor(role="operations")))
    assert nobody.why == "missing"
    stranger = refused(case, lambda: fills(case, "reply", "2 days", Actor(role="worker", agency="elsewhere")))
    assert stranger.why == "wrong side"
    fills(case, "reply", "2 days", Actor(role="operations"), recorded_by="staff-7")


def test_rule_17_an_unnamed_unknown_goes_by_the_key_of_its_rule_or_its_id() -> None:
    text = TEXT.replace('within = "next meeting of group"', 'within = "unknown"')
    case = opened(policy=read_policy(tomllib.loads(text)))
    fills(case, "one/6", "2 days")
    assert case.duty("one/6").due == london("2025-03-07")

    text = text.replace('{ act = "considered"', '{ id = "thought", act = "considered"')
    case = opened(policy=read_policy(tomllib.loads(text)))
    fills(case, "thought", "2 days")
    assert case.duty("one/6").due == london("2025-03-07")


# --- dates agreed for the case


def test_rule_17_a_case_date_of_every_party_counts_when_all_have_said_the_same() -> None:
    case = opened()
    agrees(case, SCHOOL, "reply", "2025-03-20 12:00")
    assert case.duty("one/1").due is None
    assert case.kinds()[-1] == "date-proposed"
    agrees(case, CARE, "reply", "2025-03-21 12:00")
    assert case.duty("one/1").due is None

    agrees(case, SCHOOL, "reply", "2025-03-21 12:00")

    duty = case.duty("one/1")
    assert (duty.due, duty.whose) == (london("2025-03-21 12:00"), "agreed for this case")
    assert case.kinds()[-1] == "date-agreed"
    assert ("worker", CARE) in case.told("times-changed")
    assert next(notice.fact for notice in case.notices if notice.kind == "proposed") == (
        "letter by midday on Thursday 20 March 2025"
    )
    case.replays()


def test_rule_17_a_date_that_stands_in_gives_way_to_the_number() -> None:
    case = opened()
    for party in (SCHOOL, CARE):
        agrees(case, party, "reply", "2025-03-20 12:00")
    fills(case, "reply", "2 working days")

    assert (case.duty("one/1").due, case.duty("one/1").whose) == (london("2025-03-07"), "set locally by the board")


def test_rule_17_a_date_that_shortens_only_ever_shortens() -> None:
    case = opened()
    beyond = refused(case, lambda: agrees(case, SCHOOL, "shorter", "2025-04-20 12:00"))
    assert beyond.sentence == (
        "The policy gives a time here, and a date agreed for the case only ever shortens it: nothing would move. "
        "By the policy it is due by the end of Tuesday 18 March 2025."
    )
    assert (case.duty("one/3").due, case.duty("one/3").whose) == (london("2025-03-19"), "")

    agrees(case, CARE, "shorter", "2025-03-10 12:00")
    assert (case.duty("one/3").due, case.duty("one/3").whose) == (london("2025-03-10 12:00"), "agreed for this case")


def test_a_date_that_shortens_is_put_off_only_by_every_party_and_never_past_the_policys_time() -> None:
    """Who owes it must not take back alone what was set for the child's sake."""
    case = opened()
    agrees(case, SCHOOL, "shorter", "2025-03-06 12:00")

    told = agrees(case, CARE, "shorter", "2025-03-14 12:00")

    assert told.startswith("Proposed: shorter by midday on Friday 14 March 2025. It puts off the date that is set, by ")
    assert case.duty("one/3").due == london("2025-03-06 12:00")
    assert case.kinds()[-1] == "date-proposed"
    assert ("worker", SCHOOL) in case.told("proposed")
    assert refused(case, lambda: agrees(case, CARE, "shorter", "2025-04-20 12:00")).why == "not allowed"
    assert refused(case, lambda: case.takes(office_date("shorter", "2025-03-12 12:00"))).why == "wrong side"

    agrees(case, SCHOOL, "shorter", "2025-03-14 12:00")
    assert case.duty("one/3").due == london("2025-03-14 12:00")
    agrees(case, CARE, "shorter", "2025-03-07 12:00")
    assert case.duty("one/3").due == london("2025-03-07 12:00"), "sooner takes one word"
    case.replays()


@pytest.mark.parametrize("does", ["stands in", "replaces"])
def test_a_date_that_is_set_is_put_off_only_by_every_party_whatever_it_does(does: str) -> None:
    """Where the policy gives the time, one side alone does not put that off either, unless a role is named for it."""
    is_ = "unknown" if does == "stands in" else "10 working days"
    text = TEXT.replace(
        'is = "10 working days"\ncase_date = "shortens"', f'is = "{is_}"\ngap = "x"\ncase_date = "{does}"'
    )
    case = opened(policy=read_policy(tomllib.loads(text)))
    if does == "replaces":
        told = agrees(case, SCHOOL, "shorter", "2025-03-25 12:00")
        assert "It puts off the time that the policy gives" in told
        assert case.duty("one/3").due == london("2025-03-19")
    agrees(case, SCHOOL, "shorter", "2025-03-10 12:00")
    agrees(case, CARE, "shorter", "2025-03-17 12:00")
    assert case.duty("one/3").due == london("2025-03-10 12:00")

    agrees(case, SCHOOL, "shorter", "2025-03-17 12:00")

    assert case.duty("one/3").due == london("2025-03-17 12:00")


def test_one_sides_lead_does_not_put_off_what_the_others_lead_has_set_and_who_is_of_no_side_may() -> None:
    case = opened()
    agrees(case, SCHOOL, "other", "2025-03-10 12:00", role="lead")
    agrees(case, CARE, "other", "2025-03-14 12:00", role="lead")
    assert case.duty("one/4").due == london("2025-03-10 12:00")

    text = TEXT.replace('case_date_by = ["lead"]', 'case_date_by = ["group"]')
    led = opened(policy=read_policy(tomllib.loads(text)))
    for until in ("2025-03-10 12:00", "2025-03-14 12:00"):
        led.takes(DateAgreed(by=Actor(role="group"), timescale="other", until=london(until)))
    assert led.duty("one/4").due == london("2025-03-14 12:00")


def test_a_date_that_would_move_nothing_is_refused_and_one_for_what_is_owed_later_says_so() -> None:
    case = opened()
    fills(case, "reply", "2 working days")
    stands = refused(case, lambda: agrees(case, SCHOOL, "reply", "2025-03-05 12:00"))
    assert "only stands in where there is none" in stands.sentence
    case.pass_to("2025-03-20 10:00")
    late = refused(case, lambda: agrees(case, CARE, "shorter", "2025-03-25 12:00"))
    assert late.sentence == "Shorter is late already: a date agreed now would move nothing."
    agrees(case, CARE, "one/5", "2025-03-25 12:00")
    assert agrees(case, CARE, "one/5", "2025-03-25 12:00").startswith("Agreed for this case already: ")

    case.does(SCHOOL, "shorter")
    assert agrees(case, CARE, "shorter", "2025-03-25 12:00").endswith(
        "Nothing with this time is owed now: it holds for what is owed later."
    )


def test_where_deadlines_may_be_extended_the_refusal_says_how() -> None:
    case = opened(local=Local(extensions=True))

    assert refused(case, lambda: agrees(case, SCHOOL, "shorter", "2025-04-20 12:00")).sentence.endswith(
        "For a later deadline every party says `extend`."
    )


def test_rule_17_a_date_that_replaces_is_agreed_by_the_roles_the_policy_names() -> None:
    case = opened()

    assert refused(case, lambda: agrees(case, SCHOOL, "other", "2025-04-20 12:00")).why == "wrong role"
    assert refused(case, lambda: case.takes(office_date("other"))).why == "wrong side"
    agrees(case, SCHOOL, "other", "2025-04-20 12:00", role="lead")
    assert case.duty("one/4").due == london("2025-04-20 12:00")


def office_date(name: str, until: str = "2025-04-20 12:00") -> DateAgreed:
    return DateAgreed(by=OFFICE, timescale=name, until=london(until))


def test_rule_17_what_the_policy_leaves_to_a_case_date_waits_for_one_and_any_party_agrees_it() -> None:
    case = opened()
    assert case.duty("one/5").waits == "a date agreed for this case – not yet agreed"
    case.takes(office_date("one/5"))

    assert (case.duty("one/5").due, case.duty("one/5").waits) == (london("2025-04-20 12:00"), "")
    case.replays()


def test_rule_17_a_case_date_lies_ahead_and_only_where_the_policy_leaves_it() -> None:
    case = opened()

    assert refused(case, lambda: agrees(case, SCHOOL, "one/5", "2025-03-01 12:00")).why == "time"
    assert refused(case, lambda: agrees(case, SCHOOL, "one/5", "2199-03-01 12:00")).why == "time"
    assert refused(case, lambda: agrees(case, SCHOOL, "graded", "2025-04-01 12:00")).why == "not allowed"
    assert refused(case, lambda: agrees(case, SCHOOL, "nothing", "2025-04-01 12:00")).why == "unknown"


# --- graded


def test_rule_17_a_grade_goes_by_the_facts_of_the_case() -> None:
    assert opened().duty("one/2").due == london("2025-03-12")
    assert opened(facts={"urgency": "low"}).duty("one/2").due == london("2025-03-12")
    assert opened(facts={"urgency": "high"}).duty("one/2").due == london("2025-03-05 10:00")


def test_rule_23_a_grade_that_is_tightened_runs_from_the_same_anchor_and_is_late_from_the_change_on() -> None:
    case = opened(facts={"urgency": "low"})
    case.sleep_to("2025-03-07 09:00")
    answers(case, "urgency", "high")

    duty = case.duty("one/2")
    assert (duty.due, duty.late_from) == (london("2025-03-05 10:00"), london("2025-03-07 09:00"))
    case.replays()


def test_rule_23_a_grade_that_is_eased_does_not_revive_what_was_late() -> None:
    case = opened(facts={"urgency": "high"}).pass_to("2025-03-06")
    assert case.duty("one/2").is_overdue
    answers(case, "urgency", "low")

    assert case.duty("one/2").is_overdue
    assert case.duty("one/2").due == london("2025-03-05 10:00")
    case.replays()


# --- what one side alone does not put off


def test_a_number_that_has_been_set_is_made_longer_by_the_office_and_not_by_one_side() -> None:
    case = opened()
    fills(case, "reply", "2 working days", by=case.seat(SCHOOL))

    longer = refused(case, lambda: fills(case, "reply", "5 working days", by=case.seat(CARE)))
    assert longer.sentence == (
        "It is set already, 2 working days by the board, and one side alone does not make it longer: "
        "the partnership's office sets it anew."
    )
    assert case.duty("one/1").due == london("2025-03-07")
    fills(case, "reply", "1 working day", by=case.seat(CARE))
    assert case.duty("one/1").due == london("2025-03-06")

    fills(case, "reply", "5 working days")
    assert case.duty("one/1").due == london("2025-03-12")
    case.replays()


def test_a_meeting_for_which_something_waits_is_put_off_by_the_group_or_the_office_alone() -> None:
    case = opened()

    def meets_at(by: Actor, time: str) -> None:
        case.takes(MeetingsPlanned(by=by, of="group", at_times=(london(time),)))

    meets_at(case.seat(SCHOOL), "2025-03-12 10:00")
    assert refused(case, lambda: meets_at(case.seat(CARE), "2025-04-12 10:00")).why == "wrong side"
    assert case.duty("one/6").due == london("2025-03-12 10:00")

    meets_at(case.seat(CARE), "2025-03-11 10:00")
    meets_at(Actor(role="group"), "2025-04-12 10:00")
    assert case.duty("one/6").due == london("2025-04-12 10:00")
