"""An acknowledgement covers what it was given for: nothing newer, nothing of another kind."""

from typing import Any

import pytest

from domain.base.people import Actor
from domain.case.state import Duty, Ended
from domain.command_table.built_in import RISK_ACT
from domain.commands import AlertAcknowledged, Corrected, Extended, Misdirected, Waived
from domain.commands.alarms import TELEPHONE
from tests.policies.liverpool_case import NEED, opened

from .case import CARE, SCHOOL, Case, london, refused
from .test_climb import late, woken

LEAD = Actor(role="on-call")
SECOND = Actor(role="on-call.second")


def answers(case: Case, entry: int = 0, by: Actor = LEAD, **said: int) -> str:
    return case.takes(AlertAcknowledged(by=by, answers=entry, **said)).sentence


def duties(case: Case, kind: str, entry: int = 0) -> set[int]:
    """What the last entry of a kind, or that entry, is about."""
    found = next(one for one in reversed(case.of_kind(kind)) if entry in {0, one.number})
    listed = found.body["duties"]
    assert isinstance(listed, list)
    return {one for one in listed if isinstance(one, int)}


def number(case: Case, kind: str) -> int:
    return case.of_kind(kind)[-1].number


def risky() -> Case:
    """Something is late and acknowledged, and eight minutes later somebody raises immediate risk."""
    case = late()
    answers(case, number(case, "alert"))
    case.now = london("2025-03-06 10:08")
    case.raises_risk()
    return case


def test_an_older_acknowledgement_does_not_quieten_immediate_risk() -> None:
    case = risky()

    case.pass_to("2025-03-06 11:09")

    assert woken(case) == ["on-call", "on-call"]
    assert case.of_kind("alert")[-1].body["duties"] == [case.duty("risk call").id]
    case.replays()


def test_immediate_risk_is_acknowledged_at_once_and_says_what_it_covers() -> None:
    case = risky()

    said = answers(case)

    assert said.startswith(
        f"Acknowledged: the immediate risk raised on Thursday 6 March 2025, 10:08am. {TELEPHONE} "
        "Then record that you rang. If what has to be done for it is not on the record by Friday 7 March 2025, 10:08am"
    )
    entry = case.of_kind("acknowledged")[-1]
    assert (entry.body["risks"], entry.body["duties"]) == ([number(case, "risk")], [case.duty("risk call").id])
    case.pass_to("2025-03-06 23:00")
    assert woken(case) == ["on-call"], "it rests"
    case.pass_to("2025-03-07 10:10")
    assert woken(case)[1:] == ["on-call", "on-call"], "both come back"
    case.replays()


def test_a_lead_answers_immediate_risk_that_another_has_already() -> None:
    case = risky()
    answers(case, number(case, "risk"))
    answers(case, number(case, "risk"), by=SECOND)

    assert [entry.by for entry in case.of_kind("acknowledged")] == ["on-call", "on-call", "on-call.second"]
    assert "immediate risk" in answers(case)


def test_the_answer_to_an_alert_leaves_immediate_risk_alone_and_the_other_way_about() -> None:
    case = late()
    case.raises_risk()
    answers(case, number(case, "alert"))
    assert case.of_kind("acknowledged")[-1].body["duties"] == case.of_kind("alert")[0].body["duties"]
    assert case.duty("risk call").acknowledged_until is None

    other = late()
    other.raises_risk()
    before = other.state.pace
    answers(other, number(other, "risk"))
    assert other.of_kind("acknowledged")[-1].body["duties"] == [other.duty("risk call").id]
    assert other.state.pace == before, "the alert goes on as if nothing had been said"
    other.pass_to("2025-03-06 11:01")
    assert woken(other) == ["on-call", "on-call"]


@pytest.mark.parametrize("minutes", [0, 61])
def test_a_party_that_takes_immediate_risk_quietens_nobody_whatever_else_is_late(minutes: int) -> None:
    """Also once the call itself is late."""
    case = late()
    case.raises_risk()
    case.pass_to(f"2025-03-06 {10 + minutes // 60}:{minutes % 60:02}")
    before = len(woken(case))

    said = answers(case, by=Actor(role="practitioner", agency=SCHOOL))

    assert said.endswith("is alerted all the same, until they have it or the call is recorded.")
    entry = case.of_kind("acknowledged")[-1]
    assert entry.body["risks"] == [number(case, "risk")]
    assert not {"duties", "until"} & entry.body.keys()
    assert case.duty("risk call").acknowledged_until is None
    case.pass_to("2025-03-06 23:00")
    assert len(woken(case)) > before
    case.replays()


def test_an_answer_covers_nothing_that_became_late_after_it_was_sent() -> None:
    case = Case()
    case.pass_to("2025-03-05 00:01")
    first = number(case, "alert")
    case.pass_to("2025-03-06 10:01")
    second = number(case, "alert")

    answers(case, first)

    earlier, later = (duties(case, "alert", entry) for entry in (first, second))
    assert duties(case, "acknowledged") == earlier
    waiting = {d.id for d in case.state.outstanding if d.is_overdue and d.acknowledged_until is None}
    assert waiting == later - earlier != set()
    told = len(woken(case))
    case.pass_to("2025-03-06 10:30")
    assert len(woken(case)) == told, "the interval is the old one"
    refusal = refused(case, lambda: answers(case, first))
    assert (refusal.why, "something newer was raised since" in refusal.sentence) == ("stale", True)
    assert "alert comes back" in answers(case, first, seen=case.state.entries), "they have looked again"
    case.replays()


