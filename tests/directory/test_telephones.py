"""Numbers to ring: as offices write them, whose they are, and what a directory without them is told."""

from datetime import date
from pathlib import Path

import pytest

from adapters.directory import (
    EMERGENCY,
    Directory,
    DirectoryFault,
    Telephone,
    Telephones,
    check_directory,
    load_directory,
)
from adapters.directory.file import read_directory
from adapters.directory.guests import guest_of, load_guests, write_guests
from adapters.directory.sheet import read_sheet, write_sheet
from adapters.directory.telephone_numbers import read_telephone, telephone_fault
from adapters.directory.writing import with_seats, written
from domain.case.effects import Recipient

SHIPPED = Path(__file__).parents[2] / "directories"
ON = date(2026, 11, 23)
HEAD = """
[directory]
id = "area"
title = "Area"
edition = "1"
[fallback]
title = "Desk"
email = ["desk@example.org"]
"""
POLICE = """
[[agency]]
id = "police"
title = "The Police"
holder = [
  { role = "sergeant", title = "Sergeant", email = ["s@example.org"], telephone = "01632 960123 (9 to 5)" },
  { role = "sergeant", title = "Constable", deputy = true, telephone = ["07700 900123", "01632 960124 ext 7"] },
  { role = "head", title = "Head", email = ["h@example.org"] },
]
"""


def area(tmp_path: Path, text: str = "", agencies: str = POLICE) -> Directory:
    file = tmp_path / "area.toml"
    file.write_text(HEAD + text + agencies, encoding="utf-8")
    return load_directory(file)


def seat(role: str, agency: str = "police", **said: bool) -> Recipient:
    return Recipient(role=role, title=role, agency=agency, **said)


def numbers(found: tuple[Telephone, ...]) -> list[tuple[str, str]]:
    return [(one.who, one.number) for one in found]


@pytest.mark.parametrize(
    ("written_as", "said", "link", "when"),
    [
        ("01632 960123", "01632 960123", "tel:+441632960123", ""),
        ("01632960123", "01632 960123", "tel:+441632960123", ""),
        ("+44 (0)1632 960123 (out of hours)", "01632 960123", "tel:+441632960123", "out of hours"),
        ("(01632) 960123 (24/7)", "01632 960123", "tel:+441632960123", "24/7"),
        ("020 7946 0123 x45", "020 7946 0123 ext. 45", "tel:+442079460123;ext=45", ""),
        ("07700 900123", "07700 900123", "tel:+447700900123", ""),
        ("+353 1 679 0000", "+353 1 679 0000", "tel:+35316790000", ""),
    ],
)
def test_a_number_is_read_as_offices_write_it(written_as: str, said: str, link: str, when: str) -> None:
    assert read_telephone(written_as) == (said, link, when)


@pytest.mark.parametrize(
    "text",
    ["", "none", "01632 960", "01632 960123; 01632 960124", "01632 960123 (a) (b)", "999", "ring the desk", "+44",
     "01632 960123 or 124", f"01632 960123 ({'x' * 61})", "01632 960123 (a\nb)"],
)  # fmt: skip
def test_what_nobody_can_ring_is_no_number(text: str) -> None:
    assert read_telephone(text) is None
    assert telephone_fault(text).endswith(".")


@pytest.mark.parametrize("short", ["101", "111", "999", "112", "116 123"])
def test_a_short_number_stands_for_a_service_alone(short: str) -> None:
    read = read_telephone(f"{short} (free)", short=True)

    assert read == (short.replace(" ", ""), f"tel:{short.replace(' ', '')}", "free")
    assert "for nobody's seat" in telephone_fault(short)


def test_the_holders_of_a_seat_are_rung_deputies_last_and_each_number_stands_for_itself(tmp_path: Path) -> None:
    found = area(tmp_path).to_ring([seat("sergeant")], ON)

    assert numbers(found) == [
        ("Sergeant, The Police", "01632 960123"),
        ("Constable, The Police", "07700 900123"),
        ("Constable, The Police", "01632 960124 ext. 7"),
    ]
    assert (found[0].when, found[0].seat) == ("9 to 5", "sergeant@police")


