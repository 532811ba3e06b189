"""The pages as one ASGI application: routes and errors, as two tables. A GET changes nothing, whoever sends it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from adapters.links import Linked, Links, NoSuchLink
from adapters.register.errors import RegisterError, TextLocked
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.command_table.built_in import RISK_ACT

from .alive import ALIVE, NO_SUCH_LINK, NOT_ON_THE_RECORD
from .guard import Guard, TooLarge, body_of, is_from_here
from .pages import message_page, notice_page, question_page, style
from .pressed import ACKNOWLEDGE, RANG, SURE, Form, is_answer, message_of, number_in, question
from .record import Closed, NotRecorded, Record, Unsure
from .register import NotThere, NotYetThere, Reader
from .shown import Shown

REGISTER_WITHIN_SECONDS = 5.0
"""How long the register is waited for to take in what was just recorded."""
OFFICE = "If that does not help, ring your partnership's office and give them the reference in the notice."

log = structlog.get_logger()


def make_app(
    address: str,
    links: Links,
    reader: Reader,
    record: Record,
    clock: Callable[[], datetime],
    api: ASGIApp | None = None,
) -> ASGIApp:
    """Make the application that stands at *address*, which may end in a path; *clock* gives the present, aware.

    *api* is the interface for programs, below it.
    """
    return Guard(_Pages(address, links, reader, record, clock, api).app())


class _Pages:
    def __init__(
        self,
        address: str,
        links: Links,
        reader: Reader,
        record: Record,
        clock: Callable[[], datetime],
        api: ASGIApp | None = None,
    ) -> None:
        self._address = address
        self._api = api
        self._base = urlsplit(address).path
        self._links = links
        self._reader = reader
        self._record = record
        self._clock = clock

    def app(self) -> Starlette:
        routes: list[BaseRoute] = [
            *([Mount("/api/v1", self._api)] if self._api else []),
            Route("/n/{rest:path}", self._opened, methods=["GET"]),
            Route("/n/{rest:path}", self._pressed, methods=["POST"]),
            Route("/static/style.css", _style, methods=["GET"]),
            Route("/health", _health, methods=["GET"]),
        ]
        errors: dict[type[Exception], tuple[int, str, tuple[str, ...]]] = {
            NoSuchLink: (404, NO_SUCH_LINK, (_CUT, OFFICE)),
            NotYetThere: (503, "The record has not got so far yet", (_DANGER, _MOMENT_MORE, OFFICE)),
            NotThere: (404, NOT_ON_THE_RECORD, (_MOMENT, OFFICE)),
            HTTPException: (404, "There is no page here", ("Open the link in your notice, whole.",)),
            TooLarge: (413, "Nothing was recorded", ("More was sent than this page takes.", OFFICE)),
            Exception: (500, "Something went wrong", (_OURS, OFFICE)),
            RegisterError: (503, "This page cannot be shown now", (_AWAY, OFFICE)),
        }
        app = Starlette(routes=routes, exception_handlers={kind: self._told(*said) for kind, said in errors.items()})
        app.router.redirect_slashes = False  # it would send a browser to whatever host the request named
        return app

    async def _opened(self, request: Request) -> Response:
        linked, page = await self._read(request)
        log.info("case_read", case=linked.case, kind=page.kind, seat=_seat(linked))
        pressed = request.query_params.get("press", "")
        if pressed and page.offers(pressed):
            return self._asked(request, page, pressed)
        return self._page(page)

    async def _pressed(self, request: Request) -> Response:
        linked = self._links.read(_path(request))
        if not is_from_here(request.headers, self._address):
            return self._message(linked, 403, "Nothing was recorded", "Open the link in your notice, and press there.")
        form = {name: values[0] for name, values in parse_qs(await body_of(request)).items()}
        pressed = form.get("press", ACKNOWLEDGE)
        message = message_of(linked, pressed, number_in(form, "answered"), number_in(form, "seen"))
        if message is None:
            return self._message(linked, 403, "Nothing was recorded", "There is no such button for you.")
        if form.get("sure", SURE) != SURE:
            return RedirectResponse(self._base + _path(request), 303)
        if not is_answer(self._links, _path(request), form, self._clock()):
            return await self._asked_anew(request, form, pressed)
        try:
            answer = await self._record(linked.case, message)
        except Refusal as refusal:
            return await self._refused(request, linked, str(refusal))
        except Closed:
            return await self._refused(request, linked, _GONE)
        except NotRecorded:
            log.warning("press_not_recorded", case=linked.case, seat=_seat(linked))
            typed = f"Ring your partnership's office, or type: escalate record {linked.case} {_typed(linked, pressed)}"
            return self._message(linked, 503, "This was NOT recorded", _DOWN, typed, _STANDS)
        except Unsure:
            log.warning("press_not_answered", case=linked.case, seat=_seat(linked))
            return self._message(linked, 503, "We do not know if this was recorded", _AGAIN, _REPEATS)
        log.info("pressed", case=linked.case, seat=_seat(linked), entry=answer.entry)
        if not await self._is_entered(linked.case, answer):
            return self._message(linked, 200, "This was recorded", answer.sentence)
        return RedirectResponse(self._base + _path(request), 303)

    def _asked(self, request: Request, page: Shown, pressed: str, status: int = 200, problem: str = "") -> Response:
        fields = question(self._links, _path(request), pressed, page.answered, page.as_of, self._clock())
        return HTMLResponse(question_page(self._base, page, fields, problem=problem), status)

    async def _asked_anew(self, request: Request, form: Form, pressed: str) -> Response:
        """Say that nothing was recorded, and ask afresh: the page had been open for long, or was none of ours."""
        linked, page = await self._read(request)
        log.info("press_asked_anew", case=linked.case, seat=_seat(linked))
        why = _OLD if form.get("mark") else _NOT_ASKED
        if page.offers(pressed):
            return self._asked(request, page, pressed, 403, why)
        return self._page(page, 403, why)

    async def _read(self, request: Request) -> tuple[Linked, Shown]:
        linked = self._links.read(_path(request))
        return linked, await asyncio.to_thread(self._reader.read, linked)

    async def _refused(self, request: Request, linked: Linked, why: str) -> Response:
        log.info("press_refused", case=linked.case, seat=_seat(linked))
        return self._page((await self._read(request))[1], 409, why)

    async def _is_entered(self, case: str, answer: Answer) -> bool:
        """Wait until the register shows it, for a while: the page that follows is made of it."""
        ends = asyncio.get_running_loop().time() + REGISTER_WITHIN_SECONDS
        while asyncio.get_running_loop().time() < ends:
            try:
                if await asyncio.to_thread(self._reader.has_entry, case, answer.entry):
                    return True
            except RegisterError:
                return False
            await asyncio.sleep(0.05)
        return False

    def _page(self, page: Shown, status: int = 200, problem: str = "") -> Response:
        return HTMLResponse(notice_page(self._base, page, problem=problem), status)

    def _message(self, linked: Linked, status: int, title: str, *sentences: str) -> Response:
        return HTMLResponse(message_page(self._base, title, *sentences, case=linked.case), status)

    def _told(
        self, status: int, title: str, sentences: tuple[str, ...]
    ) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def told(_: Request, error: Exception) -> Response:
            code = error.status_code if isinstance(error, HTTPException) else status
            if isinstance(error, TextLocked):  # which key, and in which file, is for whoever looks after this alone
                log.error("case_key_missing", says=str(error))
            return HTMLResponse(message_page(self._base, title, *sentences), code)

        return told


async def _style(_: Request) -> Response:
    return Response(style(), media_type="text/css")


async def _health(_: Request) -> Response:
    return PlainTextResponse(ALIVE)


def _path(request: Request) -> str:
    """Return the path as it was asked for, still quoted."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("ascii", "replace")


