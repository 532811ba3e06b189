"""Whom a notice asks to ring: by the record where it can be read, and never at the cost of the notice."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.contacts import Contacts
from activities.on_call import OnCall
from activities.to_ring import seats_to_ring
from adapters.directory import Contact, Directory, DirectoryFault, Telephones, load_directory
from adapters.directory.guests import guest_of
from adapters.register.errors import RegisterDown
from domain.case.effects import Notice, Owed, Recipient
from domain.engine.seats import ON_CALL
from domain.engine.senders import OFFICE

CASE = "ESC-7K2M-Q"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINCS = load_directory(Path(__file__).parents[2] / "directories" / "lincolnshire.toml")
LEAD = Contact(addresses=("lead@example.org",))
TOGETHER = Owed(what="discussion", by="both sides together", overdue=True)


def seat(role: str, agency: str) -> Recipient:
    return Recipient(role=role, title=role.replace("-", " "), agency=agency)


MANAGERS = (seat("line-manager", "police"), seat("line-manager", "schools"))


def notice(kind: str = "alert", to: Recipient = ON_CALL, **said: Any) -> Notice:
    return Notice(**{"ref": f"{CASE}/3/1", "case": CASE, "kind": kind, "to": to, "owed": (TOGETHER,), **said})


def owed(*seats: Recipient, what: str = "discussion", by: str = "both sides together") -> dict[str, Any]:
    return {"id": 1, "what": what, "by": by, "strength": "must", "arose_at": NOW, "owed_by": seats}


def shows(*duties: dict[str, Any]) -> Any:
    return lambda case: {"owed": list(duties)} if case == CASE else None


def down(case: str) -> Mapping[str, Any] | None:
    raise RegisterDown("away")


def contacts(view: Any = down, directory: Any = lambda policy: LINCS, **said: Any) -> Contacts:
    on_call = OnCall(lambda policy: None, directory, LEAD, lambda: NOW)
    return Contacts(directory, on_call, lambda: NOW, view=view, **said)


def numbers(found: Telephones) -> list[tuple[str, str]]:
    return [(one.who, one.number) for one in found.of(CASE)]


def test_those_who_owe_it_are_the_seats_that_the_record_names() -> None:
    view = shows(owed(seat("slo", "cps"), what="something else"), owed(*MANAGERS))

    assert seats_to_ring(notice(), view) == MANAGERS


def test_nobody_is_asked_to_ring_themselves() -> None:
    assert seats_to_ring(notice("overdue", MANAGERS[0]), shows(owed(*MANAGERS))) == MANAGERS[1:]


def test_whoever_has_it_for_a_time_is_rung_first() -> None:
    handed = TOGETHER.but(handed_to=("supervisor, police",))

    assert seats_to_ring(notice(owed=(handed,)), shows(owed(*MANAGERS))) == (seat("supervisor", "police"), *MANAGERS)


@pytest.mark.parametrize("view", [down, shows(), shows({"id": "?"}), lambda case: {"owed": 3}])
def test_where_the_record_cannot_say_the_agency_stands_for_its_seats(view: Any) -> None:
    by_agency = notice(owed=(TOGETHER.but(by="schools.raising"), TOGETHER.but(by="independent chair"), TOGETHER))

    assert seats_to_ring(by_agency, view) == (Recipient(role="", title="", agency="schools.raising"),)


@pytest.mark.parametrize("kind", ["contested", "plan-proposed", "act-recorded"])
def test_what_another_side_did_is_asked_of_the_seat_that_did_it_without_the_record(kind: str) -> None:
    did = notice(kind, MANAGERS[0], by="line-manager, schools")

    assert seats_to_ring(did, down) == (MANAGERS[1],)


def test_where_the_wrong_person_was_told_their_agency_is_rung() -> None:
    wrong = notice("misdirected", OFFICE, by="line-manager, schools")

    assert seats_to_ring(wrong, down) == (Recipient(role="", title="", agency="schools"),)


@pytest.mark.parametrize("kind", ["risk", "told", "closed", "alert-withdrawn"])
def test_what_asks_to_ring_nobody_of_the_case_reads_no_record(kind: str) -> None:
    def read(case: str) -> None:
        raise AssertionError("immediate risk waits for no register")

    assert seats_to_ring(notice(kind), read) == ()


def test_an_alert_comes_with_the_numbers_of_those_who_owe_it_the_office_and_the_services() -> None:
    (first, *_) = contacts(shows(owed(*MANAGERS))).of("lincolnshire", notice())

    assert first.addresses == LEAD.addresses
    assert numbers(first.telephones) == [
        ("Detective Sergeant, Lincolnshire Police", "01632 960117"),
        ("Headteacher, Schools", "01632 960111"),
    ]
    assert [one.number for one in first.telephones.office] == ["01632 960000"]
    assert [one.number for one in first.telephones.services] == ["999", "01632 960001", "01632 960002", "101"]


def test_every_contact_that_is_told_next_has_them_too() -> None:
    found = contacts(shows(owed(*MANAGERS))).of("lincolnshire", notice("overdue", MANAGERS[0]))

    assert len(found) == 2
    assert {numbers(one.telephones)[0][1] for one in found} == {"01632 960111"}


def test_alerts_that_go_together_have_the_numbers_of_each_case_and_of_all_in_one() -> None:
    more = notice(ref=f"{CASE}/4/1", owed=(TOGETHER.but(by="cps"),))
    over = notice("alert-withdrawn", ref=f"{CASE}/5/1")
    other = notice(case="ESC-3333-Q", ref="ESC-3333-Q/4/1", owed=(TOGETHER.but(by="police"),))

    (first, *_) = contacts(shows(owed(*MANAGERS))).of("lincolnshire", notice(together=(more, over, other)))

    assert [one for one, _ in numbers(first.telephones)][-1] == "Head of Lincoln Trials Unit, Crown Prosecution Service"
    assert len(numbers(first.telephones)) == 3
    assert {one.agency for one in first.telephones.of("ESC-3333-Q")} == {"Lincolnshire Police"}


def test_a_guest_of_the_case_is_rung_by_the_number_kept_for_it() -> None:
    said = {"role": "slo", "title": "Visitor", "email": ["v@example.org"], "telephone": ["01632 960999"]}
    guest = guest_of("border", "Over the border", said)
    view = shows(owed(seat("slo", "border")))

    (first, *_) = contacts(view, guests=lambda case: (guest,) if case == CASE else ()).of("lincolnshire", notice())

    assert numbers(first.telephones) == [("Visitor, Over the border", "01632 960999")]


def test_without_a_directory_an_alert_goes_all_the_same_with_999_alone() -> None:
    def unreadable(policy: str) -> Directory:
        raise DirectoryFault("gone")

    (first, *_) = contacts(shows(owed(*MANAGERS)), unreadable).of("lincolnshire", notice())

    assert (first.addresses, first.telephones) == (LEAD.addresses, Telephones())


def test_a_mistake_of_ours_with_a_number_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Directory, "telephones", fails)

    for one in (notice(), notice("risk")):
        assert contacts(shows()).of("lincolnshire", one)[0].telephones == Telephones()
