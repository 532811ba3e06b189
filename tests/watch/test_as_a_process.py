"""`escalate watch` as its own process, beside a register whose times lie in the past; and the whole system killed."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.keyring import make_keys
from adapters.register import reading
from adapters.register.errors import NothingThere
from adapters.register.register import Register
from adapters.watch.notebook import read_notebook
from settings import HERE, Settings
from starter.watching import watch_of
from tests.chaos.machine import Machine
from tests.watch.conftest import CASE, Place, opening
from tests.watch.listening import listening
from workflows.caseload import Caseload

BIN = Path(sys.executable).parent
WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.02


async def until(holds: Callable[[], object], watch: subprocess.Popen[bytes] | None = None) -> None:
    """Look again and again: what is waited for is in another process."""
    for _ in range(int(WITHIN_SECONDS / LOOK_EVERY_SECONDS)):
        if holds():
            return
        assert watch is None or watch.poll() is None, "the watch ended"
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise AssertionError("it never came")


def one_directory(data: Path) -> Path:
    """A folder with the directory that the cases here need, and no rota."""
    folder = data / "directories"
    folder.mkdir(exist_ok=True)
    shutil.copy(HERE / "directories" / "lincolnshire.toml", folder)
    return folder


@contextlib.contextmanager
def watching(data: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a watch with short rounds; at the end SIGTERM ends it cleanly."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "ESCALATION_"))}
    chosen = {
        "ESCALATION_DATA": str(data),
        "ESCALATION_TRAINING": "no",
        "ESCALATION_DIRECTORIES": str(one_directory(data)),
    }
    with (data.parent / "watch.log").open("wb") as log:
        watch = subprocess.Popen(
            [BIN / "escalate", "watch", "--every", "5", *words], env=clean | chosen, stdout=log, stderr=log
        )
    try:
        yield watch
    finally:
        watch.send_signal(signal.SIGTERM)
        code = watch.wait(30)
    said = (data.parent / "watch.log").read_text()
    assert code == 0, said
    assert "watch_stopping" in said
    assert "Traceback" not in said


def alarms(folder: Path) -> list[str]:
    return sorted(file.read_text() for file in folder.glob("*.txt")) if folder.exists() else []


@pytest.fixture
async def late(settings: Settings) -> Place:
    """A case that was opened ten days ago and carried by nobody since: its first moment passed long ago."""
    make_keys(settings.encryption_keys)
    with Register(settings.register) as register:
        register.prepare()
        place = Place(register, settings, datetime.now(UTC) - timedelta(days=10))
        await place.opens()
    return place


async def test_its_alarm_lies_in_the_folder_after_its_first_round_and_sigterm_ends_it(
    late: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "alarms"
    with listening() as switch, watching(late.settings.data, "--folder", str(folder), "--ping", switch.url) as watch:
        await until(lambda: alarms(folder), watch)
        await until(lambda: len(switch.asked) >= 2, watch)
    (alarm,) = alarms(folder)

    assert alarm.startswith(f"Subject: {CASE}: a deadline came and nothing was done about it\n")
    assert list(read_notebook(late.settings.watch.heartbeat).known) == [f"watch/{CASE}/moment/2"]


async def test_a_watch_that_is_killed_and_started_again_does_not_tell_anew(late: Place, tmp_path: Path) -> None:
    folder = tmp_path / "alarms"
    for _ in range(2):
        before = read_notebook(late.settings.watch.heartbeat).last_round
        with watching(late.settings.data, "--folder", str(folder)) as watch:
            await until(lambda: read_notebook(late.settings.watch.heartbeat).last_round > before, watch)  # noqa: B023
    assert len(alarms(folder)) == 1


async def test_when_temporal_and_the_worker_are_gone_the_watch_finds_the_moment_that_nobody_took(
    tmp_path: Path,
) -> None:
    """The whole system: a server and a worker carry a case, both are killed, and its deadline comes."""
    machine, folder = Machine(tmp_path / "machine"), tmp_path / "alarms"
    settings = machine.settings
    try:
        machine.start_server()
        client = await machine.client()
        await machine.works(machine.start_worker())
        await Caseload(client, settings.task_queue).open(opening(CASE, datetime.now(UTC)))
        await until(lambda: stands(settings.register, CASE))
        machine.kill_worker(machine.workers[0].child.pid)
        machine.kill_server()

        with watching(settings.data, "--folder", str(folder)) as watch:
            await until(lambda: read_notebook(settings.watch.heartbeat).last_round, watch)
        assert alarms(folder) == [], "nothing has come yet"
        (standing,) = [reading.read_case(settings.register, CASE)]
        assert standing is not None
        moment = datetime.fromisoformat(standing["view"]["next_moment"])

        # The hours until then pass for the watch alone.
        watch_later = watch_of(with_folder(settings, folder), every_seconds=30)
        assert watch_later.round(moment + timedelta(minutes=1)).found == ()
        (found,) = watch_later.round(moment + timedelta(minutes=2, seconds=30)).found
    finally:
        machine.close()
    assert (found.what, found.case) == ("moment", CASE)
    (alarm,) = alarms(folder)
    assert alarm.startswith(f"Subject: {CASE}: a deadline came and nothing was done about it\n")


def with_folder(settings: Settings, folder: Path) -> Settings:
    return replace(settings, directories=one_directory(settings.data), watch=replace(settings.watch, folder=folder))


def stands(register: str, case: str) -> bool:
    with contextlib.suppress(NothingThere):
        return reading.read_case(register, case) is not None
    return False
