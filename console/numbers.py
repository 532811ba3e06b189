"""The numbers that somebody may have to ring: the services, those who owe something, the office, the next rung."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import phonenumbers

from adapters.directory import Agency, Channel, Contact, Directory, DirectoryFault
from adapters.rota import Rota, RotaFault
from domain.case.effects import Recipient
from domain.engine.senders import OFFICE


class Number(NamedTuple):
    """A number to press."""

    title: str
    """Whom it rings: a role title, with the agency's."""
    shown: str
    """As people read it: `01632 960123`."""
    tel: str
    """As a telephone dials it: `tel:+441632960123`."""


EMERGENCY = Number("the police, at once", "999", "tel:999")


class ToRing(NamedTuple):
    """The numbers for one page, each once, in the order in which they are shown."""

    services: tuple[Number, ...] = (EMERGENCY,)
    seats: tuple[Number, ...] = ()
    """Of those in the case who owe something, or who raised the risk."""
    office: tuple[Number, ...] = ()
    next_rung: tuple[Number, ...] = ()


class Wanted(NamedTuple):
    """Whose numbers are looked for."""

    policy: str
    case: str
    seats: Sequence[Recipient]
    rung: str
    """Of the rota; empty for none."""
    at: datetime
    """Aware: who holds a rung then."""


Numbers = Callable[[Wanted], ToRing]
"""Never raises: where nothing is known there is 999 alone."""


def emergency_alone(_: Wanted) -> ToRing:
    """Know no number but 999."""
    return ToRing()


def known_numbers(
    directory: Callable[[str], Directory],
    rota: Callable[[str], Rota | None],
    guests: Callable[[str], tuple[Agency, ...]],
) -> Numbers:
    """Return what looks numbers up in a policy's directory and rota: at present those to which texts go."""

    def found(wanted: Wanted) -> ToRing:
        seats: tuple[Number, ...] = ()
        office: tuple[Number, ...] = ()
        following: tuple[Number, ...] = ()
        with suppress(DirectoryFault):
            own = directory(wanted.policy).with_guests(guests(wanted.case))
            day = wanted.at.date()
            seats = _each_once(
                number for seat in wanted.seats for number in _of_contact(own.contact_for(seat, day), title=seat.title)
            )
            office = _each_once(_of_contact(own.contact_for(OFFICE, day), title=f"the {OFFICE.title}"))
        with suppress(RotaFault):
            held = rota(wanted.policy)
            if held and wanted.rung:
                turns = held.holders(wanted.rung, wanted.at)
                following = _each_once(one for turn in turns for one in _of_channels(turn.channels, turn.title))
        return ToRing(seats=seats, office=office, next_rung=following)

    return found


def _of_contact(contact: Contact, title: str) -> Iterator[Number]:
    if not contact.fallback:  # who stands in for everybody is no number of this seat
        named = ", ".join(part for part in (title, contact.agency_title) if part)
        yield from _of_channels(contact.channels, named)


def _of_channels(channels: Iterable[Channel], title: str) -> Iterator[Number]:
    for channel in channels:
        if channel.kind == "text":
            yield Number(title, _as_read(channel.address), f"tel:{channel.address}")


def _as_read(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    is_here = parsed.country_code == phonenumbers.country_code_for_region("GB")
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_here else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _each_once(numbers: Iterable[Number]) -> tuple[Number, ...]:
    return tuple({one.tel: one for one in reversed([*numbers])}.values())[::-1]
