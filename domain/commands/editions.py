"""A running case takes another edition of its policy or its calendar, by an event that says what it moves (51, 52)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from ..base.identities import FormerRule
from ..base.refusals import Refusal, listed
from ..base.value import Instant, Value
from ..case.command import Command, Words
from ..case.editions import calendar_edition, digest, policy_edition
from ..case.state import Answer, Duty, Escalation
from ..engine.consents import everyone
from ..engine.discharging import lapse
from ..engine.draft import Draft, owner_of, title_of
from ..engine.fitting import Fit, fit, fitted
from ..engine.moments import pass_moments
from ..engine.pauses import go_on_after_step, stop_for_step
from ..engine.recompute import recompute, take_better_starts
from ..engine.retroactive import raise_retroactively
from ..engine.senders import event_time, known_or_operations, say_who
from ..engine.stages import choose_track
from ..policy import Policy, check_policy
from ..policy.shape import applies
from ..time.calendar import Calendar
from .endings import last_left

BY_EDITION = "by edition: the one adopted does not ask for it"
ANOTHER_EDITION = "another edition was adopted"


class EditionAdopted(Command):
    """From now on another edition of the policy holds."""

    kind: Literal["adopt"] = "adopt"
    policy: Policy
    reason: Words


class CalendarAdopted(Command):
    """From now on another edition of the calendar holds, for deadlines still ahead."""

    kind: Literal["adopt-calendar"] = "adopt-calendar"
    calendar: Calendar
    reason: Words = ""


class Moved(Value):
    """One duty to which something happens."""

    duty: int
    what: str
    by: str
    how: Literal["moved", "lapsed", "arose"]
    before: Instant | None = None
    """When it was due; None where it had no time, or did not exist."""
    after: Instant | None = None
    """When it is due from now on; None where it has no time, or lapsed."""


def moved_between(before: Escalation, after: Escalation) -> tuple[Moved, ...]:
    """Compare the deadlines that were owed with those that are, in order of the duties' numbers."""
    return tuple(_moved(before, after))


def _moved(before: Escalation, after: Escalation) -> Iterator[Moved]:
    for duty in after.duties:
        said = {"duty": duty.id, "what": title_of(after, duty), "by": owner_of(after, duty)}
        if duty.id > len(before.duties):
            if duty.is_outstanding:
                yield Moved(**said, how="arose", after=duty.due)
            continue
        old = before.duties[duty.id - 1]
        if old.is_outstanding and not duty.is_outstanding:
            yield Moved(**said, how="lapsed", before=old.due)
        elif old.is_outstanding and (old.due or old.held_due) != (duty.due or duty.held_due):
            yield Moved(**said, how="moved", before=old.due or old.held_due, after=duty.due or duty.held_due)


def edition_adopted(draft: Draft, event: EditionAdopted) -> Answer:
    """Let another edition of the policy hold: undone duties are reckoned again from where they ran (rule 51).

    What was done or is late is judged by the edition of its time. New duties arise for visits that are open.
    """
    case, new = draft.case, event.policy
    known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    _must_be_next(case.policy, new)
    if not event.reason.strip():
        raise Refusal(
            "missing", "Say why the case takes another edition: it is on the record, and the parties may ask."
        )
    fits = fit(case.policy, new)
    _must_go_on_somewhere(case, new, fits)
    old = case.policy.edition_in_full
    entry = draft.enter_command(
        "edition-adopted",
        at,
        event,
        before=old,
        after=new.edition_in_full,
        editions={"policy": digest(policy_edition(new))},
    )
    draft.change(duties=tuple(_judged(duty, f"edition {old}") for duty in case.duties))
    draft.change(**_changed(fitted(draft.case, new, fits)))
    draft.change(track=_track(draft.case))
    _let_go(draft)
    recompute(draft, ANOTHER_EDITION)
    take_better_starts(draft)
    for key in new.rules:
        raise_retroactively(draft, key)
    stop_for_step(draft)
    go_on_after_step(draft)
    moved = _say_moved(draft, case, "another edition of the policy", say_who(draft, event))
    return Answer(sentence=f"The case runs under edition {new.edition_in_full} now, before {old}. {moved}", entry=entry)


def calendar_adopted(draft: Draft, event: CalendarAdopted) -> Answer:
    """Let another edition of the calendar hold: only deadlines still ahead move (rule 52)."""
    case, new = draft.case, event.calendar
    known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    if new.nation != case.calendar.nation:
        raise Refusal(
            "not allowed", f"This case counts the days of {case.calendar.nation}: give a calendar of that nation."
        )
    if new == case.calendar:
        raise Refusal("not allowed", f"The case counts by edition {new.edition} already: there is nothing to adopt.")
    if new.covers_from > case.day_of(case.opened_at) or new.covers_to < case.day_of(draft.now):
        raise Refusal("not allowed", f"Edition {new.edition} does not cover the time of this case: give one that does.")
    entry = draft.enter_command(
        "calendar-adopted",
        at,
        event,
        before=case.calendar.edition,
        after=new.edition,
        editions={"calendar": digest(calendar_edition(new))},
    )
    draft.change(calendar=new, duties=tuple(_judged(duty, f"calendar {case.calendar.edition}") for duty in case.duties))
    recompute(draft, ANOTHER_EDITION, lambda duty: duty.due is None or duty.due > draft.now)
    _must_reach_as_far(case, draft.case)
    moved = _say_moved(draft, case, "another edition of the calendar", say_who(draft, event))
    return Answer(
        sentence=f"The case counts by {new.edition} now, before {case.calendar.edition}. {moved}", entry=entry
    )


