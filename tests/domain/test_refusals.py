"""What the rules say no to: one sentence each, with the way out, and nothing changes."""

import datetime as dt

import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.plan import Action
from domain.commands import ActDone, FactSaid, MessageRefused, OutcomeSaid
from domain.decide import decide
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, lincolnshire, london, refused


def test_an_unknown_act_is_answered_with_what_is_open() -> None:
    case = Case()
    refusal = refused(case, lambda: case.does(SCHOOL, "tea-party"))

    assert refusal.why == "unknown"
    assert "acknowledgement" in refusal.sentence
    assert "not-agreed" in refusal.sentence


@pytest.mark.parametrize(
    "act",
    ["discussion.held", "chaired-meeting.date", "chaired-meeting.lunch", "plan", "", ".", "departure", "action-done"],
)
def test_an_act_that_cannot_be_recorded_so_is_refused(act: str) -> None:
    case = Case()

    refused(case, lambda: case.does(SCHOOL, act))


def test_an_act_at_a_step_that_is_not_there_is_refused() -> None:
    case = Case()
    for stage in ("step-9", "step-2", "learning"):
        assert "Open now" in refused(case, lambda s=stage: case.does(SCHOOL, "discussion", stage=s)).sentence  # type: ignore[misc]


def test_an_outcome_that_is_not_open_is_answered_with_those_that_are() -> None:
    case = Case()
    for outcome in ("resolved", "not-urgent", "", "agreed'; --"):
        assert "not-agreed" in refused(case, lambda o=outcome: case.says(SCHOOL, o)).sentence  # type: ignore[misc]
    refused(case, lambda: case.says(SCHOOL, "not-agreed", stage="step-3"))


def test_L15_an_acknowledgement_from_the_side_that_does_not_owe_it_is_refused() -> None:
    case = Case()
    refusal = refused(case, lambda: case.does(SCHOOL, "acknowledgement"))

    assert refusal.why == "wrong side"
    assert "receiving" in refusal.sentence


def test_an_agency_that_is_no_party_may_not_speak() -> None:
    case = Case()
    for call in (
        lambda: case.does(POLICE, "discussion", "practitioner"),
        lambda: case.says(POLICE, "not-agreed", "practitioner"),
        lambda: case.proposes(POLICE, role="practitioner"),
        lambda: case.does("nobody-knows", "own-consultation", "slo"),
        lambda: case.does("", "own-consultation", "slo"),
    ):
        assert refused(case, call).why == "wrong side"


def test_the_sub_group_is_no_party_and_proposes_no_plan() -> None:
    case = Case()

    assert refused(case, lambda: case.proposes("", role="ppet")).why == "wrong side"
    assert refused(case, lambda: case.says("", "not-agreed", "ppet")).why == "wrong side"


def test_L21_a_practitioner_cannot_do_the_managers_step() -> None:
    case = Case().climb_to("step-2")
    refusal = refused(case, lambda: case.does(SCHOOL, "discussion", "practitioner"))

    assert refusal.why == "wrong role"
    assert "line manager (line-manager)" in refusal.sentence
    refused(case, lambda: case.does(SCHOOL, "discussion", "supervisor"))
    refused(case, lambda: case.says(SCHOOL, "not-agreed", "practitioner"))
    refused(case, lambda: case.proposes(SCHOOL, role="practitioner"))


def test_a_role_the_policy_does_not_know_is_refused() -> None:
    case = Case()
    for role in ("admiral", "PRACTITIONER", "practitioner "):
        assert refused(case, lambda r=role: case.does(SCHOOL, "discussion", r)).why == "unknown"  # type: ignore[misc]


def test_nothing_has_happened_in_the_future_or_before_the_calendar() -> None:
    case = Case()
    for at in ("2025-03-04 10:01", "2199-12-31 10:00", "1901-01-01 10:00"):
        for call in (
            lambda at=at: case.does(SCHOOL, "discussion", at=at),
            lambda at=at: case.says(SCHOOL, "not-agreed", at=at),
            lambda at=at: case.proposes(SCHOOL, at=at),
        ):
            assert refused(case, call).why == "time"


def test_a_step_cannot_be_left_before_it_began() -> None:
    case = Case()

    assert refused(case, lambda: case.says(SCHOOL, "not-agreed", at="2025-03-04 09:59")).why == "time"


@pytest.mark.parametrize(
    "actions",
    [
        (),
        (Action(what=" ", owner=CARE, by=dt.date(2025, 4, 1)),),
        (Action(what="Visit", owner="strangers", by=dt.date(2025, 4, 1)),),
        (Action(what="Visit", owner=CARE, by=dt.date(2025, 3, 3)),),
        (Action(what="Visit", owner=CARE, by=dt.date.max),),
        (Action(what="Visit", owner=CARE, by=dt.date.min),),
    ],
)
def test_L16_a_plan_without_a_dated_action_of_somebodys_is_refused(actions: tuple[Action, ...]) -> None:
    case = Case()

    refused(case, lambda: case.proposes(SCHOOL, actions=actions))


