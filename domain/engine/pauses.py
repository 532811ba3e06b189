"""Pauses as they begin and end, and while a step that pauses is open (rule 47).

The clocks stop and go on at the moment of entry: nobody stops a clock backwards.
"""

from datetime import datetime

from ..case.state import Pause
from .consents import everyone
from .deadlines import pausing, resumed, why_paused, with_pause
from .draft import Draft


def end_pause(draft: Draft, at: datetime, because: str) -> None:
    """Let an agreed pause be over, by its date or the end of the dispute; a step that pauses may still be open."""
    if draft.case.pause is None or draft.case.pause.until is None:
        return
    draft.enter("resumed", at, because=because)
    leave_pause(draft, at)
    draft.notify("times-changed", everyone(draft), fact="the pause is over")


def stop_for_step(draft: Draft) -> None:
    """Stop the dispute's clocks where a step that pauses has just been opened."""
    if draft.case.pause is None and pausing(draft.case):
        stop_clocks(draft, Pause(since=draft.now, entry=draft.entry))


def go_on_after_step(draft: Draft) -> None:
    """Let the clocks go on where the last step that paused them has just been left, and no agreed pause goes on."""
    pause = draft.case.pause
    if pause is None or pause.until is not None or pausing(draft.case):
        return
    draft.enter("resumed", draft.now, because="the step that paused it was left")
    leave_pause(draft, draft.now)


def stop_clocks(draft: Draft, pause: Pause) -> None:
    """Let the dispute's clocks stand still for *pause*, or from now on by its end alone."""
    draft.change(pause=pause)
    for duty in draft.case.outstanding:
        still = duty.but(waits=why_paused(draft.case)) if duty.held_at is not None else with_pause(draft.case, duty)
        if still != duty:
            draft.put_duty(still)
            draft.note("held", duty.id)


def leave_pause(draft: Draft, at: datetime) -> None:
    """Let every held clock go on, unless a step that pauses is still open: then only the agreed end falls away."""
    pause = draft.case.pause
    if pause is None:
        return
    if pausing(draft.case):
        stop_clocks(draft, pause.but(until=None))
        return
    draft.change(pause=None, stood_still=(*draft.case.stood_still, pause.but(until=max(at, pause.since))))
    for duty in draft.case.outstanding:
        going = resumed(draft.case, duty, at)
        if going != duty:
            draft.put_duty(going)
            draft.note("rewound", duty.id)
