"""Times of one case: a date agreed, a number that the policy leaves unknown, the meetings of a group (rules 17, 18)."""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from ..base.identities import DateProposal
from ..base.people import Party
from ..base.refusals import Refusal, began, listed, meant
from ..base.value import Instant
from ..base.words import say_due, say_instant
from ..case.command import Command, Name, Words
from ..case.state import Answer, Duty, Escalation, Filled
from ..engine.consents import everyone, forget_consents, note_consent, others, still_to_say
from ..engine.deadlines import FIXED, compute_deadline, same_start
from ..engine.draft import Draft
from ..engine.moments import next_meeting, waits_for_meeting
from ..engine.periods import may_be_dated, may_be_filled, named_by, rules_of, set_for_cases, texts_of
from ..engine.recompute import recompute
from ..engine.seats import fills, is_shared
from ..engine.senders import event_time, is_operations, known_or_operations, must_have_role, say_who
from ..policy import Period, Policy, parse_period
from ..policy.local_settings import Local

ANY_PARTY, EVERY_PARTY = "any party", "every party"


class DateAgreed(Command):
    """A date agreed for this case alone, where the policy leaves the time to those concerned."""

    kind: Literal["agree-date"] = "agree-date"
    timescale: Name
    """Name of the policy's timescale, or of the duty's rule where it has none of its own."""
    until: Instant
    reason: Words = ""


class NumberFilled(Command):
    """A number that the policy's text leaves unknown is set locally, by a named person."""

    kind: Literal["fill"] = "fill"
    timescale: Name
    """As for an agreed date."""
    within: Name
    """A counted period, such as `5 working days`."""
    whose: Words
    """Whose number it is: the body or document that set it."""


class MeetingsPlanned(Command):
    """When a group meets: all its meetings still ahead, in place of those known before."""

    kind: Literal["meetings"] = "meetings"
    of: Name
    """Role or body of the policy."""
    at_times: Annotated[tuple[Instant, ...], Field(max_length=60)]


def date_agreed(draft: Draft, event: DateAgreed) -> Answer:
    """Take a date agreed for the case: at once, or when every party has said the same.

    That is where the policy says so, and where one side alone would put off a date that people have set or the policy's
    own time: what protects the other is not put off without its word.
    """
    case = draft.case
    party = known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    must_be_timescale(case, event.timescale)
    if not may_be_dated(case.policy, event.timescale):
        said = listed([f"`{text}`" for text in texts_of(case.policy, event.timescale)], "or")
        raise Refusal("not allowed", f"{event.timescale} is {said}: the policy leaves no date to be agreed there.")
    by = _agreed_by(case.policy, event.timescale)
    _must_be_theirs(case, event, party, by)
    must_lie_ahead(case, event.until, at)
    what = _date_words(case, event)
    if case.case_dates.get(event.timescale) == event.until:
        return Answer(sentence=f"Agreed for this case already: {what}.", entry=case.entries)
    moved = _must_move_something(draft, event)
    why = _needs_all(case, event, moved, by)
    if why and party is None and not _has_the_say(case, event, by):
        raise Refusal("wrong side", f"{why}: give each party as the actor, and yourself as `recorded_by`.")
    about = DateProposal(timescale=event.timescale, date=event.until)
    if why and party is not None:
        waiting = still_to_say(case, about, party)
        if waiting:
            entry = draft.enter_command("date-proposed", at, event, timescale=event.timescale, waits_for=[*waiting])
            note_consent(draft, about, party)
            draft.notify("proposed", others(draft, party), fact=what, by=party.id)
            sentence = f"Proposed: {what}. {why}. It counts once these have said the same: {listed(waiting)}."
            return Answer(sentence=sentence, entry=entry)
    forget_consents(draft, about)
    entry = draft.enter_command("date-agreed", at, event, timescale=event.timescale)
    draft.change(case_dates={**draft.case.case_dates, event.timescale: event.until})
    recompute(draft, "a date was agreed for this case")
    draft.notify("times-changed", everyone(draft), fact=what, by=say_who(draft, event))
    later = "" if moved else " Nothing with this time is owed now: it holds for what is owed later."
    return Answer(sentence=f"Agreed for this case: {what}.{later}", entry=entry)


class _Move(NamedTuple):
    """How a date would move one duty's clock."""

    before: datetime | None
    """When it is due by the policy's number and by a date agreed before; None where there is neither."""
    after: datetime | None


def _must_move_something(draft: Draft, event: DateAgreed) -> tuple[_Move, ...]:
    """Return what the date would move, of all that is owed by that time; refuse one that would move nothing."""
    case = draft.case
    owed = [duty for duty in case.outstanding if _goes_by(case, duty, event.timescale)]
    running = [duty for duty in owed if _is_running(duty)]
    dated = case.but(case_dates={**case.case_dates, event.timescale: event.until})
    moves = tuple(_Move(_due(case, duty, draft.now), _due(dated, duty, draft.now)) for duty in running)
    if owed and not running:
        titles = listed(list(dict.fromkeys(draft.title_of(duty) for duty in owed)))
        state = "is late already" if any(duty.overdue_at for duty in owed) else "has a date of its own"
        raise Refusal("not allowed", f"{began(titles)} {state}: a date agreed now would move nothing.")
    if moves and not any(move.after == event.until != move.before for move in moves):
        raise Refusal("not allowed", _why_nothing_moves(case, event, moves))
    return moves


