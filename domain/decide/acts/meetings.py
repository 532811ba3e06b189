"""Meetings: the date, the independent chair, who sat there."""

from datetime import datetime

from ...effects import Recipient
from ...escalation import Escalation, Visit
from ...events import ActDone
from ...people import Actor, Party
from ...policy import Act
from ...refusals import Refusal, listed
from ...spoken import say_instant
from ..turn import Turn


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


def seat_chair(turn: Turn, event: ActDone, act_id: str, stage: str) -> None:
    """Fill the chair's seat for this case and tell them (L31). Without a chair named, the seat stays as it is."""
    case = turn.case
    act = case.policy.acts[act_id]
    if event.chair is None or not act.chair:
        return
    must_be_independent(case, event.chair, act.chair, event.fields.get("override-reason", ""))
    chair = Actor(agency=event.chair.agency, role=act.chair, person=event.chair.person)
    turn.change(seats={**case.seats, act.chair: chair})
    title = case.policy.role_title(act.chair)
    duties = tuple(
        turn.owed(duty) for duty in turn.case.outstanding if duty.stage == stage and f"{act_id}.held" in duty.acts
    )
    told = turn.known(event.chair)
    turn.notify(
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
