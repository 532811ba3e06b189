"""What random hands broke once (tests/domain/test_state_machine.py found it), and what holds since."""

import datetime as dt
from typing import Any

import pytest

from domain.commands import Corrected, Reopened
from domain.policy import DutyRule, Outcome, Policy, check_policy
from domain.policy.local_settings import Local
from tests.domain.case import CARE, SCHOOL, TOLERANT, Case, lincolnshire, london, refused


def strikes(case: Case, party: str, entry: int) -> object:
    return case.takes(Corrected(by=case.seat(party), entry=entry, reason="It was mistyped", strike=True))


def reopens(case: Case) -> object:
    return case.takes(Reopened(by=case.seat(SCHOOL), reason="The plan fell apart"))


def last(case: Case, kind: str) -> int:
    return case.of_kind(kind)[-1].number


def with_duty(**said: Any) -> Policy:
    """Lincolnshire's policy with one more duty, of every step."""
    own = lincolnshire()
    return own.but(duties=(*own.duties, DutyRule(**said)))


def with_outcome(**said: Any) -> Policy:
    """Lincolnshire's policy with one more outcome, of several steps."""
    own = lincolnshire()
    return own.but(outcomes=(*own.outcomes, Outcome(**said)))


# --- the record


def test_rule_02_a_word_at_the_instant_something_falls_due_replays_after_an_outage() -> None:
    """Missed moments pass before the word, but not what falls due as it is said."""
    case = Case("2025-03-04 10:00", entered="2025-03-08 09:00")
    case.raises_risk()
    case.sleep_to("2025-03-08 10:00").does(SCHOOL, "own-consultation")

    case.replays()


def test_rule_02_an_alert_that_comes_back_as_it_is_acknowledged_again_replays() -> None:
    """The day's ceiling held that alert back, so no entry told of it."""
    case = Case(local=TOLERANT.but(alerts_a_day=1, acknowledgement_hours=1)).pass_to("2025-03-05 00:00")
    case.acknowledges()
    case.pass_to("2025-03-05 01:00")
    case.acknowledges()

    case.replays()


# --- corrections and contests


def test_rule_08_a_move_is_not_struck_once_its_step_was_opened_again() -> None:
    case = Case()
    case.agree()
    agreed = last(case, "outcome")
    reopens(case)

    assert "opened again" in refused(case, lambda: strikes(case, SCHOOL, agreed)).sentence
    assert case.stages == ["step-1"]


def test_rule_08_a_move_that_joined_an_open_step_is_not_struck_once_the_dispute_has_ended() -> None:
    policy = with_outcome(id="both-steps", **{"from": ("step-1",)}, said_by="any party", opens=("step-2",))
    case = Case(policy=policy)
    case.says(SCHOOL, "both-steps", "practitioner")
    case.says(SCHOOL, "not-agreed", "practitioner", stage="step-1")
    joined = last(case, "outcome")
    assert "stage-merged" in case.kinds()
    case.agree()

    assert "has ended" in refused(case, lambda: strikes(case, SCHOOL, joined)).sentence
    assert case.stages == []


def test_rule_08_a_struck_move_brings_back_what_was_overdue_and_its_alerts() -> None:
    case = Case().pass_to("2025-03-05 00:00")
    case.says(SCHOOL, "not-agreed")
    case.pass_to("2025-03-05 12:00")

    strikes(case, SCHOOL, last(case, "outcome"))
    case.pass_to("2025-03-05 12:01")

    assert case.duty("step-1/1").is_overdue
    assert case.of_kind("alert")[-1].at == london("2025-03-05 12:00")


def test_rule_15_what_all_owe_is_not_owed_again_once_the_dispute_has_ended() -> None:
    """A contest after the end takes the discharge back, and the time for it is over."""
    policy = with_duty(when=("case.opened",), act=("meeting",), by="together")
    case = Case(policy=policy)
    rule = f"case/{len(policy.duties)}"
    case.does(SCHOOL, "meeting.held", stage="", with_parties=(CARE,))
    held = last(case, "act")
    assert case.duty(rule).state == "done"
    case.agree()

    case.contests(CARE, held)

    assert case.duty(rule).state == "lapsed"


def test_rule_21_a_struck_act_is_owed_again_where_the_duty_outlives_its_step() -> None:
    own = lincolnshire()
    first = own.stage("step-1")
    kept = first.but(duties=tuple(rule.but(until=("done",)) for rule in first.duties))
    case = Case(policy=own.but(stages=(kept, *own.stages[1:])))
    case.does(CARE, "acknowledgement")
    case.climb_to("step-2")

    strikes(case, CARE, last(case, "act"))

    assert case.duty("step-1/1").is_outstanding


# --- clocks


