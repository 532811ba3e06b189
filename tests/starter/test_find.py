"""Cases are found by any word that somebody wrote in them, and by the raising agency's own number."""

import json
from typing import Any

import pytest

from adapters.register.reads import list_reads
from adapters.register.register import Register
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.commands import FactSaid
from settings import Settings
from tests.domain.case import CARE, POLICE, SCHOOL, Case
from tests.people import types_as, with_people
from tests.register.keeping import fill
from tests.starter.conftest import Run

ONE, TWO = make_reference(31), make_reference(32)


@pytest.fixture
def filled(register: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("ESCALATION_TRAINING", "no")
    one = Case(case=ONE, own_record="EXAMPLE-0001", words={"disagreement": "Two views of the  RISK at home."})
    one.does(SCHOOL, "discussion", fields={"note": "Daily contact was agreed"})
    other = Case(case=TWO, raising=CARE, receiving=(POLICE,), raiser=Actor(role="practitioner"))
    other.takes(FactSaid(by=other.seat(CARE), fact="ground", value="another view of risk"))
    for case in (one, other):
        fill(register, case)
    return register


def found(run: Run, *words: str, code: int = 0) -> dict[str, Any]:
    result = run("find", *words, "--json")
    assert result.exit_code == code, result.stderr
    return {one["case"]: one for one in json.loads(result.stdout)["found"]}


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        (["example-0001"], {ONE}),
        (["views of the risk"], {ONE}),
        (["risk"], {ONE, TWO}),
        (["risk", "daily contact"], {ONE}),
        (["risk", "nowhere"], set()),
        (["ANOTHER VIEW"], {TWO}),
    ],
)
def test_every_word_that_is_looked_for_must_stand_in_the_case(
    run: Run, filled: Register, words: list[str], cases: set[str]
) -> None:
    assert set(found(run, *words)) == cases


def test_it_says_where_and_never_what_stands_there(run: Run, filled: Register) -> None:
    one = found(run, "daily contact")[ONE]

    assert one["places"] == [{"entry": 3, "name": "note"}]
    assert one["own_record"] == "EXAMPLE-0001"
    said = run("find", "daily contact").stdout
    assert "entry 3 (note)" in said
    assert "agreed" not in said


def test_only_cases_that_a_role_may_see_are_looked_through(
    run: Run, filled: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_people(installation, '[other]\ntitle = "lead"\nrole = "agency manager"\nagency = "police"\n')
    monkeypatch.setenv("ESCALATION_PEOPLE", str(installation.data / "people.toml"))
    (installation.people).replace(installation.data / "people.toml")
    types_as(monkeypatch, "other")

    assert set(found(run, "risk")) == {TWO}


def test_that_somebody_looked_is_on_record_and_not_what_for(run: Run, filled: Register, installation: Settings) -> None:
    run("find", "daily contact")

    [look] = list_reads(installation.register)
    assert (look["what"], look["detail"]) == ("listed", "find: 1 case")


def test_words_may_come_from_standard_input_so_that_nobody_sees_them_typed(run: Run, filled: Register) -> None:
    result = run("find", "-", input="daily contact\nrisk\n")

    assert ONE in result.stdout
    assert run("find", " ").exit_code == 2


def test_a_case_whose_words_cannot_be_read_is_named_and_hides_no_other(
    run: Run, filled: Register, installation: Settings
) -> None:
    from tests.register.made import without_guard

    without_guard(installation.register, f"DELETE FROM case_key WHERE case_ref = '{TWO}'")  # noqa: S608

    result = run("find", "risk")

    assert result.exit_code == 1
    assert ONE in result.stdout
    assert f"Not looked through: What people wrote in {TWO} is encrypted and cannot be read" in result.stdout


def test_lists_show_the_raising_agencys_own_number(run: Run, filled: Register) -> None:
    said = run("list", "--all").stdout
    listed = json.loads(run("list", "--all", "--json").stdout)

    assert "their record" in said
    assert {one["case_ref"]: one["own_record"] for one in listed} == {ONE: "EXAMPLE-0001", TWO: ""}
    assert "The raising agency's own record: EXAMPLE-0001." in run("show", ONE).stdout
