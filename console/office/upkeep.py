"""Pages about how the office does: who answers late, and how long cases are kept."""

import asyncio
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adapters.register import reading
from adapters.register.disposal import Disposals
from adapters.register.errors import NothingThere
from adapters.register.register import Register
from console.entrance import Page
from console.parts import Parts
from console.signed_in import shown, visitor_of
from console.visitors import Visitor
from domain.base.words import say_date, say_instant
from services import retention
from services.errors import Trouble
from services.late_answers import LOOKED_BACK, answers, late_now
from services.times import LONDON
from wiring import digest_sources

from .looking import cases_of, note_list
from .tables import Line, Link, Table

ANSWERED = ("Seat", "Alerts", "Answered", "Usually after", "At most after", "Reached nobody")
LATE = ("Seat", "Late things", "Cases", "The oldest was due")
KEPT = ("Policy", "Kept for", "Opened in error", "Closed", "Due", "On hold", "Why")
DUE = ("Case", "Policy", "Kept until the end of", "Hold or list", "Why")
LISTS = ("List", "Proposed", "Approved", "Withdrawn", "Destroyed")
SAID = ("Case", "What", "When", "By", "Why")
MOST = 5
"""Cases that are named in one line."""
_STEPS = ("proposed", "approved", "withdrawn", "destroyed")


class UpkeepPages:
    """Answers whoever looks at late answers and at what is kept."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self) -> list[Page]:
        """Return the pages."""
        return [
            Page("/answers", self.answers),
            Page("/retention", self.retention),
            Page("/retention/{number}", self.certificate),
        ]

    async def answers(self, request: Request) -> Response:
        """Show by seat how alerts were answered, and what is late now."""
        said = await asyncio.to_thread(self._answers, visitor_of(request))
        return shown(self._parts, request, "office_answers.html", "Who answers late", **said)

    async def retention(self, request: Request) -> Response:
        """Show how long cases are kept, which are due, and the destruction lists."""
        said = await asyncio.to_thread(self._kept)
        return shown(self._parts, request, "office_retention.html", "How long cases are kept", **said)

    async def certificate(self, request: Request) -> Response:
        """Show everything that was said of one destruction list: its certificate."""
        number = request.path_params["number"].upper()
        lines = await asyncio.to_thread(self._list, number)
        return shown(
            self._parts,
            request,
            "office_file.html",
            f"Destruction list {number}",
            at="/retention",
            back=("/retention", "How long cases are kept"),
            says=["A second person of the office approves it by a command."],
            findings=[],
            tables=[Table(SAID, lines, "What was said of it")],
            ladder=[],
        )

    def _answers(self, visitor: Visitor) -> dict[str, Any]:
        settings, now = self._parts.settings, self._parts.clock()
        cases = cases_of(settings, visitor, include_closed=True)
        theirs = [case["case_ref"] for case in cases]
        policies = sorted({case["policy"] for case in cases if "policy" in case})
        asked = answers(settings.register, theirs, policies, now)
        late = late_now(digest_sources(settings), theirs, policies, now)
        note_list(settings, visitor, "/answers", len({case for one in late for case in one.cases}))
        return {
            "days": LOOKED_BACK // timedelta(days=1),
            "asked": Table(
                ANSWERED,
                [
                    Line(
                        (
                            one.seat,
                            str(one.asked),
                            str(one.answered),
                            _minutes(one.usual_minutes) if one.answered else "never",
                            _minutes(one.longest_minutes) if one.answered else "never",
                            str(one.unreached or ""),
                        ),
                        "late" if one.unreached or one.answered < one.asked else "",
                    )
                    for one in asked
                ],
            ),
            "late": Table(
                LATE,
                [
                    Line(
                        (
                            one.seat,
                            str(one.things),
                            ", ".join(one.cases[:5])
                            + (f" and {len(one.cases) - 5} more" if len(one.cases) > 5 else ""),
                            say_instant(one.oldest, LONDON) if one.oldest else "at once",
                        ),
                        "late",
                    )
                    for one in late
                ],
            ),
        }

    def _kept(self) -> dict[str, Any]:
        settings, today = self._parts.settings, self._parts.clock().date()
        try:
            said = self._disposals()
            numbers = retention.numbers(settings, reading.list_policies(settings.register))
            cases = retention.closed_cases(settings)
        except NothingThere:
            said, numbers, cases = Disposals(()), {}, []
        held, listed = said.held(), said.listed()
        due = [one for one in cases if one.is_due(today)]
        kept = []
        for policy, of in numbers.items():
            own = [one for one in cases if one.policy == policy]
            cells = (
                policy,
                str(of.keep) if of else "good",
                str(of.void.keep) if of and of.void else "the same",
                str(len(own)),
                str(sum(one.is_due(today) for one in own)),
                str(sum(one.case in held for one in own)),
                of.reason if of else "no number is set",
            )
            kept.append(Line(cells))
        return {
            "kept": Table(KEPT, kept),
            "due": Table(
                DUE,
                [
                    Line(
                        (
                            one.case,
                            one.policy,
                            say_date(one.until) if one.until else "",
                            "on hold" if one.case in held else listed.get(one.case, ""),
                            one.why,
                        )
                    )
                    for one in due
                ],
            ),
            "held": [(case, one.reason) for case, one in sorted(held.items())],
            "lists": Table(
                LISTS,
                [
                    Line((Link(name, f"/retention/{name}"), *(str(_last(rows).count(step)) for step in _STEPS)))
                    for name, rows in said.lists().items()
                ],
            ),
        }

    def _list(self, number: str) -> list[Line]:
        found = self._disposals().lists().get(number)
        if found is None:
            raise Trouble("There is no such destruction list.")
        return [
            Line((case, one.step, say_instant(one.at, LONDON), one.by, one.reason))
            for case, rows in found.items()
            for one in rows
        ]

    def _disposals(self) -> Disposals:
        with Register(self._parts.settings.register) as register:
            return register.disposals()


def _some(cases: tuple[str, ...]) -> str:
    more = f" and {len(cases) - MOST} more" if len(cases) > MOST else ""
    return ", ".join(cases[:MOST]) + more


def _last(rows: dict[str, Any]) -> list[str]:
    return [said[-1].step for said in rows.values()]


def _minutes(count: int) -> str:
    if count >= 120:
        return f"{count // 60} hours"
    return f"{count} minute{'' if count == 1 else 's'}"
