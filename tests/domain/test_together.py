"""Several alerts to one person: which may wait for each other, in what order, and what is said of each case."""

from datetime import UTC, datetime, timedelta

from domain.case.effects import Notice, Owed, Recipient
from domain.engine.seats import ON_CALL, on_call
from domain.views.together import as_one, may_wait, overdue_and_over

DUE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def owed(what: str = "discussion", hours: int = 0) -> Owed:
    return Owed(what=what, by="police", due=DUE + timedelta(hours=hours), overdue=True)


def alert(case: str, *things: Owed, number: int = 3, kind: str = "alert", to: Recipient = ON_CALL) -> Notice:
    return Notice(ref=f"{case}/{number}/1", case=case, kind=kind, to=to, owed=things)


def refs(notices: tuple[Notice, ...]) -> list[str]:
    return [one.ref for one in notices]


def test_alerts_and_their_ends_may_wait_and_what_is_urgent_never_does() -> None:
    """Section 6: urgent and immediate risk never wait."""
    assert may_wait(alert("A"))
    assert may_wait(alert("A", kind="alert-withdrawn", to=on_call("duty-manager")))
    assert not may_wait(alert("A").but(urgent=True))
    assert not any(may_wait(alert("A", kind=kind)) for kind in ("risk", "record-fault", "cancellation"))
    assert not may_wait(alert("A", kind="overdue", to=Recipient(role="line-manager", title="", agency="police")))


def test_what_was_due_first_leads_and_what_is_over_comes_last() -> None:
    late, later = alert("B", owed(hours=1)), alert("A", owed(hours=2))
    latest_of_several = alert("C", owed(hours=9), owed("plan", hours=0))
    timeless, over = alert("D", Owed(what="minutes", by="police")), alert("E", owed(hours=-5), kind="alert-withdrawn")

    message = as_one([over, timeless, later, late, latest_of_several])

    assert refs((message, *message.together)) == ["C/3/1", "B/3/1", "A/3/1", "D/3/1", "E/3/1"]


def test_one_alone_is_itself() -> None:
    assert as_one([alert("A")]) == alert("A")


def test_a_case_is_told_once_by_its_newest_alert() -> None:
    old, new = alert("A", owed(), number=3), alert("A", owed(), owed("plan"), number=12)

    overdue, over = overdue_and_over(as_one([new, old, alert("B", owed(hours=-1))]))

    assert refs(overdue) == ["B/3/1", "A/12/1"]
    assert over == ()


def test_what_was_taken_back_since_is_not_said_to_be_overdue() -> None:
    told = alert("A", owed(), owed("plan"), number=3)
    done = alert("A", owed().but(overdue=False), number=5, kind="alert-withdrawn")
    rest = alert("A", owed("plan").but(overdue=False), number=6, kind="alert-withdrawn")

    overdue, over = overdue_and_over(as_one([told, done]))
    assert [one.what for one in overdue[0].owed] == ["plan"]
    assert refs(over) == ["A/5/1"]

    overdue, over = overdue_and_over(as_one([told, done, rest]))
    assert overdue == ()
    assert refs(over) == ["A/5/1", "A/6/1"]


def test_an_alert_after_the_end_of_another_stands() -> None:
    over = alert("A", owed(), number=5, kind="alert-withdrawn")
    again = alert("A", owed(), number=9)

    assert refs(overdue_and_over(as_one([over, again]))[0]) == ["A/9/1"]