def test_those_who_said_that_it_is_not_theirs_are_not_rung(tmp_path: Path) -> None:
    found = area(tmp_path).to_ring([seat("sergeant", next_person=True)], ON)

    assert {one.title for one in found} == {"Constable"}


def test_a_seat_without_a_number_is_named_once_without_one(tmp_path: Path) -> None:
    directory = area(tmp_path)

    assert numbers(directory.to_ring([seat("head"), seat("head")], ON)) == [("Head, The Police", "")]
    assert numbers(directory.to_ring([seat("chief")], ON)) == [("chief, The Police", "")]
    assert numbers(directory.to_ring([seat("chief", "elsewhere")], ON)) == [("chief, elsewhere", "")]


def test_a_whole_agency_is_all_of_it_who_have_a_number(tmp_path: Path) -> None:
    directory = area(tmp_path)

    found = directory.to_ring([seat("", "police.raising")], ON)

    assert [one.title for one in found] == ["Sergeant", "Constable", "Constable"]
    assert directory.to_ring([seat("", "nobody")], ON) == ()


def test_somebody_who_has_left_is_rung_no_more(tmp_path: Path) -> None:
    directory = area(tmp_path, "", POLICE.replace('"01632 960123 (9 to 5)"', '"01632 960123", until = 2026-11-22'))

    assert [one.title for one in directory.to_ring([seat("sergeant")], ON)] == ["Constable", "Constable"]


def test_999_is_first_without_being_written_and_services_follow_in_the_files_order(tmp_path: Path) -> None:
    services = '[[service]]\ntitle = "Care"\ntelephone = ["01632 960125 (days)", "01632 960126 (nights)"]\n'
    services += '[[service]]\ntitle = "Police"\ntelephone = "101"\n'

    known = area(tmp_path, services).telephones(ON)

    assert [(one.title, one.link, one.when) for one in known.services] == [
        ("Emergency services", "tel:999", "if a child is in danger this minute"),
        ("Care", "tel:+441632960125", "days"),
        ("Care", "tel:+441632960126", "nights"),
        ("Police", "tel:101", ""),
    ]
    assert known.has_services
    assert Telephones().services == area(tmp_path).telephones(ON).services == (EMERGENCY,)
    assert not Telephones().has_services


def test_the_office_is_the_operations_seat_where_it_has_a_number_and_else_the_fallback(tmp_path: Path) -> None:
    fallback = 'telephone = "01632 960127"\n'
    own = '[[seat]]\nrole = "operations"\ntitle = "Office"\ntelephone = "01632 960128"\n'

    assert area(tmp_path).telephones(ON).office == ()
    (desk,) = area(tmp_path, fallback).telephones(ON).office
    (office,) = area(tmp_path, fallback + own).telephones(ON).office
    assert (desk.who, desk.number) == ("The partnership's office", "01632 960127")
    assert office.number == "01632 960128"


def test_links_go_by_the_number_as_people_read_it(tmp_path: Path) -> None:
    directory = area(tmp_path)

    known = directory.telephones(ON, {"ESC-1": (seat("sergeant"), seat("head"))})

    assert known.links()["01632 960124 ext. 7"] == "tel:+441632960124;ext=7"
    assert "" not in known.links()
    assert known.of("ESC-2") == ()


def test_a_wrong_number_is_a_fault_at_its_place_and_shown_to_nobody(tmp_path: Path) -> None:
    wrong = 'telephone = ["01632 960127", "12"]\n[[service]]\ntitle = "Care"\ntelephone = ["x", "101"]\n'
    directory = area(tmp_path, wrong, POLICE.replace("07700 900123", "07700 90012"))

    faults = [one for one in check_directory(directory, {}) if one.severity == "fault"]

    assert [one.place for one in faults] == [
        *("fallback, telephone 2", "service 1, telephone 1", "agency police, holder 2, telephone 1"),
    ]
    assert all("cannot be rung" in one.what and "like 01632 960123" in one.mend for one in faults)
    known = directory.telephones(ON, {"ESC-1": (seat("sergeant"),)})
    assert [one.number for one in (*known.services, *known.office, *known.of("ESC-1"))] == [
        *("999", "101", "01632 960127", "01632 960123", "01632 960124 ext. 7"),
    ]


