"""Persons: whoever shares a first address, whichever seats they hold."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from .book import Directory
from .channel import Channel
from .shape import Contact, Seat


class Person(NamedTuple):
    """One who can be reached."""

    place: str
    """Their first place in the directory: `line-manager.police`, with a number for the second holder of a seat."""
    contact: Contact
    """Every way to reach them, e-mail first: what is not urgent is too long for a text message."""


def persons(directory: Directory, on: date) -> dict[str, Person]:
    """Return everybody who holds a seat on that day and can be reached, by who they are (see `identities`)."""
    found: dict[str, Person] = {}
    counts: dict[str, int] = {}
    for agency, title, seat in _seats(directory):
        if not seat.is_held(on) or not (ways := seat.ways()):
            continue
        place = f"{seat.role}.{agency}" if agency else seat.role
        counts[place] = counts.get(place, 0) + 1
        who, numbered = identity(ways), place if counts[place] == 1 else f"{place}.{counts[place]}"
        known = found.get(who)
        contact = known.contact if known else Contact(addresses=(), agency_title=title, names=directory.names)
        found[who] = Person(known.place if known else numbered, _with(contact, ways, seat.title))
    return found


def identities(contact: Contact) -> tuple[str, ...]:
    """Say who each of those is that a contact reaches."""
    return tuple(identity(channels) for channels in contact.of_each)


def identity(channels: tuple[Channel, ...]) -> str:
    """Say who somebody is: their first e-mail address, or else their first address of all."""
    first = next((one for one in channels if one.kind == "email"), channels[0])
    return first.address.casefold()


def _with(contact: Contact, ways: tuple[Channel, ...], title: str) -> Contact:
    """Add what another seat says of the same person."""
    channels: dict[tuple[str, str], Channel] = {}
    for one in (*contact.channels, *ways):
        channels.setdefault((one.kind, one.address.casefold()), one)
    mail_first = tuple(sorted(channels.values(), key=lambda one: one.kind != "email"))
    return contact.but(
        addresses=tuple(one.address for one in mail_first if one.kind == "email"),
        channels=mail_first,
        titles=tuple(dict.fromkeys((*contact.titles, title))),
    )


def _seats(directory: Directory) -> Iterator[tuple[str, str, Seat]]:
    yield from (("", "", seat) for seat in directory.seats)
    for agency in directory.agencies:
        if not agency.abolished:
            yield from ((agency.id, agency.title, seat) for seat in agency.holder)
