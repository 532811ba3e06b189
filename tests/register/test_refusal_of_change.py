"""The database itself refuses, whoever asks and however they put it."""

import sqlite3

import psycopg
import pytest

from adapters.register.address import postgres_address
from adapters.register.reads import Read, note_reads
from adapters.register.register import Register
from adapters.register.rows import Edition
from tests.register.made import CASE, NOON, asked, attempt, by_hand, enter, entries, standing

COLUMNS = {
    "entry": 'case_ref, number, kind, event_time, entry_time, "by", on_behalf_of, body, body_key_id, changes,'
    " previous_hash, hash",
    "attempt": "notice_ref, number, case_ref, at, channel, result, detail, fallback, previous_hash, hash",
    "edition": "digest, kind, body",
    "read": "id, at, case_ref, what, detail, account, title, role, agency, known, of_party, reason, hash",
}
KEY = {"entry": "case_ref, number", "attempt": "notice_ref, number", "edition": "digest", "read": "id"}
OTHER = {"entry": "hash", "attempt": "hash", "edition": "kind", "read": "hash"}
HARMLESS = {"entry": "event_time", "attempt": "detail", "read": "detail"}

EVERY_ENGINE = {
    "update": "UPDATE {table} SET {other} = 'x'",
    "update of the key": "UPDATE {table} SET {first} = 'x'",
    "delete": "DELETE FROM {table}",
    "upsert": "INSERT INTO {table} ({columns}) SELECT {changed} FROM {table} WHERE true"
    " ON CONFLICT ({key}) DO UPDATE SET {other} = 'x'",
}
SQLITE = {
    "insert or replace": "INSERT OR REPLACE INTO {table} ({columns}) SELECT {changed} FROM {table}",
    "replace into": "REPLACE INTO {table} ({columns}) SELECT {changed} FROM {table}",
    "update or replace": "UPDATE OR REPLACE {table} SET {first} = 'x'",
    "update or ignore": "UPDATE OR IGNORE {table} SET {other} = 'x'",
    "replace by row number": "INSERT OR REPLACE INTO {table} (rowid, {columns}) SELECT 1, {moved} FROM {table}",
}
POSTGRES = {
    "truncate": "TRUNCATE {table}",
    "truncate with the rest": "TRUNCATE entry, attempt, edition CASCADE",
    "update as a replica": "SET session_replication_role = replica; UPDATE {table} SET {other} = 'x'",
    "merge": "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
}


def filled(template: str, table: str) -> str:
    columns = COLUMNS[table]
    first = columns.split(",", maxsplit=1)[0]
    return template.format(
        table=table,
        columns=columns,
        key=KEY[table],
        first=first,
        other=OTHER[table],
        changed=columns.replace(OTHER[table], "'x'", 1) if OTHER[table] == "kind" else f"{columns[:-4]}'x'",
        moved=columns.replace(first, "'x'", 1),
    )


def standing_now(url: str, table: str) -> list[tuple[object, ...]]:
    return asked(url, filled("SELECT * FROM {table} ORDER BY {key}", table))


def full(register: Register, url: str) -> None:
    note_reads(url, [Read.made(NOON, "showed", case_ref=CASE)])
    enter(register, entries(3), standing(3), [Edition(kind="policy", body={"id": "lincolnshire"})])
    register.attempt(attempt("failed"))
    register.attempt(attempt("accepted"))


WAYS = [("sqlite", way) for way in EVERY_ENGINE | SQLITE] + [("postgresql", way) for way in EVERY_ENGINE | POSTGRES]


@pytest.mark.parametrize(("url", "way"), WAYS, indirect=["url"])
@pytest.mark.parametrize("table", list(COLUMNS))
def test_every_way_of_changing_the_record_is_refused(register: Register, url: str, table: str, way: str) -> None:
    full(register, url)
    before = standing_now(url, table)

    with pytest.raises((sqlite3.Error, psycopg.Error)) as refused:
        by_hand(url, filled((EVERY_ENGINE | SQLITE | POSTGRES)[way], table).split("; "))

    expected = "no column named rowid" if way == "replace by row number" else "append-only"
    assert expected in str(refused.value)
    assert standing_now(url, table) == before


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", list(HARMLESS))
def test_a_replacing_insert_under_the_same_hash_changes_nothing(register: Register, url: str, table: str) -> None:
    full(register, url)
    before = standing_now(url, table)
    same_hash = SQLITE["insert or replace"].replace("{changed}", COLUMNS[table].replace(HARMLESS[table], "'x'"))

    by_hand(url, [filled(same_hash, table)])

    assert standing_now(url, table) == before


def test_a_role_with_the_documented_grants_can_enter_and_can_lift_no_guard(postgres_server: str) -> None:
    admin = postgres_address(f"{postgres_server}/postgres", "postgresql")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE granted")
        connection.execute("CREATE ROLE app LOGIN PASSWORD 'secret'")
    url = f"{postgres_server}/granted"
    with Register(url) as owner:
        owner.prepare()
    by_hand(
        url,
        [
            "GRANT SELECT ON register_version TO app",
            "GRANT SELECT, INSERT ON entry, attempt, edition, ledger, read, disposal TO app",
            "GRANT SELECT, INSERT, UPDATE ON standing, case_key TO app",
        ],
    )

    as_app = url.replace("//esc:", "//app:")
    with Register(as_app) as register:
        register.prepare()
        full(register, url)
        enter(register, entries(4), standing(4))
        assert register.verify() == []

    for attack in (
        "ALTER TABLE entry DISABLE TRIGGER ALL",
        "DROP TRIGGER entry_no_change ON entry",
        "SET session_replication_role = replica",
        "DROP TABLE entry",
        "UPDATE entry SET hash = 'x'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            by_hand(as_app, [attack])