def _why_nothing_moves(case: Escalation, event: DateAgreed, moves: tuple[_Move, ...]) -> str:
    named = case.policy.timescales.get(event.timescale)
    shortens = named is not None and named.case_date == "shortens"
    rule = "only ever shortens it" if shortens else "only stands in where there is none"
    due = max((move.after for move in moves if move.after is not None), default=None)
    holds = f" By the policy it is due {say_due(due, case.policy.zone)}." if due else ""
    longer = " For a later deadline every party says `extend`." if case.local.extensions else ""
    return f"The policy gives a time here, and a date agreed for the case {rule}: nothing would move.{holds}{longer}"


def _goes_by(case: Escalation, duty: Duty, timescale: str) -> bool:
    rule = case.rule_of(duty)
    return rule is not None and not duty.under and named_by(case.policy, rule, duty.origin)[0] == timescale


def _due(case: Escalation, duty: Duty, now: datetime) -> datetime | None:
    rule = case.rule_of(duty)
    return compute_deadline(case, rule, duty, now, same_start(case, rule, duty)).due if rule else duty.due


def _needs_all(case: Escalation, event: DateAgreed, moved: tuple[_Move, ...], by: tuple[str, ...]) -> str:
    """Return why every party must say the date, or nothing where one word is enough."""
    if by == (EVERY_PARTY,):
        return "The policy leaves it to every party together"
    if _has_the_say(case, event, by):
        return ""
    before = case.case_dates.get(event.timescale)
    if before is not None and event.until > before:
        return f"It puts off the date that is set, {say_due(before, case.policy.zone)}"
    if by == (ANY_PARTY,) and any(m.before is not None and m.after is not None and m.after > m.before for m in moved):
        return "It puts off the time that the policy gives"
    return ""


def _has_the_say(case: Escalation, event: DateAgreed, by: tuple[str, ...]) -> bool:
    """Does somebody speak whom the policy names and who is of neither side?"""
    return any(is_shared(case, name) and fills(case, event.by, name) for name in by)


def must_lie_ahead(case: Escalation, until: datetime, at: datetime) -> None:
    """Refuse a date that had passed when it was set, at *at*, or that the case's calendar does not reach."""
    when = say_due(until, case.policy.zone).removeprefix("by ")
    if until <= at:
        raise Refusal("time", f"{when[0].upper()}{when[1:]} had passed already: the date lies ahead.")
    if case.day_of(until) > case.calendar.covers_to:
        raise Refusal("time", f"{when[0].upper()}{when[1:]} lies beyond the calendar of this case: check the year.")


def datable(case: Escalation) -> dict[str, tuple[str, ...]]:
    """Return the times for which a date may be agreed now, each with who agrees on it: roles, or words for parties.

    What is owed by a time may have passed, or have a date of its own: then a date agreed now would move nothing.
    """
    found = {}
    for name in sorted(set_for_cases(case.policy)):
        owed = [duty for duty in case.outstanding if _goes_by(case, duty, name)]
        if may_be_dated(case.policy, name) and (not owed or any(_is_running(duty) for duty in owed)):
            found[name] = _agreed_by(case.policy, name)
    return found


def _is_running(duty: Duty) -> bool:
    return duty.overdue_at is None and duty.anchor not in FIXED


def fillable(case: Escalation) -> tuple[str, ...]:
    """Return the times that the policy leaves unknown, for which a number may be set."""
    return tuple(name for name in sorted(set_for_cases(case.policy)) if may_be_filled(case.policy, name))


def _agreed_by(policy: Policy, name: str) -> tuple[str, ...]:
    named = policy.timescales.get(name)
    return (named.case_date_by if named else ()) or (ANY_PARTY,)


def _must_be_theirs(case: Escalation, event: DateAgreed, party: Party | None, by: tuple[str, ...]) -> None:
    roles = tuple(name for name in by if name not in {ANY_PARTY, EVERY_PARTY})
    if is_operations(case, event):
        if by == (ANY_PARTY,):
            return
        raise Refusal(
            "wrong side",
            f"The policy says who agrees on this date, {listed(list(by), 'or')}: give them as the actor, and yourself "
            "as `recorded_by`.",
        )
    if party is None and not roles:
        raise Refusal("wrong side", "The date is for the parties to agree on: give one of them as the actor.")
    if roles and not (party is not None and ANY_PARTY in by):
        must_have_role(case, event.by, roles, "the date")