def _typed(linked: Linked, pressed: str) -> str:
    by = f"--by {linked.agency} " if linked.agency else ""
    if pressed in {ACKNOWLEDGE, RANG} and not by:
        return ACKNOWLEDGE if pressed == ACKNOWLEDGE else RISK_ACT
    return f"{RISK_ACT if pressed == RANG else pressed} {by}--role {linked.role}"


def _seat(linked: Linked) -> str:
    return f"{linked.role}, {linked.agency}" if linked.agency else linked.role


_GONE = "The system does not run this case, and its record does not bring it back. Ring your partnership's office now."
_OURS = "This is a mistake of ours. If you pressed, open the link again to see whether it was recorded."
_CUT = "It may have been cut short on its way. Copy the whole of it from your notice."
_MOMENT = "A new case takes a moment. Try again in a minute."
_DANGER = "If the notice says that a child may be at immediate risk, ring 999 or children’s social care now."
_MOMENT_MORE = "Your notice was quicker than the record. Open the link again in a minute."
_AWAY = "The record cannot be read at this moment. Try again in a minute."
_DOWN = "The system that takes your answer is away, so we could not record it."
_AGAIN = "It did not answer in time. Go back and press again: it counts once."
_OLD = "This page had been open for too long. Press again."
_NOT_ASKED = "It counts only when it is pressed on this page."
_STANDS = (
    "While it is away it wakes nobody else. If this is not for you, ring the next person yourself; if a child may be "
    "in danger, ring 999 or children’s social care."
)
_REPEATS = "Until it is recorded, everything goes on as before: alerts repeat, and go to the next person."
