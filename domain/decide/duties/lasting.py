"""Until when a duty is owed: its step, the dispute, an event its rule names, or until it is done (rule 21)."""

from datetime import datetime

from ...escalation import Duty, Escalation, Occurrence
from ...policy import DutyRule
from ..lookup import anchor, matches

KEPT = "done"
"""In `until`: the duty outlives its visit and the dispute."""


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


def dates_of(case: Escalation, duty: Duty, events: tuple[str, ...]) -> tuple[Occurrence, ...]:
    """Return which of *events* are planned dates that are known and come after the duty arose, ahead or passed.

    What is said of a date beforehand happens on the date, not when it is said.
    """
    if not events:
        return ()
    dated = (text for text in events if text != KEPT and case.policy.is_date(text))
    found = (anchor(case, text, duty.stage, duty.visit) for text in dated)
    return tuple(happened for happened in found if happened is not None and happened.at > duty.arose_at)
