# ruff: noqa: E501, ISC004 - what people read is quoted whole
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.base.reference import read_reference
from domain.commands import Opening
from settings import HERE
from starter import terminal
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

REFERRAL = str(EXAMPLES / "referral.toml")
OPTIONS = ("--policy", "lincolnshire", "--raising", "schools", "--receiving", "police", "--raised-by", "practitioner")
NHS_NUMBER = "943 476 5919"
"""Made up; its check digit fits."""


def test_a_referral_file_opens_a_case_and_says_what_to_type_next(run: Run, cases: CasesInMemory) -> None:
    result = run("start", REFERRAL)

    assert result.exit_code == 0, result.stderr
    case = cases.last
    assert result.stdout.startswith(f"Opened: {read_reference(case)}\nAt: Step 1: professional to professional\n")
    assert "by 10:00am on Wednesday 25 November 2026" in result.stdout
    assert f"escalate record {case} discussion --by schools --role practitioner --method telephone\n" in result.stdout
    assert result.stdout.endswith(f"escalate show {case}\n")


def test_what_a_case_carries_is_pinned_at_its_opening(run: Run, cases: CasesInMemory) -> None:
    run(
        "start",
        REFERRAL,
        env={"ESCALATION_MEETINGS": "ppet=2026-12-03T10:00,2027-01-07T10:00", "ESCALATION_TOLERANCE": "4 hours"},
    )

    opening: Opening = cases.openings[0]
    assert opening.policy.edition == "2025-02"
    assert opening.calendar.covers_from.year == 2025
    assert opening.local.tolerance == "4 hours"
    assert opening.local.meetings["ppet"][0] == datetime(2026, 12, 3, 10, tzinfo=UTC)
    assert "childrens-social-care" in opening.partners
    assert opening.own_record == "EXAMPLE-0001"
    assert opening.opened_at is None


def test_options_stand_over_the_file_and_aliases_are_understood(run: Run, cases: CasesInMemory) -> None:
    result = run(
        *("start", REFERRAL, "--raising", "School", "--receiving", "children's social care", "--receiving", "Police"),
        *("--fact", "ground=plan unsuitable", "--raised-by", "Frontline Professional", "--opened", "yesterday 15:30"),
    )

    opening = cases.openings[0]
    assert result.exit_code == 0, result.stderr
    assert (opening.raising, opening.receiving) == ("schools", ("childrens-social-care", "police"))
    assert opening.raiser.role == "practitioner"
    assert opening.facts == {"concern": "difference", "ground": "plan unsuitable", "plan-type": "child in need"}
    assert opening.opened_at == datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    assert "Opened: Sunday 22 November 2026, 3:30pm (Europe/London).\n" in result.stderr


def test_the_late_referral_is_overdue_at_once(run: Run, cases: CasesInMemory) -> None:
    result = run("start", str(EXAMPLES / "late-referral.toml"))

    assert "OVERDUE" in result.stdout
    assert "OVERDUE 1" in run("list", "--overdue").stdout


def test_the_same_request_is_the_same_case(run: Run, cases: CasesInMemory) -> None:
    first = json.loads(run("start", REFERRAL, "--request", "school-1", "--json").stdout)
    again = run("start", REFERRAL, "--request", "school-1")
    other = json.loads(run("start", REFERRAL, "--request", "school-2", "--json").stdout)

    assert first["new"]
    assert first["standing"]["case"] == first["case"]
    assert again.stdout.startswith(f"{first['case']} had been opened by the same request before: nothing")
    assert other["case"] != first["case"]
    assert len(cases.openings) == 2


