"""A batch of alerts by itself: what waits, what goes, what is remembered."""

from datetime import UTC, datetime, timedelta

from domain.case.effects import Notice, Owed
from domain.engine.seats import ON_CALL
from workflows.alert_batch import MOST, REMEMBERED, AlertBatch

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def alert(number: int, prefix: str = "ESC") -> Notice:
    case = f"{prefix}-{number:04}"
    owed = Owed(what="discussion", by="police", due=NOW + timedelta(hours=number))
    return Notice(ref=f"{case}/3/1", case=case, kind="alert", to=ON_CALL, owed=(owed,))


def holding(*notices: Notice, seconds: int = 10) -> AlertBatch:
    batch = AlertBatch(policy="lincolnshire", gather_seconds=seconds)
    for second, notice in enumerate(notices):
        batch = batch.takes(notice, NOW + timedelta(seconds=second))
    return batch


def test_it_waits_from_the_first_that_came() -> None:
    assert holding().waits_until() is None
    assert holding(alert(1), alert(2), alert(3)).waits_until() == NOW + timedelta(seconds=10)


def test_a_message_has_a_hundred_at_most_and_the_rest_goes_at_once_after_it() -> None:
    batch = holding(*(alert(number) for number in range(MOST + 85, 0, -1))).puts_together()

    assert [one.case for one in batch.going] == [f"ESC-{number:04}" for number in range(1, MOST + 1)]
    assert len(batch.waiting) == 85
    assert batch.waits_until() == NOW + timedelta(seconds=10)
    assert batch.is_rid_of(()).puts_together().waits_until() is None


def test_each_reference_is_taken_once_while_it_waits_goes_or_has_gone() -> None:
    batch = holding(alert(1), alert(1)).puts_together().takes(alert(1), NOW).is_rid_of(()).takes(alert(1), NOW)

    assert (batch.waiting, batch.going, batch.went) == ((), (), (alert(1).ref,))


def test_it_remembers_those_that_went_last() -> None:
    batch = AlertBatch(policy="lincolnshire", gather_seconds=10, went=tuple(f"ESC/{n}/1" for n in range(REMEMBERED)))
    after = batch.takes(alert(1), NOW).puts_together().is_rid_of(())

    assert len(after.went) == REMEMBERED
    assert after.went[-1] == alert(1).ref


def test_invented_and_real_cases_never_share_a_message() -> None:
    """A message about an invented case is never sent: a real one in it would be lost."""
    batch = holding(alert(1, "TRN"), alert(2), alert(3)).puts_together()

    assert [one.case for one in batch.going] == ["TRN-0001"]
    assert [one.case for one in batch.is_rid_of(()).puts_together().going] == ["ESC-0002", "ESC-0003"]


def test_a_day_of_a_large_area_can_be_carried_into_another_run() -> None:
    assert holding(*(alert(number) for number in range(1_000))).is_portable
    assert not holding(*(alert(number) for number in range(4_000))).is_portable
