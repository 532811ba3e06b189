# ruff: noqa: S608
"""What a chain alone does not show: a case that is gone, tries that are, and a database that is not as it was made."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Boolean, Integer, LargeBinary

from activities.proof import Proof
from adapters.register import chain, guards, reading, tables, writing
from adapters.register.address import sqlite_path
from adapters.register.connections import Connections
from adapters.register.disposal import Disposal
from adapters.register.reads import Read, note_reads
from adapters.register.register import Register
from adapters.register.rows import Fault
from adapters.register.schema import STEPS
from adapters.register.verification import End
from tests.register.keeping import agreed_and_closed, fill, urgent_with_risk
from tests.register.made import CASE, NOON, asked, attempt, by_hand, enter, entries, standing, unguarded, without_guard
from tests.register.older import BACK, taken_back

OTHER = "NS-26-015"


@pytest.fixture
def two(register: Register) -> Register:
    enter(register, entries(3), standing(3))
    enter(register, entries(2, OTHER), standing(2, OTHER))
    return register


@pytest.fixture
def real(register: Register, url: str) -> Register:
    for story in (agreed_and_closed, urgent_with_risk):
        fill(register, story())
    first, second = register.cases()
    at = urgent_with_risk().now
    register.dispose([Disposal(first, "held", at, "staff-1", "An inquiry.", "office-1")])
    register.dispose([Disposal(second, "proposed", at, "staff-2", "Its time has come.", "office-2", "DL-1")])
    said = {"detail": "show", "account": "lead-1", "title": "lead", "role": "auditor", "known": "by the account"}
    looked = Read.made(NOON, "showed", case_ref=CASE, agency="police", **said)
    glass = {"account": "lead-2", "of_party": True, "reason": "why"}
    note_reads(url, [looked, Read.made(NOON, "listed", **said | glass)])
    return register


def told(faults: list[Fault]) -> list[tuple[str, str, str]]:
    return [(one.case_ref, one.place, one.of) for one in faults]


def proved(register: Register, url: str, only: str | None = None) -> list[Fault]:
    return list(Proof(register, url).faults(only, urgent_with_risk().now + timedelta(days=30)))


def test_each_case_has_a_line_in_the_ledger_as_it_is_opened(two: Register, url: str) -> None:
    assert asked(url, "SELECT number, case_ref FROM ledger ORDER BY number") == [(1, CASE), (2, OTHER)]
    assert two.verify() == []
    assert two.end_of_ledger() == End(2, asked(url, "SELECT hash FROM ledger WHERE number = 2")[0][0])


def test_cases_that_are_opened_at_once_have_their_lines_one_behind_the_other(register: Register, url: str) -> None:
    cases = [f"NS-26-{number:03}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda case: enter(register, entries(2, case), standing(2, case)), cases))

    lines = asked(url, "SELECT number, case_ref FROM ledger ORDER BY number")
    assert [number for number, _ in lines] == list(range(1, 25))
    assert sorted(case for _, case in lines) == cases
    assert register.verify() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_an_entry_of_another_case_waits_for_nobody_who_opens_one(two: Register, url: str) -> None:
    """What opens a case holds the ledger until it is committed; nothing else asks for it."""
    connections = Connections(url)
    with connections.writing() as connection:
        writing.lock(connection, "ledger")
        enter(two, entries(4), standing(4))
        two.attempt(attempt())
    connections.engine.dispose()

    assert len(two.entries(CASE)) == 4


def test_a_case_that_was_taken_out_of_every_other_table_is_named_by_the_ledger(two: Register, url: str) -> None:
    gone = [f"DELETE FROM {table} WHERE case_ref = '{CASE}'" for table in ("entry", "standing", "attempt")]
    without_guard(url, *gone)

    (fault,) = two.verify()

    assert str(fault) == f"{CASE}: entries are all missing: the ledger of cases has it in line 1"


def test_a_line_that_was_taken_out_of_the_ledger_is_named_and_so_is_its_case(two: Register, url: str) -> None:
    without_guard(url, f"DELETE FROM ledger WHERE case_ref = '{CASE}'")

    assert told(two.verify()) == [("", "ledger line 1", "record"), (CASE, "entries", "record")]


def test_the_newest_case_that_was_taken_out_everywhere_is_named_by_where_the_ledger_ended(
    two: Register, url: str
) -> None:
    known = two.end_of_ledger()
    gone = [f"DELETE FROM {table} WHERE case_ref = '{OTHER}'" for table in ("entry", "standing", "attempt", "ledger")]
    without_guard(url, *gone)

    assert two.verify() == []
    assert told(two.verify(known=known)) == [("", "ledger line 2", "record")]


def test_a_case_that_was_put_in_is_in_no_line_of_the_ledger(two: Register, url: str) -> None:
    names = 'number, kind, event_time, entry_time, "by", on_behalf_of, body, body_key_id, changes, previous_hash, hash'
    copy = f"SELECT 'NS-26-099', {names} FROM entry WHERE number = 1 AND case_ref = '{CASE}'"
    by_hand(url, [f"INSERT INTO entry (case_ref, {names}) {copy}"])

    places = {(one.case_ref, one.place) for one in two.verify()}

    assert {("NS-26-099", "entry 1"), ("NS-26-099", "entries")} <= places


@pytest.mark.parametrize("table", list(guards.GUARDED))
def test_guards_that_are_gone_are_named_one_by_one(two: Register, url: str, table: str) -> None:
    is_sqlite = sqlite_path(url) is not None
    names = [one.name for one in (guards.on_sqlite if is_sqlite else guards.on_postgresql)(table)]
    for name in names:
        by_hand(url, [f"DROP TRIGGER {name}" + f" ON {table}" * (not is_sqlite)])

    assert told(two.verify()) == [("", f"trigger {name}", "schema") for name in names]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("ALTER TABLE entry DISABLE TRIGGER entry_no_change", "trigger entry_no_change"),
        ("ALTER TABLE entry ENABLE TRIGGER entry_no_change", "trigger entry_no_change"),
        (
            (
                "CREATE OR REPLACE FUNCTION register_refuse_change() RETURNS trigger LANGUAGE plpgsql"
                " AS $$ BEGIN RETURN OLD; END $$"
            ),
            "trigger entry_no_change",
        ),
        ("CREATE RULE quiet AS ON INSERT TO entry DO INSTEAD NOTHING", "rule quiet of entry"),
        ("ALTER TABLE entry ALTER COLUMN number TYPE bigint", "table entry"),
        ("ALTER TABLE entry ALTER COLUMN kind DROP NOT NULL", "table entry"),
        ("ALTER TABLE standing DROP COLUMN hash", "table standing"),
        ("DROP INDEX attempt_of_case", "index attempt_of_case"),
        ("DROP TABLE standing", "table standing"),
        ("UPDATE register_version SET version_num = 'x'", "schema"),
    ],
)
def test_a_database_that_is_not_as_it_was_made_is_told_on_postgresql(
    two: Register, url: str, change: str, place: str
) -> None:
    by_hand(url, [change])

    assert ("", place, "schema") in told(two.verify())


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (
            [
                "DROP TRIGGER entry_no_update",
                "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry WHEN 0 BEGIN SELECT 1; END",
            ],
            "trigger entry_no_update",
        ),
        (["CREATE TRIGGER quiet BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END"], "trigger quiet"),
        (["ALTER TABLE standing ADD COLUMN mine TEXT"], "table standing"),
        (["ALTER TABLE standing RENAME COLUMN view TO mine"], "table standing"),
        (["DROP INDEX standing_by_due"], "index standing_by_due"),
        (["DROP TABLE entry"], "table entry"),
        (["DROP TABLE register_version"], "table register_version"),
        (["UPDATE register_version SET version_num = '0001'"], "schema"),
    ],
)
def test_a_database_that_is_not_as_it_was_made_is_told_on_sqlite(
    two: Register, url: str, changes: list[str], place: str
) -> None:
    by_hand(url, changes)

    assert ("", place, "schema") in told(two.verify())


def test_a_sound_register_of_real_cases_has_no_fault(real: Register, url: str) -> None:
    assert proved(real, url) == []


@pytest.mark.parametrize(
    ("gone", "kinds"),
    [
        ("notice_ref IN (SELECT notice_ref FROM attempt WHERE notice_ref LIKE 'ESC-2%' LIMIT 1)", 1),
        ("case_ref LIKE 'ESC-2%'", 5),
    ],
)
def test_all_tries_of_a_notice_or_of_a_case_that_are_gone_are_missed(
    real: Register, url: str, gone: str, kinds: int
) -> None:
    without_guard(url, f"DELETE FROM attempt WHERE {gone}")

    faults = proved(real, url)

    assert len(faults) >= kinds
    assert {(one.case_ref, one.of) for one in faults} == {("ESC-2000-0004", "sending")}
    assert {one.what for one in faults} == {"has no try to send it: it never went, or its tries were taken out"}


def test_a_notice_that_was_just_decided_may_still_be_on_its_way(register: Register, url: str) -> None:
    case = urgent_with_risk()
    fill(register, case)
    without_guard(url, "DELETE FROM attempt")

    soon = list(Proof(register, url).faults(None, min(one.entered_at for one in case.kept.decided[0].entries)))

    assert soon == []


EDITION = "digest = (SELECT min(digest) FROM edition WHERE kind = 'policy')"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (f"DELETE FROM edition WHERE {EDITION}", "is not in the register"),
        (f"UPDATE edition SET kind = 'calendar' WHERE {EDITION}", "is kept as calendar"),
        (
            "INSERT INTO edition (digest, kind, body) SELECT '{digest}', 'policy', {body}",
            "is used by no entry: somebody put it in, or took out the case that was under it",
        ),
    ],
)
def test_editions_that_are_missing_of_another_kind_or_used_by_no_entry_are_named(
    real: Register, url: str, change: str, what: str
) -> None:
    body = "CAST('{}' AS BLOB)" if sqlite_path(url) else "'{}'::bytea"
    without_guard(url, change.format(digest=chain.sha256(b"{}"), body=body))

    faults = proved(real, url)

    assert {one.of for one in faults} == {"edition"}
    assert all(what in one.what for one in faults)


@pytest.mark.parametrize(
    "change",
    [
        "overdue = overdue + 1",
        "next_due = '2031-01-01T00:00:00.000000Z'",
        "urgency = 'ordinary'",
        "stage = 'nowhere'",
        "policy = 'other'",
        "agencies = ' x '",
        "opened_at = '2024-01-01T00:00:00.000000Z'",
        "open = NOT open",
    ],
)
def test_what_lists_show_is_held_to_the_entries_also_where_its_sum_was_written_anew(
    real: Register, url: str, change: str
) -> None:
    case = "ESC-2000-0004"
    by_hand(url, [f"UPDATE standing SET {change} WHERE case_ref = '{case}'"])
    connections = Connections(url)
    table = tables.standing
    with connections.writing() as connection:
        row = connection.execute(table.select().where(table.c.case_ref == case)).one()._asdict()
        values = {"hash": chain.hash_of_standing(row)}
        connection.execute(table.update().where(table.c.case_ref == case).values(values))
    connections.engine.dispose()

    assert told(proved(real, url)) == [(case, "standing", "copy")]
    assert Proof(real, url).rebuild(real.references()) == 2
    assert proved(real, url) == []


def test_no_rebuild_is_advised_where_the_entries_do_not_give_the_case(real: Register, url: str) -> None:
    case = "ESC-2000-0004"
    without_guard(
        url,
        f"DELETE FROM entry WHERE case_ref = '{case}' AND number = 4",
        f"UPDATE standing SET overdue = 99 WHERE case_ref = '{case}'",
    )

    faults = proved(real, url)

    assert [one.place for one in faults] == ["entry 4", "standing"]
    assert not any("rebuild" in one.what or one.of == "copy" for one in faults)
    assert Proof(real, url).rebuild([case]) == 0


@pytest.mark.parametrize("step", list(BACK))
def test_a_register_of_an_older_step_is_read_as_it_is_and_brought_up_with_every_case_in_its_ledger(
    register: Register, url: str, step: str
) -> None:
    with Register(str(url)) as in_clear:
        enter(in_clear, entries(3), standing(3))
        enter(in_clear, entries(2, OTHER), standing(2, OTHER))
    lines = asked(url, "SELECT number, case_ref, entry_hash, hash FROM ledger ORDER BY number")
    taken_back(url, step)
    assert register.verify() == []
    assert (register.end_of_ledger() is None) == (step == "0001")
    assert len(reading.read_entries(url, CASE)) == 3
    assert reading.count_wrapped(url) == {}

    register.prepare()

    assert asked(url, "SELECT number, case_ref, entry_hash, hash FROM ledger ORDER BY number") == lines
    assert register.verify() == []
    enter(register, entries(1, "NS-26-016"), standing(1, "NS-26-016"))
    enter(register, entries(4), standing(4))
    assert register.verify() == []
    keyed = "SELECT case_ref, number FROM entry WHERE body_key_id IS NOT NULL ORDER BY case_ref"
    assert asked(url, keyed) == [(CASE, 4), ("NS-26-016", 1)]
    assert len(reading.read_entries(url, CASE)) == 4


def test_the_newest_step_is_the_one_that_the_proof_expects(two: Register, url: str) -> None:
    assert asked(url, "SELECT version_num FROM register_version") == [(STEPS[-1],)]


COLUMNS = [(table.name, column.name) for table in tables.metadata.sorted_tables for column in table.columns]


@pytest.mark.parametrize("change", ["rubbish", "null", "what stands in another row"])
def test_any_column_of_any_table_that_was_changed_is_seen_and_ends_nothing(
    real: Register, url: str, change: str
) -> None:
    """On PostgreSQL a column takes only what is of its type; on SQLite a trial puts in anything."""
    with unguarded(url):
        unseen = [(name, column) for name, column in COLUMNS if not is_seen(real, url, name, column, change)]

    assert unseen == []
    assert proved(real, url) == []


def is_seen(register: Register, url: str, name: str, column: str, change: str) -> bool:
    """Change one value, prove the record, and put it back. What cannot be put in counts as seen."""
    connections, table = register._connections, tables.metadata.tables[name]
    key = [one for one in table.columns if one.primary_key]
    with connections.reading() as connection:
        rows = [row._asdict() for row in connection.execute(table.select().order_by(*key))]
    row, meant = rows[0], table.columns[column]
    other = next((one[column] for one in rows if one[column] != row[column]), row[column])
    new = {"rubbish": _rubbish(meant.type, row[column]), "null": None}.get(change, other)
    if new == row[column] or (new is None and not meant.nullable) or (new == other and meant.primary_key):
        return True
    where = [one == row[one.name] for one in key]
    back = [one == (new if one.name == column else row[one.name]) for one in key]
    with connections.writing() as connection:
        connection.execute(table.update().where(*where).values({column: new}))
    locked: list[object] = []  # what cannot be read is told too
    proof = Proof(register, url).faults(None, urgent_with_risk().now + timedelta(days=30), locked=locked.append)
    found = [*(one for one in proof if one.of not in {"schema", "sending"}), *locked]
    with connections.writing() as connection:
        connection.execute(table.update().where(*back).values({column: row[column]}))
    return bool(found)


def _rubbish(kind: object, value: object) -> object:
    match kind:
        case Boolean():
            return not value
        case Integer():
            return 2_000_000_000
        case LargeBinary():
            return b"{"
    return "rubbish"
