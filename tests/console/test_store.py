"""What consoles remember: it outlives a restart, two consoles share it, and a race has one winner."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.console_store import held
from adapters.console_store.held import Held, Limit
from adapters.console_store.store import FILE, WITHIN_SECONDS, ConsoleStore, StoreAway
from adapters.register import connections
from adapters.register.console_tables import count, value
from adapters.register.register import Register
from console.confirming.codes import TRIES, Codes, Typed
from settings import HERE
from tests.register.conftest import postgres_server, url

__all__ = ["postgres_server", "url"]
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
MINUTES, THREE = timedelta(minutes=5), Limit(3, timedelta(minutes=10))
OLD, NEW = "o" * 32, "n" * 32
RACE = """
import sys; sys.path.insert(0, sys.argv[1])
from datetime import UTC, datetime, timedelta
from adapters.console_store.store import ConsoleStore
from console.confirming.codes import Codes
store = ConsoleStore(sys.argv[2], [sys.argv[3]], lambda: datetime(2026, 12, 1, 9, tzinfo=UTC))
store.has("pass", "another")
print("ready", flush=True)
sys.stdin.readline()
print("won" if store.once("pass", "one", timedelta(minutes=5)) else "lost")
print(Codes(store).typed("seat", sys.argv[4]).typed.value)
"""
"""What two presses at the same moment are to two consoles."""


class Kept:
    """A store, and what opens it again as a restart does."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.now = NOW
        self.opened: list[ConsoleStore] = []

    def opens(self, *keys: str) -> ConsoleStore:
        self.opened.append(ConsoleStore(self.place, keys or (OLD,), lambda: self.now))
        return self.opened[-1]


@pytest.fixture
def kept(url: str) -> Iterator[Kept]:
    """On each engine in turn: beside a register on PostgreSQL, and in a file."""
    if url.startswith("postgres"):
        with Register(url) as register:
            register.prepare()
    made = Kept(url if url.startswith("postgres") else url.replace("register.db", FILE))
    yield made
    for one in made.opened:
        one.close()


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(f"sqlite:///{tmp_path / FILE}")
    yield made
    for one in made.opened:
        one.close()


def test_of_many_presses_at_the_same_moment_by_several_consoles_exactly_one_wins(kept: Kept) -> None:
    code = Codes(kept.opens()).made("seat")
    start = [sys.executable, "-W", "error", "-c", RACE, str(HERE), str(kept.place), OLD, code]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(start, stdin=pipe, stdout=pipe, text=True, cwd="/") for _ in range(5)]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60)[0].split("\n") for one in running]

    assert sorted(one[0] for one in said) == ["lost"] * 4 + ["won"]
    assert sorted(one[1] for one in said) == ["right"] + ["used up"] * 4


def test_what_was_used_and_counted_outlives_a_restart_and_is_known_to_another_console(kept: Kept) -> None:
    first, other = kept.opens(), kept.opens()
    assert first.once("pass", "one", MINUTES)
    code = Codes(first).made("seat")
    for _ in range(3):
        assert first.hit("try", "192.0.2.7", THREE)

    assert not other.once("pass", "one", MINUTES)
    assert not other.hit("try", "192.0.2.7", THREE)
    assert other.wait("try", "192.0.2.7", THREE) == timedelta(minutes=10)
    assert other.hit("try", "192.0.2.8", THREE)
    assert Codes(other).waits("seat")
    assert Codes(other).typed("seat", code).typed is Typed.RIGHT
    assert Codes(first).typed("seat", code).typed is Typed.USED_UP


def test_a_new_key_forgets_nothing(kept: Kept) -> None:
    before, after = kept.opens(OLD), kept.opens(NEW, OLD)
    before.once("pass", "one", MINUTES)
    code = Codes(before).made("seat")
    before.hit("try", "somebody", THREE)
    after.hit("try", "somebody", THREE)

    assert not after.once("pass", "one", MINUTES)
    assert after.look(lambda held: len(held.times("try", "somebody", THREE.within))) == 2
    assert Codes(after).typed("seat", code).typed is Typed.RIGHT
    assert not Codes(before).waits("seat")


def test_nothing_stands_there_in_clear_and_the_owner_alone_may_read_it(in_file: Kept, tmp_path: Path) -> None:
    store, account, address = in_file.opens(), "m.okafor", "203.0.113.9"
    store.hit("try", account, THREE)
    store.hit("try", address, THREE)
    store.once("session", "its-session-id", MINUTES)
    code = Codes(store).made("a-seat-of-police")
    written = (tmp_path / FILE).read_bytes()

    assert [one for one in (account, address, "its-session-id", code, "seat-of") if one.encode() in written] == []
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("console")] == [FILE]


