"""Appointments: a seat filled for one case, a body composed for it (L31, S25, G30)."""

from collections.abc import Sequence

from ...escalation import Escalation
from ...events import ActDone
from ...people import Actor
from ...policy.parts import Body
from ...refusals import Refusal, began, listed, one_of
from ..acts.meetings import must_be_independent
from ..turn import Turn
from .seats import role_named


def must_be_appointable(case: Escalation, event: ActDone, seat: str) -> None:
    """Refuse an appointment that names nobody, or people whom the policy does not let sit there."""
    title = case.policy.role_title(seat)
    if not event.appointees:
        raise Refusal("missing", f"Say who is to be the {title}: role and agency, and a name if there is one.")
    if seat in case.policy.bodies:
        must_be_composed(case, seat, event.appointees, event.fields.get("reason", ""))
    elif len(event.appointees) > 1:
        raise Refusal("not allowed", f"One person at a time is the {title}: name one.")
    else:
        must_be_independent(case, event.appointees[0], seat, event.fields.get("override-reason", ""))


def appoint(turn: Turn, event: ActDone, seat: str) -> None:
    """Fill a seat or compose a body, and tell those who sit there now."""
    case = turn.case
    if seat in case.policy.bodies:
        members = tuple(one.but(role=role_named(case.policy, one.role)) for one in event.appointees)
        turn.change(bodies={**case.bodies, seat: members})
    else:
        turn.change(seats={**case.seats, seat: event.appointees[0].but(role=seat)})
    turn.notify("appointed", turn.seats(seat), fact=case.policy.role_title(seat), by=str(turn.known(event.by)))


def must_be_composed(case: Escalation, seat: str, members: Sequence[Actor], reason: str = "") -> None:
    """Hold a body to its rule: who may sit in it, from how many agencies, the parties among them (G30, G31)."""
    body, title = case.policy.bodies[seat], case.policy.role_title(seat)
    may_sit = {name for name in (*body.members, body.chair) if name}
    for one in members:
        if may_sit and role_named(case.policy, one.role) not in may_sit:
            known = listed([case.policy.role_title(name) for name in sorted(may_sit)], "or")
            stranger = began(one_of(case.policy.role_title(one.role)))
            raise Refusal("not allowed", f"{stranger} does not sit in the {title}: its members are each a {known}.")
        if not one.agency.strip():
            raise Refusal("missing", f"Say which agency each member of the {title} comes from.")
    agencies = {one.agency for one in members}
    if strangers := sorted(agencies - _known_agencies(case)):
        raise Refusal("unknown", f"{listed(strangers)} is no agency of the partnership: the {title} comes from those.")
    if len(agencies) < body.agencies_at_least:
        raise Refusal(
            "not allowed",
            f"The {title} needs members from at least {body.agencies_at_least} agencies; "
            f"those named are from {len(agencies)}: add members from others.",
        )
    if body.chair and not any(role_named(case.policy, one.role) == body.chair for one in members):
        raise Refusal("missing", f"The {title} needs its {case.policy.role_title(body.chair)}: name who it is.")
    absent = _absent(case, body, members)
    if absent and not reason.strip():
        raise Refusal("missing", f"Nobody of {listed(absent)} sits in the {title}: add them, or give the `reason`.")


def _absent(case: Escalation, body: Body, members: Sequence[Actor]) -> list[str]:
    """Return the parties that the body should include and does not."""
    there = {one.agency for one in members}
    included = {"every party": case.parties, "each party": case.parties}
    wanted = [p for name in body.includes for p in included.get(name, tuple(q for q in case.parties if q.side == name))]
    return list(dict.fromkeys(p.id for p in wanted if there.isdisjoint({p.id, p.agency})))


def _known_agencies(case: Escalation) -> set[str]:
    return {*case.partners, *(name for party in case.parties for name in (party.id, party.agency))}
