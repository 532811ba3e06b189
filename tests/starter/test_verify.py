import json
import re
from typing import Any

import pytest

from adapters.register.editions import Editions
from adapters.register.proof_note import read_note
from adapters.register.register import Register
from domain.case.patch import Unreadable
from domain.engine.draft import Draft
from settings import Settings
from tests.register.made import by_hand, without_guard
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

SCHOOL = ("--by", "schools", "--role", "practitioner")


def lay_hands_on(settings: Settings, *statements: str) -> None:
    """Change the database past the register, and leave its guards as they were."""
    without_guard(settings.register, *statements)


def test_a_whole_record_is_said_to_be_whole(run: Run, opened: str, cases: CasesInMemory) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    run("start", str(EXAMPLES / "late-referral.toml"))

    result = run("verify")

    assert result.exit_code == 0
    assert result.stdout == (
        "The record of 2 cases is whole: as it was written, and what lists show follows from it.\n"
    )
    assert json.loads(run("verify", opened, "--json").stdout) == {
        "cases": 1, "sound": True, "faults": [], "rebuilt": 0, "unread": [],
    }  # fmt: skip


def test_a_changed_entry_is_named_and_the_exit_code_is_1(run: Run, opened: str, installation: Settings) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    lay_hands_on(installation, "UPDATE entry SET event_time = '2026-11-23T08:00:00.000000Z' WHERE number = 3")

    result = run("verify", opened)

    assert result.exit_code == 1
    assert f"{opened}: entry 3 was changed after it was written" in result.stdout
    assert "Change nothing by hand." in result.stdout


def test_a_case_that_does_not_follow_from_its_entries_is_named(run: Run, opened: str, installation: Settings) -> None:
    lay_hands_on(installation, "UPDATE entry SET changes = NULL WHERE number = 2")

    found = json.loads(run("verify", "--json").stdout)["faults"]

    assert found == [
        {
            "case": opened,
            "place": "entry 2",
            "what": "was changed after it was written, or moved here from another number",
        }
    ]


def test_an_edition_that_was_touched_is_named_whatever_was_put_in(
    run: Run, opened: str, installation: Settings
) -> None:
    """SQLite makes text of the bytes that `replace` is given."""
    lay_hands_on(installation, "UPDATE edition SET body = replace(body, 'schools', 'x')")

    result = run("verify")

    assert result.exit_code == 1
    assert "edition " in result.stdout
    assert "was changed after it was written" in result.stdout


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE standing SET view = '{'", "What lists show of {case}"),
        ("UPDATE standing SET view = '3'", "What lists show of {case}"),
        ("UPDATE entry SET body = '{' WHERE number = 2", "Entry 2 of {case}"),
    ],
)
def test_what_somebody_has_spoilt_is_told_in_a_sentence(
    run: Run, in_clear: None, opened: str, installation: Settings, change: str, what: str
) -> None:
    lay_hands_on(installation, change)

    result = run("show", opened)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith(f"{what.format(case=opened)} in the register cannot be read: ")


def test_an_edition_that_is_gone_is_named(run: Run, opened: str, installation: Settings) -> None:
    lay_hands_on(installation, "DELETE FROM edition WHERE kind = 'policy'")

    result = run("verify")

    assert result.exit_code == 1
    assert f"{opened}: entries do not give the case: The policy that the case is under (" in result.stdout


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE standing SET view = replace(view, 'schools', 'nowhere')",
        "UPDATE standing SET state = replace(state, 'schools', 'nowhere')",
        "UPDATE standing SET next_due = NULL",
        "UPDATE standing SET overdue = 3",
        "UPDATE standing SET stage = 'nowhere'",
        "UPDATE standing SET agencies = ' x '",
        "UPDATE standing SET urgency = 'urgent'",
        """UPDATE standing SET view = replace(view, '"urgency":"ordinary"', '"urgency":"urgent"')""",
        """UPDATE standing SET view = json_set(view, '$.next_moment', NULL)""",
        "UPDATE standing SET hash = ''",
        "UPDATE standing SET open = 0",
        """UPDATE standing SET view = replace(view, '"overdue":false', '"overdue":true')""",
        """UPDATE standing SET view = replace(view, '"due":"2026-11', '"due":"2027-11')""",
        """UPDATE standing SET view = replace(view, '"next_due":"2026', '"next_due":"2027')""",
        "UPDATE standing SET view = '[]'",
        "UPDATE standing SET view = '{'",
        "UPDATE standing SET state = '{'",
    ],
)
def test_a_list_that_shows_what_the_entries_do_not_say_is_written_anew(
    run: Run, in_clear: None, opened: str, installation: Settings, change: str
) -> None:
    lay_hands_on(installation, change)

    before, mended, after = run("verify"), run("verify", "--rebuild"), run("verify")

    assert before.exit_code == 1
    assert "Keep a copy" not in before.stdout
    assert "1 fault beside the record of 1 case.\n" in before.stdout
    assert re.search(r"Write it anew:  \S*escalate verify --rebuild\n", before.stdout)
    assert f"{opened}: standing is not what the entries give; write it anew with --rebuild\n" in before.stdout
    assert mended.exit_code == 0
    assert mended.stdout.startswith("Written anew from the entries: what lists show of 1 of 1 case.\n")
    assert after.exit_code == 0
    assert "Parties: schools (raising)" in run("show", opened).stdout


