"""Who looked: one row a look, also for ten thousand cases; a look is never held up by its being noted."""

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import pytest

from adapters.people.aside import ReadsAside
from adapters.register import reading
from adapters.register.address import sqlite_path
from adapters.register.reads import list_reads
from adapters.register.register import Register
from settings import RegisterAddress, Settings
from starter import access
from tests.people import types_as, with_people
from tests.register.made import by_hand
from tests.register.older import taken_back
from tests.starter.conftest import Run


def looks(settings: Settings) -> list[tuple[str, str, str]]:
    return [(one["what"], one["case_ref"], one["detail"]) for one in list_reads(settings.register)]


def test_each_look_at_a_case_is_a_row_by_what_it_was(run: Run, opened: str, installation: Settings) -> None:
    for words in (["show"], ["history", "--words"], ["explain"], ["history", "--json"], ["record"]):
        assert run(words[0], opened, *words[1:]).exit_code == 0

    assert looks(installation) == [
        ("showed", opened, "show"),
        ("showed", opened, "history"),
        ("explained", opened, "explain"),
        ("exported", opened, "history"),
        ("showed", opened, "record"),
    ]


def test_what_is_recorded_in_a_case_is_no_look(run: Run, opened: str, installation: Settings) -> None:
    said = ("--by", "schools", "--role", "practitioner", "--method", "telephone")
    assert run("record", opened, "discussion", *said).exit_code == 0

    assert looks(installation) == []


def test_a_list_is_one_row_with_by_what_it_was_narrowed_and_how_many_there_were(
    run: Run, opened: str, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = reading.list_cases(installation.register)
    monkeypatch.setattr(reading, "list_cases", lambda *_, **__: [one] * 10_000)

    assert run("list", "--agency", "police", "--due-before", "2026-12-24", "--json").exit_code == 0
    assert run("list").exit_code == 0

    assert looks(installation) == [
        ("exported", "", "list (agency police, due before 2026-12-24): 10000 cases"),
        ("listed", "", "list: 10000 cases"),
    ]


def test_a_case_that_is_not_known_is_a_look_that_failed(run: Run, opened: str, installation: Settings) -> None:
    assert run("show", "ESC-0000-0000").exit_code == 2

    assert looks(installation) == [("failed to open", "ESC-0000-0000", "show: not known")]


def test_the_looks_at_a_case_are_shown_with_who_by_what_right_and_are_looks_themselves(
    run: Run, opened: str, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_people(installation)
    for account in ("police-lead", "inspector"):
        types_as(monkeypatch, account)
        run("show", opened)

    shown = run("reads", opened).stdout

    assert "safeguarding lead of the police (account police-lead)" in shown
    assert "agency manager, police " in shown
    assert "auditor; of no party" in shown
    strangers = json.loads(run("reads", "--of-no-party", "--json").stdout)
    assert [one["account"] for one in strangers] == ["inspector"]
    mine = json.loads(run("reads", "--by", "police-lead", "--since", "today", "--json").stdout)
    assert [one["what"] for one in mine] == ["showed"]
    assert run("reads", "--by", "nobody-here").stdout == "No look fits that.\n"
    assert looks(installation)[-1] == ("listed", "", "reads (by nobody-here): 0 looks")


def test_an_agency_manager_reads_the_looks_at_their_own_cases_alone(
    run: Run, opened: str, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_people(installation, '[nspcc-lead]\ntitle = "lead"\nrole = "agency manager"\nagency = "nspcc"\n')
    types_as(monkeypatch, "police-lead")
    assert run("reads", opened).exit_code == 0
    assert run("reads").exit_code == 3
    assert run("reads", "ESC-0000-0000").exit_code == 2
    types_as(monkeypatch, "nspcc-lead")
    assert run("reads", opened).exit_code == 3


def test_a_register_that_is_locked_is_waited_for_and_the_look_goes_on_and_is_noted_later(
    run: Run, opened: str, installation: Settings
) -> None:
    path = sqlite_path(installation.register)
    assert path
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        seen = run("show", opened)
        assert time.monotonic() - began < 15
    assert seen.exit_code == 0
    assert opened in seen.stdout
    assert seen.stderr.startswith("That you looked could not be noted; it is kept aside and noted later.")
    assert seen.stderr.count("\n") == 1
    assert ReadsAside(installation.data).count() == 1
    assert "1 look is kept aside" in run("doctor", env={"TEMPORAL_ADDRESS": "127.0.0.1:1"}).stdout

    assert run("history", opened).stderr == ""

    assert [what for what, _, _ in looks(installation)] == ["showed", "showed"]
    assert ReadsAside(installation.data).count() == 0


def test_where_nothing_can_be_kept_at_all_the_look_goes_on_and_says_so(
    run: Run, opened: str, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand(installation.register, ["DROP TRIGGER read_no_update", "ALTER TABLE read RENAME COLUMN known TO mislaid"])
    (installation.data / "reads-kept-aside").write_text("no folder")

    seen = run("show", opened)

    assert (seen.exit_code, seen.stderr.count("\n")) == (0, 1)
    assert "cannot be kept aside: tell the office" in seen.stderr


def test_a_register_that_no_worker_has_brought_up_to_date_keeps_looks_aside_without_a_word(
    run: Run, opened: str, installation: Settings, register: Register
) -> None:
    taken_back(installation.register, "0003")

    assert (run("show", opened).stderr, ReadsAside(installation.data).count()) == ("", 1)

    register.prepare()
    run("list")
    assert [what for what, _, _ in looks(installation)] == ["showed", "listed"]


def test_where_there_is_no_register_nothing_is_noted(run: Run, installation: Settings) -> None:
    assert run("list").exit_code == 4
    assert ReadsAside(installation.data).count() == 0


def test_on_a_register_that_answers_no_more_immediate_risk_asks_nothing(
    run: Run, opened: str, installation: Settings, sent: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither who it is nor whether they may: not even that costs a moment."""
    monkeypatch.setattr(
        access,
        "installation",
        lambda: replace(installation, register=RegisterAddress("sqlite:////nowhere/at-all.db", None)),
    )

    assert run("record", opened, "risk").exit_code == 0
    assert sent
