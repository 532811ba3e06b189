"""A copy of a register that is in use: of one moment, whole or not there, and never over another file."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.files import NotWritten
from adapters.register.copying import copy_register
from adapters.register.errors import NothingThere, RegisterDown
from adapters.register.register import Register
from tests.register.made import CASE, decision, shows


def unseen(_: str) -> None:
    """Nobody looks the copy over."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with Register(url) as register:
        register.prepare()
        register.enter([decision(1)], [], shows())
        yield url


def left(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder / "copy.db"


def test_a_copy_holds_what_the_register_held_and_is_for_its_owner_alone(url: str, place: Path) -> None:
    old = os.umask(0)
    try:
        copy_register(url, place, unseen)
    finally:
        os.umask(old)

    with Register(f"sqlite:///{place}") as copy, Register(url) as register:
        assert copy.entries(CASE) == register.entries(CASE)
    assert place.stat().st_mode & 0o777 == 0o600
    assert left(place.parent) == ["copy.db"], "one file alone, with nothing beside it"


def test_while_others_write_every_copy_is_of_one_moment(url: str, place: Path) -> None:
    stop, entered = threading.Event(), threading.Event()

    def write() -> None:
        with Register(url) as register:
            number = 2
            while not stop.is_set():
                register.enter([decision(number)], [], shows())
                entered.set()
                number += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        lengths = []
        for nth in range(10):
            entered.clear()
            assert entered.wait(30)
            copy_register(url, place.with_name(f"{nth}.db"), unseen)
            with Register(f"sqlite:///{place.with_name(f'{nth}.db')}") as copy:
                assert copy.verify() == []
                lengths.append(len(copy.entries(CASE)))
    finally:
        stop.set()
        writing.join()
    assert lengths == sorted(set(lengths)), "each has more than the one before"


def test_a_file_that_is_there_is_left_as_it_is(url: str, place: Path) -> None:
    place.write_text("another copy")

    with pytest.raises(NotWritten, match="is there already and was left as it is"):
        copy_register(url, place, unseen)

    assert place.read_text() == "another copy"
    assert left(place.parent) == ["copy.db"]


def test_a_file_that_comes_to_be_meanwhile_is_left_as_it_is(url: str, place: Path) -> None:
    def looked(_: str) -> None:
        place.write_text("another copy")

    with pytest.raises(NotWritten, match="is there already"):
        copy_register(url, place, looked)

    assert place.read_text() == "another copy"
    assert left(place.parent) == ["copy.db"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_of_a_copy_that_fails(url: str, place: Path, error: type[BaseException]) -> None:
    def looked(_: str) -> None:
        raise error

    with pytest.raises(error):
        copy_register(url, place, looked)

    assert left(place.parent) == []


def test_a_folder_that_is_not_there_is_told_in_one_sentence(url: str, place: Path) -> None:
    with pytest.raises(NotWritten, match="see that its folder is there and has room"):
        copy_register(url, place.parent / "none" / "copy.db", unseen)


def test_a_full_disk_is_told_and_nothing_is_left(url: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(NotWritten, match="nothing was left there"):
        copy_register(url, place, unseen)
    assert left(place.parent) == []


def test_a_damaged_register_gives_no_copy(url: str, place: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "register.db", damaged)
    with damaged.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8192))

    with pytest.raises(RegisterDown):
        copy_register(f"sqlite:///{damaged}", place, unseen)
    assert left(place.parent) == []


def test_without_a_register_there_is_no_copy(tmp_path: Path, place: Path) -> None:
    with pytest.raises(NothingThere):
        copy_register(f"sqlite:///{tmp_path / 'none.db'}", place, unseen)
    (tmp_path / "empty.db").touch()
    with pytest.raises(RegisterDown):
        copy_register(f"sqlite:///{tmp_path / 'empty.db'}", place, unseen)
    assert left(place.parent) == []


def test_a_register_that_was_taken_away_is_not_written_to_any_more(url: str, tmp_path: Path) -> None:
    """What is written to a file without a name would be seen by nobody: it is refused, and tried again later."""
    with Register(url) as register:
        register.enter([decision(2)], [], shows())
        for ending in ("", "-wal", "-shm"):
            (tmp_path / f"register.db{ending}").unlink(missing_ok=True)
        with pytest.raises(RegisterDown):
            register.enter([decision(3)], [], shows())
        assert not (tmp_path / "register.db").exists(), "no empty one is made"


def test_a_register_that_another_took_the_place_of_is_the_one_that_is_written_to(url: str, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    with Register(url) as register:
        copy_register(url, older, unseen)
        register.enter([decision(2)], [], shows())
        for ending in ("-wal", "-shm"):
            (tmp_path / f"register.db{ending}").unlink(missing_ok=True)
        older.replace(tmp_path / "register.db")
        assert len(register.entries(CASE)) == 1
        register.enter([decision(2)], [], shows())
    with Register(url) as again:
        assert len(again.entries(CASE)) == 2
        assert again.verify() == []
