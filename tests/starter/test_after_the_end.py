"""Waiving, correcting, reopening and linking; and cases that come back from their record."""

import json

import pytest

from domain.commands import Corrected, Reopened, Waived
from services import temporal_client
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run
from workflows.caseload import NoSuchCase
from workflows.revival import StillRunning

SCHOOL = ("--by", "schools", "--role", "practitioner")
POLICE = ("--by", "police", "--role", "practitioner")
SLO = ("--by", "schools", "--role", "slo")


@pytest.fixture
def ended(run: Run, opened: str) -> str:
    """A case whose dispute has ended and which still owes things."""
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    run("record", opened, "propose", *SCHOOL, "--fits-existing-plan", "yes", "--action", "Visit; police; 2026-12-03")
    run("record", opened, "confirm", *POLICE)
    return opened


@pytest.fixture
def closed(run: Run, ended: str) -> str:
    """A case that owes nothing any more."""
    for side in (SCHOOL, POLICE):
        run("record", ended, "written-follow-up", *side, "--method", "letter")
        run("record", ended, "filed", *side)
    run("record", ended, "action-done", *POLICE, "--action", "1")
    assert "Closed: nothing is owed any more" in run("show", ended).stdout
    return ended


def test_ended_and_closed_are_two_states_and_show_says_what_is_still_owed(run: Run, ended: str) -> None:
    text = run("show", ended).stdout

    assert "Ended: the dispute was over on Monday 23 November 2026, 10:00am: resolved.\n" in text
    assert "Not closed: it still owes what stands below." in text
    assert "\nStill owed after the end\n  duty   what" in text
    assert f"escalate record {ended} waive --duty 4 --person HANDLE --by schools --role practitioner" in text
    assert f"escalate reopen {ended} --by schools --role practitioner" in text


def test_a_named_person_waives_what_keeps_a_case_from_closing(run: Run, ended: str, cases: CasesInMemory) -> None:
    numbers = [one["id"] for one in json.loads(run("show", ended, "--json").stdout)["owed"]]
    who = (*SLO, "--person", "staff-0042", "--reason", "The agency was dissolved.")
    for number in numbers:
        result = run("record", ended, "waive", "--duty", str(number), *who)
        assert result.exit_code == 0, result.stderr

    assert isinstance(cases.received[-1], Waived)
    assert "Closed: " in run("show", ended).stdout
    assert "Waived, and counted as not done: " in run("history", ended).stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("waive", *SLO, "--duty", "4", "--reason", "x"), "Say what is let go, by whom and why: "),
        (("correct", *SLO, "--entry", "3", "--reason", "x"), "Say which entry was wrong, why, and what is right: "),
        (("correct", *SLO, "--entry", "3", "--reason", "x", "--strike", "--happened", "now"), "Say which entry was wr"),
        (("filed", *SLO, "--duty", "4"), "--duty says nothing here: it goes with waive, extend or hand-over."),
        (("filed", *SLO, "--strike"), "--strike says nothing here: it goes with correct."),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(run: Run, ended: str, words: tuple[str, ...], sentence: str) -> None:
    result = run("record", ended, *words)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(sentence)


def test_a_correction_says_which_entry_and_what_is_right(run: Run, opened: str, cases: CasesInMemory) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")

    moved = run(
        "record", opened, "correct", *SCHOOL, "--entry", "3", "--happened", "today 09:00", "--reason", "A slip."
    )
    other = run("record", opened, "correct", *POLICE, "--entry", "3", "--strike", "--reason", "Not so.")

    assert moved.stdout.startswith("Corrected: entry 3. The entry stays as it was, with this one beside it.\n")
    assert isinstance(cases.received[1], Corrected)
    assert (other.exit_code, other.stderr) == (
        3,
        "schools entered it, and corrects it: another party contests it instead.\n",
    )


def test_an_ended_case_is_reopened(run: Run, ended: str, cases: CasesInMemory) -> None:
    result = run("reopen", ended, "--by", "School", "--role", "practitioner", "--reason", "It fell apart.", "--json")

    answer = json.loads(result.stdout)
    assert (answer["case"], answer["stages"]) == (ended, ["step-1"])
    message = cases.received[-1]
    assert isinstance(message, Reopened)
    assert message.by.agency == "schools"
    assert "visit 2" in run("show", ended).stdout


def test_a_case_that_has_not_ended_is_not_reopened(run: Run, opened: str) -> None:
    result = run("reopen", opened, *SCHOOL, "--reason", "x")

    assert (result.exit_code, result.stdout) == (3, "")
    assert "there is nothing to reopen" in result.stderr


def test_a_closed_case_comes_back_from_its_record_when_it_is_reopened(run: Run, closed: str) -> None:
    result = run("reopen", closed, *SCHOOL, "--reason", "It fell apart.")

    assert result.exit_code == 0, result.stderr
    assert result.stderr == f"{closed} was closed and has been brought back from its record for this.\n"
    assert result.stdout.startswith("Reopened. The case is at: Step 1")
    assert run("verify", closed).exit_code == 0


