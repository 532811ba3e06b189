"""Who is told, on which day."""

from datetime import date
from pathlib import Path

import pytest

from adapters.directory import Directory, DirectoryFault, UnknownAgency, check_directory, load_directory
from adapters.directory.guests import guest_of
from domain.case.effects import Recipient

SHIPPED = Path(__file__).parents[2] / "directories" / "lincolnshire.toml"
TODAY = date(2026, 11, 23)
DESK = ("duty.desk@lincs.example.org",)

HEAD = """
[directory]
id = "area"
title = "Area"
edition = "1"
[fallback]
title = "Duty desk"
email = ["desk@example.org"]
[[agency]]
id = "police"
title = "Area Police"
holder = [
"""


@pytest.fixture(scope="module")
def shipped() -> Directory:
    return load_directory(SHIPPED)


def area(tmp_path: Path, *holders: str) -> Directory:
    file = tmp_path / "area.toml"
    file.write_text(HEAD + "".join(f"  {{ {holder} }},\n" for holder in holders) + "]\n", encoding="utf-8")
    return load_directory(file)


def slo(agency: str = "police") -> Recipient:
    return Recipient(role="slo", title="senior liaison officer", agency=agency)


def test_the_shipped_table_has_its_thirty_rows_each_with_a_liaison_officer(shipped) -> None:
    """L55: 30 agency rows mapping an agency to a role title."""
    assert [agency.row for agency in shipped.agencies] == list(range(1, 31))
    assert all(any(seat.role == "slo" for seat in agency.holder) for agency in shipped.agencies)


def test_partners_are_all_but_the_bodies_that_are_gone(shipped) -> None:
    gone = {agency.id for agency in shipped.agencies} - {agency.id for agency in shipped.partners}

    assert gone == {"lpct", "strategic-health-authority"}


def test_two_holders_of_one_seat_are_both_told(shipped) -> None:
    """L56: `and/or` gives two roles."""
    contact = shipped.contact_for(slo("lpft"), TODAY)

    assert contact.addresses == ("slo.lpft.1@lincs.example.org", "slo.lpft.2@lincs.example.org")
    assert not contact.fallback


def test_a_deputy_comes_last_and_is_told_only_where_the_chief_officer_cannot_be(shipped, tmp_path) -> None:
    """L56: Chief Nurse (deputy: Named Nurse, Safeguarding Children)."""
    assert [holder.deputy for holder in shipped.holders("slo", "ulht", TODAY)] == [False, True]
    assert shipped.contact_for(slo("ulht"), TODAY).titles == ("Chief Nurse",)

    deputised = area(
        tmp_path,
        'role = "slo", title = "Deputy", deputy = true, email = ["deputy@example.org"]',
        'role = "slo", title = "Chief", email = ["not an address"]',
    )

    assert [holder.title for holder in deputised.holders("slo", "police", TODAY)] == ["Chief", "Deputy"]
    assert deputised.contact_for(slo(), TODAY).addresses == ("deputy@example.org",)


def test_the_two_childrens_services_of_one_council_are_two_agencies(shipped) -> None:
    """L56: social care and education have a liaison officer each."""
    titles = {
        shipped.contact_for(slo(a), TODAY).titles for a in ("childrens-social-care", "childrens-services-education")
    }

    assert len(titles) == 2


def test_a_seat_is_held_from_its_first_day_to_its_last(tmp_path) -> None:
    directory = area(
        tmp_path,
        'role = "slo", title = "Old", email = ["old@example.org"], until = 2026-03-31',
        'role = "slo", title = "New", email = ["new@example.org"], from = 2026-04-02',
    )

    def on(day: date) -> tuple[str, ...]:
        return directory.contact_for(slo(), day).titles

    assert on(date(2026, 3, 31)) == ("Old",)
    assert on(date(2026, 4, 1)) == ("Duty desk",)
    assert on(date(2026, 4, 2)) == ("New",)


@pytest.mark.parametrize(
    "recipient",
    [
        slo("lpct"),
        slo("strategic-health-authority"),
        slo("no-such-agency"),
        Recipient(role="no-such-role", title="x", agency="police"),
        Recipient(role="no-such-role", title="x"),
        Recipient(role="chair", title="independent chair", agency="boston"),
        Recipient(role="", title="", agency=" "),
    ],
)
def test_a_seat_nobody_can_be_reached_in_goes_to_the_fallback_and_says_so(shipped, recipient) -> None:
    """policy-model rule 22; L58: the duty stands, and somebody is told. Never an exception."""
    contact = shipped.contact_for(recipient, TODAY)

    assert contact.addresses == DESK
    assert contact.fallback


