import json
from datetime import UTC, datetime, timedelta

import pytest

from adapters.register.register import Register
from adapters.register.rows import Attempt, Result, StandingRow
from services import times
from tests.register.made import enter
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, NOW, Run


def test_where_there_is_no_register_both_say_so(run: Run) -> None:
    for words in (["list"], ["show", "ESC-0000-0000"], ["list", "--json"]):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (4, "")
        assert "There is no register at" in result.stderr


def test_an_empty_list_is_a_friendly_sentence_and_an_empty_list_for_programs(run: Run, register: Register) -> None:
    assert run("list").stdout == "No case is open. To open one, type  escalate start\n"
    assert run("list", "--overdue").stdout.startswith("No case fits that.")
    assert run("list", "--json").stdout == "[]\n"


def test_the_list_has_the_next_due_first_and_marks_what_is_overdue(run: Run, opened: str, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))

    lines = run("list").stdout.splitlines()

    assert lines[0].split() == [
        "case",
        "policy",
        "stage",
        "urgency",
        "next",
        "due",
        "overdue",
        "agencies",
        "their",
        "record",
    ]
    assert lines[1].startswith(cases.last)
    assert (
        " ".join(lines[1].split()[4:])
        == "by 10:00am on Tuesday 17 November 2026 OVERDUE 1 police, schools EXAMPLE-0002"
    )
    assert lines[2].startswith(opened)
    assert "by 10:00am on Wednesday 25 November 2026" in lines[2]


def test_what_has_come_due_while_no_worker_ran_is_marked(
    run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(days=3))

    assert "(passed)" in run("list").stdout
    assert "PASSED, not on the record yet: does a worker run?" in run("show", opened).stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--due-before", "2026-11-26"], 1),
        (["--due-before", "tomorrow 09:00"], 0),
        (["--stage", "step-1", "--agency", "police", "--policy", "lincolnshire"], 1),
        (["--agency", "cafcass"], 0),
        (["--overdue"], 0),
        (["--all"], 1),
    ],
)
def test_the_list_can_be_narrowed(run: Run, opened: str, words: list[str], found: int) -> None:
    result = run("list", "--json", *words)

    cases = json.loads(result.stdout)
    assert len(cases) == found
    assert all(case["next_due_words"] == "by 10:00am on Wednesday 25 November 2026" for case in cases)


def test_show_says_where_a_case_stands_and_what_to_type(run: Run, opened: str) -> None:
    text = run("show", opened.lower().replace("-", "")).stdout

    assert f"\n{opened}\n" in text
    assert (
        "Parties: schools (raising), police (receiving). Raised by practitioner, schools on Monday 23 November 2026"
        in text
    )
    assert "At: Step 1: professional to professional, since Monday 23 November 2026, 10:00am." in text
    assert f"      escalate record {opened} acknowledgement --by police --role practitioner\n" in text
    assert "Case opened" in text
    assert text.endswith("As of entry 2.\n")


def test_show_says_in_which_ways_the_policy_lets_a_thing_be_done(run: Run, opened: str) -> None:
    text = run("show", opened).stdout

    assert "\n  How, for discussion: telephone, face to face or internet meeting; e-mail does not count.\n" in text
    assert text.count("How, for ") == 1


def test_show_tells_an_overdue_duty_with_its_age(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))

    text = run("show", cases.last).stdout

    assert "OVERDUE, 6 days" in text
    assert f"escalate record {cases.last} acknowledge --role on-call" in text
    assert "(entered late: Monday 23 November 2026, 10:00am)" in text


def test_show_lists_the_plan_and_who_has_not_confirmed_it(run: Run, opened: str) -> None:
    plan = ("propose", "--by", "schools", "--role", "practitioner", "--fits-existing-plan", "yes")
    run(
        "record",
        opened,
        *plan,
        "--action",
        "Visit; together; police; 2026-12-03",
        "--residual",
        "The rest; schools; 2026-12-10",
    )

    text = run("show", opened).stdout

    assert "Plan: version 1, confirmed by schools; not yet by police" in text
    assert "Visit; together   police    by the end of Thursday 3 December 2026" in text
    assert "left open" in text


def test_show_names_a_notice_that_was_taken_and_not_delivered_until_it_went_another_way(
    run: Run, opened: str, register: Register
) -> None:
    def becomes(result: Result) -> list[str]:
        said = {"notice_ref": f"{opened}/2/1", "case_ref": opened, "at": NOW, "channel": "notify-text"}
        register.attempt(Attempt(**said, result=result))  # type: ignore[arg-type]
        shown = json.loads(run("show", opened, "--json").stdout)["notices_not_accepted"]
        return [one["result"] for one in shown]

    assert [becomes(result) for result in ("accepted", "undelivered", "failed", "accepted", "delivered")] == [
        [],
        ["undelivered"],
        ["failed"],
        [],
        [],
    ]


