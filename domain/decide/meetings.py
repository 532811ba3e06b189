"""Meetings: the date, the independent chair, who sat there."""

from ..effects import Recipient
from ..escalation import Escalation
from ..events import ActDone
from ..people import Actor, Party
from ..policy import Act
from ..refusals import Refusal, listed
from ..spoken import say_instant
from .turn import Turn


def must_be_dated(turn: Turn, event: ActDone) -> None:
    """Refuse a date that is missing or already past. The duty is to set the date, not to meet (L36, rule 19)."""
    if event.date is None:
        raise Refusal("missing", "Say for when the meeting is set, with its date and time.")
    if event.date <= turn.now:
        raise Refusal(
            "time", f"{say_instant(event.date, turn.case.policy.zone)} has passed: a meeting is set for a time ahead."
        )


def seat_chair(turn: Turn, event: ActDone, act: Act, stage: str) -> None:
    """Fill the chair's seat for this case and tell them (L31). Without a chair named, the seat stays as it is."""
    if event.chair is None or not act.chair:
        return
    case = turn.case
    _must_be_independent(case, event.chair, act.chair, event.fields.get("override-reason", ""))
    chair = Actor(agency=event.chair.agency, role=act.chair, person=event.chair.person)
    turn.change(seats={**case.seats, act.chair: chair})
    title = case.policy.role_title(act.chair)
    duties = tuple(
        turn.owed(duty)
        for duty in turn.case.outstanding
        if duty.stage == stage and f"{_id(turn, act)}.held" in duty.acts
    )
    turn.notify(
        "chair",
        (Recipient(role=event.chair.role or act.chair, title=title, agency=chair.agency),),
        step=case.policy.stage(stage).title if stage else "",
        fact=f"The meeting is set for {say_instant(event.date, case.policy.zone)}." if event.date else "",
        owed=duties,
    )


def _id(turn: Turn, act: Act) -> str:
    return next(name for name, known in turn.case.policy.acts.items() if known == act)


def must_be_held(turn: Turn, event: ActDone, act: Act, name: str, party: Party | None) -> None:
    """Refuse a meeting without its chair or, unexplained, without a party; and minutes of a meeting never held."""
    case = turn.case
    act_id, _, aspect = name.partition(".")
    if aspect == "minutes" and not any(f"{act_id}.held" in happened.names for happened in case.occurrences):
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


def _must_be_independent(case: Escalation, chair: Actor, seat: str, override: str) -> None:
    role = case.policy.roles[seat]
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
