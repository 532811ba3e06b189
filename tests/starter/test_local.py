"""A partnership's own settings for a policy: one file, over the variables, each mistake told with its place."""

from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copy

import pytest

from domain.commands import CalendarAdopted
from domain.policy.local_settings import Local, Number
from services import case_inputs
from settings import Settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run
from wiring.people import digest_sources

REFERRAL = str(EXAMPLES / "referral.toml")


@pytest.fixture
def file(cases: CasesInMemory, installation: Settings) -> Path:
    """Where the local settings for the example's policy are looked for."""
    installation.local.mkdir()
    return installation.local / "lincolnshire.toml"


def test_the_example_can_be_used_as_it_stands(run: Run, cases: CasesInMemory, file: Path) -> None:
    copy(EXAMPLES / "local.toml", file)

    result = run("start", REFERRAL)

    assert result.exit_code == 0, result.stderr
    local = cases.openings[0].local
    assert (local.tolerance, local.untimed) == ("same working day", "5 working days")
    assert (local.extensions, local.pausing, local.withdrawal) == (True, True, True)
    assert local.reminders == ("2 working days", "4 hours")
    assert local.meetings["ppet"][0] == datetime(2026, 12, 3, 10, tzinfo=UTC)


def test_without_a_file_the_variables_alone_hold(run: Run, cases: CasesInMemory) -> None:
    run("start", REFERRAL, env={"ESCALATION_TOLERANCE": "4 hours"})

    assert cases.openings[0].local.tolerance == "4 hours"


def test_the_file_stands_over_the_variables_and_what_it_leaves_out_is_theirs(
    run: Run, cases: CasesInMemory, file: Path
) -> None:
    file.write_text(
        'tolerance = "same working day"\nalerts_a_day = 9\n[meetings]\npractitioner = ["2026-12-01T09:00"]\n'
    )
    variables = {
        "ESCALATION_TOLERANCE": "4 hours",
        "ESCALATION_UNTIMED": "5 working days",
        "ESCALATION_MEETINGS": "ppet=2026-12-03T10:00",
    }

    assert run("start", REFERRAL, env=variables).exit_code == 0
    local = cases.openings[0].local
    assert (local.tolerance, local.untimed, local.alerts_a_day) == ("same working day", "5 working days", 9)
    assert set(local.meetings) == {"ppet", "practitioner"}


def test_what_asks_for_a_known_sender_travels_with_the_case(run: Run, cases: CasesInMemory, file: Path) -> None:
    file.write_text('must_be_known = ["confirm", "discussion", "not-agreed"]\n')

    assert run("start", REFERRAL).exit_code == 0
    assert cases.openings[0].local.must_be_known == ("confirm", "discussion", "not-agreed")
    said = ("--by", "schools", "--role", "practitioner", "--method", "telephone")
    refused = run("record", cases.last, "discussion", *said)
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "from a sender who is known alone" in refused.stderr


