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
from adapters.register.board import Place, in_order, with_alarms
from adapters.register.errors import NothingThere, RegisterError
from adapters.rota import RotaFault
from adapters.rota.awake import Awake
from adapters.training import is_on
from console.entrance import Page
from console.forms import MARK, Kept, text, texts
from console.notices.pressed import SURE
from console.parts import Parts
from console.signed_in import shown
from console.visitors import Visitor
from domain.case.effects import Notice
from domain.engine.seats import on_call
from services.awake import says_awake
from services.cases import reference
from services.errors import Trouble
from services.rights import Look, note_look, sight
from services.rotas import every_rota
from wiring import directories, rotas

from .acknowledging import ALERT, RISK, Asked, acknowledged, asked_of, read_asked
from .board import Known, Line, is_mine, line_of
from .mine import MOST, Mine, read_place, some_of_mine
from .mine import said as place_said

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
            Page(ACKNOWLEDGE, self._said, "POST", kept=_kept),
        ]

    async def _board(self, request: Request) -> Response:
        return await asyncio.to_thread(self._shown, request)

    def _shown(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        policy, after = request.query_params.get("area", ""), request.query_params.get("after", "")
        lines, has_more = self._lines(visitor, policy, after, PAGE_OF)
        areas = self._areas()
        held = self._held(visitor)
        nothing = frozenset[str]()
        own_pages = ((one.case, self._page_of(one, held[one.policy])) for one in lines if one.policy in held)
        said = {
            "lines": lines,
            "mine": sum(is_mine(one, held.get(one.policy, nothing)) for one in lines),
            "may_be_more": bool(held) and has_more and bool(lines[-1].overdue),
            "own_pages": {case: path for case, path in own_pages if path},
            "areas": areas,
            "area": policy,
            "after": after,
            "following": _asking(area=policy, after=lines[-1].case) if has_more else "",
            "acknowledging": self._may_acknowledge(visitor),
            "is_lead": visitor.person.role == ON_CALL_LEAD,
            "is_on_rota": self._is_on_rota(visitor),
            "is_on_call": bool(held),
        }
        return self._page(request, "board.html", "The board", **said)

    async def _asked(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        if request.query_params.get("mine"):
            return await asyncio.to_thread(self._asked_of_all, request, visitor)
        one = await asyncio.to_thread(self._wanted, request, visitor)
        if one is None:
            raise Trouble("Nothing that waits for your answer is left there: look at the board again.")
        return self._question(request, visitor, [one], of_risk=request.query_params.get("what", ALERT) == RISK)

    def _asked_of_all(self, request: Request, visitor: Visitor) -> Response:
        """Ask about all alerts that were sent to a rung which somebody holds; so many at a time."""
        policy, after = request.query_params.get("area", ""), read_place(request.query_params.get("after", ""))
        found = self._some_of_mine(visitor, policy, after)
        asked = [one for line in found.lines if (one := asked_of(line, ALERT))]
        following = _asking(mine="yes", area=policy, after=place_said(found.following)) if found.following else ""
        if not asked and not following:
            raise Trouble("Nothing that waits for your answer is left there: look at the board again.")
        if not asked:
            title = "None of these was sent to you"
            return self._page(
                request, "board_said.html", title, results=[], following=following, looked_at=found.looked_at
            )
        return self._question(request, visitor, asked, area=policy, following=place_said(found.following))

    def _question(
        self, request: Request, visitor: Visitor, asked: Sequence[Asked], *, of_risk: bool = False, **more: str
    ) -> Response:
        title = "Do you have these alerts?" if len(asked) > 1 else "Do you have this?"
        mark = self._parts.visitors.mark(visitor, request.url.path)
        said = {"asked": asked, "of_risk": of_risk, "sure": SURE, "mark_field": MARK, "area": "", "following": ""}
        return self._page(request, "board_question.html", title, mark=mark, **{**said, **more})

    async def _said(self, request: Request) -> Response:
        form: FormData = request.state.form
        visitor: Visitor = request.state.visitor
        if text(form, "sure") != SURE:
            return RedirectResponse(f"{self._parts.base}{BOARD}", 303)
        asked = [one for field in texts(form, "case") if (one := read_asked(field))]
        look = Look(visitor.person, visitor.known, "", f"page {ACKNOWLEDGE}", "")
        results = await acknowledged(self._settings, asked[:MOST], look, visitor.session)
        failed = sum(not one.is_recorded for one in results)
        title = f"{failed} of {len(results)} not recorded" if failed else "It is recorded that you have it"
        place = place_said(read_place(text(form, "following")))
        following = _asking(mine="yes", area=text(form, "area"), after=place) if place else ""
        return self._page(request, "board_said.html", title, results=results, following=following, looked_at=0)

    def _page_of(self, line: Line, rungs: frozenset[str]) -> str:
        """Return the path of the page that a line's risk or alert has for whoever holds these rungs; empty for none."""
        entry, place, rung = line.told_at(rungs)
        notice = Notice(ref=f"{line.case}/{entry}/{place}", case=line.case, kind=ALERT, to=on_call(rung))
        link = self._parts.links.to(notice) if entry else ""
        return link.removeprefix(self._parts.address.rstrip("/"))

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

    def _some_of_mine(self, visitor: Visitor, policy: str, after: Place | None) -> Mine:
        """Return the next alerts that were sent to a rung which somebody holds. That they were listed is on record."""
        now, known = self._parts.clock(), self._known()
        held = {one: rungs for one, rungs in self._held(visitor).items() if policy in {"", one}}
        is_seen, url = sight(self._settings, visitor.person), self._settings.register
        try:
            found = some_of_mine(url, is_seen, held, lambda one: line_of(one, known, now), after)
        except NothingThere:
            found = Mine([], 0, None)
        detail = f"page {ACKNOWLEDGE}: {len(found.lines)} {'case' if len(found.lines) == 1 else 'cases'}"
        note_look(self._settings, Look(visitor.person, visitor.known, "", detail, "listed"))
        return found

    def _wanted(self, request: Request, visitor: Visitor) -> Asked | None:
        """Return what the question is about: the alert or the risk of one case."""
        asked = request.query_params
        case, url = reference(asked.get("case", ""), self._settings), self._settings.register
        found = reading.read_standing(url, case)
        if found is None or not sight(self._settings, visitor.person)(found):
            raise Trouble(f"{case} is no case that you are to see. Ask the partnership's office.")
        (standing,) = with_alarms(url, [found])
        note_look(self._settings, Look(visitor.person, visitor.known, case, f"page {ACKNOWLEDGE}", "showed"), "", found)
        return asked_of(line_of(standing, self._known(), self._parts.clock()), asked.get("what", ALERT))

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

    def _held(self, visitor: Visitor) -> dict[str, frozenset[str]]:
        """Return the rungs that somebody holds now, by policy; none of a policy of which they hold none."""
        handle, now = visitor.person.stands_as, self._parts.clock()
        found = {
            policy: frozenset(rank for rank in rota.ranks for turn in rota.holders(rank, now) if turn.handle == handle)
            for policy, rota in every_rota(self._settings, self._rota)
        }
        return {policy: rungs for policy, rungs in found.items() if rungs}

    def _is_on_rota(self, visitor: Visitor) -> bool:
        return any(visitor.person.stands_as in rota.people for _, rota in every_rota(self._settings, self._rota))

    @staticmethod
    def _may_acknowledge(visitor: Visitor) -> bool:
        right = PAGES[ACKNOWLEDGE]
        return isinstance(right, Right) and visitor.person.role in right.roles

    def _page(self, request: Request, template: str, title: str, **said: Any) -> Response:
        training = is_on(self._settings.training, self._settings.data)
        return shown(self._parts, request, template, title, at=BOARD, training=training, **said)


def _kept(_: Request, form: FormData) -> Kept:
    """Return the cases of which somebody said that they have them: nothing else is typed on the board."""
    return [("Case", one.case) for field in texts(form, "case") if (one := read_asked(field))]


def _asking(**asked: str) -> str:
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"
