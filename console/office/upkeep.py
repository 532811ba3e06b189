"""Pages about how the office does: who answers late, and how long cases are kept."""

import asyncio
from collections.abc import Container, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adapters.register import reading
from adapters.register.disposal import Disposals
from adapters.register.errors import NothingThere
from adapters.register.register import Register
from adapters.retention import Retention
from console.entrance import Page
from console.parts import Parts
from console.signed_in import shown, visitor_of
from console.visitors import Visitor
from domain.base.words import say_date, say_due
from services import retention
from services.late_answers import LOOKED_BACK, Answers, LateNow, answers, late_now
from services.times import LONDON
from wiring import digest_sources

from .looking import cases_of, note_list
from .tables import Line, Link, Table

ANSWERED = ("Seat", "Alerts", "Answered", "Usually after", "At most after", "Reached nobody")
LATE = ("Seat", "Late things", "Cases", "The oldest was due")
KEPT = ("Policy", "Kept for", "Opened in error", "Closed", "Due", "On hold", "Why")
DUE = ("Case", "Policy", "Kept until the end of", "Hold or list", "Why")
LISTS = ("List", "Proposed", "Approved", "Withdrawn", "Destroyed")
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
        ]

    async def answers(self, request: Request) -> Response:
        """Show by seat how alerts were answered, and what is late now."""
        said = await asyncio.to_thread(self._answers, visitor_of(request))
        return shown(self._parts, request, "office_answers.html", "Who answers late", **said)

    async def retention(self, request: Request) -> Response:
        """Show how long cases are kept, which are due, and the destruction lists."""
        said = await asyncio.to_thread(self._kept)
        return shown(self._parts, request, "office_retention.html", "How long cases are kept", **said)

    def _answers(self, visitor: Visitor) -> dict[str, Any]:
        settings, now = self._parts.settings, self._parts.clock()
        cases = cases_of(settings, visitor, include_closed=True)
        theirs = [case["case_ref"] for case in cases]
        policies = sorted({case["policy"] for case in cases if "policy" in case})
        asked = answers(settings.register, theirs, policies, now)
        late = late_now(digest_sources(settings), theirs, policies, now)
        note_list(settings, visitor, "/answers", len({case for one in late for case in one.cases}))
        return {"days": LOOKED_BACK // timedelta(days=1), "asked": _answered(asked), "late": _late(late)}

    def _kept(self) -> dict[str, Any]:
        settings, today = self._parts.settings, self._parts.clock().date()
        try:
            said = self._disposals()
            numbers = retention.numbers(settings, reading.list_policies(settings.register))
            cases = retention.closed_cases(settings)
        except NothingThere:
            said, numbers, cases = Disposals(()), {}, []
        held = said.held()
        return {
            "kept": _numbers(numbers, cases, held, today),
            "due": _due([one for one in cases if one.is_due(today)], held, said.listed()),
            "held": [(case, one.reason) for case, one in sorted(held.items())],
            "lists": _lists(said),
        }

    def _disposals(self) -> Disposals:
        with Register(self._parts.settings.register) as register:
            return register.disposals()


def _answered(seats: Sequence[Answers]) -> Table:
    """Say by seat how soon its alerts were answered."""
    lines = []
    for one in seats:
        after = (_minutes(one.usual_minutes), _minutes(one.longest_minutes)) if one.answered else ("never", "never")
        cells = (one.seat, str(one.asked), str(one.answered), *after, str(one.unreached or ""))
        lines.append(Line(cells, "late" if one.unreached or one.answered < one.asked else ""))
    return Table(ANSWERED, lines)


def _late(seats: Sequence[LateNow]) -> Table:
    """Say by seat what is late now."""
    lines = []
    for one in seats:
        oldest = say_due(one.oldest, LONDON) if one.oldest else "at once"
        lines.append(Line((one.seat, str(one.things), _some(one.cases), oldest), "late"))
    return Table(LATE, lines)


def _numbers(
    numbers: Mapping[str, Retention | None], cases: Sequence[retention.Closed], held: Container[str], today: date
) -> Table:
    """Say by policy how long its cases are kept, and how many stand where."""
    lines = []
    for policy, of in numbers.items():
        own = [one for one in cases if one.policy == policy]
        cells = (
            policy,
            str(of.keep) if of else "ever",
            str(of.void.keep) if of and of.void else "the same",
            str(len(own)),
            str(sum(one.is_due(today) for one in own)),
            str(sum(one.case in held for one in own)),
            of.reason if of else "nobody has said how long",
        )
        lines.append(Line(cells))
    return Table(KEPT, lines)


def _due(cases: Sequence[retention.Closed], held: Container[str], listed: Mapping[str, str]) -> Table:
    """Say which cases have been kept long enough."""
    lines = []
    for one in cases:
        until = say_date(one.until) if one.until else ""
        stands = "on hold" if one.case in held else listed.get(one.case, "")
        lines.append(Line((one.case, one.policy, until, stands, one.why)))
    return Table(DUE, lines)


def _lists(said: Disposals) -> Table:
    """Say how far each destruction list has got."""
    lines = []
    for name, rows in said.lists().items():
        steps: list[str] = [one[-1].step for one in rows.values()]
        lines.append(Line((Link(name, f"/retention/{name}"), *(str(steps.count(step)) for step in _STEPS))))
    return Table(LISTS, lines)


def _some(cases: tuple[str, ...]) -> str:
    more = f" and {len(cases) - MOST} more" if len(cases) > MOST else ""
    return ", ".join(cases[:MOST]) + more


def _minutes(count: int) -> str:
    if count >= 120:
        return f"{count // 60} hours"
    return f"{count} minute{'' if count == 1 else 's'}"
