"""What the check finds."""

from datetime import date
from pathlib import Path

import pytest

from adapters.directory import Directory, Finding, check_directory, load_directory

SHIPPED = Path(__file__).parents[2] / "directories" / "lincolnshire.toml"
ROLES = {
    "practitioner": "frontline professional",
    "line-manager": "line manager",
    "supervisor": "safeguarding supervisor",
    "slo": "senior liaison officer",
    "ppet": "sub-group",
}
ABOUT = '[directory]\nid = "area"\ntitle = "Area"\nedition = "1"\n'
DESK = '[fallback]\ntitle = "Desk"\nemail = ["desk@example.org"]\n'
RUNG = 'telephone = "01632 960123"'
SERVICE = f'[[service]]\ntitle = "Children\'s social care"\n{RUNG}\n'
HEAD = f"{ABOUT}{DESK}{RUNG}\n{SERVICE}"
HOLDER = f'role = "slo", title = "Head of Service", email = ["slo@example.org"], {RUNG}'


def area(tmp_path: Path, text: str) -> Directory:
    file = tmp_path / "area.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load_directory(file)


def row(id_: str, title: str, holder: str = HOLDER) -> str:
    return f'[[agency]]\nid = "{id_}"\ntitle = "{title}"\nholder = [{{ {holder} }}]\n'


def said(findings: list[Finding], word: str) -> list[str]:
    return [finding.place for finding in findings if word in finding.what]


def test_in_the_shipped_table_exactly_two_rows_are_swapped_and_two_bodies_gone() -> None:
    """L58: the last two rows have agency and role swapped; bodies listed were abolished years before 2025."""
    findings = check_directory(load_directory(SHIPPED), ROLES)

    assert said(findings, "swapped") == ["agency west-lindsey", "agency north-kesteven"]
    assert said(findings, "abolished on 31 March 2013") == ["agency lpct", "agency strategic-health-authority"]
    assert [f.place for f in findings[4:]] == ["role practitioner", "role line-manager", "role supervisor"]
    assert {finding.severity for finding in findings} == {"warning"}


def test_the_rows_as_printed_would_be_found_by_their_looks(tmp_path: Path) -> None:
    """A partnership that types the table as it stands is told of the same two rows, and of no other."""
    rows = ""
    for agency in load_directory(SHIPPED).agencies:
        printed = agency.as_printed
        title, role = (printed.agency, printed.role) if printed else (agency.title, agency.holder[0].title)
        rows += row(agency.id, title, f'role = "slo", title = "{role}", email = ["slo@example.org"], {RUNG}')

    findings = check_directory(area(tmp_path, rows), {})

    assert [(f.place, f.severity) for f in findings] == [
        ("agency west-lindsey", "fault"),
        ("agency north-kesteven", "fault"),
    ]


@pytest.mark.parametrize("title", ["Head of Communities", "Safeguarding Officer", "Team Manager"])
def test_an_agency_with_a_roles_name_is_a_warning(tmp_path: Path, title) -> None:
    findings = check_directory(area(tmp_path, row("a", title)), {})

    assert [(f.place, f.severity) for f in findings] == [("agency a", "warning")]


def test_a_holder_with_an_agencys_name_is_a_warning(tmp_path: Path) -> None:
    findings = check_directory(
        area(tmp_path, row("a", "Hospital", f'role = "slo", title = "Health Trust", {RUNG}')), {}
    )

    assert [(f.place, f.severity) for f in findings] == [("agency a", "warning")]


@pytest.mark.parametrize("address", ["nobody", "a@b", "a@@example.org", "a@exa mple.org", "é@example.org", ""])
def test_an_address_that_cannot_work_is_a_fault_at_its_place(tmp_path: Path, address) -> None:
    holder = f'role = "slo", title = "Head", email = ["ok@example.org", "{address}"], {RUNG}'

    (finding,) = check_directory(area(tmp_path, row("a", "A", holder)), {"slo": "liaison officer"})

    assert (finding.place, finding.severity) == ("agency a, holder 1, email 2", "fault")


def test_ids_and_names_used_twice_are_faults(tmp_path: Path) -> None:
    rows = row("police", "Police North") + row("police", "Police South") + row("cps", "Police North")

    findings = check_directory(area(tmp_path, rows), {})

    assert [f.severity for f in findings] == ["fault", "fault"]
    assert said(findings, "the id `police`") == ["agency police and police"]
    assert said(findings, "the name `police north`") == ["agency police and cps"]


def test_a_role_nobody_can_be_reached_in_is_a_warning_with_its_agencies(tmp_path: Path) -> None:
    rows = (
        row("a", "A")
        + row("b", "B", f'role = "slo", title = "Head", {RUNG}')
        + row("c", "C", f'role = "other", title = "Head", {RUNG}')
    )

    (finding,) = check_directory(area(tmp_path, rows), {"slo": "liaison officer"})

    assert finding.what.startswith("nobody can be reached as liaison officer in b, c, so")


def test_a_seat_left_by_its_holder_is_empty_from_the_next_day(tmp_path: Path) -> None:
    directory = area(tmp_path, row("a", "A", f"{HOLDER}, until = 2026-03-31"))

    assert not check_directory(directory, {"slo": "x"}, on=date(2026, 3, 31))
    assert said(check_directory(directory, {"slo": "x"}, on=date(2026, 4, 1)), "nobody can be reached") == ["role slo"]


def test_a_clean_directory_has_no_findings(tmp_path: Path) -> None:
    assert check_directory(area(tmp_path, row("a", "A")), {"slo": "liaison officer"}) == []
