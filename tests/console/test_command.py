"""`escalate console`, and what it needs; the key that `escalate up` makes; what the doctor says of links."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.register.register import Register
from console import alive
from console.alive import is_alive
from settings import LINK_KEY, Settings
from starter.checks import Finding
from starter.commands.up import linked
from tests.ports import free_port
from tests.starter.conftest import Run, installation, run
from tests.test_readme import BIN

__all__ = ["installation", "run"]
WITHIN_SECONDS = 30


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "key"
    file.write_text("k" * 64 + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def served(tmp_path: Path, key: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """The command as a process: where it answers, and what it prints."""
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "ESCALATION_"))}
    said = {
        "ESCALATION_DATA": str(tmp_path),
        "ESCALATION_CONSOLE_ADDRESS": "https://escalations.partnership.example.org",
        "ESCALATION_CONSOLE_PORT": str(port),
        "ESCALATION_LINK_KEY_FILE": str(key),
    }
    printed = tmp_path / "printed"
    with printed.open("wb") as out:
        process = subprocess.Popen([BIN / "escalate", "console"], env=clean | said, stdout=out, stderr=out)
    ends = time.monotonic() + WITHIN_SECONDS
    while "console_started" not in printed.read_text():
        assert process.poll() is None, printed.read_text()
        assert time.monotonic() < ends
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", process, printed
    process.kill()
    process.wait(10)


def test_it_serves_on_this_machine_alone_logs_no_address_and_stops_cleanly(
    served: tuple[str, subprocess.Popen[bytes], Path],
) -> None:
    address, process, printed = served
    assert is_alive(address)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/n/ESC-7K2M-9QX4/4/1/{'a' * 20}", timeout=10)  # noqa: S310 - loopback
    listening = Path(f"/proc/{process.pid}/net/tcp").read_text()
    port = f":{int(address.rpartition(':')[2]):04X} "
    process.send_signal(signal.SIGTERM)

    assert process.wait(WITHIN_SECONDS) == 0
    assert f"0100007F{port}00000000:0000 0A" in listening
    assert f"00000000{port}00000000:0000 0A" not in listening
    assert "console_stopping" in printed.read_text()
    assert "/n/" not in printed.read_text()


def test_the_containers_own_check_finds_it_and_misses_it(served: tuple[str, subprocess.Popen[bytes], Path]) -> None:
    address, process, _ = served

    def check() -> int:
        return subprocess.run([sys.executable, "-m", "console", address], capture_output=True, check=False).returncode

    assert check() == 0
    process.kill()
    process.wait(10)
    assert check() == 1


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "ESCALATION_CONSOLE_ADDRESS is not set: give the address at which people reach the page"),
        ({"ADDRESS": "https://x.example.org"}, "The page cannot be served: links need a key to be signed with"),
        (
            {"ADDRESS": "https://x.example.org", "KEY": "short"},
            "The page cannot be served: the key that signs links is",
        ),
    ],
)
def test_without_an_address_or_a_key_it_says_in_one_sentence_what_is_missing(
    run: Run, tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    key = tmp_path / "key"
    key.write_text(environment.get("KEY", ""))
    result = run(
        "console",
        env={
            "ESCALATION_CONSOLE_ADDRESS": environment.get("ADDRESS", ""),
            "ESCALATION_LINK_KEY_FILE": str(key) if "KEY" in environment else "",
        },
    )

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(sentence)


def test_a_port_that_is_taken_is_named_with_the_setting(
    run: Run, key: Path, served: tuple[str, subprocess.Popen[bytes], Path]
) -> None:
    port = served[0].rpartition(":")[2]
    result = run(
        "console",
        env={
            "ESCALATION_CONSOLE_ADDRESS": "https://x.example.org",
            "ESCALATION_LINK_KEY_FILE": str(key),
            "ESCALATION_CONSOLE_PORT": port,
        },
    )

    assert result.exit_code == 2
    assert f"Nothing can be served at port {port} (address already in use)" in result.stderr
    assert "ESCALATION_CONSOLE_PORT" in result.stderr


def test_a_key_is_made_once_and_read_by_its_owner_alone(installation: Settings) -> None:
    first, second = linked(installation).console, linked(installation).console

    assert first == second
    assert first.address == f"http://127.0.0.1:{installation.console.port}"
    assert re.fullmatch(r"[0-9a-f]{64}", first.keys[0])
    assert (installation.data / LINK_KEY).stat().st_mode & 0o777 == 0o600


def found(run: Run, **environment: str) -> dict[str, Finding]:
    report = json.loads(run("doctor", "--json", env={"TEMPORAL_ADDRESS": "127.0.0.1:1", **environment}).stdout)
    return {one["what"]: Finding(**one) for one in report["found"]}


def test_the_doctor_says_that_notices_carry_no_links(run: Run, key: Path) -> None:
    without = found(run)["links"]
    half = found(run, ESCALATION_LINK_KEY_FILE=str(key))["links"]

    assert (without.state, half.state) == ("warning", "warning")
    assert "Notices carry no links" in without.says
    assert "A key for links is set and no address" in half.says
    assert found(run, ESCALATION_TRAINING="yes")["links"].state == "ok"


def test_the_doctor_says_that_links_cannot_be_signed(run: Run) -> None:
    """And the worker would not start: see `post`."""
    seen = found(run, ESCALATION_CONSOLE_ADDRESS="https://x.example.org")

    assert (seen["links"].state, seen["post"].state) == ("problem", "problem")
    assert "links need a key" in seen["links"].says


def test_the_doctor_opens_a_link_as_people_do(
    run: Run, key: Path, tmp_path: Path, served: tuple[str, subprocess.Popen[bytes], Path]
) -> None:
    address, process, printed = served
    said = {"ESCALATION_CONSOLE_ADDRESS": address, "ESCALATION_LINK_KEY_FILE": str(key)}
    port = {"ESCALATION_CONSOLE_PORT": address.rpartition(":")[2]}
    blind = found(run, **said, **port)["page"]
    with Register(f"sqlite:///{tmp_path}/register.db") as register:
        register.prepare()
    there = found(run, **said, **port)
    elsewhere = said | {"ESCALATION_CONSOLE_ADDRESS": "https://127.0.0.1:1"}
    past = found(run, **elsewhere, **port)["page"]
    stranger = tmp_path / "other"
    stranger.write_text("o" * 64)
    stranger.chmod(0o600)
    other = found(run, **said | {"ESCALATION_LINK_KEY_FILE": str(stranger)}, **port)["page"]
    process.kill()
    process.wait(10)
    gone = found(run, **said, **port)["page"]
    unseen = found(run, **said | {"ESCALATION_CONSOLE_ADDRESS": "https://nowhere.invalid"}, **port)["page"]

    assert (blind.state, "cannot show a case" in blind.says) == ("problem", True)
    assert (there["links"].state, there["page"].state, there["page"].says) == ("ok", "ok", "a link opens")
    assert (past.state, "and not at https://127.0.0.1:1" in past.says) == ("warning", True)
    assert (other.state, "by another key: no link of ours opens" in other.says) == ("problem", True)
    assert (gone.state, unseen.state) == ("problem", "warning")
    assert "no link opens" in gone.says
    assert "case_read" not in printed.read_text()


def test_the_doctor_finds_a_page_that_takes_connections_and_answers_nothing(
    run: Run, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alive, "WITHIN_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        said = {"ESCALATION_CONSOLE_ADDRESS": f"http://127.0.0.1:{mute.getsockname()[1]}"}
        seen = found(run, **said, ESCALATION_LINK_KEY_FILE=str(key))["page"]

    assert (seen.state, "no link opens" in seen.says) == ("problem", True)
