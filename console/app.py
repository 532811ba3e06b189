"""The pages as one ASGI application: which there are, and what is said of every error."""

from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp

from adapters.links import NoSuchLink
from adapters.register.errors import RegisterError, TextLocked
from adapters.revoked_links import Revoked
from domain.base.refusals import Refusal
from services.errors import AWAY, BAD_INPUT, PROBLEM, REFUSED, Trouble

from .alive import ALIVE, NO_SUCH_LINK, NOT_ON_THE_RECORD
from .entrance import Entrance, Page
from .guard import Guard, TooLarge
from .lead.board_pages import BoardPages
from .lead.notice_pages import LeadNoticePages, by_link
from .lead.rota_pages import RotaPages
from .lead.telephone_pages import AnswerPages, TelephonePages
from .notices.handlers import OFFICE, NoticePages
from .notices.register import NotThere, NotYetThere
from .notices.revoked import RevokedPage
from .parts import Parts
from .rendering import message_page, style

_STATUS = {PROBLEM: 500, BAD_INPUT: 400, REFUSED: 403, AWAY: 503}
"""Of what ended a piece of work, by its kind."""

log = structlog.get_logger()


def make_app(parts: Parts) -> ASGIApp:
    """Make the application."""
    return Guard(make_pages(parts))


def make_pages(parts: Parts) -> Starlette:
    """Make the application without what stands around it."""
    entrance = Entrance(parts)
    notices = NoticePages(parts)
    pages = [
        *by_link(parts.links, notices, LeadNoticePages(parts), AnswerPages(parts)),
        *TelephonePages(parts).pages(),
        *RotaPages(parts).pages(),
        *BoardPages(parts).pages(),
        Page("/static/style.css", _style),
        Page("/health", _health),
    ]
    told = _Told(parts.base)
    errors: dict[type[Exception], tuple[int, str, tuple[str, ...]]] = {
        NoSuchLink: (404, NO_SUCH_LINK, (_CUT, OFFICE)),
        NotYetThere: (503, "The record has not got so far yet", (_DANGER, _MOMENT_MORE, OFFICE)),
        NotThere: (404, NOT_ON_THE_RECORD, (_MOMENT, OFFICE)),
        HTTPException: (404, "There is no page here", ("Open the link in your notice, whole.",)),
        TooLarge: (413, "Nothing was recorded", ("More was sent than this page takes.", OFFICE)),
        Exception: (500, "Something went wrong", (_OURS, OFFICE)),
        RegisterError: (503, "This page cannot be shown now", (_AWAY, OFFICE)),
    }
    app = Starlette(
        routes=entrance.routes(pages),
        exception_handlers={kind: told.as_said(*said) for kind, said in errors.items()}
        | {Trouble: told.of_trouble, Refusal: told.of_refusal, Revoked: RevokedPage(parts).shown},
    )
    app.router.redirect_slashes = False  # it would send a browser to whatever host the request named
    return app


class _Told:
    """What is said of an error."""

    def __init__(self, base: str) -> None:
        self._base = base

    def as_said(
        self, status: int, title: str, sentences: tuple[str, ...]
    ) -> Callable[[Request, Exception], Awaitable[Response]]:
        """Say it in set words."""

        async def told(_: Request, error: Exception) -> Response:
            code = error.status_code if isinstance(error, HTTPException) else status
            if isinstance(error, TextLocked):  # which key, and in which file, is for whoever looks after this alone
                log.error("case_key_missing", says=str(error))
            return HTMLResponse(message_page(self._base, title, *sentences), code)

        return told

    async def of_trouble(self, _: Request, error: Exception) -> Response:
        """Say why something cannot go on."""
        assert isinstance(error, Trouble)  # noqa: S101 - as the table of handlers has it
        return HTMLResponse(message_page(self._base, "This cannot be done", error.sentence), _STATUS[error.code])

    async def of_refusal(self, _: Request, error: Exception) -> Response:
        """Say why the rules of a case say no."""
        return HTMLResponse(message_page(self._base, "This was not recorded", str(error)), 409)


async def _style(_: Request) -> Response:
    return Response(style(), media_type="text/css")


async def _health(_: Request) -> Response:
    return PlainTextResponse(ALIVE)


_OURS = "This is a mistake of ours. If you pressed, open the link again to see whether it was recorded."
_CUT = "It may have been cut short on its way. Copy the whole of it from your notice."
_MOMENT = "A new case takes a moment. Try again in a minute."
_DANGER = "If the notice says that a child may be at immediate risk, ring 999 or children’s social care now."
_MOMENT_MORE = "Your notice was quicker than the record. Open the link again in a minute."
_AWAY = "The record cannot be read at this moment. Try again in a minute."