def test_a_closed_case_takes_immediate_risk_and_owes_the_call(run: Run, closed: str) -> None:
    result = run("record", closed, "risk", "--note", "Words.")

    assert result.exit_code == 0, result.stderr
    text = run("show", closed).stdout
    assert "Not closed: " in text
    assert "Urgency: immediate risk." in text


def test_a_closed_case_takes_a_correction_and_an_act_done_before_its_end(run: Run, closed: str) -> None:
    moved = run(
        "record", closed, "correct", *SCHOOL, "--entry", "3", "--happened", "today 09:00", "--reason", "A slip."
    )
    late = run("record", closed, "acknowledgement", *POLICE, "--stage", "step-1", "--at", "today 09:59")

    assert (moved.exit_code, late.exit_code) == (0, 0), (moved.stderr, late.stderr)
    assert "Closed: " in run("show", closed).stdout


def test_a_closed_case_is_not_revived_for_what_the_rules_refuse(run: Run, closed: str, cases: CasesInMemory) -> None:
    count = len(cases.received)

    result = run("record", closed, "waive", "--duty", "1", *SLO, "--person", "staff-0042", "--reason", "x")

    assert (result.exit_code, result.stdout) == (3, "")
    assert "Nothing that is owed has the number 1" in result.stderr
    assert len(cases.received) == count + 1


def test_a_message_that_a_closed_case_had_taken_gets_its_first_answer_again(
    run: Run, closed: str, cases: CasesInMemory
) -> None:
    words = ("correct", *SCHOOL, "--entry", "3", "--happened", "today 09:00", "--reason", "A slip.", "--id", "m-1")
    first = run("record", closed, *words)
    count = len(cases.received)

    again = run("record", closed, *words)

    assert again.stdout == first.stdout
    assert len(cases.received) == count


def test_where_somebody_was_quicker_the_message_goes_to_the_open_case(
    run: Run, closed: str, cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def quicker(_settings: object, case: object, message: Reopened) -> object:
        await cases.revive(case, message.but(id="theirs"))  # type: ignore[arg-type]
        raise StillRunning("It is open.")

    monkeypatch.setattr(temporal_client, "revive", quicker)

    result = run("reopen", closed, *SCHOOL, "--reason", "x")

    assert result.exit_code == 3
    assert "has not ended" in result.stderr


def test_what_temporal_does_not_know_and_the_record_has_open_is_not_revived(
    run: Run, opened: str, cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.running.clear()

    result = run("record", opened, "discussion", *SCHOOL, "--method", "telephone")

    assert isinstance(result.exception, NoSuchCase) or result.exit_code != 0
    assert cases.received == []


@pytest.fixture
def other(run: Run, opened: str, cases: CasesInMemory) -> str:
    run("start", str(EXAMPLES / "referral.toml"), "--request", "other")
    return cases.last


def test_two_cases_of_one_person_are_linked_in_both(run: Run, opened: str, other: str) -> None:
    result = run("link", opened, other, *SLO, "--reason", "The same person.")
    again = run("link", opened, other, *SLO)

    assert result.stdout == f"{opened} is linked with {other}.\n{other} is linked with {opened}.\n"
    assert again.stdout == (f"{opened} was linked with {other} already.\n{other} was linked with {opened} already.\n")
    for one, two in ((opened, other), (other, opened)):
        assert f"  Linked with {two}: each concerns the same person.\n" in run("show", one).stdout
        assert json.loads(run("show", one, "--json").stdout)["links"] == [two]


def test_a_link_that_only_one_case_takes_says_which(run: Run, opened: str, cases: CasesInMemory) -> None:
    started = run(
        "start", "--policy", "lincolnshire", "--raising", "police", "--receiving", "nspcc", "--raised-by",
        "practitioner", "--fact", "concern=difference",
    )  # fmt: skip
    assert started.exit_code == 0, started.stderr
    other = cases.last

    half = run("link", opened, other, *SLO)
    whole = run("link", opened, other, *SLO, "--other-by", "police")

    assert (half.exit_code, half.stdout) == (3, "")
    assert half.stderr.startswith(
        f"{opened} is linked with {other}. But {other} does not know of it yet. schools is no"
    )
    assert (whole.exit_code, whole.stdout.count("\n")) == (0, 2)


def test_a_case_is_not_linked_with_itself_or_with_one_nobody_knows(run: Run, opened: str) -> None:
    assert run("link", opened, opened, *SLO).stderr.startswith("A case is not linked with itself")
    assert run("link", opened, "ESC-0000-0000", *SLO).stderr.startswith("The register knows no case ESC-0000-0000.")