def test_facts_nobody_said_are_told_and_the_route_with_them(run: Run, cases: CasesInMemory) -> None:
    result = run("start", *OPTIONS)

    assert result.exit_code == 0
    assert result.stderr == (
        "Not said: concern, ground and plan-type. The case takes the route “A professional difference”.\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), 2, "A case needs --policy, --raising, --receiving and --raised-by. Give them, or a referral file.\n"),
        (OPTIONS[:-2], 2, "A case needs --raised-by. Give it, or a referral file.\n"),
        (("nowhere.toml",), 2, "There is no file nowhere.toml: check the path. examples/referral.toml shows the form.\n"),
        ((*OPTIONS, "--raising", "polise"), 2, "--raising: 'polise' is no agency of Lincolnshire Safeguarding Children "
         "Partnership. Did you mean police?\n"),
        ((*OPTIONS, "--raising", "lpct"), 2, "--raising: LPCT no longer exists; name the agency that took its work over.\n"),
        ((*OPTIONS, "--fact", "ground"), 2, "--fact 'ground' cannot be read: write --fact name=value.\n"),
        ((*OPTIONS, "--fact", "concern=weather"), 3, "'weather' is no answer to 'concern': choose difference or conduct.\n"),
        ((*OPTIONS, "--opened", "2027-01-01T10:00+00:00"), 3, "Friday 1 January 2027, 10:00am lies in the future: a case "
         "opens when the difference is raised.\n"),
        ((*OPTIONS, "--opened", "soon"), 2, "Opened: 'soon' is no time that can be read: write 2026-12-03T15:00, "
         "`today 15:00`, `yesterday 09:30`, `2 hours ago` or `3 days ago`.\n"),
        ((*OPTIONS, "--words", f"disagreement={'x' * 20_001}"), 2,
         "words.disagreement holds 20,001 characters, and a text may hold 20,000: shorten it.\n"),
        ((*OPTIONS, "--words", f"disagreement={'x' * 1_000_000}"), 2,
         "words.disagreement holds 1,000,000 characters, and a text may hold 20,000: shorten it.\n"),
        ((*OPTIONS, "--own-record", "x" * 61), 2, "The referral cannot be used: own record: it may hold 60 characters at most.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_said_in_one_sentence(
    run: Run, cases: CasesInMemory, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = run("start", *words)

    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.endswith(sentence)
    assert cases.openings == []


def test_an_unknown_role_is_answered_with_those_there_are(run: Run, cases: CasesInMemory) -> None:
    result = run("start", *OPTIONS, "--raised-by", "wizard")

    assert result.exit_code == 2
    assert result.stderr.startswith(
        "--raised-by: 'wizard' is no role of this policy: say practitioner (frontline professional)"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("policcy = 'lincolnshire'", "there is no key 'policcy' in a referral: did you mean policy?"),
        ("receiving = [1]", "receiving must be text in quotes."),
        ("facts = 'none'", "facts must be a table"),
        ("policy = ", "is not TOML"),
    ],
)
def test_a_faulty_referral_file_is_told_with_its_name(run: Run, tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")

    result = run("start", str(path))

    assert result.exit_code == 2
    assert str(path) in result.stderr
    assert told in result.stderr


@pytest.mark.parametrize("text", [f"see {NHS_NUMBER}", "Sam Example, born 2 March 2014", "Sam Example (02/03/2014)"])
def test_a_text_that_names_a_child_is_not_sent_unless_somebody_says_on(
    run: Run, cases: CasesInMemory, text: str
) -> None:
    held = run("start", *OPTIONS, "--words", f"disagreement={text}")
    sent = run("start", *OPTIONS, "--words", f"disagreement={text}", "--yes", "--json")

    assert held.exit_code == 2
    assert "Nothing was sent" in held.stderr
    assert text not in held.stderr
    assert sent.exit_code == 0
    assert "Careful: words.disagreement holds what looks like" in sent.stderr
    assert len(cases.openings) == 1


def test_a_person_at_a_terminal_is_asked_for_what_is_missing(
    run: Run, cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    answers = [
        "schools",
        "police, cafcass",
        "practitioner",
        "1",
        "an invented ground",
        "nonsense",
        "none",
        "",
        "seen daily",
    ]

    result = run("start", "--policy", "lincolnshire", "--json", input="\n".join(answers) + "\n")

    opening = cases.openings[0]
    assert json.loads(result.stdout)["case"] == opening.case
    assert opening.receiving == ("police", "cafcass")
    assert opening.facts == {"concern": "difference", "ground": "an invented ground", "plan-type": "none"}
    assert opening.words == {"interim-safety": "seen daily"}
    assert "'nonsense' is not one of them." in result.stderr


def test_both_examples_are_plainly_invented() -> None:
    for path in (HERE / "examples").glob("*.toml"):
        assert "Invented" in path.read_text(encoding="utf-8")


def test_immediate_risk_at_the_start_says_first_to_telephone_and_opens_with_that_route(
    run: Run, cases: CasesInMemory
) -> None:
    result = run("start", REFERRAL, "--immediate-risk", "--words", f"disagreement=NHS number {NHS_NUMBER}")

    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("Telephone the statutory services now")
    assert cases.openings[0].immediate_risk
    assert "Urgency: immediate risk" in run("show", cases.last).stdout


@pytest.mark.parametrize(
    "slip",
    [
        ("--fact", "no equals sign"),
        ("--kind", "police"),
        ("--words", "disagreement=" + "x" * 30_000),
        ("--opened", "31/02/2026"),
        ("--opened", "tomorrow 9am"),
    ],
)
def test_no_slip_in_an_option_holds_up_a_case_of_immediate_risk(
    run: Run, cases: CasesInMemory, slip: tuple[str, str]
) -> None:
    result = run("start", REFERRAL, "--immediate-risk", *slip)

    assert result.exit_code == 0, result.stderr
    assert cases.openings[0].immediate_risk


@pytest.mark.parametrize(
    ("slip", "mend"), [(("--receiving", "polcie"), "Did you mean police?"), (("--opned", "now"), "--opened")]
)
def test_a_case_of_immediate_risk_that_cannot_be_opened_says_that_nobody_was_told(
    run: Run, slip: tuple[str, str], mend: str
) -> None:
    result = run("start", REFERRAL, "--immediate-risk", *slip)

    assert result.exit_code == 2
    first, then, *rest = result.stderr.splitlines()
    assert first.startswith("Telephone the statutory services now")
    assert then.startswith("It is on no record, and nobody was told of the risk: ring the safeguarding lead on call")
    assert mend in rest[-1]


def test_a_referral_file_may_say_immediate_risk_and_the_sort_of_an_agency(
    run: Run, cases: CasesInMemory, tmp_path: Path
) -> None:
    file = tmp_path / "referral.toml"
    text = Path(REFERRAL).read_text(encoding="utf-8")
    file.write_text(text.replace("[facts]", 'immediate_risk = true\n\n[kinds]\npolice = "emergency"\n\n[facts]'))

    assert run("start", str(file), "--kind", "Children's social care=local-authority").exit_code == 0
    assert cases.openings[0].immediate_risk
    assert cases.openings[0].kinds == {"police": "emergency", "childrens-social-care": "local-authority"}


def test_the_directory_says_what_sort_an_agency_is_and_an_option_stands_over_it(
    run: Run, cases: CasesInMemory, tmp_path: Path
) -> None:
    text = (HERE / "directories" / "lincolnshire.toml").read_text(encoding="utf-8")
    (tmp_path / "lincolnshire.toml").write_text(text.replace('id = "police"\n', 'id = "police"\nkind = "emergency"\n'))
    env = {"ESCALATION_DIRECTORIES": str(tmp_path)}

    run("start", REFERRAL, env=env)
    run("start", REFERRAL, "--kind", "police=other", env=env)

    assert [opening.kinds for opening in cases.openings] == [{"police": "emergency"}, {"police": "other"}]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--kind", "police"), "--kind 'police' cannot be read: write --kind name=value.\n"),
        (("--kind", "moon=far"), "--kind: 'moon' is no agency of Lincolnshire Safeguarding Children Partnership."),
    ],
)
def test_a_sort_that_cannot_be_used_is_said(
    run: Run, cases: CasesInMemory, words: tuple[str, ...], sentence: str
) -> None:
    result = run("start", REFERRAL, *words)

    assert (result.exit_code, cases.openings) == (2, [])
    assert sentence in result.stderr


def test_a_seat_in_which_nobody_can_be_reached_is_told_on_the_first_day_and_kept_in_the_record(
    run: Run, cases: CasesInMemory
) -> None:
    result = run("start", REFERRAL, "--raising", "cps", "--receiving", "police")
    shown = run("show", cases.last)

    lacking = "Step 2: manager to manager has no reachable line manager in Crown Prosecution Service"
    assert result.exit_code == 0, result.stderr
    assert lacking in result.stderr
    assert lacking in cases.openings[0].unreachable[1]
    assert "Nobody could be reached on the day it opened" in shown.stdout
    assert lacking in shown.stdout
