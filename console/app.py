"""The pages as one ASGI application: which there are, and what is said of every error."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp

from adapters.console_store.store import StoreAway
from adapters.links import NoSuchLink
from adapters.register.errors import RegisterError, TextLocked
from adapters.revoked_links import Revoked
from domain.base.refusals import Refusal
from services.errors import AWAY, BAD_INPUT, PROBLEM, REFUSED, Trouble, Unknown

from .alive import ALIVE, NO_SUCH_LINK, NOT_ON_THE_RECORD
from .api.app import mounted
from .entrance import GLASS, NOBODY_TOLD, BehindGlass, Entrance, Page
from .forms import form_of, given_back
from .guard import Guard, TooLarge
from .lead.awake_pages import AwakePages
from .lead.board_pages import BoardPages
from .lead.notice_pages import LeadNoticePages, by_link
from .lead.rota_pages import RotaPages
from .lead.telephone_pages import AnswerPages, TelephonePages
from .notices.handlers import OFFICE, RISK_LINK, NoticePages, risk_form_of
from .notices.register import NotThere, NotYetThere
from .notices.revoked import RevokedPage
from .office.pages import office_pages
from .parts import Parts
from .recording.pages import RecordingPages
from .rendering import render, style
from .sign_in.attempts import Attempts
from .sign_in.pages import SignInPages
from .signed_in import shown

_STATUS = {PROBLEM: 500, BAD_INPUT: 400, REFUSED: 403, AWAY: 503}
"""Of what ended a piece of work, by its kind."""

log = structlog.get_logger()


def make_app(parts: Parts) -> ASGIApp:
    """Make the application."""
    return Guard(make_pages(parts))


def make_pages(parts: Parts) -> Starlette:
    """Make the application without what stands around it."""
    entrance, attempts = Entrance(parts), Attempts(parts.store)
    pages = [
        *by_link(parts.links, NoticePages(parts), LeadNoticePages(parts), AnswerPages(parts)),
        *RecordingPages(parts).pages(),
        *SignInPages(parts, entrance, attempts).pages(),
        *office_pages(parts),
        *TelephonePages(parts).pages(),
        *RotaPages(parts).pages(),
        *AwakePages(parts).pages(),
        *BoardPages(parts).pages(),
        Page("/static/style.css", _style),
        Page("/health", _health),
    ]
    told = _Told(parts, attempts)
    errors: dict[type[Exception], tuple[int, str, tuple[str, ...]]] = {
        NotYetThere: (503, "The record has not got so far yet", (_DANGER, _MOMENT_MORE, OFFICE)),
        NotThere: (404, NOT_ON_THE_RECORD, (_MOMENT, OFFICE)),
        HTTPException: (404, "There is no page here", (_WHOLE,)),
        TooLarge: (413, "Nothing was recorded", ("More was sent than this page takes.", OFFICE)),
        Exception: (500, "Something went wrong", (_OURS, OFFICE)),
        RegisterError: (503, "This page cannot be shown now", (_AWAY, OFFICE)),
        StoreAway: (503, "Nobody can sign in at this moment", (_NO_SIGN_IN, _RING)),
    }
    app = Starlette(
        routes=[mounted(parts.settings, parts.store), *entrance.routes(pages)],
        exception_handlers={kind: told.as_said(*said) for kind, said in errors.items()}
        | {
            NoSuchLink: told.of_no_link,
            Revoked: RevokedPage(parts).shown,
            Trouble: told.of_trouble,
            Refusal: told.of_refusal,
        },
    )
    app.router.redirect_slashes = False  # it would send a browser to whatever host the request named
    return app


class _Told:
    """What is said of an error."""

    def __init__(self, parts: Parts, attempts: Attempts) -> None:
        self._parts = parts
        self._attempts = attempts

    def as_said(
        self, status: int, title: str, sentences: tuple[str, ...]
    ) -> Callable[[Request, Exception], Awaitable[Response]]:
        """Say it in set words."""

        async def told(request: Request, error: Exception) -> Response:
            code = error.status_code if isinstance(error, HTTPException) else status
            if code == HTTPStatus.METHOD_NOT_ALLOWED:
                return await self._said(request, code, "Nothing was recorded", _NOT_SENT)
            if isinstance(error, StoreAway):  # which file, and why, is for the same
                log.error("console_store_away", says=str(error))
            if isinstance(error, TextLocked):  # which key, and in which file, is for whoever looks after this alone
                log.error("case_key_missing", says=str(error))
            is_away = code == _STATUS[AWAY] and request.method == "POST"
            return await self._said(request, code, title, *([_NOTHING] if is_away else []), *sentences)

        return told

    async def of_no_link(self, request: Request, _: Exception) -> Response:
        """Say that a link opens nothing; to whoever tries many, that it is too many."""
        if await asyncio.to_thread(self._attempts.is_one_too_many, request):
            log.warning("too_many_bad_links")
            return await self._said(request, 429, NO_SUCH_LINK, _MANY, OFFICE)
        return await self._said(request, 404, NO_SUCH_LINK, _CUT, OFFICE)

    async def of_trouble(self, request: Request, error: Exception) -> Response:
        """Say why something cannot go on."""
        assert isinstance(error, Trouble)  # noqa: S101 - as the table of handlers has it
        if isinstance(error, BehindGlass):
            said = {"sentence": error.shown, "path": request.url.path, "field": GLASS, "at": "/cases"}
            title = "This case is not for your role to see"
            return shown(self._parts, request, "office_glass.html", title, status=_STATUS[error.code], **said)
        if isinstance(error, Unknown):
            return await self._said(request, 404, "This is not here", error.shown)
        more = (_LATER,) if error.code == AWAY else ()
        return await self._said(request, _STATUS[error.code], "This cannot be done", error.shown, *more)

    async def of_refusal(self, request: Request, error: Exception) -> Response:
        """Say why the rules of a case say no."""
        return await self._said(request, 409, "This was not recorded", str(error))

    async def _said(self, request: Request, status: int, title: str, *sentences: str) -> Response:
        """Say it, give back what was sent, and say where to go on from there.

        What could not be taken because something is away can be sent again as it was.
        """
        more: dict[str, Any] = {**self._lead(request, status), "sentences": sentences}
        template = "message.html"
        if request.method == "POST":
            template, more = "not_taken.html", more | await _given_back(request)
            if more["danger"] and status != _STATUS[PROBLEM]:
                more["sentences"] = (*sentences, NOBODY_TOLD)
            if status != _STATUS[AWAY]:
                more["fields"] = ()
        if hasattr(request.state, "visitor"):
            return shown(self._parts, request, template, title, status=status, at="", **more)
        training = self._parts.training
        return HTMLResponse(render(template, base=self._parts.base, title=title, training=training, **more), status)

    def _lead(self, request: Request, status: int) -> dict[str, str]:
        """Return where somebody goes on who was told that something cannot be done."""
        if hasattr(request.state, "visitor"):
            return {"leads_to": "/", "leads_as": "To the first page"}
        if risk_form := risk_form_of(request):
            return {"leads_to": risk_form, "leads_as": RISK_LINK}
        is_nowhere = "endpoint" not in request.scope or status == HTTPStatus.METHOD_NOT_ALLOWED
        return {"leads_to": "/" if is_nowhere else "", "leads_as": "The office’s pages (you sign in there)"}


async def _given_back(request: Request) -> dict[str, Any]:
    """Return what was sent, as far as it can be read."""
    with suppress(TooLarge, ClientDisconnect, RuntimeError):  # the last where nothing more can be read of it
        await form_of(request)
    return await asyncio.to_thread(given_back, request)


async def _style(_: Request) -> Response:
    return Response(style(), media_type="text/css")


async def _health(_: Request) -> Response:
    return PlainTextResponse(ALIVE)


_NOTHING = "Nothing was recorded."
_WHOLE = "If you came by the link in a notice, open it again, and see that it is whole."
_NOT_SENT = "Nothing can be sent to this address. Open the page again, and send it from there."
_LATER = "Try again in a minute. If it cannot wait, ring your partnership’s office."
_OURS = "This is a mistake of ours. If you pressed, open the link again to see whether it was recorded."
_CUT = "It may have been cut short on its way. Copy the whole of it from your notice."
_MANY = "Too many links that open nothing were tried from your network. One that is whole opens all the same."
_MOMENT = "A new case takes a moment. Try again in a minute."
_DANGER = "If the notice says that a child may be at immediate risk, ring 999 or children’s social care now."
_MOMENT_MORE = "Your notice was quicker than the record. Open the link again in a minute."
_NO_SIGN_IN = "What was used before cannot be looked up now, and a link must be good once. Try again in a minute."
_RING = (
    "If it cannot wait, ring your partnership’s office: they can record it for you. The links in your notices open as "
    "before, and immediate risk can be raised by them."
)
_AWAY = "The record cannot be read at this moment. Try again in a minute."
