"""The numbers that `show` and `rota show` give where they say to ring, and what they cost where nothing is late."""

import os
import re
import shutil
from pathlib import Path

import pytest

from domain.base.people import Actor
from domain.commands import RiskRaised
from settings import HERE
from starter import screen
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

CARE = "Children's social care"
POLICE = "Police, if nobody is in danger now"


@pytest.fixture
def late(run: Run, cases: CasesInMemory) -> str:
    """The reference of a case in which something is overdue."""
    assert run("start", str(EXAMPLES / "late-referral.toml")).exit_code == 0
    return cases.last


def numbers(out: str) -> list[str]:
    return [line.strip() for line in out.partition("Numbers to ring\n")[2].partition("\n\n")[0].splitlines()[1:]]


def test_a_case_with_something_late_shows_whom_to_ring(run: Run, late: str) -> None:
    found = numbers(run("show", late).stdout)

    who = [line.split("   ")[0] for line in found]
    assert who[-5:] == ["The partnership's office", "Emergency services", *[CARE] * 2, POLICE]
    assert len(who) > 5
    assert any("Lincolnshire Police" in one or "Schools" in one for one in who[:-5])
    assert all("01632 960" in line or "999" in line or "101" in line for line in found)


def test_a_case_with_nothing_late_reads_no_directory(run: Run, opened: str) -> None:
    assert "Numbers to ring" not in run("show", opened).stdout


async def test_a_child_at_risk_has_999_and_the_services_first(run: Run, opened: str, cases: CasesInMemory) -> None:
    await cases.record(opened, RiskRaised(by=Actor(agency="schools", role="practitioner"), id="r"))

    found = numbers(run("show", opened).stdout)

    assert [line.split("   ")[0] for line in found][:3] == ["Emergency services", CARE, CARE]
    assert found[0].split("   ")[-1].strip() == "if a child is in danger this minute"


def test_no_number_of_anybody_is_in_what_programs_read(run: Run, late: str) -> None:
    for words in (("show", late), ("rota", "show", "lincolnshire")):
        out = run(*words, "--json").stdout
        assert out.startswith("{")
        assert not re.search(r"01632 960|\+441632|07700 900|\btel:", out)


def test_without_a_directory_the_rest_is_shown_with_999(
    run: Run, late: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(tmp_path))

    shown = run("show", late)

    assert shown.exit_code == 0
    assert [line.split("   ")[0] for line in numbers(shown.stdout)] == ["Emergency services"]
    assert "How a deadline came about" in shown.stdout


def test_the_rota_shows_how_to_ring_whoever_is_on_call_the_office_and_the_services(run: Run) -> None:
    found = numbers(run("rota", "show", "lincolnshire").stdout)

    assert found[0].startswith("Safeguarding lead, health (staff-1003)")
    assert "07700 900103" in found[0]
    assert "01632 960000" in next(line for line in found if line.startswith("The partnership's office"))
    assert "999" in found[-4]


@pytest.mark.parametrize("width", [60, 100])
def test_a_number_is_whole_on_a_narrow_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    copy = tmp_path / "directories"
    shutil.copytree(HERE / "directories", copy)
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(copy))
    monkeypatch.setattr(screen, "on_terminal", lambda: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((width, 40)))

    out = run("rota", "show", "lincolnshire").stdout

    section = out.partition("Numbers to ring")[2].partition("The next 4 weeks")[0]
    assert all(len(line) <= width for line in section.splitlines())
    for number in ("01632 960001", "01632 960002", "07700 900103", "999"):
        assert number in section
