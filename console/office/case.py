"""The page of one case: where it stands, what is owed and why, what happened, who was told and who is told next."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adapters.register.errors import NothingThere
from adapters.register.reads import list_reads
from adapters.register.register import Register
from console.entrance import GLASS, Page
from console.forms import text
from console.parts import Parts
from console.signed_in import shown
from domain.base.refusals import listed
from domain.base.words import say_instant
from domain.case.patch import Unreadable
from domain.case.state import Escalation
from domain.views.ahead import told_next
from domain.views.explanation import Explained
from services import chronology
from services.cases import (
    LATE,
    OWED,
    about_lines,
    late_rows,
    open_questions,
    owed_rows,
    plan_lines,
    plan_state,
    said_time,
    standing_lines,
    waiting_lines,
    way_lines,
)
from services.chronology import Known
from services.drawing.said import of_case
from services.entries import guests, links
from services.errors import LOOK_AFTER, PROBLEM, Trouble
from services.exporting import export_one
from services.telling import Told
from services.times import LONDON

from .drawings import on_page
from .parts import part_of
from .tables import Line, Table, case_link, lines_of

NEXT = ("When", "What", "Who is told", "About")
TOLD = ("Due", "What", "To whom", "What became of it", "Acknowledged")
LOOKS = ("When", "Who", "How they were known", "What")
PLAN = ("", "What", "Owner", "When")
ENTRIES, NOTICES, DEADLINES = PARTS = ("entries", "notices", "deadlines")
"""Of what there is a part on the page: by these words an address asks for another."""
WHOLE = "whole"
"""By this word an address asks for the page with nothing folded, as it is printed."""
AT_FIRST = 5
"""Entries that are in sight; those before them are folded."""
ON_ITS_WAY = timedelta(minutes=1)
"""For so long a notice that nobody has tried to send is not told as one that reached nobody."""
_WORDS = {
    "reminder": "a reminder",
    "overdue": "that it is overdue",
    "alert": "an alert",
    "digest": "the daily digest",
}


class CasePages:
    """Answers whoever opens a case."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self) -> list[Page]:
        """Return the pages, and what is sent from them."""
        return [
            Page("/cases/{ref}", self.opened),
            Page("/cases/{ref}", self.opened_by_glass, "POST"),
            Page("/cases/{ref}/reads", self.looks),
            Page("/cases/{ref}/export", self.export),
        ]

    async def opened(self, request: Request) -> Response:
        """Show the case; of what there is much of, the newest part, or the one that is asked for."""
        case, asked = request.state.case, request.query_params
        said = await asyncio.to_thread(self._read, case, {name: asked.get(name, "") for name in (*PARTS, WHOLE)})
        return shown(self._parts, request, "office_case.html", case, at="/cases", **said)

    async def opened_by_glass(self, request: Request) -> Response:
        """Show a case that the role may not see, to whoever says why. The entrance has noted it and told the office."""
        if not text(request.state.form, GLASS):
            raise Trouble("Say why you open it.")
        return await self.opened(request)

    async def looks(self, request: Request) -> Response:
        """Show who looked at the case."""
        case = request.state.case
        found = await asyncio.to_thread(self._looks, case)
        return shown(
            self._parts, request, "office_looks.html", f"Who looked at {case}", at="/cases", case=case, looks=found
        )

    async def export(self, request: Request) -> Response:
        """Give out the case as one bundle, as `export` does."""
        case = request.state.case
        held = await asyncio.to_thread(self._bundle, case)
        named = f'attachment; filename="{case}.zip"'
        return Response(held, media_type="application/zip", headers={"Content-Disposition": named})

    def _bundle(self, case: str) -> bytes:
        with tempfile.TemporaryDirectory(prefix="escalation-export-") as folder:
            made = export_one(self._parts.settings, case, Path(folder), self._parts.clock())
            return made.file.read_bytes()

    def _looks(self, case: str) -> Table:
        try:
            found = list_reads(self._parts.settings.register, case=case)
        except NothingThere:
            found = []
        told = [chronology.look_of(one) for one in reversed(found)]
        lines = [Line((one["at"], one["who"], one["known"], one["what"])) for one in told]
        return Table(LOOKS, lines)

    def _read(self, case: str, asked: Mapping[str, str]) -> dict[str, Any]:
        settings, now = self._parts.settings, self._parts.clock()
        try:
            known = chronology.known(settings.register, case)
        except Unreadable as error:
            says = f"The record of {case} does not give the case."
            raise Trouble(says, PROBLEM, typed=str(error), shown=LOOK_AFTER) from None
        if known.view is None:
            raise Trouble(f"{case} is on the record, and where it stands is not.", shown=LOOK_AFTER)
        view, it = known.view, known.case
        why = {one.number: one for one in known.explained}
        owed = owed_rows(view, now)
        still = {one["id"] for one in view["owed"]}
        edition = it.policy.model_dump(mode="json")
        entries = part_of(chronology.entries_of(known), ENTRIES, asked)
        told = part_of(known.told, NOTICES, asked)
        allowed = sum(one["strength"] == "may" for one in view["owed"])
        rows = [{"row": row, "why": _why(it, why.get(int(row.cells[0])))} for row in owed]
        done = part_of([one for one in chronology.deadlines_told(known) if one.number not in still], DEADLINES, asked)
        return {
            "case": case,
            "policy": chronology.policy_of(it),
            "about": about_lines(view),
            "stands": standing_lines(view),
            "is_open": {name: bool(asked[WHOLE] or asked.get(name)) for name in (*PARTS, WHOLE)},
            "at_first": AT_FIRST,
            "risks": [said_time(one["at"]) for one in view.get("risks", ())],
            "is_over": bool(view["closed_at"]),
            "hold": self._hold(case),
            "owed": rows[: len(rows) - allowed],
            "allowed": rows[len(rows) - allowed :],
            "owed_headers": [one.capitalize() for one in OWED],
            "ways": way_lines(view),
            "waits": waiting_lines(view),
            "next": _next(known, now),
            "plan": Table(PLAN, lines_of(plan_lines(view))) if view["plan"] else None,
            "plan_state": plan_state(view) if view["plan"] else "",
            "drawing": on_page(of_case(known.case)),
            "late": Table([one.capitalize() for one in LATE], lines_of(late_rows(view))) if late_rows(view) else None,
            "done": done._replace(items=[chronology.deadline_of(it, one) for one in done.items]),
            "entries": entries,
            "told": told,
            "notices": _told(it, told.items, now),
            "unheard": sum(one.is_amiss and not _is_going(one, now) for one in known.told),
            "links": [case_link(one) for one in links(known.entries)],
            "guests": list(guests(known.entries).items()),
            "unreachable": _unreachable(known),
            "questions": open_questions(edition),
            "looked": len(known.looks),
        }

    def _hold(self, case: str) -> str:
        try:
            with Register(self._parts.settings.register) as register:
                held = register.disposals().held().get(case)
        except NothingThere:
            return ""
        return f"Kept whatever its time, since {say_instant(held.at, LONDON)}: {held.reason}" if held else ""


