"""Handing a duty over for a time: somebody else has it, and its owner owes it all the while."""

from collections.abc import Iterable
from typing import Any, Literal

from ..base.people import Actor, Party
from ..base.refusals import Refusal, listed, meant, one_of
from ..base.value import Instant
from ..base.words import say_due
from ..case.command import Command, Words
from ..case.effects import Recipient
from ..case.state import Answer, Delegation, Duty, Escalation
from ..engine.draft import Draft
from ..engine.seats import agency_of, delegates, fills, in_hand, is_shared, role_named, seats_having
from ..engine.senders import event_time, is_operations, is_seated, known_or_operations, say_who
from ..engine.telling import owning
from .times import must_lie_ahead


class DutyHandedOver(Command):
    """Somebody has a duty for a time in its owner's place; handed to the owner's own seat it is taken back."""

    kind: Literal["hand-over"] = "hand-over"
    duty: int
    to: Actor
    until: Instant | None = None
    """None only where it is taken back."""
    reason: Words


def handed_over(draft: Draft, event: DutyHandedOver) -> Answer:
    """Let somebody have a duty until a time, or let its owner take it back.

    Nothing else changes: neither who owes it, nor its clock, nor what becomes of it when it is late.
    """
    case = draft.case
    duty = _that_is_owed(case, event)
    owners = tuple(owning(draft, duty))
    agency = _share(draft, duty, event, owners)
    at = event_time(case, event, draft.now)
    if not event.reason.strip():
        raise Refusal("missing", "Say why it is handed over: both will be asked.")
    to = _to(case, event)
    own = [seat for seat in owners if seat.agency == agency]
    if not to.person.strip() and any((to.role, to.agency) == (seat.role, seat.agency) for seat in own):
        return _taken_back(draft, event, duty, agency)
    _must_be_a_seat(case, duty, to, agency)
    if event.until is None:
        raise Refusal("missing", "Say until when they have it: then it is with those who owe it again.")
    must_lie_ahead(case, event.until, draft.now)
    entry = draft.enter_command("handed-over", at, event, duty=duty.id, what=draft.title_of(duty))
    given = Delegation(agency=agency, to=to, until=event.until)
    new = duty.but(handed=(*_of_others(duty, agency), given))
    _change(draft, event, duty, new)
    until = f"until {say_due(event.until, case.policy.zone).removeprefix('by ')}"
    told = _but((*own, *seats_having(case, given)), event.by)
    draft.notify("handed-over", told, fact=until, by=say_who(draft, event), **_about(draft, new))
    return Answer(
        sentence=f"Handed over {until}: {draft.title_of(duty)}. It is still owed by {draft.owner_of(duty)}, "
        "who hears of it too.",
        entry=entry,
    )


def _taken_back(draft: Draft, event: DutyHandedOver, duty: Duty, agency: str) -> Answer:
    if all(one.agency != agency for one in in_hand(duty, draft.now)):
        raise Refusal("not open", "Nobody else has it now: it is with those who owe it.")
    at = event_time(draft.case, event, draft.now)
    entry = draft.enter_command("handed-back", at, event, duty=duty.id, what=draft.title_of(duty))
    new = duty.but(handed=_of_others(duty, agency))
    _change(draft, event, duty, new)
    seats = [seat for seat in owning(draft, new) if seat.agency == agency]
    draft.notify("owed", _but(seats, event.by), **_about(draft, new))
    return Answer(sentence=f"Taken back: {draft.title_of(duty)}.", entry=entry)


def _change(draft: Draft, event: DutyHandedOver, old: Duty, new: Duty) -> None:
    """Put the duty as it is now, and tell those who do not have it any more."""
    draft.put_duty(new)
    have = set(delegates(draft.case, new, draft.now))
    gone = [seat for seat in delegates(draft.case, old, draft.now) if seat not in have]
    draft.notify("handed-back", _but(gone, event.by), by=say_who(draft, event), **_about(draft, new))


def _about(draft: Draft, duty: Duty) -> dict[str, Any]:
    step = draft.case.policy.stage(duty.stage).title if duty.stage else draft.case.policy.title
    return {"step": step, "owed": (draft.owed(duty),)}


