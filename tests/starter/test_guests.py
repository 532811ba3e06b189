"""`escalate directory add-guest` and `remove-guest`: somebody with no place in the directory, reached in one case."""

import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from adapters.directory import DirectoryFault
from adapters.directory.guests import change_guests, guest_of, keys_needed, load_guests, write_guests
from adapters.keyring import make_keys, read_keys
from domain.base.refusals import Refusal
from domain.case.effects import Recipient
from domain.commands import GuestAdded
from services import case_inputs
from settings import Settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import Run
from wiring import guests

ADDRESS = "someone@example.org"
CARER = ("--agency", "childminder", "--title", "Childminder", "--role", "practitioner", "--person", "staff-0007")
EMAIL = ("--email", ADDRESS)
TODAY = date(2026, 11, 23)


@pytest.fixture
def file(installation: Settings, opened: str) -> Path:
    return installation.data / "guests" / f"{opened}.toml"


def test_a_childminder_is_reached_in_this_case_and_the_record_holds_no_address(
    run: Run, opened: str, cases: CasesInMemory, installation: Settings, file: Path
) -> None:
    result = run("directory", "add-guest", opened, *CARER, *EMAIL)

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Childminder is reached as practitioner@childminder in this case from now on.\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    (message,) = cases.received
    assert isinstance(message, GuestAdded)
    for text in (run("show", opened, "--json").stdout, run("history", opened).stdout, message.model_dump_json()):
        assert "childminder" in text
        assert ADDRESS not in text
    assert "Added for this case alone: Childminder, reached as practitioner@childminder." in run("show", opened).stdout
    seat = Recipient(role="practitioner", title="practitioner", agency="childminder")
    contact = case_inputs.directory_of_case(installation, "lincolnshire", opened).contact_for(seat, TODAY)
    assert (contact.addresses, contact.agency_title, contact.fallback) == ((ADDRESS,), "Childminder", False)


def test_how_to_ring_a_guest_is_kept_in_their_file_and_nowhere_else(
    run: Run, opened: str, cases: CasesInMemory, installation: Settings
) -> None:
    number = ("--telephone", "01632 960130 (mornings)")
    wrong = run("directory", "add-guest", opened, *CARER, *EMAIL, "--telephone", "12")
    right = run("directory", "add-guest", opened, *CARER, *EMAIL, *number)

    assert (wrong.exit_code, right.exit_code) == (2, 0)
    assert "telephone 1: this number cannot work" in wrong.stderr
    seat = Recipient(role="practitioner", title="practitioner", agency="childminder")
    (found,) = case_inputs.directory_of_case(installation, "lincolnshire", opened).to_ring([seat], TODAY)
    assert (found.who, found.number, found.when) == ("Childminder", "01632 960130", "mornings")
    assert "960130" not in cases.received[-1].model_dump_json()


def test_who_was_added_may_become_a_party_by_its_title(run: Run, opened: str) -> None:
    run("directory", "add-guest", opened, *CARER, *EMAIL)

    joins = ("--agency", "Childminder", "--side", "receiving", "--reason", "They mind the child.")
    result = run("record", opened, "join", "--by", "schools", "--role", "practitioner", *joins)

    assert result.stdout.startswith("childminder is a party now, on the receiving side."), result.stderr


def test_an_empty_seat_of_a_known_agency_gets_a_person_for_this_case(
    run: Run, opened: str, installation: Settings
) -> None:
    seat = Recipient(role="line-manager", title="line manager", agency="cps")
    assert case_inputs.directory_of_case(installation, "lincolnshire", opened).contact_for(seat, TODAY).fallback

    said = ("--agency", "cps", "--title", "Duty prosecutor", "--role", "line-manager", "--person", "staff-0007")
    result = run("directory", "add-guest", opened, *said, "--text", "+44 7700 900123", *EMAIL)

    assert result.exit_code == 0, result.stderr
    contact = case_inputs.directory_of_case(installation, "lincolnshire", opened).contact_for(seat, TODAY)
    assert (contact.titles, contact.fallback) == (("Duty prosecutor",), False)
    assert [channel.kind for channel in contact.channels] == ["email", "text"]


