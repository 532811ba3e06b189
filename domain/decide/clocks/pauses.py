"""Pauses: the dispute's clocks stand still, by consent of every party or while a step that pauses is open (rule 47).

They stop and go on at the moment of entry: nobody stops a clock backwards.
"""

from datetime import datetime, timedelta

from ...clock_settings import Pause
from ...escalation import Answer, Escalation
from ...events import Paused, Unpaused
from ...identities import PauseProposal
from ...refusals import Refusal, listed
from ...spoken import say_due
from ..people.consents import everyone, forget_consents, note_consent, others, still_to_say
from ..people.senders import event_time, must_be_known
from ..turn import Turn
from .agreed_dates import must_lie_ahead
from .delays import party_consenting
from .stillness import held, is_still, pausing, resumed, stands

LONGEST = timedelta(days=366)


def paused(turn: Turn, event: Paused) -> Answer:
    """Take a party's consent to a pause; with the last one the dispute's clocks stand still until its date."""
    case = turn.case
    party = party_consenting(case, event, "pausing", case.local.pausing, "A pause")
    at = event_time(case, event, turn.now)
    _must_have_something_to_stop(case)
    if not event.reason.strip():
        raise Refusal("missing", "A pause needs a reason: say why.")
    must_lie_ahead(case, event.until, turn.now)
    if event.until > turn.now + LONGEST:
        raise Refusal("time", "A pause ends within a year: choose an earlier date, and agree on a further pause then.")
    about = PauseProposal(pause_until=event.until)
    what = f"a pause {say_due(event.until, case.policy.zone).replace('by ', 'until ', 1)}"
    waiting = still_to_say(case, about, party)
    if waiting:
        entry = turn.enter_said("pause-proposed", at, event, waits_for=[*waiting])
        note_consent(turn, about, party)
        turn.notify("proposed", others(turn, party), fact=what, by=party.id)
        sentence = f"Proposed: {what}. It begins once these have said the same: {listed(waiting)}. The clocks run on."
        return Answer(sentence=sentence, entry=entry)
    entry = turn.enter_said("paused", at, event)
    forget_consents(turn, about)
    since = case.pause.since if case.pause else turn.now
    _stop(turn, Pause(since=since, until=event.until, entry=entry))
    turn.notify("times-changed", everyone(turn), fact=what, by="every party")
    return Answer(sentence=f"Agreed by every party: {what}. Immediate risk is never paused.", entry=entry)


def unpaused(turn: Turn, event: Unpaused) -> Answer:
    """Let the clocks go on before the date set for it; any party may say so."""
    party = must_be_known(turn.case, event.by)
    at = event_time(turn.case, event, turn.now)
    pause = turn.case.pause
    if pause is None:
        raise Refusal("not open", "The clocks of this case are running: there is no pause to end.")
    if pause.until is None:
        titles = [turn.case.policy.stage(visit.stage).title for visit in pausing(turn.case)]
        raise Refusal("not allowed", f"The clocks go on once {listed(titles)} is left: say its outcome.")
    if party is None:
        raise Refusal("wrong side", "The pause is the parties' own: give one of them as the actor.")
    entry = turn.enter_said("unpaused", at, event)
    _leave_pause(turn, turn.now)
    turn.notify("times-changed", everyone(turn), fact="the pause is over", by=party.id)
    return Answer(sentence=f"The pause is over. {_now(turn.case)}", entry=entry)


def end_pause(turn: Turn, at: datetime, because: str) -> None:
    """Let an agreed pause be over, by its date or the end of the dispute; a step that pauses may still be open."""
    if turn.case.pause is None or turn.case.pause.until is None:
        return
    turn.enter("resumed", at, because=because)
    _leave_pause(turn, at)
    turn.notify("times-changed", everyone(turn), fact="the pause is over")


def stop_for_step(turn: Turn) -> None:
    """Stop the dispute's clocks where a step that pauses has just been opened."""
    if turn.case.pause is None and pausing(turn.case):
        _stop(turn, Pause(since=turn.now, entry=turn.entry))


def go_on_after_step(turn: Turn) -> None:
    """Let the clocks go on where the last step that paused them has just been left, and no agreed pause goes on."""
    pause = turn.case.pause
    if pause is None or pause.until is not None or pausing(turn.case):
        return
    turn.enter("resumed", turn.now, because="the step that paused it was left")
    _leave_pause(turn, turn.now)


def _stop(turn: Turn, pause: Pause) -> None:
    turn.change(pause=pause)
    for duty in turn.case.outstanding:
        still = duty.but(waits=stands(turn.case)) if duty.held_at is not None else held(turn.case, duty)
        if still != duty:
            turn.put_duty(still)
            turn.note("held", duty.id)


def _leave_pause(turn: Turn, at: datetime) -> None:
    """Let every held clock go on, unless a step that pauses is still open: then only the agreed end falls away."""
    pause = turn.case.pause
    if pause is None:
        return
    if pausing(turn.case):
        _stop(turn, pause.but(until=None))
        return
    turn.change(pause=None, stood_still=(*turn.case.stood_still, pause.but(until=max(at, pause.since))))
    for duty in turn.case.outstanding:
        going = resumed(turn.case, duty, at)
        if going != duty:
            turn.put_duty(going)
            turn.note("rewound", duty.id)


def _must_have_something_to_stop(case: Escalation) -> None:
    if case.ended is not None:
        raise Refusal("not open", f"The dispute has ended ({case.ended.how}), so it is not paused.")


def _now(case: Escalation) -> str:
    if case.pause is not None:
        return f"The clocks still stand still: {stands(case)}."
    count = sum(1 for duty in case.outstanding if duty.due is not None and is_still(case, duty) is False)
    return f"{count} deadline{' runs' if count == 1 else 's run'} again, each with what was left of it."
