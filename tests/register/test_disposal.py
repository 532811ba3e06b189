"""What becomes of cases at their end: on the record, by two people, and the key of a case goes last."""

from datetime import timedelta

import pytest

from adapters.register import reading
from adapters.register.address import sqlite_path
from adapters.register.disposal import Disposal, DisposalRefused, Step
from adapters.register.errors import RegisterError, TextDestroyed
from adapters.register.register import Register
from tests.register.made import (
    CASE,
    NOON,
    asked,
    by_hand,
    decision,
    enter,
    entries,
    key_for,
    shows,
    standing,
    without_guard,
)

OTHER = "NS-26-015"
SECRET = "Designated safeguarding lead"


def said(step: Step, case: str = CASE, by: str = "staff-1", list_ref: str = "DL-1", reason: str = "") -> Disposal:
    of = "" if step in {"held", "released"} else list_ref
    return Disposal(case, step, NOON + timedelta(days=400), by, reason, "office-1", of)


def filled(register: Register, *cases: str) -> None:
    for case in cases or (CASE, OTHER):
        enter(register, entries(3, case), standing(3, case))


def approved(register: Register, *cases: str) -> None:
    filled(register, *cases)
    register.dispose([said("proposed")])
    register.dispose([said("approved", by="staff-2")])


def faults(register: Register) -> list[str]:
    return [str(one) for one in register.verify() if "edition" not in one.place]


def test_a_destroyed_case_can_be_read_by_nobody_and_the_record_stays_whole(register: Register, url: str) -> None:
    approved(register, CASE, OTHER)
    before = [row[0] for row in asked(url, "SELECT hash FROM entry ORDER BY case_ref, number")]

    register.destroy(said("destroyed"))

    assert asked(url, "SELECT case_ref FROM case_key") == [(OTHER,)]
    assert asked(url, "SELECT case_ref FROM standing") == [(OTHER,)]
    assert [row[0] for row in asked(url, "SELECT hash FROM entry ORDER BY case_ref, number")] == before
    assert faults(register) == []
    locked: list[str] = []
    list(register.faults(None, shown=None, locked=lambda why: locked.append(why.case_ref)))
    assert locked == [], "what was destroyed is no text that waits for a key"
    for read in (lambda: reading.read_entries(url, CASE), lambda: reading.read_case(url, CASE)):
        with pytest.raises(TextDestroyed, match=r"was destroyed on .* DL-1"):
            read()
    assert reading.read_entries(url, OTHER)[0]["by"].startswith(SECRET)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_its_key_stands_in_no_byte_of_the_file_any_more(register: Register, url: str) -> None:
    path = sqlite_path(url)
    assert path is not None
    approved(register, CASE)
    [(wrapped, view)] = asked(url, "SELECT wrapped, view FROM case_key JOIN standing USING (case_ref)")
    assert wrapped in path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()

    register.destroy(said("destroyed"))

    for file in (path, path.with_name(f"{path.name}-wal")):
        stored = file.read_bytes() if file.exists() else b""
        assert wrapped not in stored, file
        assert view.encode() not in stored, file


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([], "not approved"),
        ([said("proposed")], "not approved"),
        ([said("proposed"), said("approved", by="staff-2"), said("withdrawn", reason="So.")], "not approved"),
        ([said("proposed"), said("approved", by="staff-2"), said("held", reason="An inquiry.")], "on hold"),
    ],
    ids=["in no list", "not approved", "withdrawn", "on hold"],
)
def test_nothing_is_destroyed_that_is_not_approved_or_is_held(
    register: Register, url: str, steps: list[Disposal], why: str
) -> None:
    filled(register, CASE)
    for one in steps:
        register.dispose([one])

    with pytest.raises(DisposalRefused, match=why):
        register.destroy(said("destroyed"))

    assert len(asked(url, "SELECT * FROM case_key")) == 1
    assert not register.disposals().destroyed()


def test_a_case_that_has_gone_on_since_it_was_listed_is_kept(register: Register) -> None:
    approved(register, CASE)
    register.enter([decision(4)], [], shows(), key_for(register, CASE))

    with pytest.raises(DisposalRefused, match=r"has gone on since it was listed \(entry 3, now 4"):
        register.destroy(said("destroyed"))


def test_a_released_hold_holds_nothing(register: Register) -> None:
    approved(register, CASE)
    register.dispose([said("held", reason="An inquiry.")])
    assert list(register.disposals().held()) == [CASE]
    register.dispose([said("released", reason="It has ended.")])

    register.destroy(said("destroyed"))

    assert list(register.disposals().destroyed()) == [CASE]


def test_a_case_that_was_written_in_clear_is_not_said_to_be_destroyed(register: Register) -> None:
    register.enter([decision(1, 3)], [], shows())
    register.dispose([said("proposed")])
    register.dispose([said("approved", by="staff-2")])

    with pytest.raises(DisposalRefused, match="written in clear"):
        register.destroy(said("destroyed"))


def test_the_database_itself_keeps_a_key_until_its_destruction_is_on_the_record(register: Register, url: str) -> None:
    filled(register, CASE)

    with pytest.raises(Exception, match="keeps the key of a case until its destruction is on the record"):
        by_hand(url, [f"DELETE FROM case_key WHERE case_ref = '{CASE}'"])  # noqa: S608

    assert len(asked(url, "SELECT * FROM case_key")) == 1


def test_a_key_that_was_destroyed_does_not_come_back(register: Register, url: str) -> None:
    approved(register, CASE)
    key = key_for(register, CASE)
    register.destroy(said("destroyed"))

    with pytest.raises(RegisterError):
        register.enter([decision(4)], [], shows(), key)
    with pytest.raises(Exception, match="the case was destroyed"):
        by_hand(url, [f"INSERT INTO case_key VALUES ('{CASE}', 'a', 'b', '')"])  # noqa: S608
    assert asked(url, "SELECT * FROM case_key") == []


@pytest.mark.parametrize(
    "column", ["step", "by", "account", "reason", "list_ref", "entries", "case_ref", "at", "policy"]
)
def test_whatever_is_changed_in_what_was_said_is_seen(register: Register, url: str, column: str) -> None:
    approved(register, CASE)
    assert faults(register) == []
    value = "7" if column == "entries" else "'other'"

    without_guard(url, f'UPDATE disposal SET "{column}" = {value} WHERE number = 1')  # noqa: S608

    assert any("disposal 1 was changed" in one for one in faults(register))


def test_a_line_that_was_taken_out_is_missed(register: Register, url: str) -> None:
    approved(register, CASE)

    without_guard(url, "DELETE FROM disposal WHERE number = 1")

    assert any("disposal 1 is missing" in one for one in faults(register))


def test_what_is_said_to_be_destroyed_and_still_stands_is_a_fault(register: Register) -> None:
    approved(register, CASE)
    register.dispose([said("destroyed")])

    assert sorted(one.split(": ")[1].partition(",")[0] for one in faults(register)) == [
        "key of the case stands there",
        "standing stands there",
    ]
