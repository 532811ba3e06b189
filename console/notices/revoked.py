"""The page of a link that was called back: it shows nothing of the case, and sends the seat a new one if asked."""

import asyncio
from collections import deque
from datetime import datetime, timedelta

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.revoked_links import Revoked
from console.forms import form_of, text
from console.guard import is_from_here
from console.parts import Parts
from console.rendering import message_page, render
from domain.base.people import Actor
from services.errors import Trouble
from services.letters import send_again

AGAIN = "letter-again"
"""What the button sends."""
MOST = 3
"""Letters to one seat of a case within the hour."""
_HOUR = timedelta(hours=1)
_BY = "the page of a link that was called back"

log = structlog.get_logger()


class RevokedPage:
    """What answers whoever opens such a link, or asks for a new one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sent: dict[tuple[str, str, str], deque[datetime]] = {}

    async def shown(self, request: Request, error: Exception) -> Response:
        """Say that the link was called back. A press on the button sends a new one to the directory's address."""
        assert isinstance(error, Revoked)  # noqa: S101 - as the table of handlers has it
        linked, base = error.linked, self._parts.base
        if request.method != "POST":
            return HTMLResponse(render("revoked.html", base=base, title=_TITLE, case=linked.case), 410)
        if not is_from_here(request.headers, self._parts.address) or text(await form_of(request), "press") != AGAIN:
            return HTMLResponse(message_page(base, "Nothing was recorded", _RING, case=linked.case), 403)
        if not self._may(linked.case, linked.role, linked.agency):
            return HTMLResponse(message_page(base, "No more letters are sent now", _RING, case=linked.case), 429)
        seat = Actor(role=linked.role, agency=linked.agency)
        try:
            await asyncio.to_thread(send_again, self._parts.settings, linked.case, seat, _BY)
        except Trouble as trouble:
            log.warning("letter_not_sent_again", case=linked.case, code=trouble.code)
            return HTMLResponse(message_page(base, "The letter was not sent", _RING, case=linked.case), 503)
        log.info("letter_sent_again", case=linked.case)
        return HTMLResponse(message_page(base, "A new letter is on its way", _SENT, _RING, case=linked.case))

    def _may(self, *seat: str) -> bool:
        now = self._parts.clock()
        if len(self._sent) > 10_000:
            self._sent = {one: sent for one, sent in self._sent.items() if now - sent[-1] < _HOUR}
        sent = self._sent.setdefault((seat[0], seat[1], seat[2]), deque(maxlen=MOST))
        if len(sent) == MOST and now - sent[0] < _HOUR:
            return False
        sent.append(now)
        return True


_TITLE = "This link was called back"
_SENT = "It goes to the addresses that the directory has for that seat now, and its link opens the page."
_RING = "If that does not help, or it cannot wait, ring your partnership's office and give them the reference."
