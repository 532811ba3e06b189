"""What has been tried for a notice and heard of it since: as the register has it, and as the activity remembers."""

from collections.abc import Iterable
from typing import Self

from pydantic import TypeAdapter

from adapters.post import kinds_of
from adapters.register.details import Detail, read_detail
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from adapters.register.rows import Attempt, Result
from domain.base.value import Instant, Value
from domain.case.effects import Accepted, Notice, Receipt

from .heartbeat import Heartbeat
from .sending import Sender, Way

NOBODY = "none"
"""In place of a channel: every way has been tried."""


class Try(Value):
    """One try of a notice, or what was heard later of one."""

    ref: str
    channel: str
    result: Result
    detail: str = ""
    fallback: bool = False
    at: Instant
    """By the worker's clock, as the register keeps it and providers of ours are asked."""
    since: Instant
    """By the server's clock, which the case's time goes by."""
    noted: bool = True
    """False while the register has not taken it."""

    @property
    def to(self) -> str:
        """Who of several is meant; empty for all whom it was to reach."""
        return read_detail(self.detail).to

    @property
    def ways(self) -> frozenset[Way]:
        """The ways it took: by what it went to whom, to each kind of address."""
        by = read_detail(self.detail).by
        return frozenset((by, self.fallback, kind) for kind in kinds_of(self.channel))

    @classmethod
    def by_receipt(cls, receipt: Receipt, since: Instant) -> Self:
        """Make it of the receipt of a notice that was taken."""
        return cls(
            ref=receipt.ref,
            channel=receipt.channel,
            result="accepted",
            detail=str(Detail("", receipt.by)),
            fallback=receipt.fallback,
            at=receipt.accepted_at,
            since=since,
            noted=receipt.recorded,
        )


_MANY = TypeAdapter(list[Try])


class Tries:
    """Knows what was tried, also while the register is down: what one activity tries, its heartbeat remembers."""

    def __init__(self, sender: Sender, register: Register, accepted: Iterable[Accepted], beat: Heartbeat) -> None:
        """Remember what earlier attempts of the activity tried, and note what the register had not taken of it."""
        self._sender = sender
        self._register = register
        self.beat = beat
        notices = {one.notice.ref: one.notice for one in accepted}
        kept = _MANY.validate_python(beat.remembers("tries") or [])
        self._own = [one if one.noted else self._noted(notices[one.ref], one) for one in kept if one.ref in notices]
        beat.knows("tries", lambda: _MANY.dump_python(self._own, mode="json"))

    @property
    def wait_for_register(self) -> bool:
        """Is there one that the register has not taken?"""
        return not all(one.noted for one in self._own)

    def of(self, accepted: Accepted) -> list[Try]:
        """Return every try of a notice, in order; one that was taken is among them."""
        first = Try.by_receipt(accepted.receipt, accepted.since)
        own = [one for one in self._own if one.ref == accepted.notice.ref]
        try:
            rows = [_from_row(row, accepted, own) for row in self._register.tries(accepted.notice.ref)]
        except RegisterError:
            return [first, *own]
        if not any(row.result == "accepted" and not row.to for row in rows):  # it went while the register was down
            rows.append(first)
        return sorted([*rows, *(one for one in own if not one.noted)], key=lambda one: one.at)

    def add(self, notice: Notice, one: Try) -> None:
        """Note a try, unless it is noted, and remember it."""
        self._own.append(one if one.noted else self._noted(notice, one))
        self.beat()

    def _noted(self, notice: Notice, one: Try) -> Try:
        noted = self._sender.note_try(
            notice, one.result, channel=one.channel, detail=one.detail, fallback=one.fallback, at=one.at
        )
        return one.but(noted=noted)


def _from_row(row: Attempt, accepted: Accepted, own: Iterable[Try]) -> Try:
    same = [one.since for one in own if (one.channel, one.result, one.detail) == (row.channel, row.result, row.detail)]
    return Try(
        ref=row.notice_ref,
        channel=row.channel,
        result=row.result,
        detail=row.detail,
        fallback=row.fallback,
        at=row.at,
        since=max(row.at, accepted.since, *same),
    )