def _next(known: Known, now: datetime) -> Table | None:
    zone = known.case.policy.zone
    lines = [
        Line(
            (
                say_instant(one.at, zone),
                _WORDS.get(one.kind, one.kind.replace("-", " ")),
                listed(list(one.to)),
                "; ".join(one.owed),
            )
        )
        for one in told_next(known.case, now)
    ]
    return Table(NEXT, lines) if lines else None


def _is_going(one: Told, now: datetime) -> bool:
    """Was it decided so short a time ago that it may be on its way?"""
    return not one.tries and one.is_amiss and now - datetime.fromisoformat(one.due) < ON_ITS_WAY


def _told(case: Escalation, told: Sequence[Told], now: datetime) -> Table:
    lines = []
    for one in told:
        said, is_going = chronology.told_of(case, one), _is_going(one, now)
        kind = said["kind"] + (f" (entry {said['entry']})" if said["entry"] else "")
        became = "on its way" if is_going else said["came_to"]
        cells = (said["due"], kind, said["to"], became, said["acknowledged"])
        lines.append(Line(cells, "late" if one.is_amiss and not is_going else ""))
    return Table(TOLD, lines)


def _why(case: Escalation, one: Explained | None) -> dict[str, Any] | None:
    return chronology.deadline_of(case, one) if one else None


def _unreachable(known: Known) -> list[str]:
    said = ((known.entries[0]["body"] or {}).get("said") or {}).get("unreachable", ()) if known.entries else ()
    return list(said)
