"""At a terminal `escalate record` asks for what a command needs, shows what it would record, and records with a yes."""

from collections.abc import Callable

import pytest
from click.testing import Result

from domain.base.people import Actor
from domain.command_table import COMMANDS, ELSEWHERE, GROUPS, TYPED
from domain.commands import (
    ActDone,
    Contested,
    Corrected,
    DutyHandedOver,
    Message,
    OutcomeSaid,
    PartyJoined,
    PlanConfirmed,
    PlanProposed,
    Reopened,
    Waived,
)
from starter import terminal
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import Run

SCHOOL = ("--by", "schools", "--role", "practitioner")
BY = Actor(agency="schools", role="practitioner")
Typed = Callable[..., Result]


@pytest.fixture
def typed(run: Run, opened: str, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Run `escalate record` in a case for somebody who answers so."""
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    return lambda *words, answers=(): run("record", opened, *words, input="".join(f"{one}\n" for one in answers))


def test_an_act_is_asked_for_by_what_the_case_offers(typed: Typed, opened: str, cases: CasesInMemory) -> None:
    result = typed("discussion", answers=("1", "face to face", "y"))

    assert result.exit_code == 0, result.stderr
    (message,) = cases.received
    assert isinstance(message, ActDone)
    assert (message.by, message.act, message.method) == (BY, "discussion", "face to face")
    assert "Who did or said it?\n   1  practitioner@schools\n   2  practitioner@police\n" in result.stderr
    assert "How was it done?\n   1  telephone\n" in result.stderr
    assert (
        f"To be recorded in {opened}: discussion (method: face to face), by practitioner of schools.\n" in result.stderr
    )
    assert result.stdout.startswith("Recorded: discussion")


def test_the_texts_that_an_outcome_needs_are_asked_for_one_at_a_time(typed: Typed, cases: CasesInMemory) -> None:
    result = typed("not-agreed", answers=("practitioner@police", "No ground.", "Seen daily.", "yes"))

    assert result.exit_code == 0, result.stderr
    (message,) = cases.received
    assert isinstance(message, OutcomeSaid)
    assert message.by == Actor(agency="police", role="practitioner")
    assert message.fields == {"reason": "No ground.", "interim-safety": "Seen daily."}


def test_a_plan_is_asked_for_action_by_action(typed: Typed, sent: list[Message]) -> None:
    actions = ("Visit; police; soon", "Visit; police; 2026-12-03", "Write; schools; 2026-12-04", "")
    result = typed("propose", answers=("1", *actions, "y", "y"))

    assert result.exit_code == 0, result.stderr
    assert "--action: 'soon' is no date: write one like 2026-12-03." in result.stderr
    (message,) = sent
    assert isinstance(message, PlanProposed)
    assert [one.what for one in message.actions] == ["Visit", "Write"]
    assert message.fields == {"fits-existing-plan": "yes"}


@pytest.mark.parametrize(
    ("words", "answers", "message"),
    [
        (("contest", *SCHOOL), ("four", "4", "It was not so."), Contested(by=BY, entry=4, reason="It was not so.")),
        (
            ("correct", *SCHOOL, "--entry", "3"),
            ("Another case.", "strike"),
            Corrected(by=BY, entry=3, reason="Another case.", strike=True),
        ),
        (
            ("join", *SCHOOL),
            ("childrens-social-care", "2", "It leads now."),
            PartyJoined(by=BY, agency="childrens-social-care", side="receiving", reason="It leads now."),
        ),
        (
            ("waive", "--duty", "1"),
            ("Settled.", "other", "slo@schools", "staff-0042"),
            Waived(by=Actor(agency="schools", role="slo", person="staff-0042"), duty=1, reason="Settled."),
        ),
        (
            ("hand-over", *SCHOOL),
            ("1", "practitioner", "practitioner@police", "On leave."),
            DutyHandedOver(by=BY, duty=1, to=Actor(role="practitioner"), reason="practitioner@police"),
        ),
        (("confirm", "--version", "1"), ("practitioner@police",), PlanConfirmed(by=BY.but(agency="police"), version=1)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) and value else "",
)
def test_each_command_asks_for_what_it_needs_and_nothing_else(
    typed: Typed, sent: list[Message], words: tuple[str, ...], answers: tuple[str, ...], message: Message
) -> None:
    result = typed(*words, "--id", "m1", answers=(*answers, "y"))

    assert result.exit_code == 0, result.stderr
    assert sent == [message.but(id="m1")]


def test_what_has_a_command_of_its_own_asks_too(
    run: Run, opened: str, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    result = run("reopen", opened, "--id", "m1", input="It fell apart.\npractitioner@schools\ny\n")

    assert result.exit_code == 0, result.stderr
    assert sent == [Reopened(by=BY, reason="It fell apart.", id="m1")]


def test_what_is_whole_as_it_was_typed_is_recorded_without_a_question(typed: Typed, cases: CasesInMemory) -> None:
    result = typed("discussion", *SCHOOL, "--method", "telephone")

    assert (result.exit_code, result.stderr) == (0, "")
    assert len(cases.received) == 1


@pytest.mark.parametrize("answers", [("1", "telephone", "n"), ("1", "telephone", "")], ids=["no", "nothing"])
def test_without_a_yes_nothing_is_recorded(typed: Typed, cases: CasesInMemory, answers: tuple[str, ...]) -> None:
    result = typed("discussion", answers=answers)

    assert (result.exit_code, result.stdout, cases.received) == (0, "", [])
    assert result.stderr.endswith("Nothing was recorded.\n")


@pytest.mark.parametrize("answers", [("",), ("1", "")], ids=["at the first question", "at the second"])
def test_an_empty_answer_leaves_nothing(typed: Typed, cases: CasesInMemory, answers: tuple[str, ...]) -> None:
    result = typed("discussion", answers=answers)

    assert (result.exit_code, result.stdout, cases.received) == (2, "", [])
    assert "Nothing was recorded: it cannot be without an answer to" in result.stderr


def test_who_stops_at_a_question_leaves_nothing(typed: Typed, cases: CasesInMemory) -> None:
    result = typed("discussion", answers=("1",))

    assert (result.exit_code, result.stdout, cases.received) == (130, "", [])


@pytest.mark.parametrize("words", [("not-agreed", *SCHOOL), ("contest", *SCHOOL), ("discussion",)])
def test_with_json_nobody_is_asked(typed: Typed, cases: CasesInMemory, words: tuple[str, ...]) -> None:
    result = typed(*words, "--json")

    assert result.exit_code in {2, 3}
    assert (result.stdout, result.stderr.count("\n"), cases.received) == ("", 1, [*cases.received])


def test_on_a_pipe_one_sentence_names_what_is_missing(run: Run, opened: str) -> None:
    result = run("record", opened, "contest", *SCHOOL, input="4\nIt was not so.\ny\n")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == 'Say which entry is contested and why: --entry NUMBER --reason "…".\n'


def test_immediate_risk_is_never_asked_about(typed: Typed, cases: CasesInMemory) -> None:
    result = typed("risk")

    assert result.exit_code == 0, result.stderr
    assert "Record it?" not in result.stderr
    assert len(cases.received) == 1


def test_the_help_lists_every_command_in_groups_with_one_line_each(run: Run, opened: str) -> None:
    for words in (("record", "--help"), ("record", opened, "--help")):
        shown = run(*words)

        assert shown.exit_code == 0
        assert [group for group in GROUPS if f"\n{group}:\n" not in shown.stdout] == []
        assert [name for name in TYPED if f"\n  {name} " not in shown.stdout] == []
        assert shown.stdout.index("\n  confirm ") < shown.stdout.index("\n  risk ") < shown.stdout.index("\n  join ")


@pytest.mark.parametrize("name", TYPED)
def test_each_command_has_its_own_help_with_its_own_options_alone_and_an_example(run: Run, name: str) -> None:
    shown = run("record", "ESC-0000-0000", name, "--help").stdout
    own = {f"--{field.option}" for field in TYPED[name][0].fields}
    others = {f"--{field.option}" for row in COMMANDS.values() for field in row.fields} - own

    assert f"escalate record REF {name} [OPTIONS]" in shown
    assert "Examples:\n    escalate record ESC-0000-0000 " in shown
    assert [option for option in own if f"\n  {option} " not in f"{shown} "] == []
    assert [option for option in others if f"\n  {option} " in shown] == []


def test_the_help_of_an_act_shows_what_it_needs_in_this_case_now(run: Run, opened: str) -> None:
    shown = run("record", opened, "not-agreed", "--help").stdout

    assert f'record {opened} not-agreed --by schools --role practitioner --reason "…" --interim-safety "…"' in shown
    assert "--version" not in shown


def test_options_may_stand_before_the_case(run: Run, opened: str, cases: CasesInMemory) -> None:
    result = run("record", "--by", "schools", opened, "--role", "practitioner", "discussion", "--method=telephone")

    assert result.exit_code == 0, result.stderr
    assert cases.received[0].by == BY


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_has_a_command_of_its_own_is_told_with_it(run: Run, opened: str, name: str) -> None:
    result = run("record", opened, name, *SCHOOL)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{name} has a command of its own: type " in result.stderr
    assert f" {ELSEWHERE[name]} --help." in result.stderr
