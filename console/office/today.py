"""The first page: what is on today, in the cases that somebody sees."""

import asyncio
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from adapters.digest import on_hand
from adapters.register.errors import NothingThere
from console.entrance import Page
from console.parts import Parts
from console.signed_in import shown, visitor_of
from console.visitors import Visitor
from domain.views.digest import BANDS, Item, rank
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
    items: list[Item]
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
        bands = [(band, [one for one in today.items if one.band == band]) for band in BANDS]
        return shown(
            self._parts,
            request,
            "office_today.html",
            "Today",
            at_risk=today.at_risk,
            open=today.open,
            unreadable=today.unreadable,
            bands=[
                {"title": f"{TITLES[band]}: {len(items)}", "table": _table(items), "more": max(0, len(items) - MOST)}
                for band, items in bands
                if items
            ],
        )

    def _read(self, visitor: Visitor) -> Today:
        settings, now = self._parts.settings, self._parts.clock()
        cases = cases_of(settings, visitor)
        theirs = {case["case_ref"] for case in cases}
        sources = digest_sources(settings)
        items: list[Item] = []
        unreadable: list[str] = []
        for policy in sorted({case["policy"] for case in cases if "policy" in case}):
            try:
                found = on_hand(settings.register, policy, sources.ground(policy), now)
            except NothingThere:
                continue
            items += [item for item, _ in found.items if item.case in theirs]
            unreadable += [case for case in found.unreadable if case in theirs]
        at_risk = tuple(case["case_ref"] for case in cases if case.get("urgency") == "immediate risk")
        note_list(settings, visitor, "/", len({item.case for item in items}))
        return Today(at_risk, sorted(items, key=rank), len(cases), tuple(unreadable))


def _table(items: list[Item]) -> Table:
    lines = [
        Line((case_link(one.case), one.what, one.by, one.when, one.step), "late" if one.band == "late" else "")
        for one in items[:MOST]
    ]
    return Table(HEADERS, lines)
