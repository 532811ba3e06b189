"""A person at a terminal who opens a case: asked one thing at a time, told at once, and losing nothing."""

import shlex
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from services import temporal_client
from services.errors import Trouble
from settings import Settings
from starter import terminal
from starter.terminal import confirm
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import Run

NHS_NUMBER = "943 476 5919"
Typed = Callable[..., Result]
OPTIONS = (
    *("--policy", "lincolnshire", "--raising", "schools", "--receiving", "police", "--raised-by", "practitioner"),
)
LIVERPOOL = (
    *("--policy", "liverpool", "--raising", "schools", "--receiving", "childrens-social-care"),
    *("--raised-by", "worker", "--words", "disagreement=x"),
)
ANSWERS = {
    "situation": "child in need plan discontinued",
    "level-of-need": "early help",
    "decided-at-a-meeting": "yes",
    "referral-received": "2026-11-20",
    "consent": "given",
    "early-help-consent": "given",
}


def all_but(name: str) -> tuple[str, ...]:
    """Options that answer everything that Liverpool asks, but for one."""
    return (
        *LIVERPOOL,
        *(word for fact, said in ANSWERS.items() if fact != name for word in ("--fact", f"{fact}={said}")),
    )


@pytest.fixture
def typed(run: Run, cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Run `escalate start` for somebody who answers so."""
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    return lambda *answers, words=(): run("start", *words, input="".join(f"{one}\n" for one in answers))


def test_policies_agencies_and_roles_are_listed_by_id_and_name_and_chosen_by_number(
    typed: Typed, cases: CasesInMemory, installation: Settings
) -> None:
    names = sorted(file.stem for file in installation.policies.glob("*.toml"))
    number = names.index("lincolnshire") + 1

    result = typed(str(number), "Schools", "2", "1", "1", "", "none", "", "")

    assert result.exit_code == 0, result.stderr
    assert f"{number:>2}  lincolnshire   Professional resolution and escalation protocol" in result.stderr
    assert "police   Lincolnshire Police\n" in result.stderr
    assert "practitioner   frontline professional\n" in result.stderr
    assert "  → Schools\n" in result.stderr
    (opening,) = cases.openings
    assert f"   2  {opening.receiving[0]}\n" in result.stderr.partition("Which agency receives it?")[2]
    assert (opening.raising, opening.raiser.role) == ("schools", "practitioner")


def test_an_answer_that_cannot_be_used_is_asked_for_again_at_once(typed: Typed, cases: CasesInMemory) -> None:
    result = typed(
        *("nowhere", "lpct", "schools", "police, police", "police, atlantis", "police", "chief wizard", "practitioner"),
        *("weather", "1", "", "none", "", ""),
        words=("--policy", "lincolnshire"),
    )

    assert result.exit_code == 0, result.stderr
    for sentence in (
        "'nowhere' is no agency of Lincolnshire Safeguarding Children Partnership.",
        "LPCT no longer exists; name the agency that took its work over.",
        "Name at least one, and each once.",
        "'atlantis' is no agency of",
        "'chief wizard' is no role of this policy",
        "'weather' is not one of them.",
    ):
        assert sentence in result.stderr
    assert (cases.openings[0].raising, cases.openings[0].receiving) == ("schools", ("police",))


def test_what_was_typed_before_is_looked_at_before_anything_is_asked(typed: Typed, cases: CasesInMemory) -> None:
    result = typed(words=("--policy", "lincolnshire", "--raising", "polise"))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "--raising: 'polise' is no agency of" in result.stderr
    assert "Which agency" not in result.stderr


@pytest.mark.parametrize(
    ("said", "taken"), [("y", "yes"), ("Yes", "yes"), ("j", "yes"), ("N", "no"), ("no", "no"), ("not", "not known")]
)
def test_yes_is_said_in_the_ways_people_say_it(typed: Typed, cases: CasesInMemory, said: str, taken: str) -> None:
    result = typed("maybe", said, words=all_but("decided-at-a-meeting"))

    assert result.exit_code == 0, result.stderr
    assert "'maybe' is not one of them." in result.stderr
    assert cases.openings[0].facts["decided-at-a-meeting"] == taken


def test_a_question_that_the_route_turns_on_is_asked_again_where_it_was_left_out(
    typed: Typed, cases: CasesInMemory
) -> None:
    words = ("--policy", "sutton", *OPTIONS[2:-1], "professional", "--words", "disagreement=x")
    result = typed(*[""] * 9, "3", words=words)

    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("Which route the case takes turns on this:\nIs it about how the partnership works") == 1
    assert cases.openings[0].facts == {"matter": "own organisation"}


def test_a_text_that_seems_to_name_a_child_is_asked_for_again_at_once(typed: Typed, cases: CasesInMemory) -> None:
    named = f"The child is {NHS_NUMBER}"
    result = typed("1", "", "none", named, "n", "Two views of the risk", named, "y", words=OPTIONS)

    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("what looks like an NHS number") == 2
    assert cases.openings[0].words == {"disagreement": "Two views of the risk", "interim-safety": named}


def test_what_stops_the_opening_loses_no_answer(
    typed: Typed, run: Run, cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Any) -> None:
        raise Trouble("Nobody answers.", 4)

    with monkeypatch.context() as patched:
        patched.setattr(temporal_client, "run", away)
        result = typed("1", "a ground of our own", "none", "Two views, it's said", "", words=OPTIONS)
    assert result.exit_code == 4
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("  escalate start ")]
    assert "  disagreement: Two views, it's said\n  ground: a ground of our own\n" in result.stderr
    assert "views" not in line, "what is typed can be read by the whole machine"
    again = run(*shlex.split(line)[1:], input="a ground of our own\nTwo views, it's said\n\n")

    assert again.exit_code == 0, again.stderr
    (opening,) = cases.openings
    assert opening.facts == {"concern": "difference", "ground": "a ground of our own", "plan-type": "none"}
    assert opening.words == {"disagreement": "Two views, it's said"}


def test_who_stops_halfway_is_shown_what_they_had_answered(typed: Typed, cases: CasesInMemory) -> None:
    result = typed("schools", "police", words=("--policy", "lincolnshire"))

    assert result.exit_code == 130
    assert "  escalate start --policy lincolnshire --raising schools --receiving police\n" in result.stderr
    assert cases.openings == []


def test_a_day_is_asked_for_and_read_as_people_say_it(typed: Typed, cases: CasesInMemory) -> None:
    result = typed("friday", "20/11/2026", words=all_but("referral-received"))

    assert result.exit_code == 0, result.stderr
    assert "'friday' may mean Friday 20 November 2026 or Friday 27 November 2026: write its date." in result.stderr
    assert cases.openings[0].facts["referral-received"] == "2026-11-20"


@pytest.mark.parametrize(("said", "meant"), [("y", True), ("J", True), ("no", False), ("", False), ("hm\nyes", True)])
def test_a_question_is_confirmed_with_any_yes(said: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(said.split("\n"))
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(answers))

    assert confirm("Take it?") is meant