def preview(case: Escalation, event: EditionAdopted | CalendarAdopted, now: datetime) -> tuple[Moved, ...]:
    """Return what adopting an edition at *now* (aware) would do to the deadlines of a case. Changes nothing.

    Raises:
        Refusal: it would be refused, for this reason.
    """
    draft = Draft(case, now)
    pass_moments(draft, inclusive=False)
    before = draft.case
    if isinstance(event, EditionAdopted):
        edition_adopted(draft, event)
    else:
        calendar_adopted(draft, event)
    return moved_between(before, draft.case)


def _must_be_next(old: Policy, new: Policy) -> None:
    if new.id != old.id:
        raise Refusal(
            "not allowed",
            f"This case runs under {old.id}, and {new.id} is another policy: a new case may be opened under it.",
        )
    if new.edition_in_full == old.edition_in_full and policy_edition(new) != policy_edition(old):
        raise Refusal(
            "not allowed",
            f"The case runs under edition {old.edition_in_full}, and the file says something else under the same name: "
            "give the file a new `edition`, and adopt that.",
        )
    if new.edition_in_full == old.edition_in_full:
        raise Refusal(
            "not allowed", f"The case runs under edition {old.edition_in_full} already: there is nothing to adopt."
        )
    if new.nation != old.nation:
        raise Refusal(
            "not allowed", f"This case counts the days of {old.nation}, and the edition those of {new.nation}."
        )
    fault = next((fault for fault in check_policy(new) if fault.severity == "fault"), None)
    if fault is not None:
        raise Refusal("not allowed", f"The new edition has a fault, so nothing is adopted. {fault}.")


def _must_go_on_somewhere(case: Escalation, new: Policy, fits: Fit) -> None:
    """Refuse an edition without a step at which the case is, or would be once reopened; or in which two become one."""
    needed = [visit.stage for visit in case.open_visits] + ([last_left(case)] if case.ended else [])
    missing = [case.policy.stage(stage).title for stage in dict.fromkeys(needed) if stage not in fits.stages]
    if missing:
        raise Refusal(
            "not allowed",
            f"The new edition has no step for: {listed(missing)}. "
            "Let its file say with `was` which step that is now, or adopt it once the case has left it.",
        )
    now = [fits.stages[visit.stage] for visit in case.open_visits]
    doubled = [new.stage(stage).title for stage in dict.fromkeys(now) if now.count(stage) > 1]
    if doubled:
        raise Refusal(
            "not allowed",
            f"Two steps that are open would become one: {listed(doubled)}. Adopt it once the case has left one.",
        )


def _must_reach_as_far(before: Escalation, after: Escalation) -> None:
    for duty in after.outstanding:
        old = before.duties[duty.id - 1]
        if old.due is not None and duty.due is None and duty.held_at is None:
            raise Refusal(
                "not allowed",
                f"{after.calendar.edition} does not reach as far as the deadlines of this case: give one that does.",
            )


def _judged(duty: Duty, edition: str) -> Duty:
    """Return the duty, marked with the edition by which it was judged, where it is done or late."""
    judged = duty.state == "done" or duty.overdue_at is not None
    return duty.but(under=edition) if judged and not duty.under else duty


def _changed(case: Escalation) -> dict[str, object]:
    return {name: getattr(case, name) for name in type(case).model_fields}


def _track(case: Escalation) -> str:
    """Return the route on which the case goes on: its own if the edition has it, else one that has its open steps."""
    policy = case.policy
    if any(track.id == case.track for track in policy.tracks):
        return case.track
    steps = {visit.stage for visit in case.open_visits if policy.stage(visit.stage).strand == "dispute"}
    try:
        chosen = choose_track(policy, case.facts)
    except Refusal:
        chosen = policy.tracks[0]
    fitting = [track for track in (chosen, *policy.tracks) if steps <= set(track.stages)]
    return (fitting or [chosen])[0].id


def _let_go(draft: Draft) -> None:
    """Let go what the edition does not ask for; what is late too, for nobody owes it any more."""
    for duty in draft.case.outstanding:
        rule = draft.case.rule_of(duty)
        if isinstance(duty.origin, FormerRule) or (rule and not applies(draft.case.facts, rule.if_, rule.unless)):
            lapse(draft, duty, BY_EDITION)


def _say_moved(draft: Draft, before: Escalation, what: str, by: str) -> str:
    """Put what moved into the entry, tell everybody, and say how much it is."""
    moved = moved_between(before, draft.case)
    for one in moved:
        draft.note("moved", one.model_dump(mode="json", exclude_defaults=True))
    draft.notify("times-changed", everyone(draft), fact=what, by=by)
    counted = {how: sum(1 for one in moved if one.how == how) for how in ("moved", "lapsed", "arose")}
    return f"Deadlines moved: {counted['moved']}; lapsed: {counted['lapsed']}; new: {counted['arose']}."