def test_show_names_notices_that_nobody_accepted(run: Run, opened: str, register: Register) -> None:
    ref = f"{opened}/2/1"
    tries: tuple[tuple[datetime, Result], ...] = ((NOW, "failed"), (NOW + timedelta(minutes=1), "refused"))
    for at, result in tries:
        register.attempt(
            Attempt(notice_ref=ref, case_ref=opened, at=at, channel="smtp", result=result, detail="smtp 550")
        )
    for result in ("failed", "accepted"):
        other = f"{opened}/2/2"
        register.attempt(Attempt(notice_ref=other, case_ref=opened, at=NOW, channel="smtp", result=result))

    text = run("show", opened).stdout
    failed = json.loads(run("show", opened, "--json").stdout)["notices_not_accepted"]

    assert "Notices that nobody has yet" in text
    assert [one["notice_ref"] for one in failed] == [ref]


def test_show_names_notices_that_were_decided_and_never_tried(
    run: Run, opened: str, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where Temporal lost the case before they went; what was decided just now is on its way."""
    assert json.loads(run("show", opened, "--json").stdout)["notices_not_accepted"] == []
    register.attempt(Attempt(notice_ref=f"{opened}/2/1", case_ref=opened, at=NOW, channel="smtp", result="accepted"))
    monkeypatch.setattr(times, "clock", lambda: NOW + timedelta(minutes=2))

    failed = json.loads(run("show", opened, "--json").stdout)["notices_not_accepted"]

    assert failed == [
        {
            "notice_ref": f"{opened}/2/2",
            "at": "2026-11-23T10:00:00.000000Z",
            "channel": "",
            "result": "not tried",
            "detail": "step-opened, to frontline professional, police",
        }
    ]
    assert f"{opened}/2/2" in run("show", opened).stdout


def test_show_for_programs_is_the_standing_with_every_entry(run: Run, opened: str) -> None:
    shown = json.loads(run("show", opened, "--json").stdout)

    assert shown["case"] == opened
    assert [entry["kind"] for entry in shown["entries"]] == ["opened", "stage-opened"]
    assert shown["owed"][0]["due"]


@pytest.mark.parametrize(
    ("ref", "sentence"),
    [
        ("ESC-0000-0000", "The register knows no case ESC-0000-0000."),
        ("ESC-0000-0001", "'ESC-0000-0001' has a mistake in it: its last character does not fit the others."),
        ("Sam", "'Sam' is not a case reference: they look like ESC-0000-0000."),
    ],
)
def test_a_reference_nobody_knows_is_told(run: Run, register: Register, ref: str, sentence: str) -> None:
    result = run("show", ref)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)


def test_what_could_steer_a_terminal_does_not_reach_it(run: Run, opened: str) -> None:
    plan = ("propose", "--by", "schools", "--role", "practitioner", "--fits-existing-plan", "yes")
    run("record", opened, *plan, "--action", "A \x1b[2Jvisit\x07; police; 2026-12-03")

    text = run("show", opened).stdout

    assert "\x1b" not in text
    assert "\x07" not in text


def test_now_is_read_once_from_one_clock() -> None:
    assert abs(times.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--agency", "polce"),
            "--agency: 'polce' is no agency of any directory here, nor of any case. Did you mean police",
        ),
        (("--stage", "step-9"), "--stage: 'step-9' is no step of any policy here. Did you mean step-"),
        (("--stage", "Leap Year"), "--stage: 'Leap Year' is no step of any policy here. There are: "),
        (("--policy", "lincolnsire"), "There is no policy 'lincolnsire' in "),
    ],
)
def test_a_word_that_nothing_has_narrows_no_list(run: Run, opened: str, words: tuple[str, ...], sentence: str) -> None:
    for more in ((), ("--json",)):
        result = run("list", *words, *more)

        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(sentence)
        assert result.stderr.count("\n") == 1
    assert "Did you mean lincolnshire" in run("list", "--policy", "lincolnsire").stderr


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--agency", "Lincolnshire Police"), 1),
        (("--agency", "POLICE"), 1),
        (("--agency", "nspcc"), 0),
        (("--stage", "Step 1: professional to professional"), 1),
        (("--stage", "ended"), 0),
        (("--policy", "sutton"), 0),
        (("--policy", "policies/lincolnshire.toml"), 1),
    ],
)
def test_a_list_is_narrowed_by_any_name_that_start_takes(
    run: Run, opened: str, words: tuple[str, ...], found: int
) -> None:
    result = run("list", *words, "--json")

    assert (result.exit_code, len(json.loads(result.stdout))) == (0, found), result.stderr


@pytest.mark.parametrize(
    ("before", "found"),
    [("2026-12-05", 1), ("2026-12-05T00:00", 1), ("2026-12-04T23:59", 0), ("2026-12-04", 0), ("2026-12-06", 1)],
)
def test_what_is_due_by_the_end_of_a_day_is_due_before_the_next(
    run: Run, opened: str, register: Register, before: str, found: int
) -> None:
    view = json.loads(run("show", opened, "--json").stdout)
    ends = datetime(2026, 12, 5, tzinfo=UTC)
    row = StandingRow(
        case_ref=opened, as_of_number=view["as_of"], policy="lincolnshire", stage="step-1", urgency="ordinary",
        opened_at=NOW, next_due=ends, overdue=0, open=True, agencies=("police", "schools"), view=view,
    )  # fmt: skip
    enter(register, (), row)

    cases = json.loads(run("list", "--due-before", before, "--json").stdout)

    assert [case["next_due_words"] for case in cases] == ["by the end of Friday 4 December 2026"] * found
