"""Timescales: is every number known or declared unknown, every grade an answer, every date one that can be set?"""

from collections.abc import Iterator

from .check_names import unknown
from .faults import Fault
from .language import DutyRule, NamedTimescale
from .period import parse_period
from .shape import Policy

AGREEING = ("every party", "any party")


def timescale_faults(policy: Policy, name: str, timescale: NamedTimescale) -> Iterator[Fault]:
    """Yield what is wrong with a named timescale."""
    place = f"timescale {name}"
    unnamed = policy.but(timescales={})  # a timescale is no time for another: each holds a period of its own
    yield from period_faults(unnamed, place, timescale.value)
    for grade, within in timescale.grades.items():
        yield from period_faults(unnamed, f"{place}, grades, {grade}", within)
    if timescale.value == "unknown" and not timescale.gap and not timescale.grades:
        yield Fault(
            place=place,
            what="it is unknown, and no gap says so",
            mend='Add gap = "…", saying what is missing and where',
        )
    yield from _grades(policy, place, timescale)
    yield from _dates(policy, place, timescale)


def clock_faults(policy: Policy, place: str, rule: DutyRule) -> Iterator[Fault]:
    """Yield what is wrong with the time of a duty, and with what it runs from."""
    yield from period_faults(policy, f"{place}, within", rule.within)
    yield from _counting_back(policy, place, rule)
    yield from _prompt(policy, place, rule)
    if rule.id in policy.timescales and rule.within != rule.id:
        yield Fault(
            place=f"{place}, id",
            what=f"a timescale is called `{rule.id}` too, and a number set under that name would be set for both",
            mend="Give one of the two another name",
        )
    yield from _idle(place, rule)


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
    if fact is not None and fact.type == "date":
        yield Fault(
            place=f"{place}, graded_by",
            what=f"`{timescale.graded_by}` is a date, and a time is graded by answers in words",
            mend="Name a fact with `values`, or let the duty run `of` the date",
        )
        return
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
    if period.kind == "next meeting":
        yield from _meets(policy, place, period.of)
    if period.kind == "unknown" and not policy.gaps and not place.startswith("timescale"):
        yield Fault(
            place=place, what="it is unknown, and no gap says so", mend="Add a [[policy.gap]] that says what is missing"
        )


def _meets(policy: Policy, place: str, group: str) -> Iterator[Fault]:
    role = policy.roles.get(group)
    if role is None and group not in policy.bodies:
        yield unknown(place, group, "role or body")
    elif role is not None and not (role.of or role.meets):
        yield Fault(
            place=place,
            what=f"`{group}` is a seat that each agency has, so it never meets as one group",
            mend=f'Name a group of the partnership, or give `{group}` of = "partnership" and `meets`',
        )
    elif role is not None and not role.meets:
        yield Fault(
            place=place,
            what=f"nothing says when `{group}` meets",
            mend=f"Say with `meets` in [role.{group}] how its dates are known, and set them in `meetings`",
            severity="warning",
        )


def _counting_back(policy: Policy, place: str, rule: DutyRule) -> Iterator[Fault]:
    """A time that is counted back needs a planned date to count from (rule 20)."""
    if not any(text.endswith(" before") for text in _texts(policy, rule)):
        return
    anchors = rule.of or rule.when
    strays = [text for text in anchors if not policy.is_date(text)]
    if strays or not anchors:
        yield Fault(
            place=f"{place}, of",
            what="a time counted back starts from a planned date, and this is none"
            if strays
            else "a time counted back starts from a planned date, and none is named",
            mend='Name one, such as of = "<meeting>.date" or of = "fact.<date>"',
        )


def _prompt(policy: Policy, place: str, rule: DutyRule) -> Iterator[Fault]:
    """What is owed at once is owed when it arises: a date that lies ahead says nothing about that."""
    dates = [text for text in rule.of or rule.when if policy.is_date(text)]
    prompt = [text for text in _texts(policy, rule) if _is_prompt(text)]
    if dates and prompt:
        yield Fault(
            place=f"{place}, {'of' if rule.of else 'when'}",
            what=f"`{prompt[0]}` means when it arises, and `{dates[0]}` is a date that is planned ahead",
            mend="Write a time that counts from the date, such as `same working day` or `2 working days before`",
        )


def _idle(place: str, rule: DutyRule) -> Iterator[Fault]:
    """Yield a warning for what says where a clock starts that is not there, or chooses among fewer than two starts."""
    if rule.of and rule.within == "none":
        yield Fault(
            place=f"{place}, of",
            what="it says what a time runs from, and no time is given",
            mend="Give the time with `within`, or take `of` out",
            severity="warning",
        )
    if rule.which and len(rule.of) < 2:
        yield Fault(
            place=f"{place}, which",
            what=f"`{rule.which}` chooses among the events of `of`, and there are fewer than two",
            mend="Name both events in `of`, or take `which` out",
            severity="warning",
        )


def _texts(policy: Policy, rule: DutyRule) -> tuple[str, ...]:
    """Return every period that may hold for a rule: its own, or those of the timescale it names."""
    named = policy.timescales.get(rule.within)
    return (named.value, *named.grades.values()) if named else (rule.within,)


def _is_prompt(text: str) -> bool:
    try:
        return parse_period(text).is_prompt
    except ValueError:
        return False
