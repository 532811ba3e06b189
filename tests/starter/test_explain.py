import json
from typing import Any

import pytest

from adapters.register.register import Register
from domain.base.reference import make_reference
from settings import Settings
from tests.domain.case import CARE, SCHOOL, Case
from tests.register.made import decision, shows
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

OTHER = make_reference(7)
ACT = ("--by", "schools", "--role", "practitioner")


def explained(run: Run, case: str, *words: str) -> list[dict[str, Any]]:
    result = run("explain", case, *words, "--json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_a_deadline_is_explained_day_by_day_with_its_clause_its_start_and_its_calendar(run: Run, opened: str) -> None:
    (plan,) = explained(run, opened, "3")

    assert (plan["what"], plan["by"], plan["strength"]) == ("agreed plan of action", "both sides together", "must")
    assert (plan["clause"], plan["rows"], plan["timescale"]) == ("Step 1", ["L16", "L17"], "48 hours on working days")
    assert plan["event"] == "step-1.opened"
    assert [(day["date"], day["counts"]) for day in plan["days"]] == [
        ("2026-11-23", "14 hours"),
        ("2026-11-24", "24 hours"),
        ("2026-11-25", "10 hours"),
    ]
    assert (plan["due"], plan["late_words"]) == ("2026-11-25T10:00:00Z", "the same moment")
    assert (plan["provisional"], plan["calendar"]) == (False, "england-and-wales/2026-11")


def test_a_start_that_only_stands_in_for_a_better_one_is_said_to(run: Run, opened: str) -> None:
    before = run("explain", opened, "plan").stdout
    run("record", opened, "discussion", *ACT, "--method", "telephone")
    (after,) = explained(run, opened, "3")

    assert (
        "The policy first names discussion at Step 1: professional to professional (step-1.discussion); that is not "
        "recorded yet, so this stands in for it." in before
    )
    assert (after["event"], after["notes"]) == ("step-1.discussion", [])


def test_our_readings_are_marked_as_ours(run: Run, opened: str) -> None:
    text = run("explain", opened, "3").stdout

    assert (
        "Our reading:  48 hours (2 working days) is 48 hours counted on working days only, each of which gives 24 "
        "(ours, not the area's words)" in text
    )


def test_days_that_do_not_count_say_why(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "referral.toml"), "--opened", "2026-11-20T16:00")

    text = run("explain", cases.last, "3").stdout

    assert "Friday 20 November 2026      8 hours\n" in text
    assert "Saturday 21 November 2026    skipped: Saturday\n" in text
    assert "Due:          by 4:00pm on Tuesday 24 November 2026\n" in text


def test_a_deadline_that_had_passed_before_it_was_known_says_why_it_is_late_only_from_then(
    run: Run, cases: CasesInMemory
) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))

    (plan,) = explained(run, cases.last, "3")

    assert plan["due"] < plan["late_from"] == "2026-11-23T10:00:00Z"
    assert plan["late_words"].endswith("it could not be known before, for what set this clock was entered then")
    assert plan["stands"].startswith("OVERDUE since ")


def test_without_words_it_explains_what_is_owed_or_done_and_with_words_what_they_name(run: Run, opened: str) -> None:
    run("record", opened, "discussion", *ACT, "--method", "telephone")

    assert [one["number"] for one in explained(run, opened)] == [1, 2, 3, 4, 5, 6, 7]
    assert [one["number"] for one in explained(run, opened, "Written", "follow-up")] == [4, 5]
    assert [one["state"] for one in explained(run, opened, "discussion")][:1] == ["done"]
    assert run("explain", opened, "99").stderr == (
        f"No duty of {opened} is '99': its duties are numbered 1 to 7; `escalate show {opened}` lists what is owed.\n"
    )


def test_a_case_that_is_not_known_is_said_to_be_unknown(run: Run, register: Register) -> None:
    result = run("explain", "ESC-0000-0000")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "The register knows no case ESC-0000-0000." in result.stderr


@pytest.mark.parametrize(
    ("op", "says"),
    [
        ((["entries", "x"], 1), "Entry 1: The changes of an entry do not fit what came before them."),
        ((["track"], "ladder"), "The policy that the case is under (nowhere said) is not in the register."),
    ],
)
def test_a_record_that_gives_no_case_is_one_sentence_and_exit_code_1(
    run: Run, register: Register, op: tuple[Any, ...], says: str
) -> None:
    register.enter([decision(1, 1, OTHER, op)], [], shows(OTHER))

    result = run("explain", OTHER)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert f"The record of {OTHER} does not give the case. {says} See `escalate verify {OTHER}`." in result.stderr


def test_every_duty_of_every_kind_can_be_explained(installation: Settings) -> None:
    """Meetings with a date, actions of a plan, immediate risk, what has no time and what only may be done."""
    from domain.views.explanation import explain

    case = Case("2025-04-17 15:00").climb_to("step-3")
    case.says(SCHOOL, "not-agreed", role="slo")
    case.set_date("2025-04-24 10:00")
    case.raises_risk()
    case.pass_to("2025-04-25 10:00")
    case.does(SCHOOL, "chaired-meeting.held", with_parties=(CARE,))
    case.agree(by="2025-12-01", role="slo") if "step-4-urgent" in case.stages else None

    said = explain(case.state)

    assert len(said) == len(case.state.duties)
    by_rule = {one.rule: one for one in said}
    assert by_rule["risk call"].late_words.endswith("is given 60 minutes, this installation's setting")
    assert all(one.runs_from and one.late_words and one.stands for one in said)
    assert "its planned date" in {one.event for one in said}
