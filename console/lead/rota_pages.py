"""The rota as one who has signed in sees it: who is on call and next, their own turns, and cover that is asked for."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.directory import DirectoryFault
from adapters.files import NotWritten
from adapters.people.roles import PAGES, Right
from adapters.rota import Rota, RotaFault
from adapters.rota.awake import Awake
from adapters.rota.cover import CoverRequest, CoverRequests
from adapters.rota.file import ENDING, rota_source
from adapters.training import is_on
from console.entrance import Page
from console.forms import MARK, text
from console.notices.pressed import SURE
from console.parts import Parts
from console.signed_in import shown
from console.visitors import Visitor
from domain.base.words import say_instant
from domain.engine.seats import on_call
from services.awake import says_awake
from services.cover import ask_for_cover, take_up, withdraw
from services.errors import Trouble, not_kept
from services.times import read_time
from wiring import directories, rotas

TURNS, COVER, ONE = "/turns", "/turns/cover", "/turns/cover/{id}"
AHEAD = timedelta(weeks=12)
"""How far somebody's own turns are shown."""
_TYPED = "%Y-%m-%d %H:%M"


class Area(NamedTuple):
    """One rota, which several areas may share."""

    policy: str
    """The one whose file it is."""
    title: str
    rota: Rota


class RotaPages:
    """Who is on call, and cover."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._directory = directories(parts.settings)
        self._rota = rotas(parts.settings)
        self._requests = CoverRequests(parts.settings.data)
        self._awake = Awake(parts.settings.data)

    def pages(self) -> list[Page]:
        """Return the pages."""
        return [
            Page(TURNS, self._shown),
            Page(COVER, self._form),
            Page(COVER, self._asked, "POST"),
            Page(ONE, self._question),
            Page(ONE, self._answered, "POST"),
        ]

    async def _shown(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        return await asyncio.to_thread(self._rota_page, request, visitor)

    def _rota_page(self, request: Request, visitor: Visitor) -> Response:
        now, handle = self._parts.clock(), visitor.person.stands_as
        areas = list(self._areas())
        turns = [turn for one in areas for turn in _turns(one, handle, now)]
        ranks = {one.policy: list(self._ranks(one, handle, now)) for one in areas}
        said: dict[str, Any] = {
            "areas": [{"title": one.title, "ranks": ranks[one.policy]} for one in areas],
            "turns": sorted(turns, key=lambda one: one["starts"]),
            "waiting": [_request(one, area, handle) for one, area in self._waiting(areas, now)],
            "is_on_call": any(rank["is_mine"] for those in ranks.values() for rank in those),
            "may_change": visitor.person.role in _roles(COVER),
        }
        return self._page(request, "rota.html", "My turns", **said)

    async def _form(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("area", "rank", "from", "until")}
        return self._cover_form(request, {**asked, "why": ""})

    async def _asked(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        form: FormData = request.state.form
        said = {name: text(form, name) for name in ("area", "rank", "from", "until", "why")}
        try:
            await asyncio.to_thread(self._ask, visitor, said)
        except Trouble as trouble:
            return self._cover_form(request, said, trouble.shown)
        told = "Everybody else on this rota and the office are told. Until somebody takes it up, it is still yours."
        return self._done(request, "You have asked for cover", told)

    def _ask(self, visitor: Visitor, said: dict[str, str]) -> None:
        area = next((one for one in self._areas() if one.policy == said["area"]), None)
        if area is None:
            raise Trouble("There is no such rota: begin again from the rota page.")
        zone = area.rota.about.zone
        starts, until = (read_time(said[name], name.capitalize(), zone, ahead=True) for name in ("from", "until"))
        handle, now = visitor.person.stands_as, self._parts.clock()
        ask_for_cover(self._settings, area.policy, handle, said["rank"], starts, until, said["why"], now)

    async def _question(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        try:
            one, area = await asyncio.to_thread(self._one, request)
        except Trouble as trouble:
            return await self._over(request, trouble)
        shown = _request(one, area, visitor.person.stands_as)
        title = "Do you need no cover any more?" if shown["is_mine"] else "Do you take this over?"
        mark = self._parts.visitors.mark(visitor, request.url.path)
        return self._page(
            request, "cover_question.html", title, one=shown, mark=mark, mark_field=MARK, sure=SURE, path=_path(one)
        )

    async def _answered(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        if text(request.state.form, "sure") != SURE:
            return RedirectResponse(f"{self._parts.base}{TURNS}", 303)
        handle, now = visitor.person.stands_as, self._parts.clock()
        try:
            one, _ = await asyncio.to_thread(self._one, request)
            work = withdraw if one.handle == handle else take_up
            await asyncio.to_thread(work, self._settings, one.id, handle, now)
        except NotWritten as error:
            raise not_kept(error) from None
        except Trouble as trouble:
            return await self._over(request, trouble)
        return self._withdrawn(request) if one.handle == handle else self._taken(request)

    async def _over(self, request: Request, trouble: Trouble) -> Response:
        """Say what became of a request that waits no more: done, to whoever did it a moment ago; else who was quicker.

        Raises the trouble of one that waits still, or that nobody knows.
        """
        visitor: Visitor = request.state.visitor
        handle = visitor.person.stands_as
        one = await asyncio.to_thread(self._requests.of, request.path_params["id"])
        if one is not None and one.taken_by == handle:
            return self._taken(request)
        if one is not None and one.withdrawn and one.handle == handle:
            return self._withdrawn(request)
        if one is None or not one.taken_by:
            raise trouble
        areas = await asyncio.to_thread(lambda: list(self._areas()))
        people = next((area.rota.people for area in areas if area.policy == one.policy), {})
        title = people[one.taken_by].title if one.taken_by in people else "Somebody else"
        told = f"{title} has taken it up. You changed nothing."
        return self._done(request, "It is taken up already", told, status=409)

    def _taken(self, request: Request) -> Response:
        told = "The rota is changed. Both of you and the office are told. Ring each other about what goes on now."
        return self._done(request, "You have taken it over", told)

    def _withdrawn(self, request: Request) -> Response:
        return self._done(request, "Your request is withdrawn", "You are still on call for that time.")

    def _one(self, request: Request) -> tuple[CoverRequest, Area]:
        """Return a request that waits, and its rota. Raises Trouble."""
        waiting = self._waiting(list(self._areas()), self._parts.clock())
        found = next((pair for pair in waiting if pair[0].id == request.path_params["id"]), None)
        if found is None:
            raise Trouble("That request is taken up, withdrawn or over. The rota page shows what still waits.")
        return found

    def _waiting(self, areas: list[Area], now: datetime) -> Iterator[tuple[CoverRequest, Area]]:
        for one in self._requests.waiting(now):
            for area in areas:
                if one.policy == area.policy and one.handle in area.rota.people:
                    yield one, area

    def _ranks(self, area: Area, handle: str, now: datetime) -> Iterator[dict[str, Any]]:
        """Yield who has each rank now, until when, what they say of being awake, and who has it next."""
        zone = area.rota.about.zone
        for rank in area.rota.ranks:
            stretches = list(area.rota.stretches(rank, now, now + AHEAD))
            held, following = stretches[0], stretches[1:2]
            then = following[0].turn if following else None
            yield {
                "title": on_call(rank).title,
                "holder": held.turn.title if held.turn else "",
                "handle": held.turn.handle if held.turn else "",
                "is_mine": held.turn is not None and held.turn.handle == handle,
                "until": say_instant(held.turn.until if held.turn else held.until, zone),
                "awake": says_awake(self._awake, held.turn, zone, now) if held.turn else "",
                "next": f"{then.title} ({then.handle})" if then else "nobody" if following else "",
            }

    def _areas(self) -> Iterator[Area]:
        """Yield each rota once, with the areas that use it."""
        found: dict[str, list[str]] = {}
        for path in sorted(self._settings.directories.glob(f"*{ENDING}")):
            try:
                source, policy = rota_source(path), path.name.removesuffix(ENDING)
            except RotaFault:
                continue
            found.setdefault(source.name.removesuffix(ENDING), []).append(self._title(policy))
        for policy, titles in found.items():
            try:
                rota = self._rota(policy)
            except RotaFault:
                continue  # `escalate doctor` tells of it
            if rota:
                yield Area(policy, "; ".join(dict.fromkeys(titles)), rota)

    def _title(self, policy: str) -> str:
        try:
            return self._directory(policy).about.title
        except DirectoryFault:
            return policy

    def _cover_form(self, request: Request, said: dict[str, str], problem: str = "") -> Response:
        visitor: Visitor = request.state.visitor
        mark = self._parts.visitors.mark(visitor, COVER)
        title = "Ask for cover"
        status = 400 if problem else 200
        return self._page(
            request, "cover.html", title, said=said, mark=mark, mark_field=MARK, problem=problem, status=status
        )

    def _done(self, request: Request, title: str, *sentences: str, status: int = 200) -> Response:
        return self._page(
            request,
            "message.html",
            title,
            status=status,
            sentences=(*sentences, *request.state.remarks),
            leads_to=TURNS,
            leads_as="Back to my turns",
        )

    def _page(self, request: Request, template: str, title: str, *, status: int = 200, **said: Any) -> Response:
        training = is_on(self._settings.training, self._settings.data)
        return shown(self._parts, request, template, title, status=status, at=TURNS, training=training, **said)


def _turns(area: Area, handle: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield somebody's own turns of the weeks to come, as they come in each rank."""
    zone = area.rota.about.zone
    for rank in area.rota.ranks if handle in area.rota.people else ():
        for one in area.rota.stretches(rank, now, now + AHEAD):
            if one.turn and one.turn.handle == handle:
                starts, until = max(one.turn.starts, now), one.turn.until
                local = [at.astimezone(ZoneInfo(zone)).strftime(_TYPED) for at in (starts, until)]
                yield {
                    "starts": starts,
                    "area": area.title,
                    "policy": area.policy,
                    "rank": rank,
                    "title": on_call(rank).title,
                    "from": "now" if one.turn.starts <= now else say_instant(starts, zone),
                    "until": say_instant(until, zone),
                    "from_typed": "now" if one.turn.starts <= now else local[0],
                    "until_typed": local[1],
                }


def _request(one: CoverRequest, area: Area, handle: str) -> dict[str, Any]:
    zone = area.rota.about.zone
    return {
        "path": _path(one),
        "area": area.title,
        "title": on_call(one.rank).title,
        "who": f"{area.rota.people[one.handle].title} ({one.handle})",
        "from": say_instant(datetime.fromisoformat(one.starts), zone),
        "until": say_instant(datetime.fromisoformat(one.until), zone),
        "why": one.why,
        "is_mine": one.handle == handle,
        "may_take": handle in area.rota.people and one.handle != handle,
    }


def _path(one: CoverRequest) -> str:
    return ONE.replace("{id}", one.id)


def _roles(path: str) -> frozenset[str]:
    right = PAGES[path]
    return frozenset(right.roles) if isinstance(right, Right) else frozenset()
