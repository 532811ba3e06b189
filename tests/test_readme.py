"""Every command of the README, typed as it stands, against everything that `escalate up` starts."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
BIN = Path(sys.executable).parent
UP_WITHIN_SECONDS = 60


class Running(NamedTuple):
    """`escalate up`, and the environment in which commands find it."""

    environment: dict[str, str]
    data: Path

    def type(self, line: str) -> subprocess.CompletedProcess[str]:
        words = [word.replace(".venv/bin", str(BIN)).replace("data/", f"{self.data}/") for word in shlex.split(line)]
        return subprocess.run(
            words, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=90, check=False
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("data")
    port, ui_port, console_port = free_ports(3)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "ESCALATION_"))}
    environment = {
        **clean,
        "ESCALATION_DATA": str(data),
        "ESCALATION_PORT": str(port),
        "ESCALATION_UI_PORT": str(ui_port),
        "ESCALATION_CONSOLE_PORT": str(console_port),
    }
    printed = data / "printed"
    with printed.open("w") as out:
        up = subprocess.Popen([BIN / "escalate", "up"], cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        ends = time.monotonic() + UP_WITHIN_SECONDS
        while "Stop with Ctrl-C" not in printed.read_text():
            assert up.poll() is None, printed.read_text()
            assert time.monotonic() < ends, printed.read_text()
            time.sleep(0.05)
        # Temporal's own program asks its own variable; ours does too.
        yield Running({**environment, "TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}, data)
    finally:
        up.send_signal(signal.SIGTERM)
        assert up.wait(30) == 0, printed.read_text()


def commands(containing: str) -> list[str]:
    """Lines of the blocks in which the word stands."""
    found = [line for block in BLOCKS if containing in block for line in block.splitlines() if line.strip()]
    assert found, f"the README has no block about {containing}"
    return found


def reference_of(request: str) -> str:
    from domain.base.reference import TRAINING
    from services.openings import reference_for

    return reference_for(request, TRAINING)


def type_all(running: Running, lines: list[str]) -> str:
    said = ""
    for line in lines:
        done = running.type(line)
        for _ in range(200):
            if "a new one takes a moment" not in done.stderr:
                break
            time.sleep(0.05)
            done = running.type(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        said += done.stdout + done.stderr
    return said


def shown(running: Running, case: str, *words: str, tries: int = 200) -> str:
    """What `show` says once it says all of *words*: the register follows the answer by a moment."""
    for _ in range(tries):
        out = running.type(f".venv/bin/escalate show {case}").stdout
        if all(word in out for word in words):
            return out
        time.sleep(0.05)
    raise AssertionError(f"{case} never showed {words}:\n{out}")


def test_a_case_by_agreement_reaches_its_end_by_the_readmes_lines_alone(running: Running) -> None:
    case = reference_of("first")
    lines = commands(case)
    after_the_end = next(place for place, line in enumerate(lines) if " history " in line)
    type_all(running, lines[:after_the_end])
    assert shown(running, case, "Closed: nothing is owed any more")

    for _ in range(200):
        if "COMPLETED" in running.type(f".venv/bin/temporal workflow describe --workflow-id {case}").stdout.upper():
            break
        time.sleep(0.05)
    told = type_all(running, lines[after_the_end:])

    assert "Case closed" in told
    assert "48 hours on working days" in told
    assert "The record of 1 case is whole" in told
    assert "PROVEN, as far as is said above." in told
    assert "Reopened. The case is at: Step 1" in told
    assert "was closed and has been brought back from its record" in told
    assert shown(running, case, "visit 2", "corrected: it did not happen")
    assert running.type(f".venv/bin/escalate verify {case}").returncode == 0


def test_a_case_by_the_urgent_branch_reaches_its_end_with_an_alert_in_the_outbox_on_the_way(running: Running) -> None:
    case = reference_of("second")
    lines = commands(case)
    type_all(running, lines[:1])
    for _ in range(200):
        alerts = list((running.data / "outbox").glob(f"*{case}*alert*"))
        if alerts:
            break
        time.sleep(0.05)
    assert alerts, sorted(path.name for path in (running.data / "outbox").iterdir())
    type_all(running, lines[1:])

    assert shown(running, case, "Closed: nothing is owed any more")
    assert list((running.data / "outbox").glob(f"*{case}*chair*")), "the chosen chair is told"


def test_an_outcome_sent_by_temporals_own_program_moves_the_case(running: Running) -> None:
    case = reference_of("third")
    type_all(running, commands(case))

    assert shown(running, case, "Step 2: manager to manager")


def test_a_case_of_another_area_goes_as_the_readme_types_it(running: Running) -> None:
    told = type_all(running, commands(reference_of("fourth")))

    assert "nhs-trust is a party now" in told


def test_every_policy_command_of_the_readme_works(running: Running) -> None:
    said = type_all(running, commands("policy check"))

    assert "by the end of Monday 28 April 2025" in said


def test_the_commands_about_other_programs_work(running: Running) -> None:
    told = type_all(running, commands("webhook check"))

    assert "There is no token" in told
    assert "No program is told of anything" in told


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
