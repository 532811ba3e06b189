"""Numbers that the policy leaves unknown: set locally, by a named person, with whose number it is (rule 17)."""

from ...clock_settings import Filled
from ...escalation import Answer, Escalation
from ...events import NumberFilled
from ...local import Local
from ...policy import Period, Policy, parse_period
from ...refusals import Refusal, listed, meant
from ...spoken import say_due
from ..people.consents import everyone
from ..people.operations import known_or_operations, say_who
from ..people.senders import event_time
from ..turn import Turn
from .reckoning import anchors, reckon, same_start
from .rewinding import rereckon
from .timescales import may_be_filled, named_by, rules_of, set_for_cases, texts_of


def number_filled(turn: Turn, event: NumberFilled) -> Answer:
    """Set a number; clocks that waited for it run from their true anchors, and are late from now at the earliest."""
    case = turn.case
    party = known_or_operations(case, event)
    at = event_time(case, event, turn.now)
    must_be_timescale(case, event.timescale)
    if not may_be_filled(case.policy, event.timescale):
        said = listed([f"`{text}`" for text in texts_of(case.policy, event.timescale)], "or")
        raise Refusal("not allowed", f"{event.timescale} is {said} by the policy: only what it leaves unknown is set.")
    period = _must_be_number(event.within)
    _must_count_back_from_a_date(case.policy, event.timescale, period)
    if not event.whose.strip():
        raise Refusal("missing", "Say whose number it is: the body or the document that set it.")
    filled = Filled(within=event.within, whose=event.whose, entry=turn.entry + 1)
    if party is not None:
        _must_not_put_off(turn, event.timescale, filled)
    number = turn.enter_said("number-filled", at, event, timescale=event.timescale, within=event.within)
    turn.change(filled={**turn.case.filled, event.timescale: filled})
    rereckon(turn, "its number was set locally")
    turn.notify("times-changed", everyone(turn), fact=_fact(case.policy, event), by=say_who(turn, event))
    return Answer(sentence=f"Set locally: {event.timescale} is {event.within}, by {event.whose}.", entry=number)


def prefilled(local: Local, policy: Policy) -> dict[str, Filled]:
    """Return the numbers that an installation's settings give for what a policy leaves unknown."""
    return {
        name: Filled(within=number.within, whose=number.whose)
        for name, number in local.numbers.items()
        if may_be_filled(policy, name) and _fits(policy, name, parse_period(number.within))
    }


def must_be_timescale(case: Escalation, name: str) -> None:
    """Refuse a name under which this policy sets nothing; the sentence lists those that can be set."""
    if texts_of(case.policy, name):
        return
    known = set_for_cases(case.policy)
    mend = f"those that can be set are {listed(list(known))}" if known else "it leaves none to be set"
    raise Refusal("unknown", f"{name!r} is no timescale of this policy: {mend}.{meant(name, known)}")


def _must_be_number(text: str) -> Period:
    try:
        period = parse_period(text)
    except ValueError as error:
        raise Refusal("unknown", f"This cannot be set: {error}.") from None
    if not period.is_counted:
        raise Refusal("not allowed", f"`{period.kind}` is no number: set hours or days, such as `5 working days`.")
    return period


def _must_not_put_off(turn: Turn, name: str, filled: Filled) -> None:
    """Refuse one side's number that puts off what a number set before, or a date agreed, gave to the other side."""
    case = turn.case
    before, date = case.filled.get(name), case.case_dates.get(name)
    longer = case.but(filled={**case.filled, name: filled})
    for duty in case.outstanding:
        rule = case.rule_of(duty)
        if rule is None or duty.under or named_by(case.policy, rule, duty.origin)[0] != name:
            continue
        begins = same_start(case, rule, duty)
        old, new = (reckon(one, rule, duty, turn.now, begins).due for one in (case, longer))
        if old and new and new > old:
            held = f"{before.within} by {before.whose}" if before else ""
            if date is not None and date == old:
                held = say_due(date, case.policy.zone)
            raise Refusal(
                "wrong side",
                f"It is set already, {held}, and one side alone does not make it longer: "
                "the partnership's office sets it anew.",
            )


def _must_count_back_from_a_date(policy: Policy, name: str, period: Period) -> None:
    if not _fits(policy, name, period):
        raise Refusal("not allowed", f"{name} runs from no planned date, so nothing counts back: leave out `before`.")


def _fits(policy: Policy, name: str, period: Period) -> bool:
    """A number that counts back needs a planned date in every rule that it is for."""
    rules = rules_of(policy, name)
    return not period.before or all(any(policy.is_date(text) for text in anchors(policy, rule)) for rule in rules)


def _fact(policy: Policy, event: NumberFilled) -> str:
    acts = [policy.act_title(policy.whole_act(act)) for rule in rules_of(policy, event.timescale) for act in rule.act]
    return f"{event.within} for {listed(list(dict.fromkeys(acts)))}"
