"""Later deadlines and pauses, by consent of every party where the local settings allow them (rule 47)."""

from datetime import timedelta
from typing import Literal

from ..base.identities import ExtensionProposal, PauseProposal
from ..base.refusals import Refusal, listed
from ..base.value import Instant
from ..base.words import say_due
from ..case.command import Command, Words
from ..case.state import Answer, Duty, Escalation, Pause
from ..engine.consents import everyone, forget_consents, note_consent, others, party_consenting, still_to_say
from ..engine.deadlines import EXTENDED, PLANNED, is_paused, pausing, why_paused
from ..engine.draft import Draft
from ..engine.pauses import leave_pause, stop_clocks
from ..engine.periods import AGREED
from ..engine.senders import event_time, must_be_known
from .times import must_lie_ahead

LONGEST = timedelta(days=366)


class Extended(Command):
    """A party consents to a later deadline; it counts when every party has said the same."""

    kind: Literal["extend"] = "extend"
    duty: int
    until: Instant
    reason: Words


class Paused(Command):
    """A party consents to stop the dispute's clocks until a date; it counts when every party has said the same."""

    kind: Literal["pause"] = "pause"
    until: Instant
    reason: Words


class Unpaused(Command):
    """The clocks go on before the date set for it."""

    kind: Literal["unpause"] = "unpause"
    reason: Words = ""


def extended(draft: Draft, event: Extended) -> Answer:
    """Take a party's consent to a later deadline; with the last one the duty is due then.

    What is late already gets that date as its target, and stays late.
    """
    case = draft.case
    party = party_consenting(case, event, "extensions", case.local.extensions, "A later deadline")
    at = event_time(case, event, draft.now)
    duty = must_be_put_off(case, event.duty)
    if not event.reason.strip():
        raise Refusal("missing", "Putting off a deadline needs a reason: say why.")
    must_lie_ahead(case, event.until, draft.now)
    _must_be_later(case, duty, event)
    about = ExtensionProposal(duty=duty.id, until=event.until)
    what = f"{draft.title_of(duty)}, {say_due(event.until, case.policy.zone)}"
    waiting = still_to_say(case, about, party)
    if waiting:
        entry = draft.enter_command("extension-proposed", at, event, duty=duty.id, waits_for=[*waiting])
        note_consent(draft, about, party)
        draft.notify("proposed", others(draft, party), fact=f"a later deadline for {what}", by=party.id)
        sentence = f"Proposed: {what}. It counts once these have said the same: {listed(waiting)}. The clock runs on."
        return Answer(sentence=sentence, entry=entry)
    late = duty.overdue_at is not None
    entry = draft.enter_command("extended", at, event, duty=duty.id, late=late)
    forget_consents(draft, about)
    draft.put_duty(duty.but(target=event.until) if late else _put_off(draft, duty, event))
    draft.notify("times-changed", everyone(draft), fact=f"a later deadline for {what}", by="every party")
    if late:
        return Answer(sentence=f"Agreed as a target: {what}. It was late already, and stays late.", entry=entry)
    return Answer(sentence=f"Agreed by every party: {what}.", entry=entry)


def _put_off(draft: Draft, duty: Duty, event: Extended) -> Duty:
    return duty.but(due=event.until, late_from=event.until, anchor=EXTENDED, whose=AGREED, waits="", known_at=draft.now)


def must_be_put_off(case: Escalation, number: int) -> Duty:
    """Return the duty of a number that may get a later deadline. Raises Refusal where none of that number may."""
    duty = next((one for one in case.outstanding if one.id == number), None)
    if duty is None:
        raise Refusal("unknown", f"Nothing that is owed has the number {number}: `show` lists what is.")
    if case.is_for_risk(duty):
        raise Refusal("not allowed", "Immediate risk is not put off: record that what it asks for was done.")
    if duty.is_of_plan:
        raise Refusal("not allowed", "What a plan asks gets another date by a new version of the plan.")
    if duty.anchor == PLANNED:
        raise Refusal("not allowed", "A meeting is due on its date: set another date for it instead.")
    if duty.held_at is not None:
        raise Refusal("not allowed", "Its clock stands still in a pause: put it off, if need be, once that is over.")
    if duty.late_from is None:
        raise Refusal("not allowed", "It has no deadline that could be late, so there is nothing to put off.")
    return duty


