"""Whom a policy lets be named: to a chair, a seat or a body of one case, as examples that it would take."""

from ...escalation import Escalation
from ...people import Actor
from ...refusals import Refusal
from ..people.appointing import must_be_composed
from .meetings import must_be_independent

OVERRIDE = "override-reason"


def chairs(case: Escalation, seat: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the agencies from which a seat may be filled, and the reason that is needed where none is free for it."""
    agencies = (*case.partners, *(party.agency for party in case.parties))
    known = tuple(dict.fromkeys(agencies))
    for more in ("", "so"):
        if free := tuple(one for one in known if _may_sit(case, one, seat, more)):
            return free, (OVERRIDE,) if more else ()
    return (), ()


def people_for(case: Escalation, seat: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who may be named to a seat or a body, as `role@agency`, and the reason that is needed beside it.

    Of a seat each alone may be named; of a body all of them together.
    """
    if seat in case.policy.bodies:
        return _body(case, seat)
    if case.policy.roles[seat].of == "partnership":
        return (seat,), ()
    agencies, more = chairs(case, seat)
    return tuple(f"{seat}@{agency}" for agency in agencies), more


def _may_sit(case: Escalation, agency: str, seat: str, override: str) -> bool:
    try:
        must_be_independent(case, Actor(agency=agency), seat, override)
    except Refusal:
        return False
    return True


def _body(case: Escalation, seat: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a body in its smallest shape: the parties that belong there, then others, the chair among them."""
    body = case.policy.bodies[seat]
    agencies = tuple(dict.fromkeys((*(party.agency for party in case.parties), *case.partners)))
    usual = next(iter((*body.members, *case.policy.roles)))
    for size in range(max(1, body.agencies_at_least), len(agencies) + 1):
        members = [Actor(agency=agency, role=usual) for agency in agencies[:size]]
        if body.chair:
            members[-1] = members[-1].but(role=body.chair)
        try:
            must_be_composed(case, seat, members)
        except Refusal:
            continue
        return tuple(f"{one.role}@{one.agency}" for one in members), ()
    return (), ()
