"""`python -m bench.webhooks`: what it costs to look for what programs are to be told, over a large register.

Ten programs on loopback are told of everything. Times are for comparing within one run; how many queries are asked,
and that none reads the entries that stand already, is held by the suite (`tests/webhooks/test_looking.py`).
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from unittest import mock

from sqlalchemy import create_engine, text

from adapters.keyring import make_keys
from adapters.register import reading
from adapters.register.drivers import rows
from adapters.register.register import Register
from adapters.webhooks.cursor import FILE, Cursor
from adapters.webhooks.file import Hook, load_hooks, new_secret
from adapters.webhooks.following import LOOK_EVERY_SECONDS, Follower
from adapters.webhooks.looking import Look
from domain.base.reference import make_reference
from settings import Settings, read_settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.watch.conftest import opening
from tests.watch.listening import listening

BEGINS = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROUNDS = 5
NEW = 100
"""Entries that come between two looks."""


class Figures(NamedTuple):
    """Medians over rounds of all programs together."""

    entries: int
    idle: "Cost"
    told: "Cost"


class Cost(NamedTuple):
    """Of one round of all programs."""

    wall: float
    """Milliseconds."""
    cpu: float
    """Milliseconds of this process, receivers included."""
    queries: int
    """Asked of the register."""


def filled(settings: Settings, cases: int, each: int) -> list[str]:
    """Fill a register with cases of so many entries each: one real case, copied under other references."""
    with Register(settings.register) as register:
        register.prepare()
        now = BEGINS
        kept = CasesInMemory(register, lambda: now)
        first = make_reference(0)

        async def real() -> None:
            await kept.open(opening(first, BEGINS))

        asyncio.run(real())
        now = BEGINS + timedelta(days=1)
        kept.pass_time(first)
        there = len(list(register.entries(first)))
    refs = [make_reference(number * 7_919_993) for number in range(1, cases)]
    columns = "kind, event_time, entry_time, by, on_behalf_of, body, body_key_id, changes, previous_hash, hash"
    quoted = columns.replace(" by,", ' "by",')
    copy = text(
        f"INSERT INTO entry (case_ref, number, {quoted}) SELECT :ref, :number, {quoted} FROM entry "  # noqa: S608
        "WHERE case_ref = :first AND number = :like"
    )
    engine = create_engine(settings.register)
    with engine.begin() as connection:
        for ref in (first, *refs):
            rows = [
                {"ref": ref, "number": number, "first": first, "like": (number - 1) % there + 1}
                for number in range(there + 1 if ref == first else 1, each + 1)
            ]
            connection.execute(copy, rows)
    engine.dispose()
    return [first, *refs]


def goes_on(settings: Settings, refs: Sequence[str], number: int) -> None:
    """Let each of some cases have one more entry, of that number."""
    engine = create_engine(settings.register)
    more = text(
        'INSERT INTO entry (case_ref, number, kind, event_time, entry_time, "by", on_behalf_of, body, body_key_id, '
        'previous_hash, hash) SELECT case_ref, :number, kind, event_time, entry_time, "by", on_behalf_of, body, '
        "body_key_id, previous_hash, hash FROM entry WHERE case_ref = :ref AND number = 3"
    )
    with engine.begin() as connection:
        connection.execute(more, [{"ref": ref, "number": number} for ref in refs])
    engine.dispose()


class Counted:
    """Counts the queries that are asked of the register, while it stands in the place of what asks them."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def __call__(self, url: str, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._lock:
            self.count += 1
        return rows(url, query, values)


def measured(settings: Settings, refs: Sequence[str], each: int, programs: int) -> Figures:
    """Measure rounds in which nothing has come, and rounds in which so many entries have."""
    counted = Counted()
    with listening() as receiver, mock.patch.object(reading, "rows", counted):
        hooks = _hooks(settings, receiver.url, programs)
        cursor = Cursor(settings.data / FILE)
        present = [0.0]
        look = Look(settings.register, clock=lambda: present[0])
        followers = [Follower(hook, settings.register, look, cursor, lambda: datetime.now(UTC)) for hook in hooks]
        with ThreadPoolExecutor(programs) as threads:

            def round_() -> tuple[float, float]:
                present[0] += LOOK_EVERY_SECONDS
                return _round(threads, followers)

            round_()  # each begins
            idle = [_cost(counted, round_) for _ in range(ROUNDS)]
            told = []
            for nth in range(1, ROUNDS + 1):
                goes_on(settings, refs[:NEW], each + nth)
                told.append(_cost(counted, round_))
        if len(receiver.asked) != ROUNDS * NEW * programs:
            raise RuntimeError(f"{len(receiver.asked)} messages came")
    return Figures(len(refs) * each, _median(idle), _median(told))


def _hooks(settings: Settings, url: str, programs: int) -> tuple[Hook, ...]:
    names = [f"program-{number}" for number in range(programs)]
    lines = [f'[{name}]\naddress = "{url}"\nsecret_file = "{name}.secret"\n' for name in names]
    settings.webhooks.write_text("".join(lines))
    hooks = load_hooks(settings.webhooks)
    for hook in hooks:
        new_secret(hook)
    return hooks


def _round(threads: ThreadPoolExecutor, followers: Sequence[Follower]) -> tuple[float, float]:
    """Look once, let every program be told of what has come, and return what it took, and of that CPU, in seconds."""
    begun = time.perf_counter(), time.process_time()
    list(threads.map(lambda one: one.round(), followers))
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


def _cost(counted: Counted, work: Callable[[], tuple[float, float]]) -> Cost:
    asked = counted.count
    wall, cpu = work()
    return Cost(wall * 1000, cpu * 1000, counted.count - asked)


def _median(costs: Sequence[Cost]) -> Cost:
    wall, cpu, queries = zip(*costs, strict=True)
    return Cost(statistics.median(wall), statistics.median(cpu), int(statistics.median(queries)))


def main() -> None:
    """Fill a register, follow it for some programs, and print what a round of all of them costs."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=main.__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="cases in the register")
    parser.add_argument("--entries", type=int, default=20, help="of each")
    parser.add_argument("--programs", type=int, default=10, help="that are told of everything")
    parser.add_argument("--register", default="", help="address of an empty database; SQLite in a new folder without")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        said = {"ESCALATION_DATA": folder, **({"ESCALATION_REGISTER": given.register} if given.register else {})}
        settings = read_settings(said)
        make_keys(settings.encryption_keys)
        refs = filled(settings, given.cases, given.entries)
        found = measured(settings, refs, given.entries, given.programs)
    for name, cost in (("nothing new", found.idle), (f"{NEW} new entries", found.told)):
        sys.stdout.write(
            f"{len(refs)} cases, {found.entries} entries, {given.programs} programs, {name}: "
            f"{cost.wall:.0f} ms, CPU {cost.cpu:.0f} ms, {cost.queries} queries of the register\n"
        )


if __name__ == "__main__":
    main()
