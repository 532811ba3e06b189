"""Overdue entries and alerts: once, again until somebody answers, never more than the ceiling, and an end."""

from domain.policy.local_settings import Local
from tests.domain.case import CARE, SCHOOL, Case, london, refused

QUIET = Local()
"""Only the plan of step 1 is ever late, at 10:00 on Thursday 6 March."""
DUE = "2025-03-06 10:00"


def alerts(case: Case) -> list[str]:
    return [f"{entry.at:%d %H:%M}" for entry in case.of_kind("alert")]


def test_a_missed_deadline_is_entered_and_both_sides_and_the_lead_on_call_are_told() -> None:
    case = Case(local=QUIET).pass_to(DUE)

    (entry,) = case.of_kind("overdue")
    assert (entry.at, entry.body["what"]) == (london(DUE), "agreed plan of action")
    assert case.told("overdue") == [("practitioner", SCHOOL), ("practitioner", CARE)]
    assert case.told("alert") == [("on-call", "")]
    assert case.stages == ["step-1"]


def test_an_alert_comes_again_at_its_interval() -> None:
    case = Case(local=QUIET.but(alert_every_minutes=30)).pass_to("2025-03-06 11:15")

    assert alerts(case) == ["06 10:00", "06 10:30", "06 11:00"]


def test_alerts_keep_to_their_ceiling_within_24_hours_and_then_go_on() -> None:
    case = Case(local=QUIET.but(alert_every_minutes=60, alerts_a_day=3)).pass_to("2025-03-07 10:30")

    assert alerts(case) == ["06 10:00", "06 11:00", "06 12:00", "07 10:00"]


def test_the_ceiling_holds_back_repeats_alone() -> None:
    """What has just become overdue wakes somebody at once, however many alerts went before."""
    local = Local(tolerance="4 hours", untimed="6 hours", alerts_a_day=2)
    case = Case(local=local)
    case.climb_to("step-2").climb_to("step-3").pass_to("2025-03-05 13:00")

    assert len(case.of_kind("overdue")) > 3
    assert alerts(case) == ["04 14:00", "04 15:00", "04 16:00"]
    told = [entry.body["duties"] for entry in case.of_kind("alert")]
    for overdue in case.of_kind("overdue"):
        assert any(isinstance(duties, list) and overdue.body["duty"] in duties for duties in told)


def test_an_immediate_risk_goes_above_the_ceiling() -> None:
    case = Case(local=QUIET.but(alerts_a_day=1)).pass_to("2025-03-06 10:05")
    case.raises_risk()
    case.pass_to("2025-03-06 18:00")

    assert alerts(case) == ["06 10:00", "06 11:05"]


def test_an_acknowledgement_stops_the_alert_and_expires() -> None:
    case = Case(local=QUIET).pass_to("2025-03-06 10:20")
    case.acknowledges()
    assert case.duty("step-1/3").is_overdue

    case.pass_to("2025-03-07 10:19")
    assert alerts(case) == ["06 10:00"]
    case.pass_to("2025-03-07 10:20")

    assert alerts(case) == ["06 10:00", "07 10:20"]


def test_an_acknowledgement_covers_only_what_was_overdue_then() -> None:
    case = Case(local=Local(tolerance="same working day", acknowledgement_hours=48)).pass_to("2025-03-05 00:10")
    case.acknowledges()
    case.pass_to(DUE)

    assert alerts(case) == ["05 00:00", "06 10:00"]
    assert case.of_kind("alert")[-1].body["duties"] == [case.duty("step-1/3").id]


def test_nothing_that_is_not_alerting_can_be_acknowledged() -> None:
    case = Case(local=QUIET)

    refused(case, case.acknowledges)


def test_a_discharge_stops_the_alert_and_tells_the_lead_once() -> None:
    case = Case(local=QUIET).pass_to("2025-03-06 11:30")
    case.agree(by="2026-12-01")
    assert case.told("alert-withdrawn") == [("on-call", "")]

    case.pass_to("2025-03-20 10:00")

    assert alerts(case) == ["06 10:00", "06 11:00"]
    assert case.told("alert-withdrawn") == [("on-call", "")]


def test_leaving_the_step_stops_its_alert() -> None:
    case = Case(local=QUIET).pass_to("2025-03-06 10:30")
    case.says(SCHOOL, "not-agreed")
    case.pass_to("2025-03-06 23:00")

    assert alerts(case) == ["06 10:00"]


def test_L9_an_e_mail_discussion_is_a_departure_and_discharges_nothing() -> None:
    case = Case(local=QUIET)
    answer = case.does(SCHOOL, "discussion", method="e-mail")

    assert answer.warnings != ()
    assert case.of_kind("act")[-1].body["departure"] is True
    assert case.duty("step-1/2").is_outstanding
    assert case.duty("step-1/3").anchor == "step-1.opened"
    assert case.duties("case/1") == []


def test_L8_the_way_it_was_discussed_must_be_said_and_be_one_the_policy_knows() -> None:
    case = Case()

    assert "telephone" in refused(case, lambda: case.does(SCHOOL, "discussion", method="")).sentence
    assert "telephone" in refused(case, lambda: case.does(SCHOOL, "discussion", method="carrier pigeon")).sentence


def test_a_worker_that_slept_enters_what_it_missed_in_order_and_says_why_late() -> None:
    """Rule 9."""
    case = Case().sleep_to("2025-03-10 09:00")
    case.does(SCHOOL, "own-consultation")

    missed = case.of_kind("overdue")
    assert [e.at for e in missed] == sorted(e.at for e in missed)
    assert {e.entered_at for e in missed} == {london("2025-03-10 09:00")}
    assert all(e.body["because_of_outage"] for e in missed)
    assert case.kinds().index("overdue") < case.kinds().index("act")
    assert all(notice.late for notice in case.notices if notice.kind in {"overdue", "alert"})
