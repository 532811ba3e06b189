"""Opening the page of a notice, and pressing on it. A GET changes nothing, whoever sends it."""

import asyncio
from urllib.parse import parse_qs

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.links import Linked
from adapters.register.errors import RegisterError
from console.entrance import Page
from console.guard import body_of, is_from_here
from console.parts import Parts
from console.record import Closed, NotRecorded, Unsure
from console.rendering import message_page
from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.command_table.built_in import RISK_ACT
from domain.commands import Message
from services.errors import Trouble

from .pressed import ACKNOWLEDGE, RANG, SURE, Form, is_answer, message_of, number_in, question
from .rendered import notice_page, question_page
from .shown import Shown

OFFICE = "If that does not help, ring your partnership's office and give them the reference in the notice."
REGISTER_WITHIN_SECONDS = 5.0
"""How long the register is waited for to take in what was just recorded."""

log = structlog.get_logger()


class NoticePages:
    """What answers whoever opens or presses on the page of a notice."""

    def __init__(self, parts: Parts) -> None:
        self._address = parts.address
        self._base = parts.base
        self._links = parts.links
        self._reader = parts.reader
        self._record = parts.record
        self._clock = parts.clock

    def pages(self) -> list[Page]:
        """Return the pages, and what is pressed on them."""
        return [Page("/n/{rest:path}", self.opened), Page("/n/{rest:path}", self.pressed, "POST")]

    async def opened(self, request: Request) -> Response:
        linked, page = await self._read(request)
        log.info("case_read", case=linked.case, kind=page.kind, seat=_seat(linked))
        pressed = request.query_params.get("press", "")
        if pressed and page.offers(pressed):
            return self._asked(request, page, pressed)
        return self._page(page)

    async def pressed(self, request: Request) -> Response:
        linked = self._links.read(path_of(request))
        if not is_from_here(request.headers, self._address):
            return self._message(linked, 403, "Nothing was recorded", "Open the link in your notice, and press there.")
        form = {name: values[0] for name, values in parse_qs(await body_of(request)).items()}
        pressed = form.get("press", ACKNOWLEDGE)
        message = message_of(linked, pressed, number_in(form, "answered"), number_in(form, "seen"))
        if message is None:
            return self._message(linked, 403, "Nothing was recorded", "There is no such button for you.")
        if form.get("sure", SURE) != SURE:
            return RedirectResponse(self._base + path_of(request), 303)
        if not is_answer(self._links, path_of(request), form, self._clock()):
            return await self._asked_anew(request, form, pressed)
        try:
            answer = await self._record(linked.case, await self._with_more(request, message, form))
        except Trouble as trouble:
            page = (await self._read(request))[1]
            return self._asked(request, page, pressed, 400, trouble.sentence)
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
        return RedirectResponse(self._base + path_of(request), 303)

    async def _with_more(self, request: Request, message: Message, form: Form) -> Message:  # noqa: ARG002
        """Return a message with what else the question asked for. Raises Trouble for what cannot be used."""
        return message

    def _asked(self, request: Request, page: Shown, pressed: str, status: int = 200, problem: str = "") -> Response:
        fields = question(self._links, path_of(request), pressed, page.answered, page.as_of, self._clock())
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
        linked = self._links.read(path_of(request))
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


def path_of(request: Request) -> str:
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
_DOWN = "The system that takes your answer is away, so we could not record it."
_AGAIN = "It did not answer in time. Go back and press again: it counts once."
_OLD = "This page had been open for too long. Press again."
_NOT_ASKED = "It counts only when it is pressed on this page."
_STANDS = (
    "While it is away it wakes nobody else. If this is not for you, ring the next person yourself; if a child may be "
    "in danger, ring 999 or children’s social care."
)
_REPEATS = "Until it is recorded, everything goes on as before: alerts repeat, and go to the next person."
