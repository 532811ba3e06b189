"""`escalate watch` as it is typed."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.watch.notebook import read_notebook
from services import times
from settings import HERE
from starter.cli import cli
from tests.watch.conftest import CASE, Place
from tests.watch.listening import listening

Run = Callable[..., Result]


@pytest.fixture
def run(place: Place, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ESCALATION_DATA", str(place.settings.data))
    directories = place.settings.data / "directories"
    directories.mkdir()
    shutil.copy(HERE / "directories" / "lincolnshire.toml", directories)
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(directories))
    monkeypatch.setattr(times, "clock", lambda: place.now)
    return lambda *words, **more: CliRunner().invoke(cli, ["watch", *words], **more)


async def is_late(place: Place) -> None:
    await place.opens()
    place.now = place.next_moment
    place.passes(minutes=3)


async def test_one_round_with_nothing_found_ends_with_0(run: Run, place: Place) -> None:
    await place.opens()
    result = run("--once")

    assert (result.exit_code, result.stdout) == (0, "Nothing was found.\n")


async def test_one_round_with_a_finding_says_it_tells_it_and_ends_with_1(
    run: Run, place: Place, tmp_path: Path
) -> None:
    await is_late(place)
    result = run("--once", "--folder", str(tmp_path / "alarms"))

    assert result.exit_code == 1
    assert f"In {CASE} a moment came at" in result.stdout
    (alarm,) = (tmp_path / "alarms").iterdir()
    assert alarm.read_text().startswith(f"Subject: {CASE}: a deadline came and nothing was done about it\n")

    run("--once", "--folder", str(tmp_path / "alarms"))
    assert len(list((tmp_path / "alarms").iterdir())) == 1, "once, also from one process to the next"


async def test_with_json_stdout_holds_it_alone(run: Run, place: Place) -> None:
    await is_late(place)
    said = json.loads(run("--once", "--json").stdout)

    assert said["found"][0]["case"] == CASE
    assert said["found"][0]["reference"].startswith(f"watch/{CASE}/moment/")
    assert said["sound"] is False, "there was no way to tell it"


async def test_each_option_stands_over_its_setting(run: Run, place: Place, tmp_path: Path) -> None:
    await place.opens()
    with listening() as switch:
        environment = {"ESCALATION_WATCH_PING": "https://nowhere.test/", "ESCALATION_WATCH_FOLDER": str(tmp_path / "a")}
        result = run("--once", "--json", "--ping", switch.url, env=environment)

    assert json.loads(result.stdout)["ping"] == "reached"
    assert len(switch.asked) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "The watch has no way to tell what it finds: give --folder,"),
        (["--json"], "--json goes with --once"),
        (["--once", "--ping", "http://switch.example.org/"], "--ping cannot be used: give an address that begins with"),
        (["--once", "--webhook", "ftp://x"], "--webhook cannot be used"),
        (["--once", "--mail-host", "mail:many"], "--mail-host 'mail:many' cannot be used"),
        (["--once", "--mail-host", "mail.test"], "ESCALATION_WATCH_SMTP_HOST and ESCALATION_WATCH_TO go together"),
        (["--once", "--mail-host", "mail.test", "--to", "nobody"], "ESCALATION_WATCH_TO must be one e-mail address"),
        (["--every", "4"], "Invalid value for '--every'"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence_and_exit_code_2(run: Run, words: list[str], sentence: str) -> None:
    result = run(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


async def test_while_training_nothing_leaves_this_machine(run: Run, place: Place) -> None:
    await place.opens("TRN-TEST")
    place.now += timedelta(days=30)
    with listening() as elsewhere:
        result = run("--once", "--webhook", elsewhere.url, "--ping", elsewhere.url, env={"ESCALATION_TRAINING": "yes"})

    assert (result.exit_code, elsewhere.asked) == (1, [])
    (alarm,) = (place.settings.data / "watch").iterdir()
    assert alarm.read_text().startswith("Subject: TRAINING: TRN-TEST: ")


async def test_invented_cases_are_told_of_by_a_watch_that_trains_alone(run: Run, place: Place, tmp_path: Path) -> None:
    await place.opens("TRN-TEST")
    result = run("--once", "--folder", str(tmp_path / "alarms"))

    assert result.exit_code == 2
    assert "holds invented cases of a training" in result.stderr
    assert not (tmp_path / "alarms").exists()


async def test_a_rota_with_nobody_on_call_is_found(run: Run, place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "directories"
    folder.mkdir()
    rota = folder / "lincolnshire.rota.toml"
    rota.write_text(ROTA.format(until="2026-11-24"))
    environment = {"ESCALATION_DIRECTORIES": str(folder)}
    assert run("--once", env=environment).exit_code == 0

    place.passes(days=2)
    result = run("--once", "--json", env=environment)
    (found,) = json.loads(result.stdout)["found"]
    assert (result.exit_code, found["what"], found["reference"]) == (1, "rota", "watch/rota/lincolnshire")
    assert "nobody who can be reached is on call now" in found["says"]

    rota.write_text("nonsense")
    (found,) = json.loads(run("--once", "--json", env=environment).stdout)["found"]
    assert found["says"].startswith("The rota cannot be read. ")


async def test_the_heartbeat_says_when_the_last_round_was(run: Run, place: Place) -> None:
    run("--once")
    kept = read_notebook(place.settings.watch.heartbeat)

    assert datetime.fromisoformat(kept.last_round) == place.now
    assert kept.every_seconds == 0


ROTA = """
[rota]
edition = "2026-11"
hands_over = "09:00"
ranks = ["first"]

[[person]]
handle = "staff-0001"
title = "Safeguarding lead"
email = ["lead@partnership.example.org"]

[[turn]]
rank = "first"
persons = ["staff-0001"]
starting = 2026-11-02
until = {until}
"""


async def test_a_directory_that_open_cases_need_and_that_is_gone_is_found_and_told(
    run: Run, place: Place, tmp_path: Path
) -> None:
    """Their notices wait in silence: nobody in the case could know."""
    await place.opens()
    (place.settings.data / "directories" / "lincolnshire.toml").unlink()
    folder = tmp_path / "alarms"
    first = run("--once", "--folder", str(folder))
    assert "One open case goes by the policy lincolnshire" in first.stdout
    assert not folder.exists(), "a file that is being replaced is given a minute"

    place.passes(minutes=1)
    run("--once", "--folder", str(folder))
    (alarm,) = folder.iterdir()
    says = alarm.read_text()
    assert says.startswith("Subject: the directory that open cases need cannot be read\n")
    assert "directories/lincolnshire.toml" in says
