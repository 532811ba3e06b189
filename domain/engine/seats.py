"""Who sits where, who has a duty in another's place, and whom an alert wakes."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ..base.people import Actor, Party
from ..case.effects import Recipient
from ..case.state import Delegation, Duty, Escalation, Visit
from ..policy import Policy
from ..policy.shape import answer_slug

ON_CALL = Recipient(role="on-call", title="safeguarding lead on call")
TITLES = {
    "second": "second safeguarding lead on call",
    "deputy": "deputy safeguarding lead on call",
    "duty-manager": "duty manager on call",
}
"""Of the rungs after the first."""


def role_named(policy: Policy, text: str) -> str:
    """Return the id of the role or body that *text* names: by its id, its title or another name for it.

    A text that names none comes back as it is.
    """
    if text in policy.roles or text in policy.bodies:
        return text
    said = text.casefold()
    for role_id, role in policy.roles.items():
        if said in {role.title.casefold(), *(name.casefold() for name in role.also)}:
            return role_id
    return text


def stand_ins(case: Escalation, role: str, agency: str) -> tuple[str, ...]:
    """Return the roles that may act in place of *role* at an agency: by its id or its kind (S33)."""
    told = case.policy.roles.get(role)
    if told is None or not told.instead:
        return ()
    kind = case.kinds.get(agency, "")
    return tuple(name for key, names in told.instead.items() if key in {agency, kind} for name in names)


def with_stand_ins(case: Escalation, roles: Iterable[str], agency: str) -> tuple[str, ...]:
    """Return *roles* with those that may act in their place at an agency."""
    return tuple(dict.fromkeys(name for role in roles for name in (role, *stand_ins(case, role, agency))))


def voices(policy: Policy, who: str) -> tuple[str, ...]:
    """Return the roles that speak for a role (itself) or for a body: its own id, its chair's, its members'."""
    body = policy.bodies.get(who)
    if body is None:
        return (who,)
    return tuple(dict.fromkeys(name for name in (who, body.chair, *body.members) if name))


def speaks_for(case: Escalation, by: Actor, who: str) -> bool:
    """Does an actor speak for the role or body *who*? Of a composed body only those who sit in it do."""
    if by.role not in voices(case.policy, who):
        return False
    seated = case.bodies.get(who, ())
    return not seated or by.role == who or any(by.agency == one.agency and by.role == one.role for one in seated)


def fills(case: Escalation, by: Actor, who: str) -> bool:
    """Does an actor speak for the role or body *who*, or stand in for that role at their agency?"""
    return speaks_for(case, by, who) or by.role in stand_ins(case, who, by.agency)


def is_composed(case: Escalation, body: str) -> bool:
    """Have the people who sit in a body been named, where it must be composed for each case?"""
    return not case.policy.bodies[body].agencies_at_least or bool(case.bodies.get(body))


def seat_of(case: Escalation, party: Party, roles: tuple[str, ...]) -> Recipient:
    """Return the seat that speaks for a party: the first of *roles*, or who stands in its place; else the raiser's."""
    role = roles[0] if roles else case.raiser.role
    role = next(iter(stand_ins(case, role, party.agency)), role)
    return Recipient(role=role, title=case.policy.role_title(role), agency=party.agency)


def recipients(case: Escalation, who: str) -> tuple[Recipient, ...]:
    """Return the seats of a role or body that is no party's own: the partnership's, or filled for this case."""
    policy = case.policy
    if who in policy.bodies:
        seated = case.bodies.get(who, ())
        own = Recipient(role=who, title=policy.role_title(who))
        return tuple(dict.fromkeys(_seat(policy, one) for one in seated)) or (own,)
    role = policy.roles[who]
    if who in case.seats:
        return (_seat(policy, case.seats[who]),)
    if role.chosen_by and (value := case.facts.get(role.chosen_by, "")):
        return (Recipient(role=f"{who}.{answer_slug(value)}", title=f"{role.title} ({value})"),)
    return (Recipient(role=who, title=role.title),)


