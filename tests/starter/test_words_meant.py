"""A word that names nothing is refused with what was meant, wherever it is typed."""

import pytest

from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import Run

SCHOOL = ("--by", "schools", "--role", "practitioner")
LIVERPOOL = (
    *("start", "--policy", "liverpool", "--raising", "schools", "--receiving", "childrens-social-care"),
    *("--raised-by", "worker"),
)
SITUATION = "progress of a child in need plan"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("discusion", *SCHOOL), "Did you mean discussion"),
        (("not agreed", *SCHOOL), "Did you mean not-agreed"),
        (("discussion", "--by", "schools", "--role", "practitoner"), "Did you mean practitioner"),
        (("discussion", "--by", "scools", "--role", "practitioner"), "Did you mean schools"),
        (("discussion", *SCHOOL, "--method", "telefone"), "Did you mean telephone"),
        (("discussion", *SCHOOL, "--method", "telephone", "--with", "polce"), "Did you mean police"),
        (("discussion", *SCHOOL, "--method", "telephone", "--stage", "step1"), "Did you mean step-1"),
        (("not-agreed", *SCHOOL, "--stage", "step_1"), "There is no step 'step_1'. Did you mean step-1"),
        (("fact", *SCHOOL, "--fact", "concrn=conduct"), "Did you mean concern"),
        (("fact", *SCHOOL, "--fact", "plan-type=looked afetr"), "Did you mean looked after"),
        (("fact", *SCHOOL, "--fact", "ground=course of actoin"), "Did you mean course of action"),
        (("join", *SCHOOL, "--agency", "nspc", "--side", "raising", "--reason", "x"), "Did you mean nspcc"),
        (("meetings", *SCHOOL, "--group", "ppett", "--meeting", "2026-12-03T10:00"), "Did you mean ppet"),
        (
            (
                "hand-over",
                *SCHOOL,
                "--duty",
                "2",
                "--to",
                "line-managr@schools",
                "--until",
                "2026-12-01",
                "--reason",
                "x",
            ),
            "Did you mean line-manager",
        ),
        (
            ("propose", *SCHOOL, "--fits-existing-plan", "yes", "--action", "Visit; polce; 2026-12-03"),
            "Did you mean police",
        ),
    ],
)
def test_what_is_recorded_under_a_wrong_word_is_refused_with_the_right_one(
    run: Run, opened: str, words: tuple[str, ...], meant: str
) -> None:
    result = run("record", opened, *words)

    assert (result.exit_code in {2, 3}, result.stdout) == (True, "")
    assert meant in result.stderr


@pytest.mark.parametrize("answer", ["bogus", "progres of a child in need plan", "other:"])
def test_an_answer_on_which_the_route_turns_is_one_of_the_policys_or_said_to_be_another(
    run: Run, cases: CasesInMemory, answer: str
) -> None:
    result = run(*LIVERPOOL, "--fact", f"situation={answer}")

    assert (result.exit_code, cases.openings) == (2, [])
    assert 'or write "other: …" where it is none of these.' in result.stderr
    assert ("Did you mean progress of a child in need plan" in result.stderr) == answer.startswith("progres")


@pytest.mark.parametrize(
    ("answer", "kept", "track"),
    [
        (SITUATION.upper(), SITUATION, "need-progress"),
        ("other: a matter of its own", "a matter of its own", "partnership"),
        (f"Other: {SITUATION}", SITUATION, "need-progress"),
    ],
)
def test_an_answer_takes_its_route_in_any_capitals_and_another_is_kept_as_it_was_said(
    run: Run, cases: CasesInMemory, answer: str, kept: str, track: str
) -> None:
    result = run(*LIVERPOOL, "--fact", f"situation={answer}")

    assert result.exit_code == 0, result.stderr
    assert cases.openings[-1].facts == {"situation": kept}
    assert cases.running[cases.last].track == track


def test_a_wrong_answer_holds_up_no_immediate_risk(run: Run, cases: CasesInMemory) -> None:
    result = run(*LIVERPOOL, "--fact", "situation=bogus", "--fact", "weather=wet", "--immediate-risk")

    assert result.exit_code == 0, result.stderr
    assert cases.openings[-1].facts == {}
    assert result.stderr.count("It is left out.") == 2


def test_a_policy_that_there_is_not_is_refused_with_the_one_that_was_meant(run: Run) -> None:
    assert "Did you mean lincolnshire" in run("start", "--policy", "lincolshire").stderr
