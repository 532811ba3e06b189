"""Who is speaking: a party's seat, a seat filled for the case, a seat of the partnership or its office."""

from datetime import datetime

from ..base.people import Actor, Party
from ..base.refusals import Refusal, began, listed, meant, one_of
from ..base.words import say_instant
from ..case.command import Command
from ..case.effects import Recipient
from ..case.plan import PlanVersion
from ..case.state import Escalation, Visit
from .draft import Draft
from .seats import speakers, with_stand_ins

OPERATIONS = "operations"
"""The role of the partnership's office, where it is none of the policy's own."""
OFFICE = Recipient(role=OPERATIONS, title="partnership's office")
FLAG = "same-person-at"


def party_of(case: Escalation, by: Actor) -> Party | None:
    """Return the party an actor speaks for, or None for an outsider (a chair, a sub-group).

    Raises:
        Refusal: the agency sits on both sides and the actor did not say which.
    """
    theirs = [party for party in case.parties if by.agency in {party.id, party.agency}]
    exact = [party for party in theirs if party.id == by.agency]
    if exact:
        return exact[0]
    if len(theirs) > 1 and by.role in case.seats:
        return None  # a supporter within one agency speaks for neither side
    if len(theirs) > 1:
        raise Refusal(
            "unknown", f"{by.agency} is on both sides of this case: say {listed([p.id for p in theirs], 'or')}."
        )
    return theirs[0] if theirs else None


def must_be_known(case: Escalation, by: Actor, *, anyone: bool = False) -> Party | None:
    """Return the party, having made sure that the role and the agency have a place in this case.

    With *anyone* an agency that is no party may speak too.
    """
    if by.role not in case.policy.roles and by.role not in case.policy.bodies:
        known = listed(sorted(speakers(case)), "or")
        near = meant(by.role, speakers(case)) if by.role else ""
        said = by.role or "No role"
        raise Refusal("unknown", f"{said} is not a role of this policy: say who you are as {known}.{near}")
    party = party_of(case, by)
    if party is None and not (anyone or is_seated(case, by) or _owes(case, by)):
        agencies = listed([p.id for p in case.parties])
        near = meant(by.agency, [p.id for p in case.parties]) if by.agency else ""
        said = by.agency or "No agency"
        raise Refusal("wrong side", f"{said} is no party to this case: its parties are {agencies}.{near}")
    seat = case.seats.get(by.role)
    said = party.agency if party else by.agency
    if seat is not None and said and said != seat.agency:
        title = case.policy.role_title(by.role)
        raise Refusal("wrong side", f"The {title} of this case is from {seat.agency}, not from {by.agency}.")
    return party


def _owes(case: Escalation, by: Actor) -> bool:
    return bool(by.agency) and any(duty.party == by.agency for duty in case.outstanding)


def is_seated(case: Escalation, by: Actor) -> bool:
    """Does a non-party speak from a seat: the partnership's own, one filled for this case, or a place in a body?"""
    if by.role in case.policy.bodies or by.role in case.seats:
        return True
    role = case.policy.roles[by.role]
    return role.of == "partnership" or bool(role.chosen_by) or _sits(case, by)


def _sits(case: Escalation, by: Actor) -> bool:
    seated = (one for body in case.bodies.values() for one in body)
    return any((one.role, one.agency) == (by.role, by.agency) for one in seated)


def must_have_role(case: Escalation, by: Actor, roles: tuple[str, ...], what: str) -> None:
    """Refuse an actor whose role may not do *what* (L21)."""
    if roles and by.role not in with_stand_ins(case, roles, by.agency):
        titles = listed([f"{case.policy.role_title(role)} ({role})" for role in roles], "or")
        raise Refusal(
            "wrong role",
            f"{began(one_of(case.policy.role_title(by.role)))} cannot record {what} here: it is for the {titles}.",
        )


