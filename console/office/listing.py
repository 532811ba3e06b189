"""The list of cases: filters, search, saved views."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.register import reading
from console.entrance import Page
from console.forms import text
from console.parts import Parts
from console.signed_in import shown, visitor_of
from console.visitors import Visitor
from services.cases import said_due
from services.errors import Trouble
from services.finding import Found, Locked, find
from services.privacy import findings
from services.times import LONDON

from .filters import DUE, SORTS, Choices, Filters, choices_of, filters_of
from .kept_views import KeptViews, View
from .looking import Case, cases_of, note_list
from .tables import Line, Link, Table, case_link

ON_A_PAGE = 50
HEADERS = ("Case", "Policy", "Step", "Urgency", "Next due", "Overdue", "Agencies")
THEIRS = "Their record"
FOUND = ("Case", "Their record", "Policy", "Step", "Where it stands")
_PLACES = 4
"""Places of a case that are shown."""
_LONGEST_WORDS = 200


class ListPages:
    """Answers whoever looks for cases."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._views = KeptViews(parts.settings.data)

    def pages(self) -> list[Page]:
        """Return the pages, and what is sent from them."""
        return [
            Page("/cases", self.opened),
            Page("/cases", self.searched, "POST"),
            Page("/views", self.kept, "POST"),
        ]

    async def opened(self, request: Request) -> Response:
        """Show the cases that fit the filters, so many on a page."""
        visitor = visitor_of(request)
        every = await asyncio.to_thread(self._every, visitor)
        said = await asyncio.to_thread(self._listed, visitor, request, every)
        return shown(self._parts, request, "office_cases.html", "Cases", found=None, words="", **said)

    async def searched(self, request: Request) -> Response:
        """Show in which cases some words stand. The words stand in no address, and are kept nowhere."""
        visitor, words = visitor_of(request), text(request.state.form, "words")
        every = await asyncio.to_thread(self._every, visitor)
        said = await asyncio.to_thread(self._listed, visitor, request, every)
        if not words or len(words) > _LONGEST_WORDS:
            problem = "Say what to look for: a number, or words that stand in the case."
            return shown(
                self._parts, request, "office_cases.html", "Cases", status=400, found=None, words="", problem=problem,
                **said,
            )  # fmt: skip
        found = await asyncio.to_thread(self._found, visitor, words, every)
        return shown(self._parts, request, "office_cases.html", "Cases", found=found, words=words, **said)

    async def kept(self, request: Request) -> Response:
        """Keep a view under a name, or take it away."""
        visitor, form = visitor_of(request), request.state.form
        account, name = visitor.person.account, text(form, "name")
        if text(form, "do") == "forget":
            await asyncio.to_thread(self._views.forget, account, name)
            return RedirectResponse(f"{self._parts.base}/cases", 303)
        if findings({"the name": name}, self._parts.clock().date()):
            raise Trouble("The name of the view holds what looks like a person: give it another.")
        choices = choices_of(await asyncio.to_thread(self._every, visitor))
        query = filters_of(dict(parse_qsl(text(form, "query"))), choices).query
        await asyncio.to_thread(self._views.keep, account, View(name, query))
        return RedirectResponse(f"{self._parts.base}/cases?{query}", 303)

    def _every(self, visitor: Visitor) -> list[Case]:
        return cases_of(self._parts.settings, visitor, include_closed=True)

    def _listed(self, visitor: Visitor, request: Request, every: list[Case]) -> dict[str, Any]:
        settings, now = self._parts.settings, self._parts.clock()
        asked = request.query_params
        choices = choices_of(every)
        filters = filters_of(asked, choices)
        within = now.astimezone(ZoneInfo(LONDON))
        fitting = [one for one in every if (filters.closed or one.get("open", True)) and filters.fits(one, within)]
        fitting = filters.sorted(fitting)
        if request.method == "GET":
            note_list(settings, visitor, "/cases", len(fitting), **filters.said)
        page = _page(asked.get("page", ""), len(fitting))
        here = fitting[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
        theirs = reading.own_records(settings.register, [one["case_ref"] for one in here]) if here else {}
        return {
            "table": _table(here, theirs, now),
            "count": len(fitting),
            "from_to": (len(fitting) and (page - 1) * ON_A_PAGE + 1, min(page * ON_A_PAGE, len(fitting))),
            "before": _at_page(filters, page - 1) if page > 1 else "",
            "after": _at_page(filters, page + 1) if page * ON_A_PAGE < len(fitting) else "",
            "filters": filters,
            "fields": _fields(choices, filters),
            "views": self._views.of(visitor.person.account),
            "is_narrowed": bool(filters.query),
        }

    def _found(self, visitor: Visitor, words: str, cases: list[Case]) -> dict[str, Any]:
        settings = self._parts.settings
        looked = list(find(settings.register, cases, [words]))
        found = [one for one in looked if isinstance(one, Found)]
        note_list(settings, visitor, "/cases by a word", len(found))
        lines = [
            Line((case_link(one.case), one.own_record, one.policy, _spaced(one.stage), _where(one))) for one in found
        ]
        return {
            "table": Table(FOUND, lines),
            "count": len(found),
            "of": len(cases),
            "locked": [one.case for one in looked if isinstance(one, Locked)],
        }


def _page(asked: str, count: int) -> int:
    last = max(1, -(-count // ON_A_PAGE))
    return min(int(asked), last) if asked.isdecimal() and len(asked) < 6 and int(asked) else 1


def _at_page(filters: Filters, page: int) -> str:
    return f"{filters.query}&page={page}".lstrip("&")


def _table(cases: list[Case], theirs: dict[str, str], now: datetime) -> Table:
    headers = (*HEADERS, THEIRS) if theirs else HEADERS
    return Table(headers, [_line(one, theirs.get(one["case_ref"], "") if theirs else None, now) for one in cases])


def _line(case: Case, own: str | None, now: datetime) -> Line:
    ref = case["case_ref"]
    if "unreadable" in case:
        return Line((Link(ref, f"/cases/{ref}"), "cannot be read: the office verifies it"), "late")
    has_passed = case["next_due"] is not None and datetime.fromisoformat(case["next_due"]) < now
    due = said_due(case["next_due"])
    if has_passed and case["open"] and not case["overdue"]:
        due += " (passed)"
    late = f"{case['overdue']} overdue" if case["overdue"] else ""
    tone = "late" if case["overdue"] or case["urgency"] == "immediate risk" else ""
    cells = (case_link(ref), case["policy"], _spaced(case["stage"]), case["urgency"], due, late)
    return Line((*cells, ", ".join(case["agencies"]), *(() if own is None else (own,))), tone)


def _fields(choices: Choices, filters: Filters) -> list[dict[str, Any]]:
    """Return the fields by which the list is narrowed, each with what may be chosen."""

    def field(name: str, label: str, there: dict[str, str]) -> dict[str, Any]:
        return {"name": name, "label": label, "value": getattr(filters, name), "there": list(there.items())}

    every = {"": "all"}
    return [
        field("policy", "Policy", every | {one: one for one in choices.policies}),
        field("stage", "Step", every | {one: _spaced(one) for one in choices.stages}),
        field("agency", "Agency", every | {one: one for one in choices.agencies}),
        field("due", "Due", DUE),
        field("overdue", "Overdue", every | {"yes": "overdue alone"}),
        field("closed", "Closed cases", {"": "left out", "yes": "shown too"}),
        field("sort", "Order", SORTS),
    ]


def _where(one: Found) -> str:
    said = [f"entry {place.entry} ({place.name})" if place.entry else place.name for place in one.places]
    more = f" and {len(said) - _PLACES} more" if len(said) > _PLACES else ""
    return ", ".join(said[:_PLACES]) + more


def _spaced(word: str) -> str:
    return word.replace("-", " ")
