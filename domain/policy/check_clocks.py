"""Timescales: is every number known or declared unknown, every grade an answer, every date one that can be set?"""

from collections.abc import Iterator

from .check_names import unknown
from .faults import Fault
from .parts import DutyRule, NamedTimescale
from .period import parse_period
from .shape import Policy

AGREEING = ("every party", "any party")


def timescale_faults(policy: Policy, name: str, timescale: NamedTimescale) -> Iterator[Fault]:
    """Yield what is wrong with a named timescale."""
    place = f"timescale {name}"
    yield from period_faults(policy, place, timescale.value)
    for grade, within in timescale.grades.items():
        yield from period_faults(policy, f"{place}, grades, {grade}", within)
    if timescale.value == "unknown" and not timescale.gap and not timescale.grades:
        yield Fault(
            place=place,
            what="it is unknown, and no gap says so",
            mend='Add gap = "…", saying what is missing and where',
        )
    yield from _grades(policy, place, timescale)
    yield from _dates(policy, place, timescale)


def _grades(policy: Policy, place: str, timescale: NamedTimescale) -> Iterator[Fault]:
    if bool(timescale.graded_by) != bool(timescale.grades):
        yield Fault(
            place=place,
            what="`graded_by` names a fact and `grades` gives a time for each of its values: one is missing",
            mend="Write both, or neither",
        )
        return
    fact = policy.facts.get(timescale.graded_by)
    if timescale.graded_by and fact is None:
        yield unknown(f"{place}, graded_by", timescale.graded_by, "fact")
    for grade in timescale.grades if fact and fact.values and not fact.other else ():
        if fact and grade not in fact.values:
            yield Fault(
                place=f"{place}, grades",
                what=f"`{grade}` is not a value of the fact `{timescale.graded_by}`",
                mend=f"Use one of: {', '.join(fact.values)}",
            )


def _dates(policy: Policy, place: str, timescale: NamedTimescale) -> Iterator[Fault]:
    for who in timescale.case_date_by:
        if who not in {*AGREEING, *policy.roles, *policy.bodies}:
            yield unknown(f"{place}, case_date_by", who, "role or body")
    if timescale.case_date_by and not timescale.case_date and timescale.value != "case date":
        yield Fault(
            place=place,
            what="it says who agrees a date, and not what such a date does",
            mend='Add case_date = "stands in", "shortens" or "replaces"',
        )


def period_faults(policy: Policy, place: str, text: str) -> Iterator[Fault]:
    """Yield what is wrong with a period, or with the timescale it names."""
    if text in policy.timescales:
        return
    try:
        period = parse_period(text)
    except ValueError as error:
        yield Fault(place=place, what=str(error), mend="Write it as one of these forms, or name a [timescale]")
        return
    if period.kind == "next meeting" and period.of not in {*policy.roles, *policy.bodies}:
        yield unknown(place, period.of, "role or body")
    if period.kind == "unknown" and not policy.gaps and not place.startswith("timescale"):
        yield Fault(
            place=place, what="it is unknown, and no gap says so", mend="Add a [[policy.gap]] that says what is missing"
        )


def counting_back_faults(policy: Policy, place: str, rule: DutyRule) -> Iterator[Fault]:
    """A time that is counted back needs a planned date to count from (rule 20)."""
    if not rule.within.endswith(" before") and not _names_one_before(policy, rule):
        return
    anchors = rule.of or rule.when
    strays = [text for text in anchors if not is_planned_date(policy, text)]
    if strays or not anchors:
        yield Fault(
            place=f"{place}, of",
            what="a time counted back starts from a planned date, and this is none"
            if strays
            else "a time counted back starts from a planned date, and none is named",
            mend='Name one, such as of = "<meeting>.date" or of = "fact.<date>"',
        )


def _names_one_before(policy: Policy, rule: DutyRule) -> bool:
    named = policy.timescales.get(rule.within)
    return named is not None and named.value.endswith(" before")


def is_planned_date(policy: Policy, text: str) -> bool:
    """Does an event name mean a date that is set ahead: a meeting's, or a fact's?"""
    thing = policy.event(text).thing
    head, _, rest = thing.partition(".")
    if head == "fact":
        return rest in policy.facts and policy.facts[rest].type == "date"
    return rest == "date" and head in policy.acts and policy.acts[head].kind == "meeting"