def event_time(case: Escalation, command: Command, now: datetime) -> datetime:
    """Return when it happened; a time in the future is refused (rule 3)."""
    at = command.at or now
    if at > now:
        raise Refusal(
            "time",
            f"{say_instant(at, case.policy.zone)} lies in the future: record a thing once it has happened. "
            "(A meeting's date or an action's date is planned, and goes in its own place.)",
        )
    if case.day_of(at) < case.calendar.covers_from:
        raise Refusal(
            "time", f"{say_instant(at, case.policy.zone)} lies before the calendar of this case begins: check the year."
        )
    return at


def must_have_seen(plan: PlanVersion | None, command: Command) -> None:
    """Refuse a word about the plan of a sender who looked before that version of it was proposed (rule 41)."""
    if plan and command.seen is not None and plan.entry > command.seen:
        raise Refusal(
            "stale",
            f"Since you last looked, version {plan.version} of the plan was proposed (entry {plan.entry}). "
            "Read it, then record what fits: confirm it, or propose your change to it.",
        )


def must_have_seen_agreed(case: Escalation, command: Command) -> None:
    """Refuse a word about an action or issue by its number, of a sender who looked before that plan (rule 41)."""
    must_have_seen(case.agreed_plan, command)


def must_be_fresh(case: Escalation, command: Command, visits: list[Visit]) -> None:
    """Refuse a message whose stage was left after its sender last looked (rule 41)."""
    if command.seen is None:
        return
    for visit in visits:
        if visit.left_at is not None and visit.left_by_entry > command.seen:
            stage = case.policy.stage(visit.stage)
            where = listed([case.policy.stage(v.stage).title for v in case.open_visits]) or "ended"
            raise Refusal(
                "stale",
                f"Since you last looked, {stage.title} was left on {say_instant(visit.left_at, case.policy.zone)} "
                f"with the outcome {visit.outcome.replace('-', ' ')} (entry {visit.left_by_entry}). "
                f"The case is now at: {where}. Look again, then record what fits.",
            )


def is_operations(case: Escalation, command: Command) -> bool:
    """Does the partnership's office speak in its own name?"""
    return command.by.role == OPERATIONS and OPERATIONS not in case.policy.roles


def known_or_operations(case: Escalation, command: Command) -> Party | None:
    """Return the party that speaks, or None for the office or a seat of the partnership.

    Raises:
        Refusal: the office does not say which of its people it is, or the speaker has no place in this case.
    """
    if not is_operations(case, command):
        return must_be_known(case, command.by)
    if not command.by.person.strip() and not command.recorded_by.strip():
        raise Refusal("missing", "Say which person of the office enters it, as the person or as `recorded_by`.")
    return None


def must_be_operations(case: Escalation, command: Command, what: str, otherwise: str) -> None:
    """Refuse *what* where it is not a person of the partnership's office who says it; *otherwise* says who may what."""
    if not is_operations(case, command):
        raise Refusal("wrong role", f"Only the partnership's office {what}: speak as `operations`. {otherwise}")
    known_or_operations(case, command)


def say_who(draft: Draft, command: Command) -> str:
    """Say who spoke as a notice may: a role and agency of the case, or the office."""
    return "the partnership's office" if is_operations(draft.case, command) else str(draft.known(command.by))


def flag_same_person(draft: Draft, by: Actor, stage: str) -> None:
    """Flag, on the entry just made and to its sender, that this person acted at an earlier step too (rule 40).

    Once for each step.
    """
    if not by.person.strip() or not stage or draft.case.policy.stage(stage).strand != "dispute":
        return
    earlier = draft.case.hands.get(by.person, ())
    if stage in earlier:
        return
    if earlier:
        titles = listed([draft.case.policy.stage(step).title for step in earlier])
        draft.warnings.append(
            f"The same person has acted at {titles} before. That is allowed, and the record shows it."
        )
        for step in earlier:
            draft.note(FLAG, step)
    draft.change(hands={**draft.case.hands, by.person: (*earlier, stage)})
