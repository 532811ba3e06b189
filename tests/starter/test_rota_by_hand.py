"""`escalate rota hand-over` and `escalate rota swap`: shown, written whole or not at all, and what is handed over."""

import json
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.rota_changes import policies_with
from settings import HERE, read_settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, NOW, Run

OVER = ("rota", "hand-over", "lincolnshire", "--rank", "first")
TO = (*OVER, "--to", "staff-1004", "--until", "2026-11-24 09:00", "--why", "ill today")
SWAP = ("rota", "swap", "lincolnshire", "--rank", "first", "--week", "2026-11-30", "--with", "2026-12-07")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rota, so that what is written harms none."""
    copy = tmp_path / "directories"
    shutil.copytree(HERE / "directories", copy)
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(copy))
    return copy / "lincolnshire.rota.toml"


def on_call(run: Run, at: str, policy: str = "lincolnshire") -> str:
    told = json.loads(run("rota", "show", policy, "--at", at, "--weeks", "0", "--json").stdout)
    return str(next(one["turn"]["handle"] for one in told["on_call"] if one["rank"] == "first"))


def test_a_colleague_has_the_rank_from_now_until_then_and_the_file_is_else_as_it_was(run: Run, path: Path) -> None:
    before = path.read_text()
    result = run(*TO)

    assert result.exit_code == 0, result.stderr
    lines = [line.split("   ") for line in result.stdout.splitlines()]
    assert [part.strip() for part in lines[2] if part.strip()] == [
        "Monday 23 November 2026, 10:00am",
        "Tuesday 24 November 2026, 9:00am",
        "staff-1003, Safeguarding lead, health",
        "staff-1004, Deputy safeguarding lead",
    ]
    assert f"Written to {path}. A running worker reads it by itself." in result.stdout
    assert "--until: Tuesday 24 November 2026, 9:00am (Europe/London)." in result.stderr
    assert path.read_text().startswith(before)
    assert [on_call(run, f"2026-11-2{at}") for at in ("3T09:59", "3T10:00", "4T08:59", "4T09:00")] == [
        *("staff-1003", "staff-1004", "staff-1004", "staff-1003")
    ]
    assert "The rota says so already" in run(*TO).stdout
    assert path.read_text().count("ill today") == 1


def test_a_dry_run_shows_it_and_writes_nothing(run: Run, path: Path) -> None:
    before = path.read_text()
    for words in ((*TO, "--dry-run"), (*SWAP, "--why", "leave", "--dry-run")):
        result = run(*words)

        assert (result.exit_code, path.read_text()) == (0, before)
        assert "Nothing is written: this is a dry run." in result.stdout
        assert not json.loads(run(*words, "--json").stdout)["written"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--to", "staff-104"], "Nobody in the rota has the handle 'staff-104': did you mean staff-1004?"),
        (["--rank", "third"], "--rank: 'third' is no rank of the rota: say first or second or"),
        (["--until", "2026-11-23 09:00"], "It would end before it starts"),
        (["--until", "2027-03-28 01:30"], "1:30am on Sunday 28 March 2027 did not exist in Europe/London"),
        (["--until", "2027-10-31 01:30"], "1:30am on Sunday 31 October 2027 came twice in Europe/London"),
        (["--from", "2026-11-23 09:00"], "--from lies in the past: leave it out to hand over now."),
        (["--why", " "], "--why: say in a few words why"),
        (["--why", "x" * 201], "at most 200 characters"),
        (["--until", "soon"], "--until: 'soon' is no time that can be read"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(run: Run, path: Path, more, says) -> None:
    before = path.read_text()
    result = run(*TO, *more)

    assert (result.exit_code, result.stdout, path.read_text()) == (2, "", before)
    assert says in result.stderr


def test_a_colleague_whom_nothing_reaches_or_who_has_left_is_refused(run: Run, path: Path) -> None:
    whole = path.read_text()
    reached = 'email = ["staff-1004@lincs.example.org"]\ntext = ["+44 7700 900104"]\n'
    for instead, says in (
        ('text = ["0"]\n', "Nothing reaches staff-1004"),
        (reached + "until = 2026-11-23\n", "staff-1004 is not in the service for all of that time"),
    ):
        path.write_text(whole.replace(reached, instead))
        result = run(*TO)

        assert (result.exit_code, says in result.stderr) == (2, True), result.stderr
        assert "ill today" not in path.read_text()


def test_a_colleague_who_has_another_rank_then_is_warned_of_and_takes_it(run: Run, path: Path) -> None:
    result = run(*TO, "--to", "staff-1005")

    assert result.exit_code == 0
    assert "Take care: staff-1005: they are on call in ranks first and deputy at once" in result.stderr
    assert on_call(run, "2026-11-23T12:00") == "staff-1005"


def test_it_may_begin_later_in_the_rotas_own_zone(run: Run, path: Path) -> None:
    path.write_text(path.read_text().replace('zone = "Europe/London"', 'zone = "Europe/Paris"'))
    told = json.loads(run(*TO, "--from", "2026-11-23 20:00", "--json").stdout)

    starts = NOW.replace(hour=20, tzinfo=ZoneInfo("Europe/Paris"))
    assert told["written"]
    assert told["held"][0]["from"] == starts.astimezone(ZoneInfo("UTC")).isoformat()
    assert told["held"][0] | {"before": "staff-1003", "after": "staff-1004"} == told["held"][0]


def test_what_is_waiting_is_handed_over_with_it(run: Run, path: Path, cases: CasesInMemory) -> None:
    """Overdue and unacknowledged, by the register, in every policy that has this rota."""
    assert run("start", str(EXAMPLES / "late-referral.toml"), "--request", "late").exit_code == 0
    case = cases.last
    result = run(*TO, "--dry-run")

    assert "What you hand over: alerts that nobody has acknowledged" in result.stdout
    line = next(line for line in result.stdout.splitlines() if case in line)
    assert "both sides together" in line
    told = json.loads(run(*TO, "--dry-run", "--json").stdout)
    assert {one["case"] for one in told["waiting"]} == {case}
    of_school = [word.replace("lincolnshire", "lincolnshire-school") for word in TO]
    assert case in run(*of_school, "--dry-run").stdout, "they have one rota"

    assert run("record", case, "acknowledge").exit_code == 0
    assert "What you hand over" not in run(*TO, "--dry-run").stdout


def test_a_register_that_cannot_be_read_holds_up_no_hand_over(run: Run, path: Path) -> None:
    result = run(*TO, env={"ESCALATION_REGISTER": "postgresql+psycopg://app@127.0.0.1:1/away"})

    assert result.exit_code == 0
    assert "What is waiting cannot be told." in result.stderr
    assert on_call(run, "2026-11-23T12:00") == "staff-1004"


def test_a_school_that_has_its_partnerships_rota_writes_there(run: Run, path: Path) -> None:
    words = [word.replace("lincolnshire", "lincolnshire-school") for word in TO]

    assert run(*words).exit_code == 0
    assert "ill today" in path.read_text()
    assert "same_as" in path.with_name("lincolnshire-school.rota.toml").read_text()


def test_a_rota_is_that_of_every_policy_that_has_it_and_a_faulty_one_is_passed_over(path: Path) -> None:
    path.with_name("sutton.rota.toml").write_text("nonsense")

    assert policies_with(read_settings(), path) == ["lincolnshire", "lincolnshire-school"]


def test_two_weeks_change_places(run: Run, path: Path) -> None:
    before = path.read_text()
    result = run(*SWAP, "--why", "agreed between the two")

    assert result.exit_code == 0, result.stderr
    assert path.read_text().startswith(before)
    assert [on_call(run, f"2026-{day}T12:00") for day in ("11-30", "12-07")] == ["staff-1002", "staff-1001"]
    again = run(*SWAP, "--why", "agreed between the two")
    assert (again.exit_code, "the week of 2026-11-30 is swapped twice" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--week", "the 30th"], "--week: 'the 30th' is no date: write one like 2026-12-03."),
        (["--week", "2026-12-01"], "no turn of rank first is handed over on 2026-12-01"),
        (["--week", "2026-11-09"], "The week of Monday 9 November 2026 is over"),
        (["--with", "2026-12-21"], "Both weeks are staff-1001's by the turns"),
    ],
)
def test_a_swap_that_cannot_be_is_refused_in_a_sentence(run: Run, path: Path, more, says) -> None:
    before = path.read_text()
    result = run(*SWAP, "--why", "leave", *more)

    assert (result.exit_code, result.stdout, path.read_text()) == (2, "", before)
    assert says in result.stderr


@pytest.mark.parametrize("words", [TO, (*SWAP, "--why", "leave")], ids=["hand-over", "swap"])
def test_a_change_after_which_nobody_can_be_reached_is_not_written(run: Run, path: Path, words, monkeypatch) -> None:
    from adapters.directory.check import Finding
    from adapters.rota import hand_overs

    found = Finding(place="override 9", what="it leaves nobody", mend="name somebody", severity="fault")
    monkeypatch.setattr(hand_overs, "leaves_nobody", lambda *_: (found,))
    before = path.read_text()
    result = run(*words)

    assert (result.exit_code, path.read_text()) == (3, before)
    assert "override 9: it leaves nobody; name somebody.\nNothing was written." in result.stderr
