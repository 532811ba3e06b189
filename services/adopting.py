"""A running case takes another edition of its policy or its calendar: first what that moves, then the message."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from domain.case.editions import digest_of
from domain.case.state import Answer, Escalation
from domain.commands import CalendarAdopted, EditionAdopted
from domain.commands.editions import Moved, preview
from domain.commands.repeats import answer_before
from domain.policy import Policy
from domain.time.calendar import Calendar
from settings import Settings

from . import case_inputs
from .command_fields import Placed, as_option
from .errors import Trouble
from .sending import actor
from .times import now


class Adoption(NamedTuple):
    """What would be adopted."""

    message: EditionAdopted | CalendarAdopted
    changes: tuple[Moved, ...]
    """What it would do to each duty; none where it was answered before."""
    before: Answer | None
    """What the same message was answered when it came before."""


def adoption(settings: Settings, case: Escalation, said: Mapping[str, Any], placed: Placed = as_option) -> Adoption:
    """Return what *said* would let a case adopt, and what that moves. Nothing is changed.

    *said* has `policy` (a name or a file) or else `calendar`, and `by`, `role`, `person`, `reason` and `id`, each empty
    where nothing was said. Under an id that the case has answered the same message is due no second look.

    Raises:
        Trouble: something is missing or cannot be used, or the case has that edition already.
        Refusal: the rules would say no, or the id was that of another message.
    """
    must_fit(said, placed)
    message = _message(settings, case, said)
    if before := answer_before(case, message):
        return Adoption(message, (), before)
    _must_be_another(case, message)
    return Adoption(message, preview(case, message, now()), None)


def must_fit(said: Mapping[str, Any], placed: Placed = as_option) -> None:
    """See that everything is said that is needed. Raises Trouble."""
    if bool(said["policy"]) == bool(said["calendar"]):
        which = f"{placed('policy')} or {placed('calendar')}"
        raise Trouble(f"Say which edition is taken: {which}, one at a time.")
    if not said["role"]:
        needed = f"{placed('by')} and {placed('role')}"
        raise Trouble(f"Say who decides it: {needed} (a seat of the partnership needs no {placed('by')}).")
    if said["policy"] and not said["reason"]:
        raise Trouble(f"Say why the case takes another edition of its policy: {placed('reason')}.")


def _message(settings: Settings, case: Escalation, said: Mapping[str, Any]) -> EditionAdopted | CalendarAdopted:
    common: dict[str, Any] = {
        "by": actor(settings, case.case, said["by"], said["role"], said["person"]),
        "reason": said["reason"],
        "seen": case.entries,
        "id": said["id"] or str(uuid4()),
    }
    if said["calendar"]:
        calendar = case_inputs.calendar(case.policy, case.opened_at, settings)
        return CalendarAdopted(**common, calendar=calendar)
    return EditionAdopted(**common, policy=case_inputs.policy(settings, said["policy"]))


def _must_be_another(case: Escalation, message: EditionAdopted | CalendarAdopted) -> None:
    new: Policy | Calendar
    if isinstance(message, CalendarAdopted):
        what, new, had = "calendar", message.calendar, digest_of(case.calendar)
    else:
        what, new, had = "edition", message.policy, digest_of(case.policy)
    if digest_of(new) == had:
        raise Trouble(f"{case.case} has this {what} already ({new.edition}): there is nothing to take.")
