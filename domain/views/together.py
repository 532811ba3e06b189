"""Several alerts to one person as one message: which may wait for others, in what order, what is said of each case."""

from collections.abc import Iterable
from datetime import UTC, datetime

from ..case.effects import Notice, Owed
from ..engine.seats import is_on_call

KINDS = frozenset({"alert", "alert-withdrawn"})
_NEVER = datetime.max.replace(tzinfo=UTC)


def may_wait(notice: Notice) -> bool:
    """Is it an alert, or the end of one, that may wait for others? What is urgent never waits."""
    return notice.kind in KINDS and is_on_call(notice.to) and not notice.urgent


def as_one(notices: Iterable[Notice]) -> Notice:
    """Return *notices*, of which there must be one, as one: what was due first leads, and the others go with it."""
    first, *others = sorted(notices, key=_due_first)
    return first.but(together=tuple(others))


def overdue_and_over(message: Notice) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """Return what is overdue, as one notice a case, and what is so no more, each with what was due first on top.

    The newest alert of a case says what is overdue, but for what a later notice of the same message takes back.
    """
    overdue: dict[str, Notice] = {}
    over: list[Notice] = []
    for one in sorted((message, *message.together), key=_number):
        if one.kind == "alert":
            overdue[one.case] = one
            continue
        over.append(one)
        told = overdue.pop(one.case, None)
        if told and (left := _without(told.owed, one.owed)):
            overdue[one.case] = told.but(owed=left)
    return tuple(sorted(overdue.values(), key=_due_first)), tuple(sorted(over, key=_due_first))


def _without(owed: tuple[Owed, ...], done: tuple[Owed, ...]) -> tuple[Owed, ...]:
    gone = {(one.what, one.by, one.due) for one in done}
    return tuple(one for one in owed if (one.what, one.by, one.due) not in gone)


def _due_first(notice: Notice) -> tuple[bool, datetime, str, list[int]]:
    due = min((one.due for one in notice.owed if one.due), default=_NEVER)
    return notice.kind != "alert", due, notice.case, _number(notice)


def _number(notice: Notice) -> list[int]:
    """Return the numbers in its reference, by which the notices of a case stand in order."""
    return [int(part) for part in notice.ref.split("/")[1:] if part.isdecimal()]
