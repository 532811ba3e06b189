"""What the register knows of an alert that somebody answers, on both engines."""

from datetime import timedelta

from pydantic import JsonValue

from adapters.register.alerted import Alert, alert_of, sent_together
from adapters.register.register import Register
from adapters.register.rows import Edition
from domain.case.editions import digest

from .made import CASE, NOON, attempt, enter, entry, standing

OTHER = "NS-26-015"


def enters(register: Register, number: int, kind: str, *duties: int, case: str = CASE) -> None:
    body = {"duties": [*duties], "rungs": ["first", "second"]} if kind == "alert" else {}
    enter(register, [entry(number, case, kind=kind, body=body)], standing(number, case))


def test_an_alert_waits_until_it_is_acknowledged_or_a_later_one_is_about_more(register: Register, url: str) -> None:
    for number, kind, duties in ((1, "opened", ()), (2, "alert", (1, 2)), (3, "alert", (2,)), (4, "overdue", ())):
        enters(register, number, kind, *duties)
    assert alert_of(url, f"{CASE}/2/1") == Alert("waiting", "first")
    assert alert_of(url, f"{CASE}/3/2") == Alert("waiting", "second")

    enters(register, 5, "alert", 1, 2)
    assert alert_of(url, f"{CASE}/2/1").state == "waiting"
    assert alert_of(url, f"{CASE}/3/2").state == "answered", "that one was about less"
    enters(register, 6, "acknowledged")
    assert alert_of(url, f"{CASE}/5/1").state == "answered"


def test_what_is_no_alert_and_what_is_not_entered_yet_are_told_apart(register: Register, url: str) -> None:
    for number, kind in ((1, "opened"), (2, "alert")):
        enters(register, number, kind)

    no_alerts = (f"{CASE}/1/1", f"{CASE}/2/3", f"{CASE}/2/0", "TEST-MESSAGE/20261123T0915/1", "another's", "")
    assert {alert_of(url, ref).state for ref in no_alerts} == {"no alert"}
    assert {alert_of(url, ref).state for ref in (f"{CASE}/3/1", f"{OTHER}/1/1")} == {"not entered"}


def test_alerts_of_one_message_are_found_by_moment_and_way(register: Register, url: str) -> None:
    for case in (CASE, OTHER):
        enters(register, 1, "alert", 1, case=case)
    for moments, case in enumerate((OTHER, CASE)):
        at = NOON + timedelta(milliseconds=moments)
        register.attempt(attempt(notice=f"{case}/1/1", case_ref=case, at=at))
        register.attempt(attempt(notice=f"{case}/1/2", case_ref=case, at=at - timedelta(hours=1)))

    assert set(sent_together(url, f"{CASE}/1/1")) == {f"{CASE}/1/1", f"{OTHER}/1/1"}
    assert set(sent_together(url, f"{CASE}/1/2")) == {f"{CASE}/1/2", f"{OTHER}/1/2"}
    assert sent_together(url, f"{CASE}/9/1") == (f"{CASE}/9/1",)


def test_an_acknowledgement_answers_what_it_was_given_for_and_no_other_alert(register: Register, url: str) -> None:
    enters(register, 1, "alert", 1, 2)
    given: list[dict[str, list[int]]] = [{"risks": [9]}, {"duties": [1]}, {"duties": [2]}]
    states = []
    for number, body in enumerate(given, 2):
        enter(register, [entry(number, kind="acknowledged", body=body)], standing(number))
        states.append(alert_of(url, f"{CASE}/1/1").state)

    assert states == ["waiting", "waiting", "answered"]


def test_a_lead_who_was_told_of_immediate_risk_may_answer_it_whatever_was_answered_before(
    register: Register, url: str
) -> None:
    """It is raised by itself, by the opening of the policy's step for it, or goes on from the wrong lead."""
    policy = Edition(kind="policy", body={"stages": [{"id": "now", "strand": "risk"}, {"id": "later"}]})
    told: list[tuple[str, dict[str, JsonValue]]] = [
        ("opened", {"editions": {"policy": digest(policy.body)}}),
        ("risk", {}),
        ("stage-opened", {"stage": "now"}),
        ("stage-merged", {"stage": "now"}),
        ("misdirected", {"seat": "on-call"}),
        ("misdirected", {"seat": "practitioner@police"}),
        ("stage-opened", {"stage": "later"}),
        ("acknowledged", {}),
    ]
    for number, (kind, body) in enumerate(told, 1):
        enter(register, [entry(number, kind=kind, body=body)], standing(number), [policy])

    index = {5: 2, 6: 2}
    assert [alert_of(url, f"{CASE}/{number}/{index.get(number, 1)}").state for number in range(2, 8)] == [
        *["waiting"] * 4,
        *["no alert"] * 2,
    ]
    assert alert_of(url, f"{CASE}/2/2").state == alert_of(url, f"{CASE}/5/1").state == "no alert"


def test_immediate_risk_of_two_cases_is_never_answered_by_one_word(register: Register, url: str) -> None:
    for moments, case in enumerate((OTHER, CASE)):
        enter(register, [entry(1, case, kind="risk", body={})], standing(1, case))
        register.attempt(attempt(notice=f"{case}/1/1", case_ref=case, at=NOON + timedelta(milliseconds=moments)))

    assert sent_together(url, f"{CASE}/1/1") == (f"{CASE}/1/1",)