def test_a_file_for_another_policy_changes_nothing(run: Run, cases: CasesInMemory, file: Path) -> None:
    file.with_name("elsewhere.toml").write_text('tolerance = "4 hours"\n')

    assert run("start", REFERRAL).exit_code == 0
    assert cases.openings[0].local.tolerance == ""
    told = run("doctor", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout
    assert "is for no policy in" in told


FAULTS = {
    "toleranse = '4 hours'": "toleranse: there is no such setting: did you mean tolerance? docs/settings.md",
    "tolerance = 'soon'": "tolerance: ",
    "tolerance = 'immediately'": "tolerance: write a number of hours or days, such as `same working day` or `4 hours`.",
    "tolerance = 4": "tolerance: input should be a valid string.",
    "alerts_a_day = 0": "alerts_a_day: input should be greater than or equal to 1.",
    "alerts_a_day = 'six'": "alerts_a_day: input should be a valid integer",
    "[meetings]\nppett = []": "meetings.ppett: the policy has no such role or body: did you mean ppet?",
    "[meetings]\nppet = ['next week']": "meetings.ppet, number 1: write a time such as 2026-12-03T10:00.",
    "[meetings]\nppet = [2026-12-03]": "meetings.ppet, number 1: write a time such as 2026-12-03T10:00.",
    "[meetings]\nppet = [2026-10-25T01:30:00]": "meetings.ppet, number 1: 1:30am on Sunday 25 October 2026 came twice",
    "[meetings]\nppet = [1026-10-25T01:30:00Z]": "meetings.ppet, number 1: check the year: it is one between",
    "[numbers.step-1]\nwithin = '5 days'\nwhose = 'x'": "numbers.step-1: the policy leaves no such number unknown.",
    "[numbers.step-1]\nwithin = '5 days'": "numbers.step-1.whose: it is needed here.",
    "numbers = 5": "numbers: input should be a valid dictionary.",
    "reminders = ['soon']": "reminders, number 1: 'soon' is not a period",
    "reminders = '4 hours'": "reminders: input should be a valid tuple.",
    "pausing = 'maybe'": "pausing: input should be a valid boolean",
    "must_be_known = ['confrim']": "must_be_known: 'confrim' is no act, outcome or command that may wait until its",
    "must_be_known = ['risk']": "must_be_known: 'risk' is no act, outcome or command that may wait until its sender is",
    "must_be_known = ['acknowledge']": "must_be_known: 'acknowledge' is no act, outcome or command that may wait until",
    "must_be_known = 'confirm'": "must_be_known: input should be a valid tuple.",
    "tolerance = ": "It is not TOML: ",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_is_told_with_its_place_and_the_mend_and_nothing_is_opened(
    run: Run, cases: CasesInMemory, file: Path, text: str
) -> None:
    file.write_text(text)

    result = run("start", REFERRAL)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"The local settings {file} cannot be used. ")
    assert FAULTS[text] in result.stderr
    assert result.stderr.count("\n") == 1
    assert cases.openings == []
    assert FAULTS[text] in run("doctor", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout.replace("\n", " ")


def test_a_number_that_the_policy_leaves_unknown_is_set_with_whose_it_is(run: Run, installation: Settings) -> None:
    installation.local.mkdir(parents=True)
    (installation.local / "sutton.toml").write_text(
        '[numbers.professionals-time]\nwithin = "3 working days"\nwhose = "The board, 2026"\n'
    )

    local = case_inputs.local(installation, case_inputs.policy(installation, "sutton"))

    assert local.numbers == {"professionals-time": Number(within="3 working days", whose="The board, 2026")}
    assert run("policy", "deadlines", "sutton", "--opened", "2026-11-23T10:00").exit_code == 0


def test_every_mistake_in_a_file_is_told_at_once(run: Run, file: Path) -> None:
    file.write_text("toleranse = '4 hours'\nuntimed = 'soon'\nalerts_a_day = 0\n[meetings]\nppett = []\n")

    told = run("start", REFERRAL).stderr

    assert [word in told for word in ("toleranse:", "untimed:", "alerts_a_day:", "meetings.ppett:")] == [True] * 4


def test_a_file_that_cannot_be_read_is_named(run: Run, file: Path) -> None:
    file.mkdir()

    assert f"{file} cannot be used. It cannot be read (is a directory)" in run("start", REFERRAL).stderr


def test_a_partnerships_own_days_are_laid_over_the_calendar_of_its_cases(
    run: Run, cases: CasesInMemory, file: Path
) -> None:
    file.write_text('days_worked = [2026-12-25]\n[days_off]\n2026-11-26 = "Show day"\n')

    assert run("start", REFERRAL).exit_code == 0
    calendar = cases.openings[0].calendar

    assert (calendar.why_off(date(2026, 11, 26)), calendar.why_off(date(2026, 12, 25))) == ("Show day", "")
    assert calendar.edition.startswith("england-and-wales/2026-11+local-")
    assert cases.openings[0].local == Local()


def test_a_case_that_runs_takes_the_days_of_its_partnership_when_it_is_told_to(
    run: Run, opened: str, cases: CasesInMemory, installation: Settings
) -> None:
    who = ("--by", "police", "--role", "practitioner")
    same = run("adopt", opened, "--calendar", *who)
    installation.local.mkdir()
    (installation.local / "lincolnshire.toml").write_text('[days_off]\n2026-11-26 = "Show day"\n')
    other = run("adopt", opened, "--calendar", *who, "--yes")

    assert "has this calendar already" in same.stderr
    assert other.exit_code == 0, other.stderr
    (message,) = cases.received
    assert isinstance(message, CalendarAdopted)
    assert message.calendar.why_off(date(2026, 11, 26)) == "Show day"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('days_off = ["2026-07-03"]', "days_off: write it as a table"),
        ('[days_off]\n"3 July" = "Show day"', "days_off: '3 July' is no day: write one like 2026-06-15."),
        ("[days_off]\n2026-07-03 = 1", "days_off.2026-07-03: say what the day is called, in quotes."),
        ("days_worked = 2026-08-03", "days_worked: write it as a list of days"),
        ("days_worked = [2026-07-03]", "Friday 3 July 2026 is no bank holiday in england-and-wales/2026-11"),
        ('days_worked = [2026-12-25]\n[days_off]\n2026-12-25 = "x"', "is both added and removed as a day off"),
    ],
)
def test_a_day_that_cannot_be_used_stops_the_opening_in_a_sentence(
    run: Run, cases: CasesInMemory, file: Path, text: str, says: str
) -> None:
    file.write_text(text)

    result = run("start", REFERRAL)

    assert (result.exit_code, cases.openings) == (2, [])
    assert says in result.stderr


def test_the_morning_counts_the_days_of_the_partnership_and_goes_on_where_they_cannot_be_used(
    file: Path, installation: Settings
) -> None:
    day = date(2026, 11, 26)
    for text, works in (('[days_off]\n2026-11-26 = "Show day"\n', False), ("[days_off]\nx = 1\n", True)):
        file.write_text(text)

        assert digest_sources(installation).ground("lincolnshire").calendar.is_working(day) is works
