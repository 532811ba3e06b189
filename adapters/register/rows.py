"""What goes into the register and comes out of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from domain.case.effects import Entry
    from domain.views.owed_times import OwedTimes

Result = Literal["accepted", "refused", "failed", "delivered", "undelivered"]
"""What became of a try: taken, refused for good, not now; and, of one that was taken, what its provider said later."""


@dataclass(frozen=True, kw_only=True)
class StandingRow:
    """The present state of a case: a cache for lists, rebuilt from entries, and not part of the record."""

    case_ref: str
    as_of_number: int
    """Number of the last entry this state has taken in."""
    policy: str
    stage: str
    urgency: str
    opened_at: datetime
    next_due: datetime | None = None
    overdue: int = 0
    """How many duties are overdue."""
    open: bool = True
    agencies: tuple[str, ...] = ()
    """Agency ids; an id holds no space."""
    view: dict[str, Any] = field(default_factory=dict)
    """All that `show` prints; JSON values only."""
    owed: tuple[OwedTimes, ...] | None = None
    """The times of what is owed; None leaves the view alone to say it, and so the two below."""
    awaited: int | None = None
    """How many answers it waits for."""
    next_moment: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A policy or calendar as it was when a case was pinned to it. `chain.digest_of(body)` is its key."""

    kind: Literal["policy", "calendar"]
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try to send a notice, or what was heard later of one."""

    notice_ref: str
    case_ref: str
    at: datetime
    channel: str
    result: Result
    detail: str = ""
    """Why it came to nothing, and how it came to be them whom it went to (see `details`); cut at 200 characters."""
    fallback: bool = False
    """True where the partnership's fallback contact stood in for an empty seat."""


@dataclass(frozen=True, kw_only=True)
class StoredEntry:
    """An entry as it stands in the register, but for what is encrypted there, which is in clear here."""

    entry: Entry
    body_key_id: str | None
    changes: bytes | None
    """What the decision changed of which this is the last entry (see `decisions`); else None."""
    previous_hash: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class StoredAttempt:
    """An attempt as it stands in the register."""

    attempt: Attempt
    number: int
    """1, 2, 3 … for each notice."""
    previous_hash: str
    hash: str


def reached(tries: Iterable[tuple[str, str]]) -> set[str]:
    """Return the refs of the notices that somebody has, as far as is known.

    *tries* are ref and result, each notice's in their order. A notice that was taken and then not delivered has
    reached nobody, until another way takes it.
    """
    found: set[str] = set()
    for ref, result in tries:
        if result in {"accepted", "delivered"}:
            found.add(ref)
        elif result == "undelivered":
            found.discard(ref)
    return found


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing `verify` found wrong."""

    case_ref: str
    """Empty for an edition and for the database, which belong to no case."""
    place: str
    """`entry 3`, `entry 4 to 6`, `attempt 2 of NS-26-014/3/0`, `standing`, `edition 5f2c…`, `ledger line 7`, `trigger
    entry_no_update`."""
    what: str
    """A plain phrase: `was changed after it was written`."""
    of: Literal["record", "copy", "reading", "edition", "sending", "schema"] = "record"
    """What it is a fault of: the record itself; the copy beside it that lists show; this program, which cannot read
    entries that are as they were written; a policy or calendar; notices that nobody has tried to send; or how the
    database is made."""

    def __str__(self) -> str:
        """One line for people."""
        of = f"{self.case_ref}: " if self.case_ref else ""
        return f"{of}{self.place} {self.what}"
