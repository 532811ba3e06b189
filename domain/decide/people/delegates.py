"""Who has a duty for a time in its owner's place, and what they may do for it."""

from collections.abc import Iterator
from datetime import datetime

from ...effects import Recipient
from ...escalation import Duty, Escalation, Visit
from ...handed import HandedOver
from ...people import Actor, Party
from .seats import recipients


def agency_of(case: Escalation, name: str) -> str:
    """Return the agency that a party's id names; any other name as it is."""
    return next((party.agency for party in case.parties if party.id == name), name)


def in_hand(duty: Duty, now: datetime) -> tuple[HandedOver, ...]:
    """Return by whom a duty is to be done at *now* in place of those who owe it."""
    return tuple(one for one in duty.handed if now < one.until) if duty.is_outstanding else ()


def delegates(case: Escalation, duty: Duty, now: datetime) -> Iterator[Recipient]:
    """Yield the seats of those who have a duty at *now* in place of those who owe it."""
    for one in in_hand(duty, now):
        yield from seats_having(case, one)


def seats_having(case: Escalation, one: HandedOver) -> tuple[Recipient, ...]:
    """Return the seats of whoever has it: one, or those of the partnership that a role means in this case."""
    if not one.to.agency:
        return recipients(case, one.to.role)
    return (Recipient(role=one.to.role, title=case.policy.role_title(one.to.role), agency=one.to.agency),)


def handing(case: Escalation, duty: Duty, by: Actor, at: datetime) -> HandedOver | None:
    """Return the handing over by which an actor has a duty at *at*, if any; its last instant is in time."""
    seat = (by.role, agency_of(case, by.agency))
    return next((one for one in duty.handed if (one.to.role, one.to.agency) == seat and at <= one.until), None)


def has_here(case: Escalation, visit: Visit | None, act: str, by: Actor, at: datetime) -> bool:
    """Does an actor have a duty of this visit, or of the whole case, that the act discharges?"""
    return any(
        act in duty.acts and (visit.has(duty) if visit else not duty.stage) and handing(case, duty, by, at)
        for duty in case.outstanding
    )


def party_in_whose_place(case: Escalation, act: str, by: Actor, at: datetime) -> Party | None:
    """Return the party for which a seat outside it does the act, because what it owes was handed to that seat."""
    for duty in case.outstanding:
        if act in duty.acts and (one := handing(case, duty, by, at)):
            theirs = [party for party in case.parties if party.agency == one.agency]
            return next((party for party in theirs if duty.party in {"", party.id}), None)
    return None
