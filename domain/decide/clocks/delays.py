"""Later deadlines, by consent of every party, where the local settings allow them (rule 47)."""

from ...escalation import Answer, Duty, Escalation
from ...events import Extended, Said
from ...identities import ExtensionProposal
from ...people import Party
from ...refusals import Refusal, listed
from ...spoken import say_due
from ..people.consents import everyone, forget_consents, note_consent, others, still_to_say
from ..people.senders import event_time, must_be_known
from ..turn import Turn
from .agreed_dates import must_lie_ahead
from .reckoning import EXTENDED, PLANNED
from .timescales import AGREED


def extended(turn: Turn, event: Extended) -> Answer:
    """Take a party's consent to a later deadline; with the last one the duty is due then.

    What is late already gets that date as its target, and stays late.
    """
    case = turn.case
    party = party_consenting(case, event, "extensions", case.local.extensions, "A later deadline")
    at = event_time(case, event, turn.now)
    duty = _may_be_put_off(case, event)
    if not event.reason.strip():
        raise Refusal("missing", "Putting off a deadline needs a reason: say why.")
    must_lie_ahead(case, event.until, turn.now)
    _must_be_later(case, duty, event)
    about = ExtensionProposal(duty=duty.id, until=event.until)
    what = f"{turn.title_of(duty)}, {say_due(event.until, case.policy.zone)}"
    waiting = still_to_say(case, about, party)
    if waiting:
        entry = turn.enter_said("extension-proposed", at, event, duty=duty.id, waits_for=[*waiting])
        note_consent(turn, about, party)
        turn.notify("proposed", others(turn, party), fact=f"a later deadline for {what}", by=party.id)
        sentence = f"Proposed: {what}. It counts once these have said the same: {listed(waiting)}. The clock runs on."
        return Answer(sentence=sentence, entry=entry)
    late = duty.overdue_at is not None
    entry = turn.enter_said("extended", at, event, duty=duty.id, late=late)
    forget_consents(turn, about)
    turn.put_duty(duty.but(target=event.until) if late else _put_off(turn, duty, event))
    turn.notify("times-changed", everyone(turn), fact=f"a later deadline for {what}", by="every party")
    if late:
        return Answer(sentence=f"Agreed as a target: {what}. It was late already, and stays late.", entry=entry)
    return Answer(sentence=f"Agreed by every party: {what}.", entry=entry)


def party_consenting(case: Escalation, event: Said, setting: str, on: bool, what: str) -> Party:
    """Return the party that speaks.

    Raises:
        Refusal: the local setting is off, or the speaker is no party.
    """
    party = must_be_known(case, event.by)
    if not on:
        raise Refusal(
            "not allowed",
            f"{what} is not allowed here: no policy provides for it, and the local setting `{setting}` is off.",
        )
    if party is None:
        raise Refusal("wrong side", f"{what} is for the parties to agree on: give one of them as the actor.")
    return party


def _put_off(turn: Turn, duty: Duty, event: Extended) -> Duty:
    return duty.but(due=event.until, late_from=event.until, anchor=EXTENDED, whose=AGREED, waits="", known_at=turn.now)


def _may_be_put_off(case: Escalation, event: Extended) -> Duty:
    duty = next((one for one in case.outstanding if one.id == event.duty), None)
    if duty is None:
        raise Refusal("unknown", f"Nothing that is owed has the number {event.duty}: `show` lists what is.")
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
