"""The board of every area: what is overdue first, who has it, and saying that I have one or all of mine."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.directory import DirectoryFault
from adapters.people.roles import ON_CALL_LEAD, PAGES, Right
from adapters.register import reading
from adapters.register.board import AT_ONCE, in_order, with_alarms
from adapters.register.errors import NothingThere, RegisterError
from adapters.rota import RotaFault
from adapters.rota.awake import Awake
from adapters.training import is_on
from console.entrance import MARK, Page
from console.forms import text, texts
from console.notices.pressed import SURE
from console.parts import Parts
from console.signed_in import shown
from console.visitors import Visitor
from services.awake import says_awake
from services.cases import reference
from services.errors import Trouble
from services.rights import Look, note_look, sight
from services.rotas import every_rota
from wiring import directories, rotas

from .acknowledging import ALERT, RISK, Asked, acknowledged, asked_of, read_asked
from .board import Known, Line, is_mine, line_of

BOARD, ACKNOWLEDGE = "/board", "/board/acknowledge"
PAGE_OF = 50
"""Cases on one page."""


class BoardPages:
    """The board, the question whether somebody has it, and what became of the answer."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._directory = directories(parts.settings)
        self._rota = rotas(parts.settings)
        self._awake = Awake(parts.settings.data)
        self._edition = lru_cache(maxsize=100)(
            lambda digest: reading.read_edition(self._settings.register, digest) or {}
        )

    def pages(self) -> list[Page]:
        """Return the pages."""
        return [
            Page(BOARD, self._board),
            Page(ACKNOWLEDGE, self._asked),
            Page(ACKNOWLEDGE, self._said, "POST"),
        ]

    async def _board(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        policy, after = request.query_params.get("area", ""), request.query_params.get("after", "")
        lines, has_more = await asyncio.to_thread(self._lines, visitor, policy, after, PAGE_OF)
        areas = await asyncio.to_thread(self._areas)
        mine = self._mine(visitor, lines)
        said = {
            "lines": lines,
            "mine": mine,
            "areas": areas,
            "area": policy,
            "after": after,
            "following": _asking(area=policy, after=lines[-1].case) if has_more else "",
            "acknowledging": self._may_acknowledge(visitor),
            "is_lead": visitor.person.role == ON_CALL_LEAD,
            "is_on_rota": self._is_on_rota(visitor),
        }
        return self._page(request, "board.html", "The board", **said)

    async def _asked(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        asked = await asyncio.to_thread(self._wanted, request, visitor)
        what = request.query_params.get("what", ALERT)
        if not asked:
            raise Trouble("Nothing that waits for your answer is left there: look at the board again.")
        title = "Do you have these alerts?" if len(asked) > 1 else "Do you have this?"
        more = {"asked": asked, "of_risk": what == RISK, "sure": SURE, "mark_field": MARK}
        mark = self._parts.visitors.mark(visitor, request.url.path)
        return self._page(request, "board_question.html", title, mark=mark, **more)

    async def _said(self, request: Request) -> Response:
        form: FormData = request.state.form
        visitor: Visitor = request.state.visitor
        if text(form, "sure") != SURE:
            return RedirectResponse(f"{self._parts.base}{BOARD}", 303)
        asked = [one for field in texts(form, "case") if (one := read_asked(field))]
        look = Look(visitor.person, visitor.known, "", f"page {ACKNOWLEDGE}", "")
        results = await acknowledged(self._settings, asked[:AT_ONCE], look, visitor.session)
        failed = sum(not one.is_recorded for one in results)
        title = f"{failed} of {len(results)} not recorded" if failed else "It is recorded that you have it"
        return self._page(request, "board_said.html", title, results=results)

    def _lines(self, visitor: Visitor, policy: str, after: str, most: int) -> tuple[list[Line], bool]:
        """Return the lines of a page, and whether more follow. Which were listed goes into the record of reads."""
        is_seen, url = sight(self._settings, visitor.person), self._settings.register
        try:
            found = list(islice(filter(is_seen, in_order(url, policy, after)), most + 1))
            standings = with_alarms(url, found[:most])
        except NothingThere:
            found, standings = [], []
        now, known = self._parts.clock(), self._known()
        lines = [line_of(one, known, now) for one in standings]
        by = f" (area {policy})" if policy else ""
        detail = f"page {BOARD}{by}: {len(lines)} {'case' if len(lines) == 1 else 'cases'}"
        note_look(self._settings, Look(visitor.person, visitor.known, "", detail, "listed"))
        return lines, len(found) > most

    def _wanted(self, request: Request, visitor: Visitor) -> list[Asked]:
        """Return what the question is about: one case, or all alerts that were sent to a rung which somebody holds."""
        asked = request.query_params
        if asked.get("mine"):
            lines, _ = self._lines(visitor, asked.get("area", ""), "", AT_ONCE)
            return [one for line in self._mine(visitor, lines) if (one := asked_of(line, ALERT))]
        case, url = reference(asked.get("case", ""), self._settings), self._settings.register
        found = reading.read_standing(url, case)
        if found is None or not sight(self._settings, visitor.person)(found):
            raise Trouble(f"{case} is no case that you are to see. Ask the partnership's office.")
        (standing,) = with_alarms(url, [found])
        note_look(self._settings, Look(visitor.person, visitor.known, case, f"page {ACKNOWLEDGE}", "showed"), "", found)
        one = asked_of(line_of(standing, self._known(), self._parts.clock()), asked.get("what", ALERT))
        return [one] if one else []

    def _mine(self, visitor: Visitor, lines: Sequence[Line]) -> list[Line]:
        """Return those whose alert was sent to a rung that somebody holds now."""
        rungs = lru_cache(lambda policy: self._rungs(visitor, policy))
        return [one for one in lines if is_mine(one, rungs(one.policy))]

    def _areas(self) -> list[tuple[str, str]]:
        """Return each policy that has had a case, with what its area is called."""
        try:
            return [(one, self._title(one)) for one in reading.list_policies(self._settings.register)]
        except RegisterError:
            return []

    def _title(self, policy: str) -> str:
        try:
            return self._directory(policy).about.title or policy
        except DirectoryFault:
            return policy

    def _names(self, policy: str) -> Mapping[str, str]:
        try:
            return self._directory(policy).names
        except DirectoryFault:
            return {}

    def _known(self) -> Known:
        return Known(
            edition=self._edition,
            names=lru_cache(self._names),
            title=lru_cache(self._title),
            holder=lru_cache(self._holder),
        )

    def _holder(self, policy: str, rung: str) -> str:
        try:
            rota = self._rota(policy)
        except RotaFault:
            return ""
        now = self._parts.clock()
        for turn in rota.holders(rung, now) if rota else ():
            said = says_awake(self._awake, turn, rota.about.zone, now) if rota else ""
            return f"{turn.title}; {said}" if said else turn.title
        return ""

    def _rungs(self, visitor: Visitor, policy: str) -> frozenset[str]:
        """Return the rungs of a policy's rota that somebody holds now."""
        try:
            rota, now = self._rota(policy), self._parts.clock()
        except RotaFault:
            return frozenset()
        handle = visitor.person.stands_as
        held = (
            {rank for rank in rota.ranks for turn in rota.holders(rank, now) if turn.handle == handle} if rota else ()
        )
        return frozenset(held)

    def _is_on_rota(self, visitor: Visitor) -> bool:
        return any(visitor.person.stands_as in rota.people for _, rota in every_rota(self._settings, self._rota))

    @staticmethod
    def _may_acknowledge(visitor: Visitor) -> bool:
        right = PAGES[ACKNOWLEDGE]
        return isinstance(right, Right) and visitor.person.role in right.roles

    def _page(self, request: Request, template: str, title: str, **said: Any) -> Response:
        training = is_on(self._settings.training, self._settings.data)
        return shown(self._parts, request, template, title, at=BOARD, training=training, **said)


def _asking(**asked: str) -> str:
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"
