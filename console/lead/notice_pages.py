"""What answers a lead on call who opens the link of a notice, or presses on its page. What is sent stays as it is."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.links import Linked, Links
from adapters.people.board import opens_board
from adapters.rota import RotaFault
from adapters.rota.awake import Awake
from console.entrance import Handler, Page
from console.notices.handlers import NoticePages, linked_of, path_of
from console.notices.pressed import ACKNOWLEDGE, RANG, SURE, Form, question
from console.notices.shown import Shown
from console.parts import Parts
from console.rendering import render
from domain.command_table import BUTTONS, button
from domain.commands import Message
from domain.engine.seats import ON_CALL
from domain.time.local_time import resolve_local
from services.awake import all_awake
from services.errors import Trouble
from wiring import rotas

from .notice import LeadShown, lead_page
from .telephone_pages import AnswerPages

LONGEST_AGO = timedelta(hours=12)
"""A clock time that is still to come today is taken for yesterday's, no further back than this."""


class LeadNoticePages(NoticePages):
    """The page of a notice for a seat of the rota."""

    of_rota = True

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._numbers = parts.numbers
        self._rota = rotas(parts.settings)
        self._said_awake = Awake(parts.settings.data)
        self._people = parts.settings.people

    async def _read(self, request: Request) -> tuple[Linked, LeadShown]:
        linked = linked_of(request)
        return linked, await asyncio.to_thread(self._shown, linked)

    def _shown(self, linked: Linked) -> LeadShown:
        opened = self._reader.opened(linked)
        page = lead_page(linked, opened, self._numbers, self._awake)
        return replace(page, signs_in=self._signs_in(opened.row["policy"], linked.role))

    def _signs_in(self, policy: str, rung: str) -> bool:
        try:
            rota, now = self._rota(policy), self._clock()
        except RotaFault:
            return False
        handles = {turn.handle for turn in rota.holders(rung, now)} if rota else ()
        return any(opens_board(self._people, handle) for handle in handles)

    def _awake(self, policy: str) -> tuple[str, ...]:
        try:
            return all_awake(self._said_awake, self._rota(policy), self._clock())
        except RotaFault:
            return ()

    async def _page(self, request: Request, page: Shown, status: int = 200, problem: str = "") -> Response:  # noqa: ARG002
        assert isinstance(page, LeadShown)  # noqa: S101 - as `_read` has it
        label = {name: button(name, page.state).label for name in BUTTONS}
        said = {"case": page.case, "problem": problem, "training": page.training}
        shown = render("lead_notice.html", base=self._base, title=page.title, page=page, label=label, **said)
        return HTMLResponse(shown, status)

    def _asked(self, request: Request, page: Shown, pressed: str, status: int = 200, problem: str = "") -> Response:
        if pressed != RANG:
            return super()._asked(request, page, pressed, status, problem)
        assert isinstance(page, LeadShown)  # noqa: S101 - as `_read` has it
        asked, now = button(pressed, page.state), self._clock()
        fields = question(self._links, path_of(request), pressed, page.answered, page.as_of, now)
        said = {"case": page.case, "problem": problem, "training": page.training}
        return HTMLResponse(
            render(
                "lead_rang.html", base=self._base, title=asked.asks, page=page, says=asked.says, of_risk=False,
                of_rota=True, button=asked, fields=fields,
                sure=SURE,
                clock=f"{now.astimezone(ZoneInfo(page.zone)):%H:%M}", **said,
            ),
            status,
        )  # fmt: skip

    async def _with_more(self, request: Request, message: Message, form: Form) -> Message:
        """Return the message with the time at which somebody rang, where they said that it was not just now.

        Raises Trouble.
        """
        if form.get("press", ACKNOWLEDGE) != RANG or not form.get("at", "").strip():
            return message
        zone = (await self._read(request))[1].zone
        return message.but(at=rang_at(form["at"].strip(), zone, self._clock()))


def rang_at(clock: str, zone: str, now: datetime) -> datetime:
    """Return the instant (UTC) that a time of day means which was typed for a call that has been made.

    A time that is still to come today was yesterday's, up to twelve hours ago. *now* is aware.

    Raises:
        Trouble: it is no time of day, lies ahead, or is one that the clocks of *zone* skip or show twice.
    """
    try:
        said = time.fromisoformat(clock.replace(".", ":"))
        wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except (ValueError, OSError):
        raise Trouble("Write the time at which you rang like 03:10, or leave it empty for just now.") from None
    if said.tzinfo is not None:
        raise Trouble("Write the time at which you rang like 03:10, or leave it empty for just now.")
    try:
        at = resolve_local(datetime.combine(wall.date(), said), zone)
        if at > now:
            at = resolve_local(datetime.combine(wall.date() - timedelta(days=1), said), zone)
    except ValueError as error:
        raise Trouble(f"The time at which you rang: {error} Or leave it empty for just now.") from None
    if now - at > LONGEST_AGO:
        raise Trouble(f"{clock} is still to come. Write when you rang, or leave it empty for just now.")
    return at


def by_link(links: Links, notices: NoticePages, lead: LeadNoticePages, tests: AnswerPages) -> list[Page]:
    """Return the pages behind links: a link of a seat of the rota opens the lead's, and a test alert's its question.

    Here alone a link is read, once for a page: whether it was called back is looked up on the disk.
    """

    def chosen(usual: Handler, leads: Handler, of_test: Handler) -> Handler:
        async def opened(request: Request) -> Response:
            linked = request.state.linked = await asyncio.to_thread(links.read, path_of(request))
            if tests.is_test(linked):
                return await of_test(request)
            return await (leads if linked.role.partition(".")[0] == ON_CALL.role else usual)(request)

        return opened

    handlers: Mapping[str, tuple[Handler, Handler]] = {
        "GET": (lead.opened, tests.opened),
        "POST": (lead.pressed, tests.pressed),
    }
    return [one._replace(handler=chosen(one.handler, *handlers[one.method])) for one in notices.pages()]
