"""Reading a case for its page: the register alone is asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from adapters.links import Linked
from adapters.register import reading
from console.looks import Looks

from .seats import Edition, Seat, Seats
from .shown import Row, Shown, shown


class NotThere(Exception):  # noqa: N818 - reads as a sentence
    """The register does not know the case, or does not know it yet."""


class NotYetThere(NotThere):
    """The record knows the case, and has not got as far as what the notice tells of."""


class Opened(NamedTuple):
    """A case as it was read for the page of one notice."""

    row: Row
    """Its standing, with its view."""
    entries: list[dict[str, Any]]
    edition: Edition
    seat: Seat
    sent: datetime
    now: datetime


class Reader:
    """Reads what a page shows. Safe to share between threads."""

    def __init__(self, register: str, seats: Seats, clock: Callable[[], datetime], looks: Looks) -> None:
        """Take the register's address, what gives the present as an aware instant, and where looks are noted."""
        self._looks = looks
        self._register = register
        self._seats = seats
        self._clock = clock

    def read(self, linked: Linked) -> Shown:
        """Return what the page of a link says now, and note that it was looked at.

        Raises:
            NotThere: there is no such case.
            NotYetThere: a letter may be quicker than the record.
            RegisterError: the register cannot be read now.
        """
        opened = self.opened(linked)
        page = shown(linked, *opened)
        numbers = self._seats.telephones(opened.row["policy"], page.case, page.to_ring, opened.now)
        return replace(page, telephones=numbers)

    def opened(self, linked: Linked) -> Opened:
        """Return the case as it stands now, and note that it was looked at. Raises as `read`."""
        row = reading.read_case(self._register, linked.case)
        entries = reading.read_entries(self._register, linked.case)
        if row is None or not entries:
            self._looks.note(linked, "failed to open", None)
            raise NotThere
        if linked.entry > row["as_of_number"]:
            self._looks.note(linked, "failed to open", row)
            raise NotYetThere
        digest = ((entries[0]["body"] or {}).get("editions") or {}).get("policy", "")
        edition = reading.read_edition(self._register, digest) or {}
        told = [entry["entry_time"] for entry in entries if entry["number"] == linked.entry]
        sent, fallback = self._sent(linked, next(iter(told), entries[-1]["entry_time"]))
        seat = self._seats.seat(row["policy"], edition, linked, sent, fallback=fallback)
        self._looks.note(linked, "showed", row)
        return Opened(row, entries, edition, seat, sent, self._clock())

    def has_entry(self, case: str, number: int) -> bool:
        """Say whether the register has taken in what the case answered."""
        row = reading.read_case(self._register, case)
        return row is not None and row["as_of_number"] >= number

    def _sent(self, linked: Linked, otherwise: str) -> tuple[datetime, bool]:
        """Return when a channel took the notice, and whether the fallback contact was told.

        *otherwise* is the time to say where the register could not note it.
        """
        tries = [one for one in reading.read_attempts(self._register, linked.case) if one["notice_ref"] == linked.ref]
        taken = next((one for one in tries if one["result"] == "accepted"), None)
        return datetime.fromisoformat(taken["at"] if taken else otherwise), bool(taken and taken["fallback"])
