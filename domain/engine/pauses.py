"""Pauses as they begin and end, and while a step that pauses is open (rule 47).

The clocks stop and go on at the moment of entry: nobody stops a clock backwards.
"""

from datetime import datetime

from ..case.state import Pause
from .consents import everyone
from .deadlines import held, pausing, resumed, stands
from .draft import Turn


def end_pause(turn: Turn, at: datetime, because: str) -> None:
    """Let an agreed pause be over, by its date or the end of the dispute; a step that pauses may still be open."""
    if turn.case.pause is None or turn.case.pause.until is None:
        return
    turn.enter("resumed", at, because=because)
    leave_pause(turn, at)
    turn.notify("times-changed", everyone(turn), fact="the pause is over")


def stop_for_step(turn: Turn) -> None:
    """Stop the dispute's clocks where a step that pauses has just been opened."""
    if turn.case.pause is None and pausing(turn.case):
        stop_clocks(turn, Pause(since=turn.now, entry=turn.entry))


def go_on_after_step(turn: Turn) -> None:
    """Let the clocks go on where the last step that paused them has just been left, and no agreed pause goes on."""
    pause = turn.case.pause
    if pause is None or pause.until is not None or pausing(turn.case):
        return
    turn.enter("resumed", turn.now, because="the step that paused it was left")
    leave_pause(turn, turn.now)


def stop_clocks(turn: Turn, pause: Pause) -> None:
    """Let the dispute's clocks stand still for *pause*, or from now on by its end alone."""
    turn.change(pause=pause)
    for duty in turn.case.outstanding:
        still = duty.but(waits=stands(turn.case)) if duty.held_at is not None else held(turn.case, duty)
        if still != duty:
            turn.put_duty(still)
            turn.note("held", duty.id)


def leave_pause(turn: Turn, at: datetime) -> None:
    """Let every held clock go on, unless a step that pauses is still open: then only the agreed end falls away."""
    pause = turn.case.pause
    if pause is None:
        return
    if pausing(turn.case):
        stop_clocks(turn, pause.but(until=None))
        return
    turn.change(pause=None, stood_still=(*turn.case.stood_still, pause.but(until=max(at, pause.since))))
    for duty in turn.case.outstanding:
        going = resumed(turn.case, duty, at)
        if going != duty:
            turn.put_duty(going)
            turn.note("rewound", duty.id)