def test_an_old_version_or_one_that_is_not_there_cannot_be_confirmed() -> None:
    case = Case()
    assert refused(case, lambda: case.confirms(CARE, version=1)).why == "not open"
    case.proposes(SCHOOL)
    case.proposes(SCHOOL)
    for version in (1, 3, -1, 10**30):
        assert refused(case, lambda v=version: case.confirms(CARE, version=v)).why == "stale"  # type: ignore[misc]
        refused(case, lambda v=version: case.unconfirms(SCHOOL, v))  # type: ignore[misc]


def test_a_word_said_without_having_seen_that_the_step_was_left_is_refused_with_who_and_when() -> None:
    case = Case()
    seen = case.state.entries
    case.pass_to("2025-03-04 11:00").says(CARE, "not-agreed")

    refusal = refused(case, lambda: case.says(SCHOOL, "not-agreed", "practitioner", seen=seen))
    assert refusal.why == "stale"
    assert "11:00am" in refusal.sentence
    assert "Step 2" in refusal.sentence
    assert "not agreed" in refusal.sentence
    for call in (
        lambda: case.says(SCHOOL, "not-agreed", "practitioner", seen=seen, stage="step-1"),
        lambda: case.does(SCHOOL, "acknowledgement", "practitioner", seen=seen, stage="step-1"),
        lambda: case.proposes(SCHOOL, role="practitioner", seen=seen),
    ):
        assert refused(case, call).why == "stale"


def test_a_step_left_and_opened_again_since_the_sender_looked_is_not_the_same_step() -> None:
    case = Case()
    seen = case.state.entries
    case.climb_to("step-2")
    case.says(SCHOOL, "returned")

    assert refused(case, lambda: case.says(CARE, "not-agreed", seen=seen, stage="step-1")).why == "stale"


def test_a_plan_proposed_without_having_seen_the_newest_one_is_refused() -> None:
    case = Case()
    seen = case.state.entries
    case.proposes(CARE)

    assert refused(case, lambda: case.proposes(SCHOOL, seen=seen)).why == "stale"


def test_a_plan_is_not_confirmed_by_somebody_who_looked_before_it_was_proposed() -> None:
    """Rule 41: "If its step has been left, its plan replaced ... since, it is refused"."""
    case = Case()
    case.proposes(SCHOOL)
    seen = case.state.entries
    case.proposes(SCHOOL)

    refusal = refused(case, lambda: case.confirms(CARE, seen=seen))
    assert refusal.why == "stale"
    assert f"version 2 of the plan was proposed (entry {case.state.plans[-1].entry})" in refusal.sentence
    case.confirms(CARE, seen=case.state.entries)
    assert case.ended == "resolved"


def test_an_action_by_its_number_is_not_done_under_a_plan_that_the_sender_has_not_seen() -> None:
    case = Case()
    case.agree()
    case.reopens(SCHOOL)
    seen = case.state.entries
    case.agree()

    refusal = refused(case, lambda: case.does(CARE, "action-done", seen=seen, fields={"action": "1"}))
    assert (refusal.why, "version 2" in refusal.sentence) == ("stale", True)
    case.does(CARE, "action-done", seen=case.state.entries, fields={"action": "1"})


def test_an_act_without_a_step_does_not_land_in_one_that_its_sender_has_not_seen() -> None:
    case = Case()
    seen = case.state.entries
    case.climb_to("step-2")

    refusal = refused(case, lambda: case.does(SCHOOL, "discussion", seen=seen))
    assert (refusal.why, "was left on" in refusal.sentence) == ("stale", True)
    case.does(SCHOOL, "discussion", seen=case.state.entries)


def test_a_question_answered_since_the_sender_looked_is_not_answered_over() -> None:
    case = Case(facts={"concern": "difference"})
    seen = case.state.entries
    policy = case.state.policy
    name, values = next((n, f.values) for n, f in policy.facts.items() if f.values and n not in case.state.facts)
    by = case.seat(SCHOOL)
    case.takes(FactSaid(by=by, fact=name, value=values[0]))

    refusal = refused(case, lambda: case.takes(FactSaid(by=by, fact=name, value=values[1], reason="So", seen=seen)))
    assert (refusal.why, f"(entry {case.state.entries})" in refusal.sentence) == ("stale", True)


