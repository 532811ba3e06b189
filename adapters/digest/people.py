"""A digest for each person; somebody who holds three seats gets one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from adapters.directory import Agency, Contact, Directory, Telephone
from adapters.directory.contact import identities
from adapters.directory.directory import Person, persons
from domain.case.effects import Recipient
from domain.views.digest import Digest, Item, counted, rank

from .sources import Found

MOST = 30
"""Items in one message; further ones are counted."""
NOBODY = ""
"""Who is told where a seat has nobody: the directory's fallback contact."""


def digests(
    policy: str, found: Found, directory: Directory, guests: Callable[[str], tuple[Agency, ...]], day: date
) -> Iterator[tuple[Contact, Digest]]:
    """Yield what each person is told on *day*, with the contact; people with nothing to be told get none.

    All seats in which nobody can be reached make one message to the directory's fallback contact. The reference holds
    the day, the policy and the person's first place in the directory, so a repeat on the same day has the same one.
    *guests* returns the people who are reached in one case only, by its reference.
    """
    usual = _Seats(directory, day)
    of_case = {case: usual.of(case, guests(case)) for case in {item.case for item, _ in found.items}}
    lists: dict[str, _List] = {}
    for item, owed_by in found.items:
        seats = of_case[item.case]
        for seat in owed_by:
            for who, person in seats.told(seat):
                lists.setdefault(who, _List(person)).add(seat, seats.said(seat), item, owed_by)
    numbers = directory.telephones(day)
    for _, one in sorted(lists.items()):
        parties = {case: of_case[case].to_ring(others) for case, others in one.others()}
        contact, digest = one.letter(f"digest/{day}/{policy}")
        yield contact.but(telephones=numbers.but(parties=parties)), digest


@dataclass
class _List:
    """What is on one person."""

    person: Person
    seats: dict[tuple[str, str], Recipient] = field(default_factory=dict)
    items: dict[Item, list[str]] = field(default_factory=dict)
    """Each item with the seats that it is for. Something that both sides owe may be for two seats of one person; it is
    listed once.
    """

    owing: dict[str, dict[Recipient, None]] = field(default_factory=dict)
    """All seats that owe what is late on them, by the case."""

    def add(self, seat: Recipient, said: str, item: Item, owed_by: tuple[Recipient, ...]) -> None:
        if item.band == "late":
            self.owing.setdefault(item.case, {}).update(dict.fromkeys(owed_by))
        self.seats[seat.agency, seat.role] = seat
        self.items.setdefault(item, []).append(said)

    def others(self) -> Iterator[tuple[str, tuple[Recipient, ...]]]:
        """Yield the seats of others that owe what is late on this person too, by the case."""
        for case, seats in self.owing.items():
            yield case, tuple(one for one in seats if (one.agency, one.role) not in self.seats)

    def letter(self, day: str) -> tuple[Contact, Digest]:
        first, is_one = self.seats[min(self.seats)], len(self.seats) == 1 and not self.person.contact.fallback
        said = (item.but(seat="" if is_one else "; ".join(dict.fromkeys(seats))) for item, seats in self.items.items())
        items, contact = sorted(said, key=rank), self.person.contact
        return contact.but(agency_title=contact.names.get(first.agency, first.agency)), Digest(
            ref=f"{day}/{self.person.place}",
            case="",
            kind="digest",
            to=first,
            fact=counted(items),
            items=tuple(items[:MOST]),
            more=max(0, len(items) - MOST),
        )


class _Seats:
    """Who sits where on a day, in one case or in most; each seat is looked up once."""

    def __init__(self, directory: Directory, day: date) -> None:
        self._directory = directory
        self._day = day
        self._contacts: dict[Recipient, Contact] = {}
        self._known = persons(directory, day)

    def of(self, case: str, guests: tuple[Agency, ...]) -> Self:
        """Return the same for one case. The reference of a guest's place names the case, since others may have the same
        place.
        """
        if not guests:
            return self
        whole = type(self)(self._directory.with_guests(guests), self._day)
        for who, person in whole._known.items():
            place = f"{person.place}.{case}" if who not in self._known else self._known[who].place
            whole._known[who] = person._replace(place=place)
        return whole

    def told(self, seat: Recipient) -> Iterator[tuple[str, Person]]:
        """Yield the people in a seat: their identity, and how they are reached."""
        contact = self._contact(seat)
        if contact.fallback:
            yield NOBODY, Person("fallback", contact)
        else:
            yield from ((who, self._known[who]) for who in identities(contact))

    def to_ring(self, seats: Iterable[Recipient]) -> tuple[Telephone, ...]:
        """Return the numbers of seats."""
        return self._directory.to_ring(seats, self._day)

    def said(self, seat: Recipient) -> str:
        """Say a seat in words."""
        return ", ".join(part for part in (seat.title, self._contact(seat).agency_title) if part)

    def _contact(self, seat: Recipient) -> Contact:
        if seat not in self._contacts:
            self._contacts[seat] = self._directory.contact_for(seat, self._day)
        return self._contacts[seat]
