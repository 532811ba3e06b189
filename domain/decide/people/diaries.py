"""Which deadlines stand in the diary of whoever gets a notice: what they owe, and what they owe no longer."""

from collections.abc import Iterator
from datetime import datetime

from ...effects import Deadline, Entry, Notice, Recipient
from ...escalation import Duty
from ..turn import Turn
from .delegates import seats_having
from .telling import told_of

TAKEN_AWAY = frozenset({"handed-back"})
"""Kinds of notice that say that something is with their recipient no longer."""


def effects_of(turn: Turn) -> tuple[Entry | Notice, ...]:
    """Return what must be done; each notice says how every deadline of its recipient in this case stands now.

    A diary that takes the notices over is thus right after each, whatever it missed before: a deadline that moved is
    moved, and one that is met, let go, held in a pause or with somebody else is taken out.
    """
    theirs = _by_seat(turn) if turn.has_notices else {}
    return turn.effects(lambda notice: tuple(_deadlines(turn, notice, theirs.get(notice.to, {}))))


def _by_seat(turn: Turn) -> dict[Recipient, dict[int, bool]]:
    """Return the numbers of the duties that each seat has or had, and whether it has them now."""
    found: dict[Recipient, dict[int, bool]] = {}
    for duty in turn.case.duties:
        due = _due(duty)
        is_news = due is not None and (due > turn.now or duty.overdue_entry in turn.numbers)
        if is_news and not duty.rule.startswith("risk/"):
            had = (seat for one in duty.handed for seat in seats_having(turn.case, one))
            have = told_of(turn, duty)
            for seat in (*have, *had):
                found.setdefault(seat, {})[duty.id] = seat in have and duty.is_outstanding and duty.due is not None
    return found


def _deadlines(turn: Turn, notice: Notice, theirs: dict[int, bool]) -> Iterator[Deadline]:
    for duty in (one for one in turn.case.duties if one.id in theirs):
        if not theirs[duty.id]:
            yield _said(turn, duty, over=True)
        elif duty.strength != "may" or turn.owed(duty) in notice.owed:
            yield _said(turn, duty)
    if notice.kind in TAKEN_AWAY:
        gone = (duty for duty in turn.case.outstanding if duty.id not in theirs and turn.owed(duty) in notice.owed)
        yield from (_said(turn, duty, over=True) for duty in gone if (due := _due(duty)) and due > turn.now)


def _due(duty: Duty) -> datetime | None:
    """Return when it is due, or would have been without the pause."""
    return duty.due or duty.held_due


def _said(turn: Turn, duty: Duty, *, over: bool = False) -> Deadline:
    due = _due(duty)
    assert due is not None  # noqa: S101 - those without a time are left out before
    owed = turn.owed(duty)
    return Deadline(
        duty=duty.id,
        version=turn.case.entries,
        what=owed.what,
        due=due,
        due_words="" if over else owed.due_words,
        alarm_at=None if over else turn.case.calendar.morning_before(due, turn.now),
        over=over,
    )
