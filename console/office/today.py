"""The first page: what is on today, in the cases that somebody sees."""

import asyncio
from collections import Counter
from heapq import nsmallest
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from adapters.digest import Ground, glance, looked_into
from adapters.register.errors import NothingThere
from console.entrance import Page
from console.parts import Parts
from console.signed_in import shown, visitor_of
from console.visitors import Visitor
from domain.views.digest import BANDS, Band, Item, line_rank, rank
from domain.views.digest import Line as OnHand
from wiring import digest_sources

from .looking import cases_of, note_list
from .tables import Line, Table, case_link

TITLES = {
    "late": "Late",
    "answer": "Waits for an answer",
    "today": "Due today",
    "coming": "Due by the end of the next working day",
}
HEADERS = ("Case", "What", "By whom", "When", "Step")
MOST = 200
"""Lines of one table: whoever has more than that on one day filters the list of cases."""


class Today(NamedTuple):
    """What is on today."""

    at_risk: tuple[str, ...]
    """Cases in which immediate risk is not dealt with."""
    counts: Counter[Band]
    """How many things are in each band."""
    items: list[Item]
    """In order; of each band as many as one table shows."""
    open: int
    unreadable: tuple[str, ...]


class TodayPage:
    """Answers whoever opens the first page."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self) -> list[Page]:
        """Return the page."""
        return [Page("/", self.opened)]

    async def opened(self, request: Request) -> Response:
        """Show what is on today."""
        visitor = visitor_of(request)
        today = await asyncio.to_thread(self._read, visitor)
        return shown(
            self._parts,
            request,
            "office_today.html",
            "Today",
            at_risk=today.at_risk,
            open=today.open,
            unreadable=today.unreadable,
            bands=[
                {
                    "title": f"{TITLES[band]}: {today.counts[band]}",
                    "table": _table([one for one in today.items if one.band == band]),
                    "more": max(0, today.counts[band] - MOST),
                }
                for band in BANDS
                if today.counts[band]
            ],
        )

    def _read(self, visitor: Visitor) -> Today:
        settings, now = self._parts.settings, self._parts.clock()
        cases = cases_of(settings, visitor)
        theirs = {case["case_ref"] for case in cases}
        sources, register = digest_sources(settings), settings.register
        grounds: dict[str, Ground] = {}
        lines: list[tuple[OnHand, str]] = []
        unreadable: set[str] = set()
        for policy in sorted({case["policy"] for case in cases if "policy" in case}):
            ground = grounds[policy] = sources.ground(policy)
            try:
                seen = glance(register, policy, ground, now)
            except NothingThere:
                continue
            lines += [(line, policy) for line in seen.lines if line.case in theirs]
            unreadable |= theirs.intersection(seen.unreadable)
        wanted = _first(lines)
        items: list[Item] = []
        for policy, refs in wanted.items():
            found, unread = looked_into(register, refs, grounds[policy], now)
            items += [item for item, _ in found]
            unreadable.update(unread)
        at_risk = tuple(case["case_ref"] for case in cases if case.get("urgency") == "immediate risk")
        note_list(settings, visitor, "/", len({line.case for line, _ in lines}))
        counts = Counter(line.band for line, _ in lines)
        return Today(at_risk, counts, sorted(items, key=rank), len(cases), tuple(sorted(unreadable)))


def _first(lines: list[tuple[OnHand, str]]) -> dict[str, set[str]]:
    """Return the cases that the tables show, by policy: of each band those of its first lines."""
    found: dict[str, set[str]] = {}
    for band in BANDS:
        of_band = (one for one in lines if one[0].band == band)
        for line, policy in nsmallest(MOST, of_band, key=lambda one: line_rank(one[0])):
            found.setdefault(policy, set()).add(line.case)
    return found


def _table(items: list[Item]) -> Table:
    lines = [
        Line((case_link(one.case), one.what, one.by, one.when, one.step), "late" if one.band == "late" else "")
        for one in items[:MOST]
    ]
    return Table(HEADERS, lines)
