"""What the register knows of an alert that somebody answers, on both engines."""

from datetime import timedelta

from adapters.register.alerted import Alert, alert_of, sent_together
from adapters.register.register import Register

from .made import CASE, NOON, attempt, entry, standing

OTHER = "NS-26-015"


def enter(register: Register, number: int, kind: str, *duties: int, case: str = CASE) -> None:
    body = {"duties": [*duties], "rungs": ["first", "second"]} if kind == "alert" else {}
    register.enter([entry(number, case, kind=kind, body=body)], standing(number, case))


def test_an_alert_waits_until_it_is_acknowledged_or_a_later_one_is_about_more(register: Register, url: str) -> None:
    for number, kind, duties in ((1, "opened", ()), (2, "alert", (1, 2)), (3, "alert", (2,)), (4, "overdue", ())):
        enter(register, number, kind, *duties)
    assert alert_of(url, f"{CASE}/2/1") == Alert("waiting", "first")
    assert alert_of(url, f"{CASE}/3/2") == Alert("waiting", "second")

    enter(register, 5, "alert", 1, 2)
    assert alert_of(url, f"{CASE}/2/1").state == "waiting"
    assert alert_of(url, f"{CASE}/3/2").state == "answered", "that one was about less"
    enter(register, 6, "acknowledged")
    assert alert_of(url, f"{CASE}/5/1").state == "answered"


def test_what_is_no_alert_and_what_is_not_entered_yet_are_told_apart(register: Register, url: str) -> None:
    for number, kind in ((1, "opened"), (2, "alert")):
        enter(register, number, kind)

    no_alerts = (f"{CASE}/1/1", f"{CASE}/2/3", f"{CASE}/2/0", "TEST-MESSAGE/20261123T0915/1", "another's", "")
    assert {alert_of(url, ref).state for ref in no_alerts} == {"no alert"}
    assert {alert_of(url, ref).state for ref in (f"{CASE}/3/1", f"{OTHER}/1/1")} == {"not entered"}


def test_alerts_of_one_message_are_found_by_moment_and_way(register: Register, url: str) -> None:
    for case in (CASE, OTHER):
        enter(register, 1, "alert", 1, case=case)
    for moments, case in enumerate((OTHER, CASE)):
        at = NOON + timedelta(milliseconds=moments)
        register.attempt(attempt(notice=f"{case}/1/1", case_ref=case, at=at))
        register.attempt(attempt(notice=f"{case}/1/2", case_ref=case, at=at - timedelta(hours=1)))

    assert set(sent_together(url, f"{CASE}/1/1")) == {f"{CASE}/1/1", f"{OTHER}/1/1"}
    assert set(sent_together(url, f"{CASE}/1/2")) == {f"{CASE}/1/2", f"{OTHER}/1/2"}
    assert sent_together(url, f"{CASE}/9/1") == (f"{CASE}/9/1",)
