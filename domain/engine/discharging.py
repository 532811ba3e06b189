"""Discharging: until when a duty is owed, by what it is done, in time or late, and when it is let go."""

from collections.abc import Iterator
from datetime import datetime

from ..base.identities import OpenIssue
from ..case.happened import anchor, matches
from ..case.state import Duty, Escalation, Happened
from ..policy import DutyRule
from ..policy.event_names import KEPT
from ..policy.event_words import thing_words
from .draft import Draft
from .seats import delegation_of, fills, those_alerted

OVER = "its time to be done has ended"
LEFT = "its step was left"
ENDED = "the dispute ended"
CLOSED = "the case was closed"
VOIDED = "voided"
"""What happens when a case is voided: every duty of it is let go."""
OPENED_IN_ERROR = "the case was voided: it had been opened in error"
WITHDRAWN = frozenset({"alert-withdrawn"})


def replaced_by(version: int) -> str:
    """Say why the actions of an agreed plan lapse when another version is agreed."""
    return f"version {version} of the plan took its place"


def is_over(case: Escalation, rule: DutyRule, stage: str, visit: int) -> bool:
    """Is it too late for a duty of this rule to arise, in a visit or (empty stage) for the whole case?"""
    if KEPT in rule.until:
        return False
    if not stage:
        return case.ended is not None
    return not any((v.stage, v.number) == (stage, visit) for v in case.open_visits)


def still_owed(case: Escalation, duty: Duty, now: datetime) -> bool:
    """Is there still time at *now* for a duty whose discharge was taken back, or is that over (rule 21)?"""
    rule = case.rule_of(duty)
    if rule is None or KEPT in rule.until:
        return True
    ends = [case.policy.event(text) for text in rule.until]
    if any(end.at <= now for end in dates_of(case, duty, rule.until)):
        return False
    later = [happened for happened in case.occurrences if happened.entry > duty.trigger and happened.at <= now]
    if any(matches(event, happened, duty.stage, duty.visit) for event in ends for happened in later):
        return False
    if not duty.stage:
        return bool(ends) or case.ended is None
    return any(visit.has(duty) for visit in case.open_visits)


def dates_of(case: Escalation, duty: Duty, events: tuple[str, ...]) -> tuple[Happened, ...]:
    """Return which of *events* are planned dates that are known and come after the duty arose, ahead or passed.

    What is said of a date beforehand happens on the date, not when it is said.
    """
    if not events:
        return ()
    dated = (text for text in events if text != KEPT and case.policy.is_date(text))
    found = (anchor(case, text, duty.stage, duty.visit) for text in dated)
    return tuple(happened for happened in found if happened is not None and happened.at > duty.arose_at)


def answers(draft: Draft, duty: Duty, happened: Happened) -> bool:
    """Does what happened, by whoever did it, discharge the duty?"""
    if duty.is_outstanding and _is_settled(draft, duty, happened):
        return True
    if happened.names[0] not in duty.acts or not _may_still(draft, duty, happened):
        return False
    if duty.action and duty.action != happened.action:
        return False
    if isinstance(duty.origin, OpenIssue) and duty.origin.issue != happened.issue:
        return False
    if duty.stage and not (duty.is_at(happened) or _outlived(draft, duty, happened)):
        return False
    if not duty.stage and happened.at < duty.arose_at:
        return False
    if duty.party:
        return happened.party == duty.party
    if duty.by == "together" and happened.party and happened.names[0].partition(".")[2] != "date-set":
        return all(party in {happened.party, *happened.others} for party in _in_the_case(draft.case, happened))
    if duty.by in draft.case.policy.roles or duty.by in draft.case.policy.bodies:
        by = happened.by
        return by is not None and (
            fills(draft.case, by, duty.by) or delegation_of(draft.case, duty, by, happened.at) is not None
        )
    return True


def _in_the_case(case: Escalation, happened: Happened) -> Iterator[str]:
    """Yield the parties without those that have joined since."""
    joined = {o.party: o.entry for o in case.occurrences if "party.joined" in o.names}
    yield from (party.id for party in case.parties if joined.get(party.id, 0) <= happened.entry)


def _outlived(draft: Draft, duty: Duty, happened: Happened) -> bool:
    """Was an act of no step done for a duty that has outlived its own? One letter may answer two duties (rule 13)."""
    left = any(visit.has(duty) and not visit.is_open for visit in draft.case.visits)
    return not happened.stage and left and happened.at >= duty.arose_at


def _is_settled(draft: Draft, duty: Duty, happened: Happened) -> bool:
    """Is it an event that the rule takes for the act: `done_by`, such as the opening of the next stage?

    An event that is one party's own settles that party's duty alone; one that is nobody's settles everybody's.
    """
    rule = draft.case.rule_of(duty)
    if rule is None or not duty.arose_at <= happened.at <= draft.now:  # a planned date happens on the date
        return False
    if happened.entry == duty.trigger and "case.opened" not in happened.names:  # which facts said with it precede
        return False
    if duty.party and happened.party and duty.party != happened.party:
        return False
    events = (draft.case.policy.event(text) for text in rule.done_by)
    return any(matches(event, happened, duty.stage, duty.visit) for event in events)