def _date_words(case: Escalation, event: DateAgreed) -> str:
    policy = case.policy
    acts = [policy.act_title(policy.whole_act(act)) for rule in rules_of(policy, event.timescale) for act in rule.act]
    return f"{listed(list(dict.fromkeys(acts)))} {say_due(event.until, policy.zone)}"


def number_filled(draft: Draft, event: NumberFilled) -> Answer:
    """Set a number; clocks that waited for it run from their true anchors, and are late from now at the earliest."""
    case = draft.case
    party = known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    must_be_timescale(case, event.timescale)
    if not may_be_filled(case.policy, event.timescale):
        said = listed([f"`{text}`" for text in texts_of(case.policy, event.timescale)], "or")
        raise Refusal("not allowed", f"{event.timescale} is {said} by the policy: only what it leaves unknown is set.")
    period = _must_be_number(event.within)
    _must_count_back_from_a_date(case.policy, event.timescale, period)
    if not event.whose.strip():
        raise Refusal("missing", "Say whose number it is: the body or the document that set it.")
    filled = Filled(within=event.within, whose=event.whose, entry=draft.entry + 1)
    if party is not None:
        _must_not_lengthen(draft, event.timescale, filled)
    number = draft.enter_command("number-filled", at, event, timescale=event.timescale, within=event.within)
    draft.change(filled={**draft.case.filled, event.timescale: filled})
    recompute(draft, "its number was set locally")
    draft.notify("times-changed", everyone(draft), fact=_number_words(case.policy, event), by=say_who(draft, event))
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


def _must_not_lengthen(draft: Draft, name: str, filled: Filled) -> None:
    """Refuse one side's number that puts off what a number set before, or a date agreed, gave to the other side."""
    case = draft.case
    before, date = case.filled.get(name), case.case_dates.get(name)
    longer = case.but(filled={**case.filled, name: filled})
    for duty in case.outstanding:
        rule = case.rule_of(duty)
        if rule is None or duty.under or named_by(case.policy, rule, duty.origin)[0] != name:
            continue
        begins = same_start(case, rule, duty)
        old, new = (compute_deadline(one, rule, duty, draft.now, begins).due for one in (case, longer))
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
    return not period.before or all(any(policy.is_date(text) for text in policy.starts_of(rule)) for rule in rules)


def _number_words(policy: Policy, event: NumberFilled) -> str:
    acts = [policy.act_title(policy.whole_act(act)) for rule in rules_of(policy, event.timescale) for act in rule.act]
    return f"{event.within} for {listed(list(dict.fromkeys(acts)))}"


def meetings_planned(draft: Draft, event: MeetingsPlanned) -> Answer:
    """Take when a group meets, in place of its meetings still ahead as they were known before."""
    case = draft.case
    party = known_or_operations(case, event)
    at = event_time(case, event, draft.now)
    if event.of not in case.policy.roles and event.of not in case.policy.bodies:
        known = sorted({*case.policy.roles, *case.policy.bodies})
        said = f"{event.of!r} is no role or body of this policy: say who meets, {listed(known, 'or')}."
        raise Refusal("unknown", f"{said}{meant(event.of, known)}")
    for moment in event.at_times:
        must_lie_ahead(case, moment, at)
    if party is not None and not fills(case, event.by, event.of):
        _must_not_put_off_meeting(draft, event)
    past = (moment for moment in case.local.meetings.get(event.of, ()) if moment <= draft.now)
    planned = tuple(sorted({*past, *event.at_times}))
    entry = draft.enter_command("meetings-planned", at, event, of=event.of)
    draft.change(local=case.local.but(meetings={**case.local.meetings, event.of: planned}))
    recompute(draft, "its meeting was moved")
    for duty in draft.case.outstanding:
        if duty.overdue_at is not None and waits_for_meeting(draft.case, duty) == event.of:
            draft.put_duty(duty.but(target=next_meeting(draft.case, event.of, draft.now)))
    title = case.policy.role_title(event.of)
    draft.notify("times-changed", everyone(draft), fact=f"when the {title} meets", by=say_who(draft, event))
    count = len(event.at_times)
    return Answer(sentence=f"Noted: {count} meeting{'' if count == 1 else 's'} ahead of the {title}.", entry=entry)


def _must_not_put_off_meeting(draft: Draft, event: MeetingsPlanned) -> None:
    """Refuse one side's word that a group meets later than is known, where something waits for the meeting."""
    known = next_meeting(draft.case, event.of, draft.now)
    waiting = any(waits_for_meeting(draft.case, duty) == event.of for duty in draft.case.outstanding)
    if waiting and known is not None and not any(moment <= known for moment in event.at_times):
        title = draft.case.policy.role_title(event.of)
        raise Refusal(
            "wrong side",
            f"The {title} meets on {say_instant(known, draft.case.policy.zone)}, as far as is known, and one side "
            "alone does not put that off: the group itself or the partnership's office says when it meets.",
        )
