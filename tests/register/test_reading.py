import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.register import chain, reading
from adapters.register.address import shown
from adapters.register.errors import NothingThere, RegisterUnreachable
from adapters.register.register import Register
from adapters.register.rows import Edition
from adapters.watch.notebook import Notebook
from adapters.watch.shrinking import entries_kept
from tests.register.made import CASE, NOON, attempt, enter, entries, entry, standing


def put(register: Register, case: str, **changes: Any) -> None:
    enter(register, entries(1, case), standing(1, case, **changes))


@pytest.fixture
def several(register: Register) -> Register:
    put(register, "A", next_due=None)
    put(register, "B", next_due=NOON + timedelta(days=3), agencies=("example-police", "social-care"))
    put(register, "C", next_due=NOON + timedelta(days=1), stage="step-2", overdue=2)
    put(register, "D", next_due=NOON + timedelta(days=1), policy="sutton", agencies=("police",))
    put(register, "E", next_due=NOON, open=False)
    return register


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "CDBA"),
        ({"include_closed": True}, "ECDBA"),
        ({"overdue": True}, "C"),
        ({"due_before": NOON + timedelta(days=3)}, "CD"),
        ({"due_before": NOON + timedelta(days=3, microseconds=1)}, "CDB"),
        ({"stage": "step-2"}, "C"),
        ({"policy": "sutton"}, "D"),
        ({"agency": "social-care"}, "CBA"),
        ({"agency": "police"}, "D"),
        ({"agency": "POLICE"}, ""),
        ({"agency": "%"}, ""),
        ({"agency": ""}, ""),
        ({"stage": "' OR 1=1 --"}, ""),
        ({"stage": "step-1", "agency": "example-police"}, "B"),
        ({"limit": 2}, "CD"),
    ],
)
def test_lists_show_what_is_asked_for_the_next_due_first(
    several: Register, url: str, filters: dict[str, Any], found: str
) -> None:
    assert "".join(row["case_ref"] for row in reading.list_cases(url, **filters)) == found


def test_the_standing_of_one_case_is_its_row_of_the_list(several: Register, url: str) -> None:
    listed = {row["case_ref"]: row for row in reading.list_cases(url, include_closed=True)}

    assert {ref: reading.read_standing(url, ref) for ref in listed} == listed
    assert reading.read_standing(url, "none") is None


def test_the_raising_agencys_numbers_are_read_of_the_cases_asked_for_alone_however_many(
    several: Register, url: str
) -> None:
    for case in ("X", "Y"):
        enter(several, [entry(1, case)], standing(1, case, view={"own_record": f"EXAMPLE-{case}"}))
    many = [f"none-{number}" for number in range(600)]

    assert reading.own_records(url, [*many, "X", "A"]) == {"X": "EXAMPLE-X"}
    assert reading.own_records(url, []) == {}


def test_cases_that_have_alerted_are_told_from_those_that_have_not(several: Register, url: str) -> None:
    enter(several, [entry(2, "A", kind="alert")], standing(2, "A"))
    enter(several, [entry(2, "B", kind="risk")], standing(2, "B"))

    assert reading.list_alerted(url) == {"A", "B"}
    assert reading.list_alerted(url, "B") == {"B"}
    assert not reading.list_alerted(url, "C")
    assert reading.has_entries(url)
    assert not reading.has_entries("sqlite:////nowhere/at-all.db")


def test_a_listed_case_has_its_columns_and_not_its_view(register: Register, url: str) -> None:
    put(register, CASE, overdue=1)

    assert reading.list_cases(url) == [
        {
            "case_ref": CASE,
            "as_of_number": 1,
            "policy": "lincolnshire",
            "stage": "step-1",
            "urgency": "standard",
            "opened_at": "2026-03-02T12:00:00.000000Z",
            "next_due": "2026-03-04T12:00:00.000000Z",
            "overdue": 1,
            "open": True,
            "agencies": ["example-school", "social-care"],
        }
    ]


def test_a_case_is_read_with_its_view(register: Register, url: str) -> None:
    put(register, CASE, view={"duties": [{"act": "discussion", "due": None}], "fünf": "\x00"})

    shown = reading.read_case(url, CASE)

    assert shown is not None
    assert shown["view"] == {"duties": [{"act": "discussion", "due": None}], "fünf": "\x00"}
    assert reading.read_case(url, "NS-26-999") is None


