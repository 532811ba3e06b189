"""A register that cannot write says so, leaves nothing half done, and works again afterwards."""

import sqlite3
import traceback
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from adapters.register import connections, tables
from adapters.register.address import postgres_address, sqlite_path
from adapters.register.errors import EntryUnfit, RegisterDown
from adapters.register.register import Register
from tests.register.made import CASE, attempt, by_hand, enter, entries, entry, standing

SECRET = "what somebody wrote"


def test_a_register_that_nobody_prepared_is_down(url: str) -> None:
    with Register(url) as register, pytest.raises(RegisterDown, match="been prepared"):
        enter(register, [entry(1, body={"text": SECRET})], standing(1))


def test_a_server_that_is_away_is_down_and_its_password_is_not_told() -> None:
    with Register("postgresql+psycopg://app:hush@127.0.0.1:1/register") as register:
        for call in (register.prepare, lambda: enter(register, entries(1)), lambda: register.attempt(attempt())):
            with pytest.raises(RegisterDown) as told:
                call()
            text = "".join(traceback.format_exception(told.value))
            assert "127.0.0.1:1/register" in str(told.value)
            assert "hush" not in text


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_locked_file_is_down_until_it_is_let_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.05)
    with Register(url) as register:
        register.prepare()
        with closing(sqlite3.connect(sqlite_path(url) or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(RegisterDown, match="SQLITE_BUSY"):
                enter(register, entries(1), standing(1))
            assert register.is_empty()  # readers do not wait for a writer
            other.execute("ROLLBACK")

        enter(register, entries(1), standing(1))
        assert register.verify() == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_full_disk_is_down_writes_nothing_and_tells_no_content(register: Register, url: str) -> None:
    enter(register, entries(1), standing(1))
    engine = register._connections.engine
    with engine.connect() as connection:  # the pool's one connection: it keeps the limit
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    large = [entry(number, body={"text": SECRET * 2000}) for number in (2, 3)]

    with pytest.raises(RegisterDown, match="SQLITE_FULL") as told:
        enter(register, large, standing(3))

    assert SECRET not in "".join(traceback.format_exception(told.value))
    assert len(register.entries(CASE)) == 1
    register.close()  # new connections have no limit: room was made
    enter(register, large, standing(3))
    assert register.verify() == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_folder_that_cannot_be_made_is_down(tmp_path: Path, url: str) -> None:
    (tmp_path / "file").touch()
    with Register(f"sqlite:///{tmp_path}/file/register.db") as register, pytest.raises(RegisterDown):
        register.prepare()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_server_that_was_restarted_between_two_calls_is_no_outage(register: Register, url: str) -> None:
    enter(register, entries(1), standing(1))
    with psycopg.connect(postgres_address(url, "postgresql"), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    enter(register, entries(2), standing(2))

    assert register.verify() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_rule_of_the_database_that_refuses_tells_no_content(register: Register, url: str) -> None:
    by_hand(url, ["ALTER TABLE entry ADD CHECK (kind <> 'nobody')"])

    with pytest.raises(RegisterDown) as told:
        enter(register, [entry(1, kind="nobody", body={"text": SECRET})])

    shown = "".join(traceback.format_exception(told.value))
    assert "23514" in shown
    assert "nobody" not in shown.replace("test_", "").split("RegisterDown", 1)[1]
    assert told.value.__cause__ is None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_null_character_in_a_column_is_unfit_and_not_an_outage(register: Register) -> None:
    with pytest.raises(EntryUnfit, match="cannot hold"):
        enter(register, [entry(1, kind="a\x00b")])


def test_a_trial_of_entering_changes_nothing_and_is_down_where_only_reading_is_allowed(
    register: Register, url: str
) -> None:
    enter(register, entries(1), standing(1))
    register.try_entering()
    register.close()
    engine = register._connections.engine
    with engine.connect() as connection:  # the pool's one connection: it keeps what is set for it
        assert connection.execute(select(func.count()).select_from(tables.edition)).scalar_one() == 0
        is_file = connection.dialect.name == "sqlite"
        only_read = "PRAGMA query_only = ON" if is_file else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
        connection.exec_driver_sql(only_read)
        connection.commit()

    with pytest.raises(RegisterDown, match="SQLITE_READONLY" if is_file else "25006"):
        register.try_entering()
    assert [one.entry.number for one in register.entries(CASE)] == [1]
