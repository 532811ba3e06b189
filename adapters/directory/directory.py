"""Questions to a directory: who holds a role, and where a notice goes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import NamedTuple

from domain.case.effects import Recipient
from domain.engine.senders import OFFICE

from .addresses import Channel
from .contact import Contact, apart, identity
from .shape import About, Agency, Fallback, Holder, Seat, Service
from .telephones import EMERGENCY, Telephone, Telephones

MOST_REMEMBERED = 1_000
"""Seats and days."""


class UnknownAgency(LookupError):  # noqa: N818 - a finding for people
    """No agency has this id, title or alias. Its text is one sentence for people."""


@dataclass(frozen=True)
class Directory:
    """Agencies, seats and the fallback contact of one partnership."""

    about: About
    agencies: tuple[Agency, ...]
    """In the file's order, abolished bodies included."""
    seats: tuple[Seat, ...]
    """Seats of the partnership as a whole."""
    fallback: Fallback
    services: tuple[Service, ...] = ()
    """Whom anybody may ring, in the file's order."""

    @property
    def partners(self) -> tuple[Agency, ...]:
        """The partner organisations that still exist."""
        return tuple(agency for agency in self.agencies if agency.partner and not agency.abolished)

    def with_guests(self, guests: Sequence[Agency]) -> "Directory":
        """Return the directory for one case, with the people who are reached in that case only.

        A guest of an agency in the directory sits beside that agency's own people.
        """
        if not guests:
            return self
        added = {guest.id: guest for guest in guests}
        known = tuple(
            one.but(holder=(*one.holder, *added.pop(one.id).holder)) if one.id in added else one
            for one in self.agencies
        )
        return replace(self, agencies=(*known, *added.values()))

    def agency(self, id_or_alias: str) -> Agency:
        """Find an agency by its id, title or alias; capitals do not matter.

        Raises UnknownAgency, which names those that come near.
        """
        found = self._find(id_or_alias)
        if found is None:
            near = get_close_matches(id_or_alias.casefold(), [agency.id for agency in self.agencies], n=3)
            hint = f"did you mean {' or '.join(near)}" if near else "the directory check lists those it knows"
            msg = f"The directory of {self.about.title} knows no agency of that name; {hint}?"
            raise UnknownAgency(msg if near else msg.replace("?", "."))
        return found

    def holders(self, role: str, agency: str, on: date) -> tuple[Holder, ...]:
        """Who holds the role in the agency (empty: in the partnership) on that day, deputies last.

        An unknown or abolished agency has no holders.
        """
        return tuple(sorted(self._holders(role, agency, on), key=lambda holder: holder.deputy))

    def contact_for(self, recipient: Recipient, on: date) -> Contact:
        """Say where a notice to this seat goes first on that day: the first of `contacts_for`. Never raises."""
        return self.contacts_for(recipient, on)[0]

    def contacts_for(self, recipient: Recipient, on: date) -> tuple[Contact, ...]:
        """Return where a notice to this seat goes on that day, in order; each next one is told if those before cannot
        be.

        First all holders who are not deputies and can be reached; then the deputies; last the partnership's fallback
        contact, which is marked as such (policy-model rule 22; L58, G9). Nobody is in it twice by the same addresses.
        Holders who said that the seat is not theirs are passed over. Never empty.
        """
        known = self._contacts.get((recipient, on))
        if known is None:
            if len(self._contacts) >= MOST_REMEMBERED:
                self._contacts.clear()
            known = self._contacts[recipient, on] = self._contacts_for(recipient, on)
        return known

    @cached_property
    def _contacts(self) -> dict[tuple[Recipient, date], tuple[Contact, ...]]:
        """What was looked up before; a directory that is read anew has none of it."""
        return {}

    def _contacts_for(self, recipient: Recipient, on: date) -> tuple[Contact, ...]:
        reachable = [h for h in self.holders(recipient.role, recipient.agency, on) if h.ways()]
        usual = [] if recipient.next_person else [h for h in reachable if not h.deputy]
        holders = self._contact(recipient, usual)
        deputies = self._contact(recipient, [h for h in reachable if h.deputy])
        last = self._contact(recipient, [self.fallback])
        return apart((holders, deputies.but(stands_in="the deputies in the directory"), last.but(fallback=True)))

    def _contact(self, recipient: Recipient, told: Sequence[Holder | Fallback]) -> Contact:
        known = self._find(recipient.agency) if recipient.agency else None
        return Contact(
            addresses=tuple(dict.fromkeys(address for one in told for address in one.reachable)),
            channels=_channels(told),
            titles=tuple(dict.fromkeys(one.title for one in told)),
            agency_title=known.title if known else recipient.agency,
            names=self.names,
        )

    def telephones(self, on: date, parties: Mapping[str, Iterable[Recipient]] | None = None) -> Telephones:
        """Return the numbers to ring on that day; *parties* are the seats to ring in each case, by its reference.

        The office is whoever holds the seat `operations`, where one of them has a number, else the fallback contact.
        """
        services = (Telephone.of(one.title, number) for one in self.services for number in one.numbers())
        offices: tuple[Holder | Fallback, ...] = (*self.holders(OFFICE.role, "", on), self.fallback)
        numbers = next((found for one in offices if (found := one.numbers())), ())
        return Telephones(
            services=(EMERGENCY, *services),
            office=tuple(Telephone.of(f"The {OFFICE.title}", number) for number in numbers),
            parties={case: self.to_ring(seats, on) for case, seats in (parties or {}).items()},
        )

    def to_ring(self, seats: Iterable[Recipient], on: date) -> tuple[Telephone, ...]:
        """Return the numbers of those who hold *seats* on that day, deputies last, each once.

        A seat of which nobody has a number is there once, without one. A seat without a role is a whole agency: all in
        it who have a number.
        """
        return tuple(dict.fromkeys(one for seat in seats for one in self._to_ring(seat, on)))

    def _to_ring(self, seat: Recipient, on: date) -> Iterator[Telephone]:
        agency = self._find(seat.agency.removesuffix(".raising").removesuffix(".receiving")) if seat.agency else None
        named = agency.title if agency else seat.agency
        if seat.role:
            held = self.holders(seat.role, agency.id if agency else seat.agency, on)
        else:
            held = tuple(
                Holder.model_construct(**dict(one)) for one in (agency.holder if agency else ()) if one.is_held(on)
            )
        those = [one for one in held if one.deputy or not seat.next_person]
        found = False
        for holder in those:
            place = f"{holder.role}@{agency.id}" if agency else holder.role
            for number in holder.numbers():
                found = True
                yield Telephone.of(holder.title, number, named, place)
        if seat.role and not found:
            place = f"{seat.role}@{seat.agency}" if seat.agency else seat.role
            yield Telephone(title=those[0].title if those else seat.title, agency=named, seat=place)

    def seats_in(self, agency: Agency, role: str) -> tuple[Seat, ...]:
        """Return the seats in which to look for a role at an agency: its own, or those of the agency that fills the
        role for it.
        """
        return (self._find(agency.filled_by.get(role, "")) or agency).holder

    @cached_property
    def names(self) -> dict[str, str]:
        """Agency titles by id, and by the party ids of an agency that is on both sides of a case."""
        sides = ("", ".raising", ".receiving")
        return {
            agency.id + side: agency.title + (f" ({side[1:]} side)" if side else "")
            for agency in reversed(self.agencies)
            for side in sides
        }

    def _find(self, name: str) -> Agency | None:
        wanted = name.strip().casefold()
        by_id = (agency for agency in self.agencies if agency.id == wanted)
        by_name = (a for a in self.agencies if wanted in {n.casefold() for n in (a.title, *a.aliases)})
        return next(by_id, None) or next(by_name, None)

    def _holders(self, role: str, agency: str, on: date) -> Iterator[Holder]:
        if agency:
            found = self._find(agency)
            seats = self.seats_in(found, role) if found and not found.abolished else ()
        else:
            found, seats = None, self.seats
        exact = any(seat.role == role for seat in seats)
        wanted = role if exact else role.partition(".")[0]  # who sits for every answer, where none sits for this one
        for seat in seats:
            if seat.role == wanted and seat.is_held(on):
                yield Holder.model_construct(**dict(seat), agency=found.id if found else "")


