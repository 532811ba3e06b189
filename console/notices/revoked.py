"""The page of a link that was called back: it shows nothing of the case, and sends the seat a new one if asked."""

import asyncio
from datetime import timedelta

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.console_store.held import Limit
from adapters.console_store.store import StoreAway
from adapters.revoked_links import Revoked
from console.entrance import NOBODY_TOLD
from console.forms import form_of, given_back, text
from console.guard import is_from_here
from console.parts import Parts
from console.rendering import message_page, not_taken_page, render
from domain.base.people import Actor
from services.errors import Trouble
from services.letters import send_again

AGAIN = "letter-again"
"""What the button sends."""
MOST = 3
"""Letters to one seat of a case within the hour."""
_LIMIT = Limit(MOST, timedelta(hours=1))
_BY = "the page of a link that was called back"

log = structlog.get_logger()


class RevokedPage:
    """What answers whoever opens such a link, or asks for a new one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def shown(self, request: Request, error: Exception) -> Response:
        """Say that the link was called back. A press on the button sends a new one to the directory's address."""
        assert isinstance(error, Revoked)  # noqa: S101 - as the table of handlers has it
        linked, base = error.linked, self._parts.base
        if request.method != "POST":
            return HTMLResponse(render("revoked.html", base=base, title=_TITLE, case=linked.case), 410)
        if not is_from_here(request.headers, self._parts.address) or text(await form_of(request), "press") != AGAIN:
            return await self._not_taken(request, linked.case)
        seat = Actor(role=linked.role, agency=linked.agency)
        try:
            may = await asyncio.to_thread(self._may, linked.case, seat)
        except StoreAway as away:
            log.error("letters_not_counted", case=linked.case, says=str(away))
            return HTMLResponse(message_page(base, "The letter was not sent", _RING, case=linked.case), 503)
        if not may:
            return HTMLResponse(message_page(base, "No more letters are sent now", _RING, case=linked.case), 429)
        try:
            await asyncio.to_thread(send_again, self._parts.settings, linked.case, seat, _BY)
        except Trouble as trouble:
            log.warning("letter_not_sent_again", case=linked.case, code=trouble.code)
            return HTMLResponse(message_page(base, "The letter was not sent", _RING, case=linked.case), 503)
        log.info("letter_sent_again", case=linked.case)
        return HTMLResponse(message_page(base, "A new letter is on its way", _SENT, _RING, case=linked.case))

    async def _not_taken(self, request: Request, case: str) -> Response:
        """Give back what was sent by a page that was opened before the link was called back."""
        back = {**await asyncio.to_thread(given_back, request), "fields": ()}
        told = [_NOT_BY_THIS, _RING, *([NOBODY_TOLD] if back["danger"] else [])]
        page = not_taken_page(self._parts.base, "Nothing was recorded", *told, back=back, case=case)
        return HTMLResponse(page, 403)

    def _may(self, case: str, seat: Actor) -> bool:
        """Count one more letter to a seat, if there is room for it."""
        return self._parts.store.hit("letter again", "\n".join((case, seat.role, seat.agency)), _LIMIT)


_NOT_BY_THIS = "This link was called back meanwhile. Open the one in your newest letter, and record it there."
_TITLE = "This link was called back"
_SENT = "It goes to the addresses that the directory has for that seat now, and its link opens the page."
_RING = (
    "If that does not help, or it cannot wait, ring your partnership's office: its number is in "
    "your notice. Give them the reference."
)