def test_a_record_that_this_version_cannot_follow_is_not_said_to_have_been_touched(
    run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> None:
        raise Unreadable("A newer version has written it.")

    monkeypatch.setattr(Editions, "case", cannot)
    result = run("verify", opened)

    assert result.exit_code == 1
    assert "1 fault in reading the record of 1 case." in result.stdout
    assert "Every entry is as it was written" in result.stdout
    assert "Keep a copy" not in result.stdout


def test_a_standing_that_is_missing_is_written_anew(run: Run, opened: str, installation: Settings) -> None:
    lay_hands_on(installation, "DELETE FROM standing")

    assert run("verify").exit_code == 1
    assert run("history", opened).exit_code == 0
    assert run("verify", "--rebuild").exit_code == 0
    assert run("show", opened).exit_code == 0


def test_the_only_trace_of_entries_that_are_gone_is_never_written_over(
    run: Run, opened: str, installation: Settings
) -> None:
    lay_hands_on(installation, "DELETE FROM entry WHERE number = 2")

    result = run("verify", "--rebuild")

    assert result.exit_code == 1
    assert f"{opened}: entry 2 is missing" in result.stdout
    assert run("verify").exit_code == 1


def test_without_a_register_it_says_so_and_makes_none(run: Run, installation: Settings) -> None:
    assert run("verify").exit_code == 4
    assert not installation.data.exists()


def test_an_unknown_case_is_told(run: Run, register: Register) -> None:
    assert run("verify", "ESC-0000-0000").exit_code == 2


@pytest.fixture
def other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a later version say one harmless word more in the entry of every act."""
    as_it_is = Draft.enter_command

    def with_a_word_more(draft: Draft, kind: str, *said: Any, **body: Any) -> int:
        return as_it_is(draft, kind, *said, **body | ({"lately": "also said"} if kind == "act" else {}))

    monkeypatch.setattr(Draft, "enter_command", with_a_word_more)


def test_rules_that_decide_otherwise_today_accuse_no_record(
    run: Run, opened: str, request: pytest.FixtureRequest
) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    before = [run(*words).stdout for words in (("explain", opened), ("history", opened), ("show", opened))]
    request.getfixturevalue("other_rules")

    result = run("verify")

    assert (result.exit_code, result.stdout) == (
        0,
        "The record of 1 case is whole: as it was written, and what lists show follows from it.\n",
    )
    assert [run(*words).stdout for words in (("explain", opened), ("history", opened), ("show", opened))] == before


def test_what_todays_rules_would_decide_otherwise_is_a_report_of_its_own_and_no_fault(
    run: Run, opened: str, request: pytest.FixtureRequest
) -> None:
    assert run("verify", "--rules").stdout == "Today's rules would decide everything in 1 case as it was decided.\n"
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    assert json.loads(run("verify", "--rules", "--json").stdout) == {"cases": 1, "otherwise": []}
    request.getfixturevalue("other_rules")

    result = run("verify", "--rules")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"{opened}: entry 3: today's rules would enter 3 otherwise (act)\n"
        "Today's rules would take 1 decision in 1 case otherwise. What was decided stands: these cases go on from it.\n"
    )
    assert json.loads(run("verify", opened, "--rules", "--json").stdout)["otherwise"] == [
        {"case": opened, "entries": [3, 3], "what": "would enter 3 otherwise (act)"}
    ]


def test_rules_and_rebuilding_are_two_things(run: Run, opened: str) -> None:
    assert run("verify", "--rules", "--rebuild").exit_code == 2


def test_the_newest_case_is_missed_by_what_the_last_daily_proof_noted(
    run: Run, opened: str, installation: Settings, register: Register
) -> None:
    note = read_note(installation.proof_note)
    note.end = register.end_of_ledger()
    note.save()
    assert run("verify").exit_code == 0
    gone = ["DELETE FROM entry", "DELETE FROM standing", "DELETE FROM attempt", "DELETE FROM ledger"]
    lay_hands_on(installation, *gone, "DELETE FROM edition")

    result = run("verify")

    assert result.exit_code == 1
    assert result.stdout.startswith(
        "ledger line 1 is missing: it stood there when the record was last proved, with the case that it names\n"
    )


def test_a_register_of_which_every_table_is_gone_is_said_to_be_none(
    run: Run, opened: str, installation: Settings
) -> None:
    tables = ("entry", "standing", "attempt", "ledger", "edition", "read", "disposal", "case_key", "register_version")
    by_hand(installation.register, [f"DROP TABLE {table}" for table in tables])

    result = run("verify")

    assert (result.exit_code, result.stderr.count("\n")) == (4, 1)
