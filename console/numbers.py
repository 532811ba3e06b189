"""The numbers that somebody may have to ring: the services, those who owe something, the office, the next rung."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from adapters.directory import EMERGENCY, Agency, Directory, DirectoryFault, Telephone, Telephones
from adapters.rota import Rota, RotaFault
from domain.case.effects import Recipient


class ToRing(NamedTuple):
    """The numbers for one page, each once, in the order in which they are shown."""

    services: tuple[Telephone, ...] = (EMERGENCY,)
    seats: tuple[Telephone, ...] = ()
    """Of those in the case who owe something, or who raised the risk; without a number where there is none."""
    office: tuple[Telephone, ...] = ()
    next_rung: tuple[Telephone, ...] = ()


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
    """Return what looks numbers up in a policy's directory and rota."""

    def found(wanted: Wanted) -> ToRing:
        known, following = Telephones(), list[Telephone]()
        with suppress(DirectoryFault):
            own = directory(wanted.policy).with_guests(guests(wanted.case))
            known = own.telephones(wanted.at.date(), {wanted.case: wanted.seats})
        with suppress(RotaFault):
            held = rota(wanted.policy)
            for turn in held.holders(wanted.rung, wanted.at) if held and wanted.rung else ():
                numbers = held.people[turn.handle].numbers() if held else ()
                following += [Telephone.of(turn.title, number) for number in numbers]
        return ToRing(known.services, known.of(wanted.case), known.office, tuple(following))

    return found
