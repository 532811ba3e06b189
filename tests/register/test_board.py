"""What a board is made of, on both engines: the order, and a page that is read in few queries."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.register import board, drivers
from adapters.register.register import Register
from tests.register.made import NOON, enter, entries, entry, standing


def put(register: Register, case: str, **changes: Any) -> None:
    enter(register, entries(1, case), standing(1, case, **changes))


@pytest.fixture
def several(register: Register) -> Register:
    put(register, "A", next_due=None)
    put(register, "B", next_due=NOON + timedelta(days=3))
    put(register, "C", next_due=NOON + timedelta(days=2), overdue=2)
    put(register, "D", next_due=NOON + timedelta(days=1), policy="sutton")
    put(register, "E", next_due=NOON, open=False)
    put(register, "F", next_due=NOON + timedelta(days=1), overdue=1)
    put(register, "G", next_due=None, urgency="immediate risk")
    put(register, "H", next_due=NOON + timedelta(days=1))
    return register


@pytest.mark.parametrize("at_once", [1, 2, 3, 200])
def test_immediate_risk_comes_first_then_what_is_overdue_then_what_is_due_however_many_are_read_at_once(
    several: Register, url: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "AT_ONCE", at_once)

    assert "".join(one["case_ref"] for one in board.in_order(url)) == "GFCDHBA"
    assert "".join(one["case_ref"] for one in board.in_order(url, "sutton")) == "D"
    assert "".join(one["case_ref"] for one in board.in_order(url, after="C")) == "DHBA"
    assert "".join(one["case_ref"] for one in board.in_order(url, after="E")) == "GFCDHBA", "that one is closed"


def test_a_page_reads_its_cases_alone_and_in_four_queries(
    several: Register, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(several, [entry(2, "C", kind="alert", body={"rungs": ["first"]})], standing(2, "C", overdue=2))
    asked: list[int] = []
    query = drivers.rows

    def counted(*given: Any) -> list[dict[str, Any]]:
        found = query(*given)
        asked.append(len(found))
        return found

    monkeypatch.setattr(board, "rows", counted)
    monkeypatch.setattr("adapters.register.keys_read.rows", counted)
    cases = [one for one in board.in_order(url) if one["case_ref"] in "FC"]
    found = board.with_alarms(url, cases)

    assert [one.row["case_ref"] for one in found] == ["F", "C"]
    assert [[each["kind"] for each in one.entries] for one in found] == [[], ["alert"]]
    assert all(one.view for one in found)
    assert asked == [7, 2, 2, 1], "the open ones, then of two cases their views, keys and alarms"


def test_no_case_is_no_query(url: str) -> None:
    assert board.with_alarms(url, []) == []
