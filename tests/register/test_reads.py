"""The record of reads: who looked, noted within seconds or not at all, once, and never changed."""

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.people.aside import ReadsAside
from adapters.register.address import sqlite_path
from adapters.register.errors import NothingThere, RegisterDown
from adapters.register.reads import Read, accounts_of_no_role, list_reads, note_reads
from adapters.register.register import Register
from tests.register.made import CASE, NOON, asked, by_hand
from tests.register.older import taken_back

SHOWN = Read.made(NOON, "showed", case_ref=CASE, account="lead-1", title="lead", role="auditor", known="by the account")
LATER = Read.made(NOON + timedelta(hours=1), "listed", account="lead-2", title="manager", detail="list: 10000 cases")
PARTY = Read.made(NOON + timedelta(hours=2), "exported", case_ref=CASE, account="lead-2", of_party=True)


def test_a_look_is_read_as_it_was_noted_and_narrowed_by_case_account_time_and_party(
    register: Register, url: str
) -> None:
    note_reads(url, [SHOWN, LATER, PARTY])

    assert [Read(**one) for one in list_reads(url)] == [SHOWN, LATER, PARTY]
    assert [one["what"] for one in list_reads(url, case=CASE)] == ["showed", "exported"]
    assert [one["what"] for one in list_reads(url, account="lead-2")] == ["listed", "exported"]
    assert [one["what"] for one in list_reads(url, of_no_party=True)] == ["showed"]
    assert [one["what"] for one in list_reads(url, since=NOON + timedelta(minutes=90))] == ["exported"]
    assert accounts_of_no_role(url) == ["lead-2"]


def test_a_look_that_is_noted_twice_is_one(register: Register, url: str) -> None:
    note_reads(url, [SHOWN])
    note_reads(url, [SHOWN, LATER])

    assert len(list_reads(url)) == 2
    assert register.verify() == []


def test_a_look_that_was_changed_is_named(register: Register, url: str) -> None:
    note_reads(url, [SHOWN])
    postgres = sqlite_path(url) is None
    loosen = "ALTER TABLE read DISABLE TRIGGER ALL" if postgres else "DROP TRIGGER read_no_update"
    by_hand(url, [loosen, "UPDATE read SET account = 'another'"])

    (fault,) = [one for one in register.verify() if one.of == "record"]
    assert str(fault).startswith("look of 2026-03-02T12:00:00.000000Z by another was changed after it was noted")


def test_a_register_of_the_step_before_has_no_record_of_reads_until_it_is_prepared(
    register: Register, url: str
) -> None:
    taken_back(url, "0003")
    assert register.verify() == []
    with pytest.raises(NothingThere, match="no record of reads yet"):
        note_reads(url, [SHOWN])
    with pytest.raises(NothingThere, match="no record of reads yet"):
        list_reads(url)

    register.prepare()

    note_reads(url, [SHOWN])
    assert len(list_reads(url)) == 1
    assert register.verify() == []


def test_what_the_register_cannot_take_is_kept_aside_and_noted_once_it_can(
    register: Register, url: str, tmp_path: Path
) -> None:
    aside = ReadsAside(tmp_path)
    by_hand(url, ["ALTER TABLE read RENAME TO mislaid"])
    assert aside.keep(SHOWN)
    assert aside.keep(LATER)
    assert aside.note(url) == 0
    assert aside.count() == 2
    by_hand(url, ["ALTER TABLE mislaid RENAME TO read"])

    assert aside.note(url) == 2

    assert (aside.count(), len(list_reads(url))) == (0, 2)
    assert aside.keep(SHOWN)
    assert aside.note(url) == 1
    assert len(list_reads(url)) == 2


def test_what_is_kept_aside_is_for_its_owner_alone_and_rubbish_there_holds_up_nothing(
    register: Register, url: str, tmp_path: Path
) -> None:
    aside = ReadsAside(tmp_path)
    aside.keep(SHOWN)
    for name, text in {"a": "{", "b": "[]", "c": '{"at": 1, "what": "x"}', "d": '{"x": 1}', "e": "x" * 20_000}.items():
        (aside.folder / f"{name}.json").write_text(text)

    assert {file.stat().st_mode & 0o077 for file in aside.folder.glob(f"{SHOWN.id}.json")} == {0}
    assert aside.folder.stat().st_mode & 0o077 == 0
    assert aside.note(url) == 1
    assert aside.count() == 5


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_register_that_another_writer_holds_is_waited_for_two_seconds(register: Register, url: str) -> None:
    path = sqlite_path(url)
    assert path
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(RegisterDown, match="SQLITE_BUSY"):
            note_reads(url, [SHOWN])
        assert time.monotonic() - began < 6
    assert asked(url, "SELECT count(*) FROM read") == [(0,)]