def test_entries_and_attempts_are_read_as_the_register_keeps_them(register: Register, url: str) -> None:
    enter(register, [*entries(1), entry(2, on_behalf_of="example-police")], standing(2))
    register.attempt(attempt("failed", fallback=True))
    register.attempt(attempt("accepted", at=NOON + timedelta(minutes=1)))

    rows, tries = reading.read_entries(url, CASE), reading.read_attempts(url, CASE)

    assert [(row["number"], row["on_behalf_of"], row["body"]["act"]) for row in rows] == [
        (1, "", "discussion"),
        (2, "example-police", "discussion"),
    ]
    assert [row["hash"] for row in rows] == [one.hash for one in register.entries(CASE)]
    assert [(row["number"], row["result"], row["fallback"]) for row in tries] == [
        (1, "failed", True),
        (2, "accepted", False),
    ]


def test_an_empty_register_is_empty_until_the_first_entry(register: Register, url: str) -> None:
    assert reading.is_empty(url)
    put(register, CASE)
    assert not reading.is_empty(url)


def test_a_database_that_nobody_has_prepared_is_said_to_hold_no_register(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()
    with pytest.raises(NothingThere, match="start a worker once"):
        reading.list_cases(url)


def test_a_missing_file_is_said_to_be_missing_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(NothingThere, match=r"none\.db"):
        reading.is_empty(f"sqlite:///{path}")
    assert not path.exists()


def test_a_file_that_is_no_database_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear all, " * 1000)
    with pytest.raises(RegisterUnreachable, match="SQLITE_NOTADB"):
        reading.is_empty(f"sqlite:///{path}")


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises(RegisterUnreachable) as told:
        reading.is_empty("postgresql+psycopg://app:hush@127.0.0.1:1/register")
    assert "127.0.0.1:1/register" in str(told.value)
    assert "hush" not in str(told.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "register.db", "sqlite:///a?b=c"])
def test_an_address_of_another_kind_is_refused_with_the_right_form(url: str) -> None:  # no fixture: takes its place
    with pytest.raises(ValueError, match=r"sqlite:///path/to/file\.db"):
        reading.is_empty(url)
    with pytest.raises(ValueError, match=r"sqlite:///path/to/file\.db"):
        Register(url)


def test_a_path_relative_to_the_working_directory_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Register("sqlite:///var/a name with 100%.db") as register:
        register.prepare()
        put(register, CASE)
        assert not reading.is_empty("sqlite:///var/a name with 100%.db")
    assert (tmp_path / "var" / "a name with 100%.db").exists()


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_reading_loads_nothing_heavy(register: Register, url: str) -> None:
    code = (
        "import sys; from adapters.register import reading; reading.list_cases(sys.argv[1]);"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} &"
        " {'sqlalchemy', 'alembic', 'pydantic', 'temporalio', 'rfc8785', 'rich', 'psycopg'}))"
    )
    ran = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ([] if url.startswith("sqlite") else ["psycopg"])


def test_an_edition_is_read_by_its_digest(register: Register, url: str) -> None:
    edition = Edition(kind="policy", body={"id": "lincolnshire", "edition": "2025-02"})
    enter(register, entries(1), standing(1), [edition])

    assert reading.read_edition(url, chain.digest_of(edition.body)) == edition.body
    assert reading.read_edition(url, "0" * 64) is None


def test_references_are_listed_and_found_by_how_they_begin(register: Register, url: str) -> None:
    assert reading.list_references(url) == []
    for case in ("TRN-2", "ESC-1"):
        put(register, case)

    assert reading.list_references(url) == ["ESC-1", "TRN-2"]
    assert reading.first_reference(url, "TRN-") == "TRN-2"
    assert reading.first_reference(url, "TRN-", otherwise=True) == "ESC-1"
    assert reading.first_reference(url, "XYZ-") is None


def test_the_number_of_each_cases_last_entry_is_read(register: Register, url: str) -> None:
    put(register, "A")
    enter(register, entries(3, "B"), standing(3, "B"))

    assert reading.last_numbers(url) == {"A": 1, "B": 3}
    assert [register.end_of(case) for case in ("A", "B", "C")] == [1, 3, 0]
    notebook = Notebook(Path("watch.json"), register=shown(url), entries=5)
    (found,) = entries_kept(url, notebook)(NOON)
    assert found.says.startswith("The register holds 4 entries of 2 cases, and the watch has seen 5 in it")
