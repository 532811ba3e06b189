# ruff: noqa: S608
"""What somebody who lifts the guards does to the record is named by `verify`."""

import pytest

from adapters.register import chain, tables
from adapters.register.connections import Connections
from adapters.register.register import Register
from adapters.register.rows import Edition
from tests.register.made import CASE, attempt, by_hand, enter, entries, standing, unguarded, without_guard

CHANGED = "was changed after it was written, or moved here from another number"


def named(register: Register, case_ref: str | None = None) -> list[tuple[str, str]]:
    return [(fault.place, fault.what) for fault in register.verify(case_ref)]


@pytest.fixture
def five(register: Register) -> Register:
    enter(register, entries(5), standing(5))
    enter(register, entries(2, "NS-26-015"), standing(2, "NS-26-015"))
    return register


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'outcome'",
        "event_time = '2026-03-01T00:00:00.000000Z'",
        "entry_time = '2026-03-01T00:00:00.000000Z'",
        "\"by\" = 'somebody else'",
        "on_behalf_of = 'example-police'",
        "body_key_id = 'key-1'",
        "previous_hash = hash",
        "hash = previous_hash",
    ],
)
def test_a_changed_column_is_named(five: Register, url: str, change: str) -> None:
    without_guard(url, f"UPDATE entry SET {change} WHERE case_ref = '{CASE}' AND number = 3")

    assert named(five) == [("entry 3", CHANGED)]
    assert {fault.case_ref for fault in five.verify()} == {CASE}
    assert named(five, "NS-26-015") == []


def test_a_changed_body_is_named(five: Register, url: str) -> None:
    table = tables.entry
    with unguarded(url):
        connections = Connections(url)
        with connections.writing() as connection:
            connection.execute(table.update().where(table.c.number == 5).values(body=b"{}"))
        connections.engine.dispose()

    assert named(five) == [("entry 5", CHANGED)]
    assert str(five.verify()[0]) == f"{CASE}: entry 5 {CHANGED}"


def test_a_body_that_was_only_reworded_in_spacing_is_named(five: Register, url: str) -> None:
    table = tables.entry
    with unguarded(url):
        connections = Connections(url)
        with connections.writing() as connection:
            body = connection.execute(table.select().where(table.c.number == 4)).one().body
            connection.execute(table.update().where(table.c.number == 4).values(body=body + b" "))
        connections.engine.dispose()

    assert named(five) == [("entry 4", CHANGED)]


def test_an_entry_changed_together_with_its_hash_is_named(five: Register, url: str) -> None:
    table = tables.entry
    with unguarded(url):
        connections = Connections(url)
        with connections.writing() as connection:
            row = (
                connection.execute(table.select().where(table.c.case_ref == CASE, table.c.number == 2)).one()._asdict()
            )
            row["kind"] = "outcome"
            row["hash"] = chain.hash_of(row)
            connection.execute(table.update().where(table.c.case_ref == CASE, table.c.number == 2).values(row))
        connections.engine.dispose()

    assert named(five) == [("entry 3", "does not follow 2: one of the two was replaced, together with its hash")]


def test_a_number_far_away_is_named_in_one_line(five: Register, url: str) -> None:
    without_guard(url, f"UPDATE entry SET number = 2000000000 WHERE case_ref = '{CASE}' AND number = 5")

    assert [place for place, _ in named(five, CASE)][:2] == ["entry 5 to 1999999999", "entry 2000000000"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", ["body = '{}'", "kind = 1.5", "kind = x'00'", "number = 9223372036854775807"])
def test_a_value_of_another_kind_is_named(five: Register, url: str, change: str) -> None:
    without_guard(url, f"UPDATE entry SET {change} WHERE case_ref = '{CASE}' AND number = 5")

    assert CHANGED in [what for _, what in named(five)]


@pytest.mark.parametrize("gone", [1, 3])
def test_a_missing_entry_is_named(five: Register, url: str, gone: int) -> None:
    without_guard(url, f"DELETE FROM entry WHERE case_ref = '{CASE}' AND number = {gone}")

    assert named(five) == [(f"entry {gone}", "is missing")]


def test_entries_in_another_order_are_named(five: Register, url: str) -> None:
    swap = "UPDATE entry SET number = {after} WHERE case_ref = '" + CASE + "' AND number = {before}"
    pairs = [(2, 99), (3, 2), (99, 3)]
    without_guard(url, *(swap.format(before=before, after=after) for before, after in pairs))

    assert named(five) == [("entry 2", CHANGED), ("entry 3", CHANGED)]


def test_an_end_taken_off_is_named_by_the_standing(five: Register, url: str) -> None:
    without_guard(url, f"DELETE FROM entry WHERE case_ref = '{CASE}' AND number >= 4")

    what = "is missing: the case's standing had taken it in, and the record ends before it"
    assert named(five) == [("entry 4 to 5", what)]


def test_a_whole_case_taken_out_is_named_by_the_standing(five: Register, url: str) -> None:
    without_guard(url, "DELETE FROM entry WHERE case_ref = 'NS-26-015'")

    assert [(fault.case_ref, fault.place) for fault in five.verify()] == [("NS-26-015", "entry 1 to 2")]


def test_an_entry_moved_to_another_case_is_named_in_both(five: Register, url: str) -> None:
    without_guard(url, f"UPDATE entry SET case_ref = 'NS-26-015', number = 3 WHERE case_ref = '{CASE}' AND number = 5")

    faults = {(fault.case_ref, fault.place) for fault in five.verify()}

    assert {(CASE, "entry 5"), ("NS-26-015", "entry 3")} <= faults


def test_a_standing_behind_or_gone_is_named(five: Register, url: str) -> None:
    by_hand(url, [f"UPDATE standing SET as_of_number = 4 WHERE case_ref = '{CASE}'"])
    by_hand(url, ["DELETE FROM standing WHERE case_ref = 'NS-26-015'"])

    assert named(five) == [
        ("standing", "has taken in entries up to 4 of 5; rebuild it from them"),
        ("standing", "is missing, while entries up to 2 stand; rebuild it from them"),
    ]


@pytest.mark.parametrize(
    ("tamper", "place", "what"),
    [
        ("UPDATE attempt SET result = 'accepted' WHERE number = 2", "attempt 2", CHANGED),
        ("UPDATE attempt SET fallback = NOT fallback WHERE number = 1", "attempt 1", CHANGED),
        ("DELETE FROM attempt WHERE number = 2", "attempt 2", "is missing"),
    ],
)
def test_a_tampered_attempt_is_named(five: Register, url: str, tamper: str, place: str, what: str) -> None:
    for result in ("failed", "refused", "accepted"):
        five.attempt(attempt(result))
    assert five.verify() == []

    without_guard(url, tamper)

    assert named(five) == named(five, CASE) == [(f"{place} of {CASE}/1/0", what)]


def test_a_changed_edition_is_named(five: Register, url: str) -> None:
    edition = Edition(kind="policy", body={"id": "lincolnshire"})
    enter(five, entries(5), standing(5), [edition])
    table = tables.edition
    with unguarded(url):
        connections = Connections(url)
        with connections.writing() as connection:
            connection.execute(table.update().values(body=b'{"id":"other"}'))
        connections.engine.dispose()

    assert named(five) == [(f"edition {chain.digest_of(edition.body)}", "was changed after it was written")]
