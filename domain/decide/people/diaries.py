"""Which deadlines stand in the diary of whoever gets a notice: what they owe, and what they owe no longer."""

from collections.abc import Iterator
from datetime import datetime

from ...effects import Deadline, Entry, Notice, Recipient
from ...escalation import Duty
from ..turn import Turn
from .delegates import seats_having
from .telling import told_of


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
        if is_news and not duty.is_risk_call:
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
    for duty in _taken_away(turn, notice):
        if duty.id not in theirs and (due := _due(duty)) and due > turn.now:
            yield _said(turn, duty, over=True)


def _taken_away(turn: Turn, notice: Notice) -> Iterator[Duty]:
    """Yield what a notice itself takes from its recipient: what they had for a time, or all that a party owed."""
    agency = notice.to.agency
    if notice.kind == "handed-back":
        yield from (duty for duty in turn.case.outstanding if turn.owed(duty) in notice.owed)
    elif notice.kind == "party-left" and all(agency != party.agency for party in turn.case.parties):
        yield from (duty for duty in turn.case.duties if duty.party.partition(".")[0] in {"", agency})


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