def test_rule_16_a_tolerance_of_the_working_day_is_the_next_days_once_the_day_has_ended() -> None:
    policy = lincolnshire().but(day_ends=dt.time(17))
    case = Case("2025-03-04 21:00", policy=policy)

    assert case.duty("step-1/1").late_from == london("2025-03-05 17:00")


def test_rule_10_lateness_does_not_raise_itself_for_ever() -> None:
    """The rule "whatever is late is reported at once" would be late itself, at the same moment, without end."""
    policy = with_duty(when=("any.overdue",), act=("filed",), by="each party", within="1 hour", until=("done",))
    case = Case(policy=policy, local=Local()).pass_to("2025-03-20 10:00")
    rule = f"case/{len(policy.duties)}"

    assert len(case.duties(rule)) == 2
    assert all(duty.is_overdue for duty in case.duties(rule))


# --- beside the dispute, and after its end


def with_way_of_learning(**said: Any) -> Case:
    """A case at the learning strand, which has one more way on."""
    policy = with_outcome(id="strange", **{"from": ("learning",)}, **said)
    case = Case(policy=policy).climb_to("step-3")
    case.says(SCHOOL, "learning-too", "slo")
    return case


def test_rule_33_a_dispute_that_was_ended_from_beside_is_reopened_at_a_step_of_its_own() -> None:
    case = with_way_of_learning(said_by="anyone", leads_to=("end: stopped",))
    case.says("", "strange", "ppet")
    assert case.ended == "stopped"

    reopens(case)

    assert case.stages == ["step-3"]


def test_rule_27_what_has_ended_is_not_ended_again_from_beside() -> None:
    case = with_way_of_learning(said_by="anyone", leads_to=("end: stopped",))
    case.agree()

    case.says("", "strange", "ppet")

    assert (case.ended, case.stages) == ("resolved", [])
    assert case.kinds().count("ended") == 1


@pytest.mark.parametrize("said_by", ["anyone", "every party"])
def test_rule_33_no_way_from_beside_leads_back_into_a_dispute_that_has_ended(said_by: str) -> None:
    case = with_way_of_learning(said_by=said_by, leads_to=("step-2",))
    case.agree()

    if said_by == "anyone":
        assert "reopen" in refused(case, lambda: case.says("", "strange", "ppet")).sentence
    else:
        for party in (SCHOOL, CARE):
            case.says(party, "strange", "slo")

    assert case.stages == ["learning"]


def test_what_every_party_says_waits_for_what_it_comes_after() -> None:
    policy = with_outcome(
        id="both-stop",
        **{"from": ("step-1",)},
        said_by="every party",
        after=("step-1.plan.overdue",),
        leads_to=("end: stopped",),
    )
    case = Case(policy=policy)
    for party in (SCHOOL, CARE):
        case.says(party, "both-stop")
    assert case.ended == ""

    case.pass_to("2025-03-07 09:00").says(SCHOOL, "both-stop")

    assert case.ended == "stopped"


STRANGE: dict[str, tuple[dict[str, Any], str]] = {
    "it closes its step and opens only what stands beside": (
        {"from": ("step-1",), "said_by": "any party", "leads_to": ("learning",)},
        "nowhere",
    ),
    "one of its choices stands beside": (
        {
            "from": ("step-1",),
            "said_by": "any party",
            "leads_to": ("chosen",),
            "one_of": ("learning", "step-2"),
        },
        "one of its choices",
    ),
    "it ends the dispute and goes on with it": (
        {"from": ("step-1",), "said_by": "any party", "leads_to": ("end: noted", "step-2")},
        "ends the dispute and goes on",
    ),
    "after the end there is no next step": (
        {"from": ("ended",), "said_by": "any party", "leads_to": ("next",)},
        "after the end nothing leads",
    ),
    "after the end there is no other end": (
        {"from": ("ended",), "said_by": "any party", "leads_to": ("end: noted",)},
        "after the end nothing leads",
    ),
    "after the end no plan is agreed": (
        {"from": ("ended",), "said_by": "every party", "opens": ("learning",)},
        "no plan to agree",
    ),
    "nobody chooses for everybody": (
        {"from": ("step-1",), "said_by": "every party", "leads_to": ("chosen",), "one_of": ("step-2",)},
        "nobody alone chooses",
    ),
    "nobody gives everybody's reason": (
        {"from": ("step-1",), "said_by": "every party", "expects": ("filed",), "leads_to": ("step-2",)},
        "nobody alone gives",
    ),
}


@pytest.mark.parametrize("what", STRANGE)
def test_check_refuses_a_way_on_that_would_leave_a_case_nowhere(what: str) -> None:
    said, fault = STRANGE[what]
    found = check_policy(with_outcome(id="strange", **said))

    assert any(fault in one.what for one in found), found
    assert check_policy(lincolnshire()) == ()
