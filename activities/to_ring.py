"""Which seats a notice asks its reader to ring: those who owe what is late, or the side that acted."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from adapters.register.errors import RegisterError
from domain.case.effects import Notice, Owed, Recipient
from domain.views.status import OwedNow

View = Callable[[str], Mapping[str, Any] | None]
"""Returns what the record shows of a case; None where it knows none. Raises RegisterError."""

OWED = frozenset({"alert", "overdue", "reminder", "handed-over", "stands-still"})
"""Kinds that ask to ring those who owe something."""
ACTED = frozenset({"act-recorded", "contested", "plan-changed", "plan-proposed", "proposed"})
"""Kinds that ask to ring whoever acted."""
WRONG_PERSON = "misdirected"
"""Asks to ring the agency of a seat, whoever answers there: nobody knows who is the right one."""
_SEAT = re.compile(r"(?P<role>[a-z0-9][a-z0-9.-]*), (?P<agency>[a-z0-9][a-z0-9.-]*)")
_PARTY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.(raising|receiving))?")

log = structlog.get_logger()


def nothing_known(_case: str) -> None:
    """Show nothing of any case."""


def seats_to_ring(notice: Notice, view: View = nothing_known) -> tuple[Recipient, ...]:
    """Return the seats that a notice asks to ring, without the one that it goes to; perhaps none.

    A notice names only agencies, or both sides together; the seats that owe something are in the record. Where that
    cannot be read, or shows it no more, the agency stands for its seats: the same without a role.
    """
    if notice.kind in OWED:
        seats = tuple(_owing(notice, view))
    elif notice.kind in ACTED | {WRONG_PERSON} and (said := _SEAT.fullmatch(notice.by)):
        whole = notice.kind == WRONG_PERSON
        seats = (Recipient(role="", title="", agency=said["agency"]),) if whole else tuple(_seat(notice.by))
    else:
        seats = ()
    own = (notice.to.role, notice.to.agency)
    return tuple(dict.fromkeys(one for one in seats if (one.role, one.agency) != own))


def _owing(notice: Notice, view: View) -> Iterator[Recipient]:
    shown = {(one.what, one.by): one for one in _owed(notice.case, view)}
    if notice.kind == "stands-still":  # it says nothing of what is owed
        yield from (seat for one in shown.values() for seat in one.owed_by)
        return
    for item in notice.owed:
        yield from (seat for one in item.handed_to for seat in _seat(one))
        known = shown.get((item.what, item.by))
        yield from known.owed_by if known and known.owed_by else _agency(item)


def _owed(case: str, view: View) -> Iterator[OwedNow]:
    try:
        owed = (view(case) or {}).get("owed", ())
        yield from [OwedNow.model_validate(one) for one in owed]
    except (RegisterError, ValidationError, TypeError, AttributeError) as error:
        log.warning("record_not_read_for_numbers", case=case, reason=type(error).__name__)


def _seat(said: str) -> Iterator[Recipient]:
    if found := _SEAT.fullmatch(said):
        yield Recipient(role=found["role"], title=found["role"].replace("-", " "), agency=found["agency"])


def _agency(item: Owed) -> Iterator[Recipient]:
    if _PARTY.fullmatch(item.by):
        yield Recipient(role="", title="", agency=item.by)