def _channels(told: Sequence[Holder | Fallback]) -> tuple[Channel, ...]:
    """Return the channels of all, one holder after the other. Holders with the same first address are told once."""
    found: dict[tuple[str, str], tuple[Channel, ...]] = {}
    for number, one in enumerate(told, 1):
        ways = one.ways(number)
        found.setdefault((ways[0].kind, ways[0].address), ways)
    return tuple(channel for ways in found.values() for channel in ways)


class Person(NamedTuple):
    """One who can be reached."""

    place: str
    """Their first place in the directory: `line-manager.police`, with a number for the second holder of a seat."""
    contact: Contact
    """Every way to reach them, e-mail first: what is not urgent is too long for a text message."""


def persons(directory: Directory, on: date) -> dict[str, Person]:
    """Return everybody who holds a seat on that day and can be reached, by their identity (see `identity`)."""
    found: dict[str, Person] = {}
    counts: dict[str, int] = {}
    for agency, title, seat in _all_seats(directory):
        if not seat.is_held(on) or not (ways := seat.ways()):
            continue
        place = f"{seat.role}.{agency}" if agency else seat.role
        counts[place] = counts.get(place, 0) + 1
        who, numbered = identity(ways), place if counts[place] == 1 else f"{place}.{counts[place]}"
        known = found.get(who)
        contact = known.contact if known else Contact(addresses=(), agency_title=title, names=directory.names)
        found[who] = Person(known.place if known else numbered, _with(contact, ways, seat.title))
    return found


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


def _all_seats(directory: Directory) -> Iterator[tuple[str, str, Seat]]:
    yield from (("", "", seat) for seat in directory.seats)
    for agency in directory.agencies:
        if not agency.abolished:
            yield from ((agency.id, agency.title, seat) for seat in agency.holder)
