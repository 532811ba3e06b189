"""`escalate rota`."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.rota import load_rota
from adapters.rota.awake import Awake
from settings import HERE, Settings
from tests.starter.conftest import NOW, Run

FEED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:one
DTSTART:20261130T090000Z
DTEND:20261201T090000Z
SUMMARY:{}
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the directories, so that what is written harms none."""
    copy = tmp_path / "directories"
    shutil.copytree(HERE / "directories", copy)
    monkeypatch.setenv("ESCALATION_DIRECTORIES", str(copy))
    return copy


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.ics"
    path.write_text(FEED.format("first: staff-1005").replace("\n", "\r\n"), newline="")
    return path


def test_show_tells_who_is_on_call_until_when_and_why(run: Run) -> None:
    result = run("rota", "show", "lincolnshire")

    assert result.exit_code == 0
    lines = [" | ".join(line.split("   ")) for line in result.stdout.splitlines()]
    assert lines[0].startswith("On call for lincolnshire, Monday 23 November 2026, 10:00am (rota edition 2026-09)")
    assert "staff-1003" in lines[2]
    assert "Wednesday 25 November 2026, 9:00am" in lines[2]
    assert "override 1 (training days)" in result.stdout


def test_show_says_until_when_somebody_says_they_are_awake_of_now_alone(run: Run, installation: Settings) -> None:
    (turn,) = load_rota(HERE / "directories" / "lincolnshire.rota.toml").holders("first", NOW)
    Awake(installation.data).say(turn.handle, NOW + timedelta(hours=5), NOW)

    assert "says awake until 3:00pm" in " ".join(run("rota", "show", "lincolnshire").stdout.split())
    assert "says awake" not in run("rota", "show", "lincolnshire", "--at", NOW.isoformat()).stdout
    told = json.loads(run("rota", "show", "lincolnshire", "--json").stdout)["on_call"]
    assert [one["says"] for one in told] == ["says awake until 3:00pm", *[""] * (len(told) - 1)]


def test_show_as_json_has_the_turns_of_a_moment_and_those_that_follow(run: Run) -> None:
    told = json.loads(run("rota", "show", "lincolnshire", "--at", "2026-12-25T03:00", "--weeks", "0", "--json").stdout)

    assert told["at"] == "2026-12-25T03:00:00+00:00"
    assert told["ahead"] == []
    deputy = next(one["turn"] for one in told["on_call"] if one["rank"] == "deputy")
    assert (deputy["handle"], deputy["why"]) == ("staff-1005", "rota edition 2026-09, turn 5")
    assert deputy["channels"][0] == {"kind": "email", "address": "staff-1005@lincs.example.org", "holder": 1}


def test_a_rank_that_nobody_holds_stands_out(run: Run, folder: Path) -> None:
    result = run("rota", "show", "lincolnshire", "--at", "2026-08-01T12:00")

    assert result.stdout.count("NOBODY") >= 4


def test_check_answers_with_its_exit_code(run: Run, folder: Path) -> None:
    path = folder / "lincolnshire.rota.toml"
    assert run("rota", "check", "lincolnshire").exit_code == 0

    path.write_text(path.read_text().replace('text = ["+44 7700 900106"]', 'text = ["0"]'))
    result, told = run("rota", "check", "lincolnshire"), run("rota", "check", "lincolnshire", "--json")

    assert (result.exit_code, told.exit_code) == (1, 1)
    assert "1 fault in the next 12 weeks." in result.stdout
    assert "fault: person staff-1006, text 1: this address cannot work" in result.stdout
    assert json.loads(told.stdout)["found"][0]["severity"] == "fault"


@pytest.mark.parametrize("words", [["check"], ["show"], ["export", "--person", "staff-1001"], ["import", "x.ics"]])
def test_a_policy_without_a_rota_and_a_faulty_rota_are_told_in_a_sentence(run: Run, folder: Path, words) -> None:
    (folder / "sutton.rota.toml").write_text("nonsense")

    for policy, said in (
        ("liverpool", "liverpool has no rota. Write "),
        ("sutton", "The rota of sutton cannot be used."),
    ):
        result = run("rota", words[0], policy, *words[1:])

        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr


