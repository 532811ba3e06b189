"""By which channels a contact is reached, and which addresses could work."""

from datetime import date
from pathlib import Path

import pytest

from adapters.directory import Channel, Contact, check_directory
from adapters.directory.addresses import Reach, number_of, webhook_fault
from tests.directory.test_directory import TODAY, area, slo

EMAIL, TEXT = 'email = ["slo@example.org"]', 'text = ["+44 7700 900123"]'
HOOK = 'webhook = ["https://hooks.example.org/police"]'


def ways(contact: Contact) -> list[tuple[str, str]]:
    return [(channel.kind, channel.address) for channel in contact.channels]


def test_email_comes_first_unless_the_holder_says_otherwise(tmp_path: Path) -> None:
    usual = area(tmp_path, f'role = "slo", title = "Head", {TEXT}, {HOOK}, {EMAIL}').contact_for(slo(), TODAY)
    chosen = area(tmp_path, f'role = "slo", title = "Head", channels = ["text", "webhook"], {EMAIL}, {TEXT}')

    assert [kind for kind, _ in ways(usual)] == ["email", "text", "webhook"]
    assert ways(chosen.contact_for(slo(), TODAY)) == [("text", "+447700900123"), ("email", "slo@example.org")]


def test_every_holder_is_told_by_channels_of_their_own(tmp_path: Path) -> None:
    contact = area(
        tmp_path,
        f'role = "slo", title = "One", channels = ["text"], {TEXT}, {EMAIL}',
        'role = "slo", title = "Two", email = ["two@example.org"]',
    ).contact_for(slo(), TODAY)

    assert [[channel.kind for channel in each] for each in contact.of_each] == [["text", "email"], ["email"]]
    assert contact.addresses == ("slo@example.org", "two@example.org")


def test_two_who_share_their_first_address_are_told_once(tmp_path: Path) -> None:
    holder = 'role = "slo", title = "{}", email = ["desk@example.org"]'

    contact = area(tmp_path, holder.format("One"), holder.format("Two")).contact_for(slo(), TODAY)

    assert ways(contact) == [("email", "desk@example.org")]


def test_a_number_alone_fills_a_seat(tmp_path: Path) -> None:
    contact = area(tmp_path, f'role = "slo", title = "Head", {TEXT}').contact_for(slo(), TODAY)

    assert (contact.fallback, contact.addresses, ways(contact)) == (False, (), [("text", "+447700900123")])


def test_a_seat_with_no_address_that_works_goes_to_the_fallback_by_email(tmp_path: Path) -> None:
    contact = area(tmp_path, 'role = "slo", title = "Head", text = ["12"], webhook = ["nonsense"]').contact_for(
        slo(), TODAY
    )

    assert contact.fallback
    assert contact.channels == (Channel(kind="email", address="desk@example.org"),)


@pytest.mark.parametrize("text", ["+44 7700 900123", "07700 900123", "+44 (0)7700 900123", "+44-7700-900123"])
def test_a_mobile_number_is_written_as_networks_write_it(text: str) -> None:
    assert number_of(text) == "+447700900123"


@pytest.mark.parametrize(
    "text", ["", "12", "+44 7700 90012", "020 7946 0123", "police", "+44 7700 900123 ext 5", "999"]
)
def test_what_takes_no_text_message_is_no_number(text: str) -> None:
    assert number_of(text) == ""


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://hooks.example.org/a?b=c", ""),
        ("http://127.0.0.1:8080/hook", ""),
        ("http://hooks.example.org/a", "It must begin with https, so that nobody reads it on the way."),
        ("https://user:word@hooks.example.org/", "It holds a name or a password, which everybody can read here."),
        ("hooks.example.org", "It is no web address."),
        ("https://", "It is no web address."),
        ("https://hooks.example.org/a b", "It is no web address."),
        ("https://[bad", "It is no web address."),
        ("https://hooks.example.org:port/", "It is no web address."),
    ],
)
def test_a_webhook_is_a_web_address_that_nobody_reads_on_the_way(address: str, fault: str) -> None:
    assert webhook_fault(address) == fault


def test_the_check_tells_wrong_numbers_and_channels_without_an_address(tmp_path: Path) -> None:
    directory = area(tmp_path, f'role = "slo", title = "Head", channels = ["webhook", "text"], {EMAIL}, text = ["12"]')

    lacks = {"service", "fallback", "telephone"}
    found = [one for one in check_directory(directory, {}) if one.place not in lacks]

    assert [(one.place, one.severity) for one in found] == [
        ("agency police, holder 1, text 1", "fault"),
        ("agency police, holder 1, channels", "warning"),
    ]


def test_a_holder_not_verified_for_long_is_a_warning_and_so_are_those_who_never_were(tmp_path: Path) -> None:
    directory = area(
        tmp_path,
        f'role = "slo", title = "One", {EMAIL}, verified_on = 2025-11-22',
        f'role = "slo", title = "Two", {EMAIL}, verified_on = 2025-11-23',
        f'role = "slo", title = "Three", {EMAIL}',
        f'role = "slo", title = "Gone", {EMAIL}, until = 2026-01-01',
    )

    stale, never = (one for one in check_directory(directory, {}, TODAY, 12) if "verified" in one.what)

    assert (stale.place, never.place) == ("agency police, holder 1", "verified_on")
    assert stale.what == "it was last verified on Saturday 22 November 2025, more than 12 months ago"
    assert never.what.endswith("agency police, holder 3")
    assert not [one for one in check_directory(directory, {}, TODAY) if "verified" in one.what]


def test_months_back_from_a_days_that_a_month_does_not_have_end_with_the_month() -> None:
    from adapters.directory.check import months_before

    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 3, 31), 15) == date(2024, 12, 31)


def test_no_channel_is_lost_by_a_preference() -> None:
    reach = Reach(channels=("webhook",), email=("a@example.org",), text=("07700 900123",))

    assert [channel.kind for channel in reach.ways()] == ["email", "text"]


def test_a_seat_is_a_chain_of_holders_then_deputies_then_the_fallback(tmp_path: Path) -> None:
    directory = area(
        tmp_path,
        f'role = "slo", title = "Head", {EMAIL}, {TEXT}',
        'role = "slo", title = "Deputy", deputy = true, email = ["deputy@example.org", "slo@example.org"]',
    )

    chain = directory.contacts_for(slo(), TODAY)

    assert [one.titles[0] for one in chain][:2] == ["Head", "Deputy"]
    assert [one.addresses for one in chain] == [("slo@example.org",), ("deputy@example.org",), ("desk@example.org",)]
    assert [one.fallback for one in chain] == [False, False, True]
    assert [one.stands_in for one in chain] == ["", "the deputies in the directory", ""]
    assert directory.contact_for(slo(), TODAY) == chain[0]


def test_a_contact_without_a_kind_of_address_has_the_others(tmp_path: Path) -> None:
    (contact, _) = area(tmp_path, f'role = "slo", title = "Head", {EMAIL}, {TEXT}').contacts_for(slo(), TODAY)

    assert ways(contact.without({"email"})) == [("text", "+447700900123")]
    assert contact.without({"email"}).addresses == ()
    assert not contact.without({"email", "text"}).is_reachable
