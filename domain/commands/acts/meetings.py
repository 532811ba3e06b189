"""Meetings and appointments: the date, the chair, who sat there, and whom a policy lets be named (L31, S25, G30)."""

from collections.abc import Sequence
from datetime import datetime

from ...base.people import Actor, Party
from ...base.refusals import Refusal, began, listed, one_of
from ...base.words import say_instant
from ...case.effects import Recipient
from ...case.state import Escalation, Happened, Visit
from ...engine.draft import Draft
from ...engine.duties import happen
from ...engine.recompute import date_held, take_better_starts
from ...engine.seats import role_named
from ...policy import Act
from ...policy.language import Body
from .act_done import ActDone

OVERRIDE = "override-reason"


def must_be_dated(case: Escalation, event: ActDone, at: datetime) -> None:
    """Refuse a date that is missing or lay in the past when it was set, at *at*.

    The duty is to set the date, not to meet (L36, rule 19).
    """
    if event.date is None:
        raise Refusal("missing", "Say for when the meeting is set, with its date and time.")
    if event.date <= at:
        raise Refusal(
            "time",
            f"{say_instant(event.date, case.policy.zone)} had passed already: a meeting is set for a time ahead.",
        )
    if case.day_of(event.date) > case.calendar.covers_to:
        raise Refusal(
            "time",
            f"{say_instant(event.date, case.policy.zone)} lies beyond the calendar of this case: check the year.",
        )


def seat_chair(draft: Draft, event: ActDone, act_id: str, stage: str) -> None:
    """Fill the chair's seat for this case and tell them (L31). Without a chair named, the seat stays as it is."""
    case = draft.case
    act = case.policy.acts[act_id]
    if event.chair is None or not act.chair:
        return
    must_be_independent(case, event.chair, act.chair, event.fields.get("override-reason", ""))
    chair = Actor(agency=event.chair.agency, role=act.chair, person=event.chair.person)
    draft.change(seats={**case.seats, act.chair: chair})
    title = case.policy.role_title(act.chair)
    duties = tuple(
        draft.owed(duty) for duty in draft.case.outstanding if duty.stage == stage and f"{act_id}.held" in duty.acts
    )
    told = draft.known(event.chair)
    draft.notify(
        "chair",
        (Recipient(role=told.role or act.chair, title=title, agency=told.agency),),
        step=case.policy.stage(stage).title if stage else "",
        fact=f"The meeting is set for {say_instant(event.date, case.policy.zone)}." if event.date else "",
        owed=duties,
    )


def must_be_held(
    case: Escalation, event: ActDone, act: Act, name: str, party: Party | None, visit: Visit | None
) -> None:
    """Refuse a meeting without its chair or, unexplained, without a party; and minutes of a meeting never held."""
    act_id, _, aspect = name.partition(".")
    if aspect == "minutes" and not _was_held(case, act_id, visit):
        raise Refusal("missing", "There are no minutes before the meeting: record first that it was held.")
    if aspect != "held":
        return
    if act.chair and act.chair not in case.seats:
        raise Refusal(
            "missing", f"Name the {case.policy.role_title(act.chair)} first: set the meeting's date again with a chair."
        )
    if not act.attended_by or event.fields.get("absence", "").strip():
        return
    there = {*event.with_parties, *((party.id, party.agency) if party else ())}
    absent = [p.id for p in case.parties if p.id not in there and p.agency not in there]
    if absent:
        raise Refusal("missing", f"{listed(absent)} did not take part: name who did, or give the reason as `absence`.")


def _was_held(case: Escalation, act_id: str, visit: Visit | None) -> bool:
    place = (visit.stage, visit.number) if visit else ("", 0)
    held = [happened for happened in case.occurrences if f"{act_id}.held" in happened.names]
    return any(not visit or (happened.stage, happened.visit) == place for happened in held)


def must_be_independent(case: Escalation, chair: Actor, seat: str, override: str) -> None:
    """Refuse somebody who may not take a seat: from a party, or from outside the partnership, unexplained (L31)."""
    role = case.policy.roles[seat]
    if not chair.agency.strip() and role.of != "partnership":
        raise Refusal("missing", f"Say which agency the {role.title} comes from.")
    if chair.role and chair.role not in case.policy.roles:
        known = listed(sorted(case.policy.roles), "or")
        raise Refusal("unknown", f"{chair.role} is not a role of this policy: the {role.title} sits there as {known}.")
    parties = {party.agency for party in case.parties}
    faults = []
    if role.not_a_party and chair.agency in parties:
        faults.append(f"{chair.agency} is a party to this case")
    if role.source == "partners" and chair.agency not in case.partners:
        faults.append(f"{chair.agency or 'no agency'} is not one of the partnership's agencies")
    if faults and not (role.override and override.strip()):
        way_out = ", or give the reason as `override-reason`" if role.override else ""
        raise Refusal(
            "not allowed", f"The {role.title} must be independent, and {listed(faults)}: choose another{way_out}."
        )


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


def appoint(draft: Draft, event: ActDone, seat: str) -> None:
    """Fill a seat or compose a body, and tell those who sit there now."""
    case = draft.case
    if seat in case.policy.bodies:
        members = tuple(one.but(role=role_named(case.policy, one.role)) for one in event.appointees)
        draft.change(bodies={**case.bodies, seat: members})
    else:
        draft.change(seats={**case.seats, seat: event.appointees[0].but(role=seat)})
    draft.notify("appointed", draft.seats(seat), fact=case.policy.role_title(seat), by=str(draft.known(event.by)))


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


def plan_date(draft: Draft, meeting: str) -> None:
    """Let a meeting have its date: in place of the old one, if it had one (rules 19 and 20)."""
    set_by = next((o for o in reversed(draft.case.occurrences) if o.names[0] == f"{meeting}.date-set"), None)
    if set_by is not None:
        happened = Happened(
            entry=set_by.entry,
            names=(f"{meeting}.date", "meeting.date"),
            stage=set_by.stage,
            visit=set_by.visit,
            at=draft.case.planned[meeting],
        )
        others = tuple(o for o in draft.case.occurrences if not _is_of(o, happened))
        moves = len(others) < len(draft.case.occurrences)
        draft.change(occurrences=others)
        if moves:
            draft.remember(happened)
            take_better_starts(draft)
        else:
            happen(draft, happened)
    date_held(draft, meeting)


def _is_of(old: Happened, new: Happened) -> bool:
    return (old.names[0], old.stage, old.visit) == (new.names[0], new.stage, new.visit)
