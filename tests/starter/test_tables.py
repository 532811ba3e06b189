"""No table loses a word on a terminal of any width; what is piped, or read by programs, stays as it is."""

import os
import pty
import re
import shutil
import subprocess
import sys
import termios
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from services import times
from services.rows import Row
from settings import HERE
from starter import screen
from starter.access import account
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, NOW, Run

WIDTHS = (60, 80, 100, 120)
LONG = "Visit the home together and see every child alone, then tell the school, the general practitioner and the court"
Told = Callable[[], tuple[str, ...]]


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the tables printed so far were given."""
    given_: list[str] = []
    printed = screen.table

    def table(headers: Sequence[str], rows: Iterator[Row], indent: int = 0) -> None:
        kept = list(rows)
        given_.extend(cell for row in kept for cell in row.cells)
        printed(headers, kept, indent)

    monkeypatch.setattr(screen, "table", table)
    return given_


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the directories and rotas with long titles in them."""
    copy = tmp_path / "directories"
    shutil.copytree(HERE / "directories", copy)
    for path in copy.glob("lincolnshire*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'title = "([^"]+)"', r'title = "\1 for the north and the east"', text))
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(copy))
    return copy


@pytest.fixture
def case(run: Run, cases: CasesInMemory) -> str:
    """A late case with a plan, an action that nobody would shorten, and something on record of every common kind."""
    receiving = ("--receiving", "childrens-social-care", "--receiving", "police")
    run("start", str(EXAMPLES / "late-referral.toml"), *receiving)
    case, by = cases.last, ("--by", "schools", "--role", "practitioner")
    plan = ("--action", f"{LONG}; childrens-social-care; 2026-12-24", "--residual", f"{LONG}; police; 2026-12-24")
    assert run("record", case, "propose", *by, "--fits-existing-plan", "no", *plan).exit_code == 0
    assert run("record", case, "risk", "--note", LONG).exit_code == 0
    return case


@pytest.fixture
def newer(tmp_path: Path) -> str:
    """A newer edition of Lincolnshire's policy, which moves a deadline."""
    text = (HERE / "policies" / "lincolnshire.toml").read_text(encoding="utf-8")
    file = tmp_path / "lincolnshire.toml"
    file.write_text(text.replace('edition = "2025-02"', 'edition = "2026-11"', 1).replace("48 hours on", "72 hours on"))
    return str(file)


@pytest.fixture
def sheet(run: Run, folder: Path, tmp_path: Path) -> str:
    """The holders as a sheet in which somebody has a new title."""
    path = tmp_path / "holders.csv"
    run("directory", "export", "lincolnshire", "--csv", str(path))
    path.write_text(path.read_text(encoding="utf-8").replace("Detective", "Acting detective"), encoding="utf-8")
    return str(path)


@pytest.fixture
def feed(folder: Path, tmp_path: Path) -> str:
    """A calendar feed with one turn."""
    event = "UID:one\r\nDTSTART:20261130T090000Z\r\nDTEND:20261201T090000Z\r\nSUMMARY:first: staff-1005\r\n"
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    path = tmp_path / "feed.ics"
    path.write_text(text, newline="")
    return str(path)


@pytest.fixture(
    params=[
        "show", "history", "list", "start", "digest", "adopt", "policy list", "policy deadlines", "doctor", "watch",
        "rota show", "rota import", "rota hand-over", "rota swap", "directory import", "reads", "people show",
    ]
)  # fmt: skip
def typed(
    request: pytest.FixtureRequest, run: Run, opened: str, case: str, newer: str, sheet: str, feed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[str, ...]:  # fmt: skip
    """Every command that prints a table, in its folder of long titles."""
    rank, why = ("lincolnshire", "--rank", "first"), ("--why", LONG, "--dry-run")
    if request.param == "reads":
        assert run("history", case).exit_code == 0
    if request.param == "watch":
        monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(days=3))
    return {
        "show": ("show", case),
        "history": ("history", case, "--words"),
        "list": ("list", "--all"),
        "start": ("start", str(EXAMPLES / "late-referral.toml")),
        "digest": ("digest", "--policy", "lincolnshire"),
        "adopt": ("adopt", opened, "--policy", newer, "--by", "schools", "--role", "slo", "--reason", LONG),
        "policy list": ("policy", "list"),
        "policy deadlines": ("policy", "deadlines", "liverpool", "--opened", "2026-11-23T10:00"),
        "doctor": ("doctor",),
        "watch": ("watch", "--once"),
        "rota show": ("rota", "show", "lincolnshire"),
        "rota import": ("rota", "import", "lincolnshire", feed),
        "rota hand-over": (
            *("rota", "hand-over", *rank, "--to", "staff-1004", "--until", "2026-11-24 09:00"),
            *why,
        ),
        "rota swap": ("rota", "swap", *rank, "--week", "2026-11-30", "--with", "2026-12-07", *why),
        "directory import": ("directory", "import", "lincolnshire", sheet),
        "reads": ("reads", "--by", account()),
        "people show": ("people", "show"),
    }[request.param]


def test_no_table_of_any_command_loses_a_word(
    run: Run, typed: tuple[str, ...], cells: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "on_terminal", lambda: True)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    for width in WIDTHS:
        cells.clear()

        result = run(*typed, env={"COLUMNS": str(width)})

        assert result.exit_code in {0, 1}, result.stderr
        told = [word for cell in cells for word in cell.split()]
        assert told
        assert Counter(word for word in told if len(word) <= width - 8) - words(result.stdout) == Counter()
        assert [word for word in told if word not in "".join(result.stdout.split())] == []


def words(text: str) -> Counter[str]:
    return Counter(text.split())


def printed(
    rows: Sequence[Row], headers: Sequence[str], width: int, *, terminal: bool = True, **environment: str
) -> str:
    @click.command()
    def command() -> None:
        screen.table(headers, rows, indent=2)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen, "on_terminal", lambda: terminal)
        return CliRunner().invoke(command, env={"COLUMNS": str(width)}).stdout


HEADERS = ("duty", "what is owed", "", "by whom")
CELLS = st.text(st.sampled_from("abcé漢 –"), max_size=60)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4), st.integers(24, 130))
@example([("safeguarding-lead@childrens-social-care", "x" * 200, "", LONG)], 60)
@example([("", "", "", LONG)], 40)
def test_a_table_of_anything_has_every_letter_at_any_width(told: list[tuple[str, ...]], width: int) -> None:
    text = printed([Row(cells) for cells in told], HEADERS, width)

    wanted = Counter(letter for cells in told for cell in cells for letter in cell if not letter.isspace())
    assert wanted - Counter(text) == Counter()