def involved(case: Escalation) -> tuple[Party, ...]:
    """Return the parties that a step has brought in so far: nobody hears of what another agency does among its own."""
    if not case.visited:
        return case.parties
    stages = [case.policy.stage(visit.stage) for visit in case.visited]
    sides = {"raising", *(side for stage in stages for side in ("raising", "receiving") if getattr(stage, side))}
    return tuple(party for party in case.parties if party.side in sides)


def is_shared(case: Escalation, who: str) -> bool:
    """Is it a body, or a role of the partnership or of this case: a seat that is no agency's own?"""
    told = case.policy.roles.get(who)
    if told is None:
        return who in case.policy.bodies
    return bool(told.of or told.seat or told.chosen_by or told.source or who in case.seats)


def supporters(case: Escalation) -> tuple[Recipient, ...]:
    """Return who was appointed to stay with the case from step to step (S25)."""
    return tuple(
        _seat(case.policy, seat) for role, seat in case.seats.items() if case.policy.roles[role].seat and seat.agency
    )


def speakers(case: Escalation) -> Iterator[str]:
    """Yield the ids of the roles in which somebody may speak, bodies included."""
    yield from case.policy.roles
    yield from case.policy.bodies


def _seat(policy: Policy, actor: Actor) -> Recipient:
    return Recipient(role=actor.role, title=policy.role_title(actor.role), agency=actor.agency)


def on_call(rung: str) -> Recipient:
    """Return the seat of a rung: `on-call.second` …; where the rota has none such, the lead is written to."""
    return ON_CALL if rung == "first" else Recipient(role=f"{ON_CALL.role}.{rung}", title=TITLES[rung])


def is_on_call(seat: Recipient | Actor) -> bool:
    """Is a seat one of the rota's, whether it is told or speaks?"""
    return seat.role.partition(".")[0] == ON_CALL.role


def rung_of(recipient: Recipient) -> str:
    """Return the rung that a seat of the rota is: `first`, `second` …"""
    return recipient.role.partition(".")[2] or "first"


def those_alerted(case: Escalation) -> tuple[Recipient, ...]:
    """Return everybody whom the present alarm has reached so far."""
    return tuple(on_call(rung) for rung in case.pace.told or ("first",))


def agency_of(case: Escalation, name: str) -> str:
    """Return the agency that a party's id names; any other name as it is."""
    return next((party.agency for party in case.parties if party.id == name), name)


def in_hand(duty: Duty, now: datetime) -> tuple[Delegation, ...]:
    """Return by whom a duty is to be done at *now* in place of those who owe it."""
    return tuple(one for one in duty.handed if now < one.until) if duty.is_outstanding else ()


def delegates(case: Escalation, duty: Duty, now: datetime) -> Iterator[Recipient]:
    """Yield the seats of those who have a duty at *now* in place of those who owe it."""
    for one in in_hand(duty, now):
        yield from seats_having(case, one)


def seats_having(case: Escalation, one: Delegation) -> tuple[Recipient, ...]:
    """Return the seats of whoever has it: one, or those of the partnership that a role means in this case."""
    if not one.to.agency:
        return recipients(case, one.to.role)
    return (Recipient(role=one.to.role, title=case.policy.role_title(one.to.role), agency=one.to.agency),)


def delegation_of(case: Escalation, duty: Duty, by: Actor, at: datetime) -> Delegation | None:
    """Return the handing over by which an actor has a duty at *at*, if any; its last instant is in time."""
    seat = (by.role, agency_of(case, by.agency))
    return next((one for one in duty.handed if (one.to.role, one.to.agency) == seat and at <= one.until), None)


def has_here(case: Escalation, visit: Visit | None, act: str, by: Actor, at: datetime) -> bool:
    """Does an actor have a duty of this visit, or of the whole case, that the act discharges?"""
    return any(
        act in duty.acts and (visit.has(duty) if visit else not duty.stage) and delegation_of(case, duty, by, at)
        for duty in case.outstanding
    )


def party_in_whose_place(case: Escalation, act: str, by: Actor, at: datetime) -> Party | None:
    """Return the party for which a seat outside it does the act, because what it owes was handed to that seat."""
    for duty in case.outstanding:
        if act in duty.acts and (one := delegation_of(case, duty, by, at)):
            theirs = [party for party in case.parties if party.agency == one.agency]
            return next((party for party in theirs if duty.party in {"", party.id}), None)
    return None
