"""Timescales: which number or date holds for a rule in this case.

The policy's own number comes first, graded by the case's facts; then one that was set locally; then a date agreed for
this case, which stands in, shortens or replaces as the policy says (rule 17).
"""

from datetime import datetime
from typing import NamedTuple

from ...escalation import Escalation
from ...identities import Origin
from ...policy import DutyRule, Period, Policy, parse_period
from ...policy.parts import NamedTimescale

UNKNOWN_WORD, CASE_DATE = "unknown", "case date"
AGREED = "agreed for this case"
UNKNOWN = "set locally – not yet known"


class Timescale(NamedTuple):
    """What holds for one rule in one case."""

    name: str
    """By which it is filled and dated."""
    period: Period
    whose: str
    """Whose number it is, where it is not the policy's."""
    grade: str
    """The fact and its answer that chose the number, such as `urgency: high`; empty where none did."""
    date: datetime | None
    """Agreed for this case."""
    case_date: str
    """What that date does: `stands in`, `shortens` or `replaces`."""
    indicative: bool
    waits: str
    """What it waits for while there is neither number nor date."""


def resolved(case: Escalation, rule: DutyRule, key: Origin) -> Timescale:
    """Return the timescale of a rule, known in its policy as *key*, as it now holds for the case."""
    name, named = named_by(case.policy, rule, key)
    text, grade = _graded(case, named) if named else (rule.within, "")
    period, whose = parse_period(text), ""
    filled = case.filled.get(name)
    if period.kind == UNKNOWN_WORD and filled is not None:
        period, whose = parse_period(filled.within), f"set locally by {filled.whose}"
    return Timescale(
        name=name,
        period=period,
        whose=whose,
        grade=grade,
        date=case.case_dates.get(name),
        case_date=(named.case_date if named else "") or "stands in",
        indicative=rule.indicative or (named is not None and named.indicative),
        waits=_waits(case, named, period),
    )


def named_by(policy: Policy, rule: DutyRule, key: Origin) -> tuple[str, NamedTimescale | None]:
    """Return the name under which a rule's number is set, and its timescale where the policy has one of that name."""
    named = policy.timescales.get(rule.within)
    return (rule.within, named) if named else (rule.id or str(key), None)


def rules_of(policy: Policy, name: str) -> tuple[DutyRule, ...]:
    """Return the rules whose number goes by *name*."""
    return tuple(rule for key, rule in policy.rules.items() if named_by(policy, rule, key)[0] == name)


def texts_of(policy: Policy, name: str) -> tuple[str, ...]:
    """Return every period that the policy gives under *name*; none where it has no such timescale and no such rule."""
    named = policy.timescales.get(name)
    if named is not None:
        return tuple(dict.fromkeys((*([] if _always_graded(policy, named) else [named.value]), *named.grades.values())))
    return tuple(dict.fromkeys(rule.within for rule in rules_of(policy, name) if rule.within not in policy.timescales))


def may_be_filled(policy: Policy, name: str) -> bool:
    """Is it a number that the policy leaves unknown?"""
    return UNKNOWN_WORD in texts_of(policy, name)


def may_be_dated(policy: Policy, name: str) -> bool:
    """Does the policy leave it to a date agreed for the case?"""
    named = policy.timescales.get(name)
    return (named is not None and bool(named.case_date)) or CASE_DATE in texts_of(policy, name)


def set_for_cases(policy: Policy) -> tuple[str, ...]:
    """Return the names of every number that is set locally or agreed for a case."""
    names = [*policy.timescales, *(named_by(policy, rule, key)[0] for key, rule in policy.rules.items())]
    return tuple(name for name in dict.fromkeys(names) if may_be_filled(policy, name) or may_be_dated(policy, name))


def _graded(case: Escalation, named: NamedTimescale) -> tuple[str, str]:
    answer = case.facts.get(named.graded_by, "") if named.graded_by else ""
    if answer in named.grades:
        return named.grades[answer], f"{named.graded_by}: {answer}"
    return named.value, ""


def _waits(case: Escalation, named: NamedTimescale | None, period: Period) -> str:
    if period.kind == CASE_DATE:
        return "a date agreed for this case – not yet agreed"
    if named is not None and _always_graded(case.policy, named) and not case.facts.get(named.graded_by):
        return f"the answer to `{named.graded_by}`"
    return UNKNOWN


def _always_graded(policy: Policy, named: NamedTimescale) -> bool:
    """Does every answer have its grade, so that what stands under `is` only holds until there is an answer?"""
    fact = policy.facts.get(named.graded_by)
    return fact is not None and bool(fact.values) and not fact.other and set(fact.values) <= set(named.grades)