def test_export_writes_a_persons_turns(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mine.ics"
    told = run("rota", "export", "lincolnshire", "--person", "staff-1001", "--weeks", "8", "--out", str(out))
    shown = run("rota", "export", "lincolnshire", "--person", "staff-1001", "--weeks", "8")
    turns = json.loads(run("rota", "export", "lincolnshire", "--person", "staff-1001", "--weeks", "8", "--json").stdout)

    assert out.read_bytes().decode().splitlines() == shown.stdout.splitlines()
    assert shown.stdout.count("BEGIN:VEVENT") == len(turns) > 2
    assert told.stdout.endswith("turns of staff-1001 in the next 8 weeks.\n")
    assert {turn["handle"] for turn in turns} == {"staff-1001"}


def test_export_for_nobody_names_those_there_are(run: Run) -> None:
    result = run("rota", "export", "lincolnshire", "--person", "staff-9")

    assert result.exit_code == 2
    assert "They are: staff-1001, staff-1002" in result.stderr


def test_import_shows_first_and_writes_only_when_told(run: Run, folder: Path, feed: Path) -> None:
    path = folder / "lincolnshire.rota.toml"
    before = path.read_text()

    shown = run("rota", "import", "lincolnshire", str(feed))
    assert (shown.exit_code, path.read_text()) == (0, before)
    assert "added" in shown.stdout
    assert "Nothing is written yet: say the same with --yes." in shown.stdout

    assert run("rota", "import", "lincolnshire", str(feed), "--yes").exit_code == 0
    assert path.read_text().startswith(before)
    assert "staff-1005" in run("rota", "show", "lincolnshire", "--at", "2026-11-30T12:00", "--weeks", "0").stdout
    assert "The rota says all of it already." in run("rota", "import", "lincolnshire", str(feed), "--yes").stdout


def test_a_school_that_has_its_partnerships_rota_writes_there(run: Run, folder: Path, feed: Path) -> None:
    assert run("rota", "import", "lincolnshire-school", str(feed), "--yes").exit_code == 0
    assert "staff-1005" in (folder / "lincolnshire.rota.toml").read_text().rpartition("[[override]]")[2]
    assert "same_as" in (folder / "lincolnshire-school.rota.toml").read_text()


def test_nothing_is_written_while_an_event_cannot_be_used(run: Run, folder: Path, feed: Path) -> None:
    before = (folder / "lincolnshire.rota.toml").read_text()
    feed.write_text(FEED.format("first: somebody"))

    result = run("rota", "import", "lincolnshire", str(feed), "--yes")
    told = run("rota", "import", "lincolnshire", str(feed), "--yes", "--json")

    assert (result.exit_code, told.exit_code) == (2, 2)
    assert "event 1, Monday 30 November 2026: it names nobody of the rota" in result.stderr
    assert not json.loads(told.stdout)["written"]
    assert (folder / "lincolnshire.rota.toml").read_text() == before


def test_an_event_that_would_leave_nobody_on_call_is_refused(run: Run, folder: Path, feed: Path) -> None:
    path = folder / "lincolnshire.rota.toml"
    path.write_text(
        '[rota]\nedition = "1"\nhands_over = "09:00"\nranks = ["first"]\n'
        '[[person]]\nhandle = "staff-1"\ntitle = "x"\nemail = ["a@example.org"]\n'
        '[[person]]\nhandle = "staff-1005"\ntitle = "y"\n'
        '[[turn]]\nrank = "first"\nstarting = 2026-09-07\npersons = ["staff-1"]\n'
    )
    before = path.read_text()

    result = run("rota", "import", "lincolnshire", str(feed), "--yes")

    assert result.exit_code == 3
    assert "override 1: it leaves nobody to be reached in any rank at Monday 30 November 2026, 9:00am" in result.stderr
    assert path.read_text() == before


def test_an_event_that_names_somebody_who_is_not_in_the_service_then_is_refused(
    run: Run, folder: Path, feed: Path
) -> None:
    path = folder / "lincolnshire.rota.toml"
    path.write_text(path.read_text().replace('handle = "staff-1005"\n', 'handle = "staff-1005"\nuntil = 2026-11-29\n'))

    result = run("rota", "import", "lincolnshire", str(feed), "--yes")

    assert result.exit_code == 3
    assert "Monday 30 November 2026: staff-1005 is not in the service for all of that time" in result.stderr


def test_an_event_over_a_hand_over_by_hand_is_taken_with_a_warning(run: Run, folder: Path, feed: Path) -> None:
    by_hand = ("--from", "2026-11-30 12:00", "--until", "2026-11-30 18:00", "--why", "dentist")
    run("rota", "hand-over", "lincolnshire", "--rank", "first", "--to", "staff-1004", *by_hand)

    result = run("rota", "import", "lincolnshire", str(feed), "--yes")
    told = json.loads(run("rota", "import", "lincolnshire", str(feed), "--json").stdout)

    assert result.exit_code == 0
    assert "Take care: override 2 (staff-1004, by hand: dentist) would be covered" in result.stderr
    assert told["warnings"] == []


def test_an_event_called_off_that_leaves_a_rank_empty_is_taken_out_only_when_that_is_said(
    run: Run, folder: Path, feed: Path
) -> None:
    path = folder / "lincolnshire.rota.toml"
    path.write_text(
        '[rota]\nedition = "1"\nhands_over = "09:00"\nranks = ["first", "second"]\n'
        '[[person]]\nhandle = "staff-1"\ntitle = "x"\nemail = ["a@example.org"]\n'
        '[[person]]\nhandle = "staff-1005"\ntitle = "y"\nemail = ["b@example.org"]\n'
        '[[turn]]\nrank = "second"\nstarting = 2026-09-07\npersons = ["staff-1"]\n'
    )
    assert run("rota", "import", "lincolnshire", str(feed), "--yes").exit_code == 0
    feed.write_text(feed.read_text().replace("VERSION:2.0", "VERSION:2.0\nMETHOD:CANCEL"))

    refused = run("rota", "import", "lincolnshire", str(feed), "--yes")

    assert refused.exit_code == 3
    assert "nobody could be reached any more in rank first from Monday 30 November 2026, 9:00am" in refused.stderr
    assert "say --unreachable 1 where that is meant" in refused.stderr
    assert run("rota", "import", "lincolnshire", str(feed), "--yes", "--unreachable", "1").exit_code == 0
    assert "override" not in path.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("show lincolnshire --at 9999-12-31T09:00", "--at: 9999-12-31T09:00 cannot be right: check the year."),
        (
            "hand-over lincolnshire --rank first --to staff-1004 --until 9999-12-31T09:00 --why x",
            "--until: 9999-12-31T09:00 cannot be right: check the year.",
        ),
        ("swap lincolnshire --rank first --week 9999-12-31 --with 2026-12-07 --why x", "9999 is beyond every rota"),
    ],
)
def test_a_year_beyond_every_rota_is_told_in_a_sentence(run: Run, words: str, says: str) -> None:
    result = run("rota", *words.split())

    assert result.exit_code == 2
    assert says in result.stderr


def test_whom_an_event_would_put_on_call_twice_at_once_is_told(run: Run, feed: Path) -> None:
    feed.write_text(FEED.format("first: staff-1002").replace("\n", "\r\n"), newline="")

    result = run("rota", "import", "lincolnshire", str(feed))

    assert result.exit_code == 0
    assert result.stderr == (
        "Take care: staff-1002: they are on call in ranks first and second at once from Monday 30 November 2026, "
        "9:00am until Tuesday 1 December 2026, 9:00am; give one of the two to somebody else.\n"
    )