def _must_be_later(case: Escalation, duty: Duty, event: Extended) -> None:
    due = max(moment for moment in (duty.due, duty.late_from) if moment is not None)
    if duty.overdue_at is None and event.until <= due:
        raise Refusal("time", f"It is due {say_due(due, case.policy.zone)} as it is: a later deadline lies after that.")


def paused(draft: Draft, event: Paused) -> Answer:
    """Take a party's consent to a pause; with the last one the dispute's clocks stand still until its date."""
    case = draft.case
    party = party_consenting(case, event, "pausing", case.local.pausing, "A pause")
    at = event_time(case, event, draft.now)
    _must_have_something_to_stop(case)
    if not event.reason.strip():
        raise Refusal("missing", "A pause needs a reason: say why.")
    must_lie_ahead(case, event.until, draft.now)
    if event.until > draft.now + LONGEST:
        raise Refusal("time", "A pause ends within a year: choose an earlier date, and agree on a further pause then.")
    about = PauseProposal(pause_until=event.until)
    what = f"a pause {say_due(event.until, case.policy.zone).replace('by ', 'until ', 1)}"
    waiting = still_to_say(case, about, party)
    if waiting:
        entry = draft.enter_command("pause-proposed", at, event, waits_for=[*waiting])
        note_consent(draft, about, party)
        draft.notify("proposed", others(draft, party), fact=what, by=party.id)
        sentence = f"Proposed: {what}. It begins once these have said the same: {listed(waiting)}. The clocks run on."
        return Answer(sentence=sentence, entry=entry)
    entry = draft.enter_command("paused", at, event)
    forget_consents(draft, about)
    since = case.pause.since if case.pause else draft.now
    stop_clocks(draft, Pause(since=since, until=event.until, entry=entry))
    draft.notify("times-changed", everyone(draft), fact=what, by="every party")
    return Answer(sentence=f"Agreed by every party: {what}. Immediate risk is never paused.", entry=entry)


def unpaused(draft: Draft, event: Unpaused) -> Answer:
    """Let the clocks go on before the date set for it; any party may say so."""
    party = must_be_known(draft.case, event.by)
    at = event_time(draft.case, event, draft.now)
    pause = draft.case.pause
    if pause is None:
        raise Refusal("not open", "The clocks of this case are running: there is no pause to end.")
    if pause.until is None:
        titles = [draft.case.policy.stage(visit.stage).title for visit in pausing(draft.case)]
        raise Refusal("not allowed", f"The clocks go on once {listed(titles)} is left: say its outcome.")
    if party is None:
        raise Refusal("wrong side", "The pause is the parties' own: give one of them as the actor.")
    entry = draft.enter_command("unpaused", at, event)
    leave_pause(draft, draft.now)
    draft.notify("times-changed", everyone(draft), fact="the pause is over", by=party.id)
    return Answer(sentence=f"The pause is over. {_now(draft.case)}", entry=entry)


def _must_have_something_to_stop(case: Escalation) -> None:
    if case.ended is not None:
        raise Refusal("not open", f"The dispute has ended ({case.ended.how}), so it is not paused.")


def _now(case: Escalation) -> str:
    if case.pause is not None:
        return f"The clocks still stand still: {why_paused(case)}."
    count = sum(1 for duty in case.outstanding if duty.due is not None and is_paused(case, duty) is False)
    return f"{count} deadline{' runs' if count == 1 else 's run'} again, each with what was left of it."