def test_a_second_immediate_risk_needs_an_answer_of_its_own() -> None:
    case = Case()
    case.raises_risk()
    first = number(case, "risk")
    answers(case, first)
    case.raises_risk()
    answers(case, first)

    assert case.of_kind("acknowledged")[-1].body["risks"] == [first]
    assert case.duty("risk call").acknowledged_until is None, "the second one's call"
    assert answers(case).count("immediate risk") == 1
    assert case.of_kind("acknowledged")[-1].body["risks"] == [number(case, "risk-again")]
    case.replays()


def test_a_partys_own_people_do_not_quieten_the_lead_on_call_about_immediate_risk() -> None:
    case = Case()
    case.raises_risk()

    said = answers(case, number(case, "risk"), by=Actor(agency=SCHOOL, role="practitioner"))

    assert "The safeguarding lead on call is alerted all the same" in said
    entry = case.of_kind("acknowledged")[-1]
    assert {*entry.body} == {"risks", "said"}
    assert case.duty("risk call").acknowledged_until is None
    case.replays()


def test_immediate_risk_that_is_dealt_with_is_not_acknowledged_and_takes_nothing_else_with_it() -> None:
    case = late()
    case.raises_risk()
    risk = number(case, "risk")
    case.does(CARE, RISK_ACT)

    assert refused(case, lambda: answers(case, risk)).why == "not open"
    assert case.of_kind("acknowledged") == []


def test_a_lead_who_passes_on_an_alert_passes_on_the_immediate_risk_too_and_has_neither_any_more() -> None:
    case = late()
    case.raises_risk()
    answers(case)

    case.takes(Misdirected(by=LEAD, why="not-mine"))

    assert [woken(case)[-1], case.told("risk")[-1]] == ["on-call.second", ("on-call.second", "")]
    assert [d.acknowledged_until for d in case.state.outstanding if d.strength == "must"] == [None, None]
    assert case.state.risks[0].told == (number(case, "risk"), number(case, "misdirected"))
    assert "immediate risk" in answers(case, number(case, "misdirected"), by=SECOND)
    case.replays()


def call_of(case: Case) -> Duty:
    return next(duty for duty in case.state.outstanding if duty.acts == ("telephoned",))


def test_the_notices_of_immediate_risk_stand_under_its_own_entry_also_where_the_policy_has_a_route() -> None:
    """V47: `telephoned` is owed at the policy's own step, whose opening is an entry of its own."""
    case = opened(NEED)
    case.raises_risk()

    risk = number(case, "risk")
    refs = [(notice.ref, notice.to.role) for notice in case.notices if notice.kind == "risk"]
    assert refs[0] == (f"ESC-TEST/{risk}/1", "on-call")
    assert "immediate risk" in answers(case, risk)
    assert call_of(case).acknowledged_until is not None
    case.raises_risk()
    assert call_of(case).acknowledged_until is None, "whoever has it has not seen the second"
    case.replays()


def test_a_call_is_recorded_whatever_route_the_policy_has_and_what_it_asks_besides_is_said() -> None:
    case = opened(NEED)
    case.raises_risk()

    said = case.acts_as(LEAD, RISK_ACT).sentence

    assert said == (
        "Recorded: the statutory services were telephoned. The policy asks for more, each recorded by its own name: "
        "telephone call to Children's Services."
    )
    case.replays()


@pytest.mark.parametrize("seen", [0, 1])
def test_what_the_sender_has_not_seen_is_not_acknowledged(seen: int) -> None:
    case = late()

    assert refused(case, lambda: answers(case, seen=seen)).why == "stale"


@pytest.mark.parametrize("party", [SCHOOL, CARE], ids=["who raised it", "the other side"])
@pytest.mark.parametrize("correction", [{"strike": True}, {"happened_at": london("2025-03-04 09:00")}])
def test_immediate_risk_is_not_taken_back_by_anybody(party: str, correction: dict[str, Any]) -> None:
    case = Case()
    case.raises_risk(by=case.seat(SCHOOL))
    said = Corrected(by=case.seat(party), entry=number(case, "risk"), reason="It was a mistake.", **correction)

    assert "stands, whoever raised it" in refused(case, lambda: case.takes(said)).sentence
    assert case.duty("risk call").is_outstanding


def test_what_a_policys_route_for_immediate_risk_asks_is_neither_waived_nor_put_off() -> None:
    """V47: telephoning is what must be done, and a call after the end is owed as before."""
    case = opened(NEED)
    case.state = case.state.but(local=case.state.local.but(extensions=True))
    case.raises_risk()
    call = call_of(case)
    later = Extended(by=case.seat(SCHOOL, "worker"), duty=call.id, until=london("2025-03-20"), reason="Later.")
    assert "not put off" in refused(case, lambda: case.takes(later)).sentence

    case.state = case.state.but(ended=Ended(how="resolved", outcome="agreed", stage="", at=case.now, entry=1))
    waive = Waived(by=case.seat(SCHOOL, "worker").but(person="staff-1"), duty=call.id, reason="Not needed.")
    assert "not waived" in refused(case, lambda: case.takes(waive)).sentence


def test_a_word_from_nobody_quietens_no_alert() -> None:
    case = late()

    refusal = refused(case, lambda: answers(case, by=Actor(role="zzz", agency="nobody")))

    assert refusal.sentence.startswith("zzz is not a role of this policy")