def _to(case: Escalation, event: DutyHandedOver) -> Actor:
    """Return who is to have it, by the ids of the case; a seat that was filled for the case has its agency."""
    role, agency = role_named(case.policy, event.to.role), agency_of(case, event.to.agency)
    if not agency and role in case.seats:
        agency = case.seats[role].agency
    return event.to.but(role=role, agency=agency)


def _that_is_owed(case: Escalation, event: DutyHandedOver) -> Duty:
    duty = next((one for one in case.outstanding if one.id == event.duty), None)
    if duty is None:
        raise Refusal("unknown", f"Nothing that is owed has the number {event.duty}: `show` lists what is.")
    if duty.by == "anyone":
        raise Refusal("not allowed", "Anybody may do this, so nobody has to be handed it.")
    return duty


def handing(case: Escalation, duty: Duty, agencies: Iterable[str]) -> tuple[Party, ...]:
    """Return the parties that may hand a duty over; *agencies* are those of the seats that owe it."""
    return tuple(party for party in case.parties if duty.party in {"", party.id} and party.agency in agencies)


def _share(draft: Draft, duty: Duty, event: DutyHandedOver, owners: Iterable[Recipient]) -> str:
    """Return the agency whose share of a duty is handed over, empty for a seat of the partnership.

    Raises:
        Refusal: the speaker is neither of those who owe it nor of the partnership's office.
    """
    case = draft.case
    party = known_or_operations(case, event)
    agencies = list(dict.fromkeys(seat.agency for seat in owners))
    if is_operations(case, event):
        to = agency_of(case, event.to.agency)
        if len(agencies) > 1 and to not in agencies:
            raise Refusal("missing", f"Several owe it: hand it to somebody of one of them, {listed(agencies, 'or')}.")
        return to if to in agencies else agencies[0]
    if party is not None and party in handing(case, duty, agencies):
        return party.agency
    if party is None and is_shared(case, duty.by) and fills(case, event.by, duty.by):
        return ""
    if party is None and event.by.agency in agencies and not is_seated(case, event.by):
        return event.by.agency
    raise Refusal(
        "wrong side", f"It is owed by {draft.owner_of(duty)}: they hand it over, or the partnership's office."
    )


def _must_be_a_seat(case: Escalation, duty: Duty, to: Actor, agency: str) -> None:
    """Refuse somebody outside: who has it sits at the owner's agency, in the partnership, or in this case."""
    if to.role not in case.policy.roles:
        known = listed(sorted(case.policy.roles), "or")
        near = meant(to.role, case.policy.roles) if to.role else ""
        raise Refusal("unknown", f"{to.role or 'No role'} is not a role of this policy: hand it to a {known}.{near}")
    plans = set(case.policy.plans)
    is_a_partys = any(party.agency == agency for party in case.parties)
    own_people_only = not plans.isdisjoint(duty.acts) or (agency and not is_a_partys)
    if agency and to.agency == agency:
        return
    if own_people_only or not is_seated(case, to) or (to.agency and not _sits_for(case, to)):
        whose = f"of {agency}" if agency else "of the partnership"
        more = "" if own_people_only or not agency else ", of the partnership or of this case"
        title = one_of(case.policy.role_title(to.role))
        place = f" of {to.agency}" if to.agency else ""
        raise Refusal("wrong side", f"It cannot be handed to {title}{place}: name a seat {whose}{more}.")


def _sits_for(case: Escalation, to: Actor) -> bool:
    """Was the seat filled for this case from that agency, or named to a body from it?"""
    seated = [*case.seats.values(), *(one for body in case.bodies.values() for one in body)]
    return any((one.role, one.agency) == (to.role, to.agency) for one in seated)


def _of_others(duty: Duty, agency: str) -> tuple[Delegation, ...]:
    return tuple(one for one in duty.handed if one.agency != agency)


def _but(seats: Iterable[Recipient], by: Actor) -> list[Recipient]:
    """Return the seats without the one that has just spoken and hears it in the answer."""
    return [seat for seat in dict.fromkeys(seats) if (seat.role, seat.agency) != (by.role, by.agency)]