def test_a_directory_is_told_which_numbers_it_lacks(tmp_path: Path) -> None:
    on_call = '[[seat]]\nrole = "on-call"\ntitle = "Lead"\nemail = ["l@example.org"]\n'

    lacks = {one.place: one for one in check_directory(area(tmp_path, on_call), {})}

    assert set(lacks) == {"service", "fallback", "telephone"}
    assert lacks["telephone"].what.endswith("how to ring these: agency police, holder 3")
    assert "names 999 alone" in lacks["service"].what
    assert {one.severity for one in lacks.values()} == {"warning"}


@pytest.mark.parametrize("name", ["lincolnshire", "gloucestershire", "liverpool", "sutton"])
def test_a_shipped_directory_has_every_number_and_they_are_nobodys(name: str) -> None:
    file = SHIPPED / f"{name}.toml"
    text = file.read_text(encoding="utf-8")

    places = {one.place for one in check_directory(load_directory(file), {})}

    assert not places & {"service", "fallback", "telephone"}
    written_there = [part.split('"')[0] for part in text.partition("[fallback]")[2].split('"0')[1:]]
    assert written_there
    assert all(one.startswith("1632 960") for one in written_there)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[[service]]\ntitle = "Care"\n', "service 1, telephone: `telephone` is missing; add it"),
        ('[[service]]\ntitle = "Care"\ntelephone = []\n', "service 1, telephone: this is empty"),
        ('[[service]]\ntitle = "Care"\ntelephone = 101\n', "service 1, telephone: this must be a list"),
        ('telefone = "101"\n', "`telefone` is no key of a directory; write `telephone`"),
    ],
)
def test_a_table_of_a_wrong_shape_is_refused_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(DirectoryFault) as refused:
        area(tmp_path, text)
    assert fault in str(refused.value)


def test_services_stay_word_for_word_wherever_they_stand_when_a_sheet_is_taken_back(tmp_path: Path) -> None:
    """A table between the agencies or after them is none of the sheet's, and is not lost."""
    service = '\n# care\n[[service]]\ntitle = "Care"\ntelephone = "01632 960125" # days\n'
    file = tmp_path / "area.toml"
    file.write_text(HEAD + POLICE + service, encoding="utf-8")
    (tmp_path / "sheet.csv").write_text(write_sheet(read_directory(file)).replace("960123", "960129"))

    sheet = read_sheet(tmp_path / "sheet.csv", read_directory(file))
    new = with_seats(read_directory(file), sheet.seats)
    text, lost = written(new, file.read_text(encoding="utf-8"), file)

    assert sheet.faults == ()
    assert text.endswith(service)
    assert (lost, "01632 960129 (9 to 5)" in text) == (0, True)


def test_a_guest_has_a_number_of_their_own_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    said = {"role": "sergeant", "title": "Visitor", "email": ["v@example.org"]}
    guest = guest_of("border", "Over the border", {**said, "telephone": ["01632 960130"]})
    write_guests(tmp_path / "ESC-1.toml", (guest,))

    directory = area(tmp_path).with_guests(load_guests(tmp_path / "ESC-1.toml"))

    found = directory.to_ring([seat("sergeant", "border")], ON)
    assert numbers(found) == [("Visitor, Over the border", "01632 960130")]
    with pytest.raises(DirectoryFault, match="telephone 1: this number cannot work"):
        guest_of("border", "Over the border", {**said, "telephone": ["12"]})
    with pytest.raises(DirectoryFault, match="Nobody could be reached"):
        guest_of("border", "B", {"role": "sergeant", "title": "V", "telephone": ["01632 960130"]})


def test_v56_a_neighbouring_areas_number_is_a_service_of_the_directory() -> None:
    """V56: the text prints neighbouring authorities' numbers; whoever reads a notice finds them with the others."""
    known = load_directory(SHIPPED / "liverpool.toml").telephones(ON)

    assert known.services[0] == EMERGENCY
    (neighbour,) = (one for one in known.services if "neighbouring" in one.title)
    assert (neighbour.link, neighbour.when) == ("tel:+441632960203", "for a child who lives there")