def test_a_word_is_whole_wherever_it_has_room_on_a_line_of_its_own() -> None:
    seat = "safeguarding-lead@childrens-social-care"
    told = [Row((seat, LONG, seat, "by the end of Friday 4 December 2026"))]

    for width in (45, 60, 80, 120):
        assert printed(told, HEADERS, width).split().count(seat) == 2
        assert max(map(len, printed(told, HEADERS, width).splitlines())) <= width


def test_what_does_not_fit_side_by_side_is_a_block_a_row() -> None:
    told = [Row(("3", "agreed plan", "", "practitioner@childrens-social-care")), Row(("", "", "", "– done by it"))]

    assert printed(told, HEADERS, 40) == (
        "  duty: 3\n    what is owed: agreed plan\n    by whom:\n      practitioner@childrens-social-care\n"
        "    – done by it\n"
    )
    assert printed(told, HEADERS, 80).splitlines()[0].split() == ["duty", "what", "is", "owed", "by", "whom"]


def test_what_is_piped_is_one_line_a_row_however_wide() -> None:
    told = [Row(("3", LONG, "", "police"))]

    lines = [re.split(" {3,}", line.strip()) for line in printed(told, HEADERS, 40, terminal=False).splitlines()]
    assert lines == [["duty", "what is owed", "by whom"], ["3", LONG, "police"]]


STOPPED = f"""
import sys
from datetime import datetime
from services import times
from starter.cli import cli
times.clock = lambda: datetime.fromisoformat("{NOW.isoformat()}")
cli(sys.argv[1:], prog_name="escalate")
"""
"""The program, its clock stopped."""


@pytest.mark.parametrize("width", WIDTHS)
def test_a_real_terminal_shows_all_that_a_pipe_does_and_no_colour_where_none_is_wanted(
    run: Run, case: str, width: int, tmp_path: Path
) -> None:
    environment = {**os.environ, "TERM": "xterm-256color", "ESCALATION_DATA": str(tmp_path / "data")}
    piped = run("show", case, "--entries", "100").stdout
    coloured = at_terminal(("show", case, "--entries", "100"), width, environment)
    plain = at_terminal(("show", case, "--entries", "100"), width, {**environment, "NO_COLOR": "1"})

    for text in (coloured, plain):
        assert words(piped) - words(re.sub(r"\x1b\[[\d;]*m", "", text)) <= words(HEADED)
    assert ("\x1b[31m" in plain, "31m" in coloured) == (False, True)
    assert (
        at_terminal(("show", case, "--json"), width, environment).replace("\r", "")
        == run("show", case, "--json").stdout
    )


HEADED = "duty what by whom when how it stands clause owner entry it happened"
"""The heads of the tables, which blocks give otherwise: with a colon after each."""


def at_terminal(typed: tuple[str, ...], width: int, environment: dict[str, str]) -> str:
    """Return what the program prints on a real terminal so many columns wide."""
    outer, inner = pty.openpty()
    termios.tcsetwinsize(inner, (40, width))
    environment.pop("COLUMNS", None)
    process = subprocess.Popen([sys.executable, "-c", STOPPED, *typed], stdout=inner, cwd=HERE, env=environment)
    os.close(inner)
    read = bytearray()
    try:
        while chunk := os.read(outer, 65536):
            read += chunk
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(outer)
    assert process.wait(timeout=60) == 0
    return read.decode()