def test_what_is_over_goes_and_there_is_never_more_than_so_much(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MOST_ROWS", 20)
    store = kept.opens()
    for number in range(30):
        store.hit("try", str(number), THREE)
        store.once("pass", str(number), MINUTES)
    assert max(rows(store)) <= 21
    assert not store.once("pass", "29", MINUTES), "the oldest go first"

    kept.now += timedelta(days=2, minutes=11)
    store.hit("try", "new", THREE)
    assert rows(store) == (0, 1)


def rows(store: ConsoleStore) -> tuple[int, int]:
    """How many rows there are of what is kept, and of what is counted."""

    def counted(held: Held) -> tuple[int, int]:
        of = [held._connection.scalar(select(func.count()).select_from(table)) for table in (value, count)]
        return int(of[0] or 0), int(of[1] or 0)

    return store.look(counted)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-3), timedelta(days=1)], ids=str)
def test_a_clock_that_jumps_makes_nothing_that_was_used_good_again(kept: Kept, jump: timedelta) -> None:
    """Also where it is set right again."""
    store = kept.opens()
    codes = Codes(store)
    code = codes.made("seat")
    assert codes.typed("seat", code).typed is Typed.RIGHT
    store.once("pass", "one", MINUTES)
    for now in (NOW + jump, NOW + timedelta(minutes=1)):
        kept.now = now
        store.hit("try", "somebody", THREE)
        assert not store.once("pass", "one", MINUTES)
        assert codes.typed("seat", code).typed is Typed.USED_UP


def test_a_clock_that_is_set_back_forgives_no_tries_and_shuts_nobody_out_for_long(kept: Kept) -> None:
    store = kept.opens()
    for _ in range(3):
        store.hit("try", "somebody", THREE)
    kept.now -= timedelta(minutes=5)
    assert not store.hit("try", "somebody", THREE)
    assert store.wait("try", "somebody", THREE) == timedelta(minutes=15), "no more than twice as long"
    kept.now += timedelta(minutes=15, seconds=1)
    assert store.hit("try", "somebody", THREE)


def test_a_clock_that_was_ahead_for_a_day_shuts_nobody_out_once_it_is_right(kept: Kept) -> None:
    store, codes = kept.opens(), Codes(kept.opens())
    kept.now += timedelta(days=1)
    for _ in range(3):
        store.hit("try", "somebody", THREE)
    codes.made("seat")
    for _ in range(TRIES):
        codes.typed("seat", "no")
    kept.now = NOW

    assert store.hit("try", "somebody", THREE)
    assert codes.typed("seat", codes.made("seat")).typed is Typed.RIGHT


def test_a_code_sent_by_a_clock_that_was_ahead_is_none_once_it_is_right(kept: Kept) -> None:
    """Or it would be good for longer than a quarter of an hour."""
    codes = Codes(kept.opens())
    kept.now += timedelta(hours=1)
    code = codes.made("seat")
    kept.now = NOW

    assert codes.typed("seat", code).typed is Typed.USED_UP


@pytest.mark.parametrize("amiss", ["a folder stands there", "it is no database", "somebody holds it"])
def test_a_file_that_cannot_be_used_is_a_sentence_for_whoever_looks_after_it_and_mends_itself_once_it_can(
    in_file: Kept, tmp_path: Path, amiss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, file = in_file.opens(), tmp_path / FILE
    assert store.once("pass", "one", MINUTES)
    holder = sqlite3.connect(file, isolation_level=None)
    if amiss == "somebody holds it":
        monkeypatch.setattr(connections, "BUSY_SECONDS", 0.05)  # no wait in vain, after which none would be tried
        holder.execute("BEGIN EXCLUSIVE")
    else:
        holder.close()
        file.unlink()
        file.mkdir() if amiss == "a folder stands there" else file.write_bytes(b"no database" * 500)
    for _ in range(2):
        with pytest.raises(StoreAway, match="move the file away: people sign in again"):
            store.once("pass", "two", MINUTES)
        with pytest.raises(StoreAway):
            store.has("pass", "two")

    holder.close()
    if file.is_dir():
        file.rmdir()
    elif amiss == "it is no database":
        file.unlink()
    assert store.once("pass", "two", MINUTES)


def test_while_somebody_holds_the_file_the_first_waits_and_the_next_do_not(in_file: Kept, tmp_path: Path) -> None:
    """Or every page of somebody who has signed in would wait in its turn."""
    store = in_file.opens()
    store.once("pass", "one", MINUTES)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreAway):
            store.has("pass", "one")
        begun = time.monotonic()
        for _ in range(50):
            with pytest.raises(StoreAway):
                store.has("pass", "one")
        assert time.monotonic() - begun < WITHIN_SECONDS


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_beside_a_register_that_nobody_has_prepared_it_is_away_and_says_who_prepares_it(url: str) -> None:
    store = ConsoleStore(url, (OLD,), lambda: NOW)

    with pytest.raises(StoreAway, match="has not been prepared for this account"):
        store.has("pass", "one")
    store.close()