def test_a_second_person_stands_beside_the_first_and_the_same_one_again_in_their_own_place(
    run: Run, opened: str, installation: Settings, file: Path
) -> None:
    run("directory", "add-guest", opened, *CARER, *EMAIL)
    run("directory", "add-guest", opened, *CARER, "--email", "new@example.org")
    other = ("--agency", "childminder", "--title", "Her agency", "--role", "line-manager", "--person", "staff-0007")
    run("directory", "add-guest", opened, *other, "--email", "agency@example.org")

    (guest,) = load_guests(file, installation.encryption_keys)
    assert [(seat.title, seat.email) for seat in guest.holder] == [
        ("Childminder", ("new@example.org",)),
        ("Her agency", ("agency@example.org",)),
    ]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((*CARER, "--email", "someone"), 2, "The contact cannot be used. email 1: this address cannot work: "),
        ((*CARER, "--text", "01522 1"), 2, "text 1: this address cannot work: It is no mobile number"),
        (CARER, 2, "Nobody could be reached: give an e-mail address, or a number for texts."),
        ((*CARER, *EMAIL, "--agency", "Mrs Childminder"), 2, "id: an id is small letters, digits and single hyphens"),
        ((*CARER, *EMAIL, "--role", "admiral"), 2, "--role: 'admiral' is no role of this policy"),
        ((*CARER, *EMAIL, "--agency", "lpct"), 2, "no longer exists"),
        ((*CARER, *EMAIL, "--person", " "), 3, "Say which person of the office enters it"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_kept(
    run: Run, opened: str, cases: CasesInMemory, file: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = run("directory", "add-guest", opened, *words)

    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
    assert not file.exists()


def test_where_the_case_does_not_take_it_the_file_is_as_it_was(
    run: Run, opened: str, cases: CasesInMemory, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("directory", "add-guest", opened, *CARER, *EMAIL)
    before = file.read_bytes()

    async def refuses(case: str, message: object) -> None:
        raise Refusal("not allowed", "No.")

    monkeypatch.setattr(cases, "record", refuses)

    assert run("directory", "add-guest", opened, *CARER, "--email", "new@example.org").exit_code == 3
    assert file.read_bytes() == before


def test_addresses_are_deleted_one_agency_at_a_time_or_all_at_once(run: Run, opened: str, file: Path) -> None:
    run("directory", "add-guest", opened, *CARER, *EMAIL)
    other = ("--agency", "border-care", "--title", "Care over the border", "--role", "slo", "--person", "staff-0007")
    run("directory", "add-guest", opened, *other, "--email", "care@example.org")

    assert run("directory", "remove-guest", opened, "--agency", "childminder").stdout.startswith("Deleted: 1 contact")
    assert ADDRESS not in file.read_text()
    assert run("directory", "remove-guest", opened).stdout.startswith("Deleted: 1 contact")
    assert not file.exists()
    result = run("directory", "remove-guest", opened)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is nothing to delete" in result.stderr


def test_addresses_of_guests_are_encrypted_and_go_with_a_rotation(
    run: Run, opened: str, installation: Settings, file: Path
) -> None:
    run("directory", "add-guest", opened, *CARER, *EMAIL)
    (old,) = read_keys(installation.encryption_keys)
    kept = file.read_text()
    assert ADDRESS not in kept
    assert "hildminder" not in kept
    assert keys_needed(installation.data) == {old.id: 1}

    rotated = run("keys", "rotate")

    new, _ = read_keys(installation.encryption_keys)
    assert f"Guests' addresses in 1 case are encrypted with {new.id}." in rotated.stdout
    assert keys_needed(installation.data) == {new.id: 1}
    (guest,) = load_guests(file, installation.encryption_keys)
    assert guest.holder[0].email == (ADDRESS,)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_guests_kept_in_clear_are_read_and_are_encrypted_with_the_next_change(
    run: Run, opened: str, installation: Settings, file: Path
) -> None:
    seat = {"role": "practitioner", "title": "Childminder", "email": [ADDRESS]}
    write_guests(file, (guest_of("childminder", "Childminder", seat),))
    assert ADDRESS in file.read_text()

    assert run("directory", "add-guest", opened, *CARER, "--email", "new@example.org").exit_code == 0

    assert "new@example.org" not in file.read_text()
    (guest,) = load_guests(file, installation.encryption_keys)
    assert guest.holder[0].email == ("new@example.org",)


def test_without_the_key_guests_count_as_none_and_who_would_change_them_is_told_why(
    run: Run, opened: str, installation: Settings, file: Path, tmp_path: Path
) -> None:
    run("directory", "add-guest", opened, *CARER, *EMAIL)
    (key,) = read_keys(installation.encryption_keys)
    make_keys(tmp_path / "other.keys")
    elsewhere = replace(installation, encryption_keys=tmp_path / "other.keys")

    assert guests(elsewhere)(opened) == ()
    assert len(guests(installation)(opened)) == 1
    with pytest.raises(DirectoryFault, match=key.id):
        load_guests(file, elsewhere.encryption_keys)
    before = file.read_text()
    with pytest.raises(DirectoryFault):
        change_guests(file, lambda _: (), elsewhere.encryption_keys)
    assert file.read_text() == before


def test_a_file_of_guests_opens_for_its_own_case_alone(
    run: Run, opened: str, installation: Settings, file: Path
) -> None:
    run("directory", "add-guest", opened, *CARER, *EMAIL)
    other = file.with_name("ESC-0000-0000.toml")
    other.write_text(file.read_text())

    with pytest.raises(DirectoryFault, match="somebody has changed it"):
        load_guests(other, installation.encryption_keys)
