"""The file of people: each mistake told with its place, and how it comes about."""

import json
from pathlib import Path

import pytest

from adapters.people.file import Person, load_people
from adapters.people.roles import COMMANDS, ROLES
from domain.base.people import Actor
from services.senders import how_known
from settings import HERE, Settings
from tests.people import ACCOUNTS, types_as, with_people
from tests.starter.conftest import Run

GOOD = '[a]\ntitle = "t"\nrole = "auditor"\n[b]\ntitle = "t"\nrole = "administrator"\n'
FAULTS = {
    "": "Nobody stands in it",
    "[a": "It is not TOML: ",
    "a = 1\n": "a: write a table: [a]",
    '["no account"]\nrole = "auditor"\ntitle = "t"\n': "'no account' is no account of a machine",
    '[a]\nrole = "auditr"\ntitle = "t"\n': "a.role: 'auditr' is no role here: did you mean auditor?",
    '[a]\nrole = "chief"\ntitle = "t"\n': "a.role: 'chief' is no role here: write one of operations, agency manager",
    '[a]\nrole = "auditor"\n': "a.title: say who it is as a role title",
    '[a]\nrole = "auditor"\ntitle = "t"\ntitel = "x"\n': "a.titel: there is no such key: did you mean title?",
    '[a]\nrole = "auditor"\ntitle = 5\n': "a.title: write a text of at most 80 characters",
    '[a]\nrole = "auditor"\ntitle = "t\\u001b[2J"\n': "a.title: write a text of at most 80 characters",
    '[a]\nrole = "agency manager"\ntitle = "t"\n': "a.agency: an agency manager has an agency",
    '[a]\nrole = "agency manager"\ntitle = "t"\nagency = "The Police"\n': "a.agency: 'The Police' is no id",
    '[a]\nrole = "operations"\ntitle = "t"\nseat = "slo"\n': "a.seat: a seat is one of an agency",
    f'{GOOD}[c]\nrole = "agency manager"\ntitle = "t"\nagency = "polise"\n': "c.agency: no directory here knows the",
    '[a]\nrole = "auditor"\ntitle = "t"\n': "Nobody in it is an administrator",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_is_told_with_its_place_and_the_doctor_tells_it_too(
    run: Run, installation: Settings, text: str
) -> None:
    installation.people.write_text(text)

    result = run("people", "check")

    assert result.exit_code == 1
    assert FAULTS[text] in result.stdout
    assert FAULTS[text] in run("doctor", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout
    assert json.loads(run("people", "check", "--json").stdout)["faults"]


def test_the_example_can_be_used_as_it_stands_and_has_every_role(run: Run, installation: Settings) -> None:
    with_people(installation)

    assert run("people", "check").exit_code == 0
    people = load_people(HERE / "examples" / "people.toml")
    assert {one.role: one.account for one in people.values()} | {"": ACCOUNTS[""]} == ACCOUNTS


def test_a_new_file_makes_whoever_types_its_administrator_and_is_never_written_over(
    run: Run, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.people.unlink()
    types_as(monkeypatch, "keeper-7")

    assert run("people", "new").exit_code == 0

    assert run("people", "check").exit_code == 0
    assert (
        "You are administrator of the installation (keeper-7), in the role administrator."
        in run("people", "show").stdout
    )
    before = installation.people.read_text()
    again = run("people", "new")
    assert (again.exit_code, installation.people.read_text()) == (2, before)


def test_people_shows_what_each_role_may_do(run: Run) -> None:
    told = json.loads(run("people", "show", "--json").stdout)

    assert set(told["roles"]) == set(ROLES)
    assert told["roles"]["auditor"]["commands"] == [name for name, one in COMMANDS.items() if "auditor" in one.roles]
    assert told["you"]["role"] == "administrator"


def test_who_is_in_the_file_is_shown_to_those_who_see_every_case(
    run: Run, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_people(installation)
    for account, many in (("inspector", 5), ("police-lead", 0), ("somebody", 0)):
        types_as(monkeypatch, account)
        told = json.loads(run("people", "show", "--json").stdout)
        assert (told["you"]["account"], len(told["people"])) == (account, many)


def test_the_doctor_names_an_account_without_a_role_that_asked_for_cases(
    run: Run, opened: str, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_people(installation)
    types_as(monkeypatch, "somebody")
    run("show", opened)

    told = run("doctor", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout

    assert "The account somebody has asked for cases and has no role." in told


def test_the_doctor_says_who_may_all_in_a_trial_and_what_is_missing_elsewhere(run: Run, installation: Settings) -> None:
    installation.people.unlink()

    assert "whoever runs this trial is its administrator" in run("doctor").stdout
    elsewhere = run("doctor", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout
    assert "There is no file of people, so nobody may see or record anything but immediate risk." in elsewhere
    assert "escalate people new" in elsewhere


def test_the_doctor_says_where_others_may_change_the_file(run: Run, installation: Settings) -> None:
    with_people(installation)
    installation.people.chmod(0o666)

    assert "and so say who may what" in run("doctor", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout


MANAGER = Person("a", "safeguarding lead", "agency manager", "police", "line-manager")
OFFICE = Person("b", "coordinator", "operations")
LEAD = Person("c", "lead", "on-call lead")


@pytest.mark.parametrize(
    ("who", "by", "recorded_by", "how"),
    [
        (MANAGER, Actor(agency="police", role="line-manager"), "", "s"),
        (MANAGER, Actor(agency="police.raising", role="line-manager"), "", "s"),
        (MANAGER, Actor(agency="police", role="practitioner"), "", "o"),
        (MANAGER, Actor(agency="police", role="line-manager"), "the office", "o"),
        (OFFICE, Actor(role="operations", person="staff-1"), "", "s"),
        (OFFICE, Actor(agency="police", role="slo"), "", "o"),
        (LEAD, Actor(role="on-call"), "", "s"),
        (LEAD, Actor(role="on-call.second"), "", "s"),
        (LEAD, Actor(), "", "s"),
        (Person("d", "account of no role"), Actor(), "", "o"),
    ],
)
def test_whoever_speaks_for_themselves_is_signed_in_and_any_other_types_on_behalf(
    who: Person, by: Actor, recorded_by: str, how: str
) -> None:
    assert how_known(who, by, recorded_by) == how


DOCUMENT = (Path(HERE) / "docs" / "access.md").read_text(encoding="utf-8")


def test_the_document_has_the_table_as_the_program_has_it() -> None:
    assert "| command | " + " | ".join(ROLES) in DOCUMENT
    rows = {line.split("`")[1]: line.split("|")[2:-1] for line in DOCUMENT.splitlines() if line.startswith("| `")}
    told = {name: cells for name, cells in rows.items() if len(cells) == len(ROLES) + 1}
    rights = {name: right for name, right in COMMANDS.items() if right.roles}
    assert set(told) == set(rights)
    for name, cells in told.items():
        assert {role for role, cell in zip(ROLES, cells, strict=False) if cell.strip() != "–"} == rights[name].roles
        assert cells[-1].strip() == (rights[name].read or "–")


def test_a_lead_whom_no_rota_knows_is_named_with_the_mend_and_is_no_fault(run: Run, installation: Settings) -> None:
    with_people(installation, '[night-lead]\ntitle = "lead"\nrole = "on-call lead"\n')

    result = run("people", "check")

    assert result.exit_code == 0
    assert "warning: night-lead: no rota has the handle 'night-lead', so the board does not know" in result.stdout
    assert 'write handle = "staff-1003"' in result.stdout
    assert "duty-lead" not in result.stdout
    (told,) = json.loads(run("people", "check", "--json").stdout)["warnings"]
    assert told.startswith("night-lead: ")


def test_the_check_of_a_rota_names_those_for_whom_nobody_signs_in(
    run: Run, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_people(installation)
    types_as(monkeypatch, "keeper")

    result = run("rota", "check", "lincolnshire", "--json")
    told = run("rota", "check", "lincolnshire")

    missing = json.loads(result.stdout)["no_account"]
    assert "staff-1001" not in missing, "the example's lead on call has that handle"
    assert {"staff-1002", "staff-1003"} <= set(missing)
    assert f"No account stands for {', '.join(missing)}" in " ".join(told.stderr.split())


def test_where_no_lead_signs_in_nobody_of_the_rota_is_missed(
    run: Run, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.people.write_text(GOOD)
    types_as(monkeypatch, "b")

    assert json.loads(run("rota", "check", "lincolnshire", "--json").stdout)["no_account"] == []
    assert json.loads(run("people", "check", "--json").stdout)["warnings"] == []
