"""Which cases have been kept long enough, by a partnership's own numbers, and what stands in destruction lists."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from adapters.local import LocalFaulty
from adapters.register import reading
from adapters.retention import Kept, Retention, load_retention
from domain.base.words import say_date
from services.errors import LOOK_AFTER, Trouble
from services.times import LONDON, now
from settings import Settings

if TYPE_CHECKING:
    from adapters.register.disposal import Disposals

MOST_REASON = 500
"""Characters of a reason."""


class Closed(NamedTuple):
    """A case that is closed, and until when it is kept."""

    case: str
    policy: str
    closed: date
    is_void: bool
    kept: Kept | None
    """The number that holds for it; None where its policy has none here, so that it is kept for good."""

    @property
    def until(self) -> date | None:
        """The last day on which it is kept; None for good."""
        return self.kept.until(self.closed) if self.kept else None

    def is_due(self, today: date) -> bool:
        """Has its time come?"""
        return self.until is not None and self.until < today

    @property
    def why(self) -> str:
        """The number and its reason, as a destruction list says them."""
        if self.kept is None:
            return ""
        what = "voided, as opened in error," if self.is_void else "closed"
        return f"{what} on {say_date(self.closed)}, and kept for {self.kept.keep}: {self.kept.reason}"


def numbers(settings: Settings, policies: list[str]) -> dict[str, Retention | None]:
    """Return the numbers of each policy; None for one that has none.

    Raises Trouble where one cannot be read: then nothing is said to be due.
    """
    try:
        return {policy: load_retention(settings.local / f"{policy}.toml") for policy in policies}
    except LocalFaulty as fault:
        says = "How long cases are kept cannot be read."
        raise Trouble(says, typed=str(fault), shown=LOOK_AFTER) from None


def closed_cases(settings: Settings) -> list[Closed]:
    """Return every closed case, by until when it is kept, those that are kept for good last. Raises Trouble."""
    rows = [row for row in reading.closed_cases(settings.register) if row["closed"]]
    known = numbers(settings, sorted({row["policy"] for row in rows}))
    found = []
    for row in rows:
        of, closed = known[row["policy"]], datetime.fromisoformat(row["closed"]).astimezone(ZoneInfo(LONDON)).date()
        kept = of.of(is_void=row["is_void"]) if of else None
        found.append(Closed(row["case_ref"], row["policy"], closed, row["is_void"], kept))
    return sorted(found, key=lambda one: (one.until or date.max, one.case))


def to_be_listed(cases: list[Closed], disposals: "Disposals") -> Iterator[Closed]:
    """Yield the cases whose time has come, that nobody holds, and that stand in no list yet."""
    today, held, listed = now().date(), disposals.held(), disposals.listed()
    for one in cases:
        if one.is_due(today) and one.case not in held and one.case not in listed:
            yield one