@pytest.mark.parametrize("role", ["ppet", "on-call"])
def test_seats_of_the_partnership_are_found_without_an_agency(shipped, role) -> None:
    contact = shipped.contact_for(Recipient(role=role, title=role), TODAY)

    assert not contact.fallback
    assert len(contact.addresses) == 1


@pytest.mark.parametrize("role", ["practitioner", "line-manager", "supervisor", "slo"])
@pytest.mark.parametrize("agency", ["schools", "police", "childrens-social-care", "nhs-lincolnshire", "lpft", "ulht"])
def test_the_agencies_of_the_examples_have_every_seat_filled(shipped, role, agency) -> None:
    assert not shipped.contact_for(Recipient(role=role, title=role, agency=agency), TODAY).fallback


@pytest.mark.parametrize("name", ["police", "POLICE", "Lincolnshire Police", " lincolnshire police "])
def test_an_agency_is_found_by_id_title_or_alias(shipped, name) -> None:
    assert shipped.agency(name).id == "police"


def test_an_unknown_agency_is_answered_with_those_that_come_near(shipped) -> None:
    with pytest.raises(UnknownAgency, match=r"knows no agency of that name; did you mean police\?"):
        shipped.agency("pollice")
    with pytest.raises(UnknownAgency, match=r"no agency of that name; the directory check lists those it knows\."):
        shipped.agency("zzzz")


def test_a_contact_names_the_areas_agencies(shipped) -> None:
    names = shipped.contact_for(slo(), TODAY).names

    assert names["schools"] == "Schools"
    assert names["police.receiving"] == "Lincolnshire Police (receiving side)"


def test_every_address_shipped_is_invented() -> None:
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        assert line.count("@") == line.count("@lincs.example.org")


def with_surgery(tmp_path: Path, filled_by: str, holder: str = "") -> Directory:
    file = tmp_path / "area.toml"
    seat = '{ role = "slo", title = "Head of public protection", email = ["slo@police.example.org"] },\n'
    surgery = (
        f'[[agency]]\nid = "surgery"\ntitle = "Area Surgery"\nfilled_by = {{ {filled_by} }}\nholder = [{holder}]\n'
    )
    file.write_text(f"{HEAD}{seat}]\n{surgery}", encoding="utf-8")
    return load_directory(file)


def test_a_role_that_one_agency_fills_for_another_reaches_its_holder_there(tmp_path: Path) -> None:
    contact = with_surgery(tmp_path, 'slo = "police"').contact_for(slo("surgery"), TODAY)

    assert (contact.addresses, contact.fallback) == (("slo@police.example.org",), False)
    assert contact.agency_title == "Area Surgery"
    findings = check_directory(with_surgery(tmp_path, 'slo = "police"'), {"slo": "liaison officer"})
    assert not [one for one in findings if one.place.startswith("role")]


@pytest.mark.parametrize(
    ("filled_by", "holder", "why"),
    [
        ('slo = "nobody"', "", "nobody there holds it; add a holder there"),
        ('manager = "police"', "", "nobody there holds it; add a holder there"),
        ('slo = "police"', '{ role = "slo", title = "Own", email = ["own@example.org"] }', "take one of them out"),
    ],
)
def test_a_role_that_nobody_fills_or_two_do_is_refused(tmp_path: Path, filled_by, holder, why) -> None:
    with pytest.raises(DirectoryFault, match=why):
        with_surgery(tmp_path, filled_by, holder)


def test_the_next_person_is_the_deputy_and_without_one_the_fallback(shipped, tmp_path) -> None:
    """Those who usually sit there said that it is not theirs: they are passed over, whoever they are."""
    passed_over = slo("ulht").but(next_person=True)

    contact = shipped.contact_for(passed_over, TODAY)
    assert not shipped.contact_for(slo("ulht"), TODAY).fallback
    assert (contact.titles, contact.fallback) == (("Named Nurse, Safeguarding Children",), False)
    nobody = shipped.contact_for(slo("police").but(next_person=True), TODAY)
    assert (nobody.addresses, nobody.fallback) == (DESK, True)


def test_a_guest_is_an_agency_of_its_own_or_sits_beside_an_agencys_people(shipped) -> None:
    seat = {"role": "slo", "title": "Visitor", "email": ["visitor@example.org"]}
    one_case = shipped.with_guests((guest_of("childminder", "Childminder", seat), guest_of("police", "Police", seat)))

    assert one_case.contact_for(slo("childminder"), TODAY).agency_title == "Childminder"
    assert one_case.contact_for(slo("childminder"), TODAY).names["childminder"] == "Childminder"
    assert one_case.contact_for(slo("police"), TODAY).addresses[-1] == "visitor@example.org"
    assert one_case.agency("police").title == "Lincolnshire Police"
    assert shipped.contact_for(slo("childminder"), TODAY).fallback, "another case knows nothing of it"
    assert shipped.with_guests(()) is shipped