def _may_still(draft: Draft, duty: Duty, happened: Happened) -> bool:
    """An act entered for a visit already left re-judges the duties that lapsed with it (rule 30)."""
    if duty.is_outstanding:
        return True
    if duty.state != "lapsed" or not duty.stage:
        return False
    left = next((visit.left_at for visit in draft.case.visits if visit.has(duty)), None)
    return left is not None and happened.at <= left


def done(draft: Draft, duty: Duty, happened: Happened) -> None:
    """Mark a duty done, in time or late; stop its alert and tell those alerted, once (rules 6 and 7)."""
    finished = duty.but(state="done", done_at=happened.at, done_entry=happened.entry, ended_because="")
    draft.put_duty(finished)
    draft.note("done", duty.id, happened.entry)
    if duty.overdue_at is None:
        return
    if finished.was_late:
        tell_alerted(draft, finished, "It was done late, and that stays on the record.")
    else:
        withdraw(draft, finished, "done in time, entered late")
        tell_alerted(draft, finished, "It was done in time and entered late.")


def undone(duty: Duty) -> Duty:
    """Return a duty whose end does not stand as outstanding; it stays late where it was."""
    again = duty.but(done_at=None, done_entry=0, state="outstanding", ended_because="", acknowledged_until=None)
    if duty.state == "done" and not duty.was_late:  # an overdue entry that it had was withdrawn: it needs a new one
        return again.but(overdue_at=None, overdue_entry=0)
    return again


def withdraw(draft: Draft, duty: Duty, because: str) -> None:
    """Enter that a duty was not overdue after all; the overdue entry stays, what sprang from it lapses (rule 6)."""
    draft.enter("overdue-withdrawn", draft.now, duty=duty.id, what=draft.title_of(duty), because=because)
    for sprung in draft.case.outstanding:
        if sprung.trigger == duty.overdue_entry:
            lapse(draft, sprung, "the duty it sprang from was not overdue")


def tell_alerted(draft: Draft, duty: Duty, fact: str) -> None:
    if duty.alerted:
        for seat in those_alerted(draft.case):
            if not draft.tell_also(seat, (draft.owed(duty),), WITHDRAWN):
                draft.notify("alert-withdrawn", (seat,), owed=(draft.owed(duty),), fact=fact)


def lapse(draft: Draft, duty: Duty, because: str) -> None:
    """Let an undone duty go; it is counted as not done (rule 21)."""
    lapsed = duty.but(state="lapsed", ended_because=because)
    draft.put_duty(lapsed)
    draft.note("lapsed", duty.id)
    if duty.is_overdue:
        tell_alerted(draft, lapsed, f"It is not owed any more, and counts as not done: {because}.")


def ends_step_of(case: Escalation, duty: Duty, happened: Happened) -> str:
    """Say why a duty is let go with its step that is left, with the dispute, or with the case; else nothing."""
    if not duty.is_outstanding:
        return ""
    if VOIDED in happened.names:
        return OPENED_IN_ERROR
    rule = case.rule_of(duty)
    if "left" in happened.names and duty.stage and duty.is_at(happened):
        return "" if rule and KEPT in rule.until else LEFT
    if "ended" in happened.names and not duty.stage and rule is not None and not rule.until:
        return ENDED
    return ""


def ends_until(case: Escalation, duty: Duty, happened: Happened, now: datetime) -> str:
    """Say why a duty is let go by an event until which it is owed; empty where it is not.

    A planned date that lies ahead ends it when it has come.
    """
    if not duty.is_outstanding:
        return ""
    rule = case.rule_of(duty)
    ends = [text for text in rule.until if text != KEPT] if rule and happened.at <= now else []
    return OVER if any(matches(case.policy.event(text), happened, duty.stage, duty.visit) for text in ends) else ""


def next_date(case: Escalation, duty: Duty) -> datetime | None:
    """Return the planned date, known by now, with which a duty lapses or counts as done; None where there is none."""
    return min((end.at for end in _ends(case, duty)), default=None)


def dates_come(draft: Draft, moment: datetime) -> None:
    """Let what was owed until a planned date lapse once it has come, and count as done what such a date does."""
    come = [(duty, end) for duty in draft.case.outstanding for end in _ends(draft.case, duty) if end.at <= moment]
    entries: dict[str, int] = {}
    for duty, end in come:
        name = end.names[0]
        if name not in entries:
            entries[name] = draft.enter(
                "date-reached", end.at, event=name, what=thing_words(draft.case.policy, name, "")
            )
        rule = draft.case.rule_of(duty)
        if rule is not None and end in dates_of(draft.case, duty, rule.done_by):
            done(draft, duty, end.but(entry=entries[name]))
        else:
            lapse(draft, duty, OVER)


def _ends(case: Escalation, duty: Duty) -> tuple[Happened, ...]:
    rule = case.rule_of(duty)
    return dates_of(case, duty, (*rule.until, *rule.done_by)) if rule and (rule.until or rule.done_by) else ()