def test_an_act_that_two_open_steps_ask_for_must_name_one() -> None:
    """No two steps of Lincolnshire ask for one act at a time, so this policy has a way to open a second beside."""
    own = lincolnshire()
    beside = own.outcomes[1].but(id="beside", source=("step-1",), needs=(), leads_to=(), opens=("step-2",))
    case = Case(policy=own.but(outcomes=(*own.outcomes, beside)))
    case.says(SCHOOL, "beside")
    assert case.stages == ["step-1", "step-2"]

    assert "step-1 or step-2" in refused(case, lambda: case.does(SCHOOL, "discussion", "line-manager")).sentence
    assert "step-1 or step-2" in refused(case, lambda: case.says(SCHOOL, "not-agreed")).sentence
    case.does(SCHOOL, "discussion", "line-manager", stage="step-2")
    assert case.duty("step-2/3").state == "done"
    assert case.duty("step-1/2").is_outstanding


def test_one_who_took_part_must_be_another_party() -> None:
    case = Case()
    for name in (POLICE, "nobody-knows", "", SCHOOL):
        refused(case, lambda n=name: case.does(SCHOOL, "discussion", with_parties=(n,)))  # type: ignore[misc]


def test_a_meeting_is_set_for_a_day_ahead_that_the_calendar_knows() -> None:
    case = Case().climb_to("step-4-urgent")
    refused(case, lambda: case.does(SCHOOL, "chaired-meeting.date-set"))
    for date in ("2025-03-04 10:00", "2025-03-01 10:00", "2199-06-01 10:00"):
        assert refused(case, lambda d=date: case.set_date(d)).why == "time"  # type: ignore[misc]


def test_what_an_act_needs_is_named() -> None:
    case = Case().climb_to("step-2")

    assert "reason" in refused(case, lambda: case.does(SCHOOL, "justified", fields={"reason": " "})).sentence


def test_what_an_outcome_needs_is_named() -> None:
    case = Case()

    assert "interim safety" in refused(case, lambda: case.says(SCHOOL, "not-agreed", fields={"reason": "so"})).sentence


def test_only_what_one_side_entered_for_all_can_be_contested_and_only_by_another() -> None:
    case = Case()
    for entry in (0, -1, 1, 10**30):
        refused(case, lambda e=entry: case.contests(CARE, e))  # type: ignore[misc]
    case.does(SCHOOL, "discussion")
    number = case.last.answer.entry

    assert refused(case, lambda: case.contests(SCHOOL, number)).why == "wrong side"


def test_a_call_to_the_statutory_services_needs_a_risk_that_was_raised() -> None:
    case = Case()

    assert "risk" in refused(case, case.takes_call).sentence


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"facts": {"colour": "red"}}, "concern"),
        ({"facts": {"concern": "weather"}}, "difference or conduct"),
        ({"raiser": Actor(role="admiral")}, "practitioner"),
        ({"raiser": Actor(role="practitioner", agency=CARE)}, SCHOOL),
        ({"receiving": (CARE, CARE)}, "once"),
        ({"receiving": (SCHOOL, f"{SCHOOL}.raising")}, "once"),
    ],
)
def test_an_opening_that_does_not_fit_the_policy_is_refused(said: dict[str, object], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        Case(**said)  # type: ignore[arg-type]


def test_one_message_sent_twice_gets_its_first_answer_and_changes_nothing() -> None:
    case = Case()
    message = OutcomeSaid(
        by=case.seat(SCHOOL), outcome="not-agreed", fields={"reason": "so", "interim-safety": "so"}, id="message-1"
    )
    first = case.takes(message)
    state = case.state
    case.pass_to("2025-03-20 10:00")
    later = case.state

    again = decide(later, message, case.now)

    assert again.answer == first
    assert again.effects == ()
    assert again.escalation is later
    assert state.visits == later.visits


def test_a_message_that_was_refused_may_be_sent_again_under_its_id() -> None:
    case = Case()
    wrong = ActDone(by=case.seat(SCHOOL), act="discussion", id="message-1")
    refused(case, lambda: case.takes(wrong))

    case.takes(wrong.but(method="telephone"))

    assert case.duty("step-1/2").state == "done"


def test_one_whose_role_nobody_knows_is_not_answered_but_the_lead_on_call_is_told() -> None:
    case = Case()
    case.takes(MessageRefused(name="act", why="missing", sentence="Say how.", by=Actor(role="admiral", agency=CARE)))

    assert case.told("refused") == [("on-call", "")]


def test_times_that_no_calendar_counts_are_refused_before_they_come_in() -> None:
    for year in (1, 1899, 2200, 9999):
        with pytest.raises(ValueError, match="check the year"):
            ActDone(
                by=Actor(), act="discussion", at=dt.datetime(year, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14)))
            )


def test_the_trust_may_chair_and_still_not_speak_for_a_party() -> None:
    case = Case().climb_to("step-4-urgent")
    case.set_date("2025-03-06 10:00", Actor(agency=TRUST, role="slo"))

    assert refused(case, lambda: case.says(TRUST, "not-agreed", "chair")).why == "wrong side"
    assert london("2025-03-06 10:00") == case.state.planned["chaired-meeting"]
