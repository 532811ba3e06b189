"""The soak's own judgement: it sees what is lost, doubled or out of order."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.soak.arrivals import doubled, first_arrivals, in_order_of_arrival, longest_way_back
from tests.soak.mail_host import Mail
from tests.soak.record import Missed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
A, B, C = "ESC-AAAA-AAAA", "ESC-BBBB-BBBB", "ESC-CCCC-CCCC"


def mail(ref: str, *cases: str, at: int = 0, text: str = "") -> Mail:
    return Mail(NOON + timedelta(seconds=at), ("lead@example.org",), ref, cases, text)


def late(case: str, minute: int, *alerts: str) -> Missed:
    due = NOON - timedelta(minutes=10 - minute)
    return Missed(case, due, NOON, True, alerts or (f"{case}/4/1",), NOON, NOON)


FOUND = [late(A, 0), late(B, 1), late(C, 2)]
REFS = [ref for one in FOUND for ref in one.alerts]


def test_alerts_of_several_cases_in_one_mail_are_all_told() -> None:
    found = doubled([mail(f"{A}/4/1", A, B, C)], FOUND, REFS)

    assert found.is_sound


def test_a_mail_that_comes_again_under_its_message_id_is_harmless() -> None:
    found = doubled([mail(f"{A}/4/1", A, B, C)] * 2, FOUND, REFS)

    assert found.is_sound
    assert found.again == 1


def test_an_alert_that_no_mail_tells_is_lost() -> None:
    assert doubled([mail(f"{A}/4/1", A, B)], FOUND, REFS).lost == 1


def test_a_case_alerted_under_a_second_message_id_is_doubled() -> None:
    mails = [mail(f"{A}/4/1", A, B, C), mail(f"{B}/4/1", B)]

    assert doubled(mails, FOUND, REFS).too_many == 1


def test_another_text_under_the_same_message_id_is_doubled() -> None:
    mails = [mail(f"{A}/4/1", A, B, C, text="one"), mail(f"{A}/4/1", A, B, C, text="other")]

    assert doubled(mails, FOUND, REFS).two_texts == 1


def test_places_are_by_due_and_each_case_counts_when_it_is_first_told() -> None:
    mails = [mail(f"{B}/4/1", B, at=1), mail(f"{A}/4/1", A, C, at=2), mail(f"{B}/4/1", B, at=3)]

    assert in_order_of_arrival(mails, FOUND) == [[1], [0, 2]]
    assert first_arrivals(mails, FOUND)[B] == NOON + timedelta(seconds=1)


@pytest.mark.parametrize(("places", "back"), [([0, 1, 2], 0), ([1, 0, 2], 1), ([2, 0, 1], 2), ([], 0)])
def test_how_far_out_of_order(places: list[int], back: int) -> None:
    assert longest_way_back(places) == back
