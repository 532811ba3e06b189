"""Opening the page of a notice, pressing on it and recording from it. A GET changes nothing, whoever sends it."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs

import structlog
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.links import Linked
from adapters.register.errors import RegisterError
from adapters.register.recorded import Recorded
from console.entrance import Page
from console.forms import Kept, form_of, text
from console.guard import body_of, is_from_here
from console.parts import Parts
from console.record import Closed, NotRecorded, Unsure
from console.recording.kept import kept
from console.recording.risk import NOTE, WHAT_HAPPENED, raised, raised_page, risk_page
from console.recording.standing import Standing, standing_of
from console.recording.steps import Steps
from console.recording.typed import ID, typed_in
from console.rendering import message_page
from domain.base.known import How
from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.patch import Unreadable
from domain.case.state import Answer, Escalation
from domain.command_table.built_in import RISK_ACT
from domain.commands import ActDone, AlertAcknowledged, Message, Misdirected, RiskRaised
from domain.engine.seats import is_on_call
from services.errors import Trouble
from services.sayable import with_sayable_of
from services.senders import ByLink

from .asked import Asked, asked_of, is_of_party
from .desk import FORM, RISK, WHICH, LinkDesk, desk_of, evidence_of
from .pressed import ACKNOWLEDGE, SURE, WHEN_RANG, Form, is_answer, message_of, number_in, question
from .register import NotThere
from .rendered import notice_page, question_page
from .shown import Shown

RISK_LINK = "Is a child in danger now?"
OFFICE = (
    "If that does not help, ring your partnership's office: its number is in your notice. Give them the reference that "
    "stands there."
)
REGISTER_WITHIN_SECONDS = 5.0
"""How long the register is waited for to take in what was just recorded."""

log = structlog.get_logger()


class NoticePages:
    """What answers whoever opens or presses on the page of a notice."""

    of_rota = False
    """Is it the page of a lead on call, who has two buttons and no forms?"""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._address = parts.address
        self._base = parts.base
        self._links = parts.links
        self._reader = parts.reader
        self._record = parts.record
        self._clock = parts.clock

    def pages(self) -> list[Page]:
        """Return the pages, and what is pressed on them."""
        path = "/n/{rest:path}"
        return [Page(path, self.opened), Page(path, self.pressed, "POST", hears_risk=_says_risk, kept=_kept)]

    async def opened(self, request: Request) -> Response:
        pressed, form = request.query_params.get("press", ""), request.query_params.get(FORM, "")
        if form == RISK and not self.of_rota:
            return await self._risk_form(request)
        linked, page = await self._read(request)
        log.info("case_read", case=linked.case, kind=page.kind, seat=_seat(linked))
        if form and not self.of_rota:
            return await self._steps(await asyncio.to_thread(self._desk, request, linked), request).opened()
        if pressed and page.offers(pressed):
            return self._asked(request, page, pressed)
        return await self._page(request, page)

    async def pressed(self, request: Request) -> Response:
        linked = linked_of(request)
        if not is_from_here(request.headers, self._address):
            return self._message(linked, 403, "Nothing was recorded", "Open the link in your notice, and press there.")
        if request.query_params.get(FORM):
            return await self._form_sent(request, linked)
        form = {name: values[0] for name, values in parse_qs(await body_of(request)).items()}
        request.state.sent = FormData(form)
        pressed = form.get("press", ACKNOWLEDGE)
        message = await asyncio.to_thread(self._pressed, linked, pressed, form)
        if message is None:
            return self._message(linked, 403, "Nothing was recorded", "There is no such button for you.")
        if form.get("sure", SURE) != SURE:
            return RedirectResponse(self._base + path_of(request), 303)
        if not is_answer(self._links, path_of(request), form, self._clock()):
            return await self._asked_anew(request, form, pressed)
        try:
            message = await self._with_more(request, message, form)
            if first := await self._asked_first(request, linked, message, FormData(form)):
                return first
            answer = await self._record(linked.case, message, self._known(message))
        except Trouble as trouble:
            page = (await self._read(request))[1]
            return self._asked(request, page, pressed, 400, trouble.shown)
        except Refusal as refusal:
            return await self._refused(request, linked, str(refusal))
        except Closed:
            return await self._refused(request, linked, _GONE)
        except NotRecorded:
            log.warning("press_not_recorded", case=linked.case, seat=_seat(linked))
            return self._message(linked, 503, "This was NOT recorded", _DOWN, _STANDS)
        except Unsure:
            log.warning("press_not_answered", case=linked.case, seat=_seat(linked))
            return self._message(linked, 503, "We do not know if this was recorded", _AGAIN, _REPEATS)
        log.info("pressed", case=linked.case, seat=_seat(linked), entry=answer.entry)
        if not await self._is_entered(linked.case, answer):
            return self._given(request, self._message(linked, 200, "This was recorded", answer.sentence))
        return self._given(request, RedirectResponse(self._base + path_of(request), 303))

    def _pressed(self, linked: Linked, pressed: str, form: Form) -> Message | None:
        """Return what a press sends; None for one that is not there.

        That a letter went astray is the word of either side, where the agency of its seat is on both.
        """
        message = message_of(linked, pressed, number_in(form, "answered"), number_in(form, "seen"))
        if not isinstance(message, Misdirected):
            return message
        standing = standing_of(self._parts.settings, linked.case)
        by = standing.seat_known(message.by)
        sides = standing.sides_of(by)
        return message.but(by=by.but(agency=sides[0]["id"]) if sides else by)

    async def _asked_first(self, request: Request, linked: Linked, message: Message, form: FormData) -> Response | None:
        """Return what is asked before a link sends a message, with all that was sent in it; None where nothing is."""
        if _is_by_link_alone(message) or self._parts.confirming is None:
            return None
        return await self._parts.confirming.asked(request, linked, form)

    def _known(self, message: Message) -> How:
        """Say how whoever sends a message is known, once nothing more is asked of them."""
        return "l" if _is_by_link_alone(message) or self._parts.confirming is None else "c"

    def _given(self, request: Request, answer: Response) -> Response:
        """Return an answer to a browser, with what shows the next time that it has confirmed the seat."""
        return self._parts.confirming.give(request, answer) if self._parts.confirming else answer

    async def _with_more(self, request: Request, message: Message, form: Form) -> Message:  # noqa: ARG002
        """Return a message with what else the question asked for. Raises Trouble for what cannot be used."""
        return message

    def _asked(self, request: Request, page: Shown, pressed: str, status: int = 200, problem: str = "") -> Response:
        fields = question(self._links, path_of(request), pressed, page.answered, page.as_of, self._clock())
        return HTMLResponse(question_page(self._base, page, fields, problem=problem, of_rota=self.of_rota), status)

    async def _asked_anew(self, request: Request, form: Form, pressed: str) -> Response:
        """Say that nothing was recorded, and ask afresh: the page had been open for long, or was none of ours."""
        linked, page = await self._read(request)
        log.info("press_asked_anew", case=linked.case, seat=_seat(linked))
        why = _OLD if form.get("mark") else _NOT_ASKED
        if page.offers(pressed):
            return self._asked(request, page, pressed, 403, why)
        return await self._page(request, page, 403, why)

    async def _form_sent(self, request: Request, linked: Linked) -> Response:
        """Go on with a form."""
        form = request.state.form = await form_of(request)
        if self.of_rota:
            return self._message(linked, 403, "Nothing was recorded", "There is no such form for you.")
        if request.query_params[FORM] == RISK:
            return await self._risk_sent(request, linked, form)
        await self._read(request)  # that it was looked at is on record
        desk = await asyncio.to_thread(self._desk, request, linked)
        return self._given(request, await self._steps(desk, request).sent(form))

    async def _risk_form(self, request: Request) -> Response:
        """Show the form of immediate risk, also where the record cannot be read: then the look goes without a note."""
        linked = linked_of(request)
        with suppress(RegisterError, NotThere):
            await self._read(request)
        log.info("risk_form_read", case=linked.case, seat=_seat(linked))
        return risk_page(self._risk_desk(request, linked))

    async def _risk_sent(self, request: Request, linked: Linked, form: FormData) -> Response:
        """Raise immediate risk. Nothing of the case is looked at for it: it waits for no record."""
        desk = self._risk_desk(request, linked)
        if text(form, "sure") == "no":
            return RedirectResponse(self._base + path_of(request), 303)
        typed = text(form, NOTE)
        if text(form, "sure") != SURE or not desk.is_cry(form):
            return risk_page(desk, typed=typed, problem=_RISK_NOT_ASKED, status=403)
        by = Actor(agency=linked.agency, role=linked.role)
        is_recorded, said = await raised(self._parts.settings, linked.case, by, form, ByLink(), evidence_of(linked))
        if not is_recorded:
            return risk_page(desk, typed=typed, problem=_RISK_NOT_YET, said=said, id_=text(form, ID), status=503)
        return raised_page(desk, said)

    def _steps(self, desk: LinkDesk, request: Request) -> Steps:
        return Steps(self._parts.settings, desk, request.query_params[FORM], request.query_params.get(WHICH, ""))

    def _desk(self, request: Request, linked: Linked) -> LinkDesk:
        """Return who fills in a form. Raises Trouble and RegisterError."""
        return self._desk_of(request, linked, standing_of(self._parts.settings, linked.case))

    def _risk_desk(self, request: Request, linked: Linked) -> LinkDesk:
        """Return who raises immediate risk."""
        return self._desk_of(request, linked, None)

    def _desk_of(self, request: Request, linked: Linked, standing: Standing | None) -> LinkDesk:
        return desk_of(
            self._parts,
            linked,
            path_of(request),
            request.query_params,
            standing,
            is_of_party=standing is not None and is_of_party(standing, linked),
            asks=lambda message: self._asked_first(request, linked, message, request.state.form),
            sends=lambda message: self._record(linked.case, message, self._known(message)),
        )

    async def _read(self, request: Request) -> tuple[Linked, Shown]:
        linked = linked_of(request)
        return linked, await asyncio.to_thread(self._reader.read, linked)

    async def _refused(self, request: Request, linked: Linked, why: str) -> Response:
        log.info("press_refused", case=linked.case, seat=_seat(linked))
        return await self._page(request, (await self._read(request))[1], 409, why)

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

    async def _page(self, request: Request, page: Shown, status: int = 200, problem: str = "") -> Response:
        asked = await asyncio.to_thread(self._asked_of, request)
        return HTMLResponse(notice_page(self._base, page, asked, problem=problem), status)

    def _asked_of(self, request: Request) -> Asked:
        linked = linked_of(request)
        standing, case = standing_of(self._parts.settings, linked.case), self._case(linked.case)
        if case is not None:
            standing = replace(standing, view=with_sayable_of(case, standing.view))
        return asked_of(linked, path_of(request), standing, case)

    def _case(self, ref: str) -> Escalation | None:
        """Return the case as its record tells it; None where it does not: the page shows without it."""
        try:
            return Recorded(self._parts.settings.register).case(ref)
        except Unreadable as error:
            log.warning("case_not_given_by_its_record", case=ref, says=str(error))
            return None

    def _message(self, linked: Linked, status: int, title: str, *sentences: str) -> Response:
        return HTMLResponse(message_page(self._base, title, *sentences, case=linked.case), status)


def risk_form_of(request: Request) -> str:
    """Return where whoever holds the link of a request raises immediate risk; empty for whoever holds none."""
    linked = getattr(request.state, "linked", None)
    is_seats = isinstance(linked, Linked) and not is_on_call(Actor(role=linked.role))
    return f"{path_of(request)}?{FORM}={RISK}" if is_seats else ""


def _says_risk(request: Request, _: FormData) -> bool:
    return request.query_params.get(FORM) == RISK


def _kept(request: Request, form: FormData) -> Kept:
    """Return what was typed into a form behind a link. A press on a button holds no more than the time of a call."""
    if _says_risk(request, form):
        return [(WHAT_HAPPENED, said)] if (said := text(form, NOTE)) else []
    if name := request.query_params.get(FORM, ""):
        return kept(typed_in(form), name)
    return [(WHEN_RANG, said)] if (said := text(form, "at")) else []


def _is_by_link_alone(message: Message) -> bool:
    """Is a link alone enough for it? It ends nothing that a party owes, or may not wait (decision 70)."""
    if isinstance(message, ActDone):
        return message.act == RISK_ACT
    return isinstance(message, AlertAcknowledged | RiskRaised | Misdirected)


def linked_of(request: Request) -> Linked:
    """Return what the link opens by which a page was asked for."""
    linked = request.state.linked
    assert isinstance(linked, Linked)  # noqa: S101 - as `by_link` has read it
    return linked


def path_of(request: Request) -> str:
    """Return the path as it was asked for, still quoted."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("ascii", "replace")


def _seat(linked: Linked) -> str:
    return f"{linked.role}, {linked.agency}" if linked.agency else linked.role


_GONE = "The system does not run this case, and its record does not bring it back. Ring your partnership's office now."
_DOWN = "The system that takes your answer is away, so we could not record it. Ring your partnership’s office."
_AGAIN = "It did not answer in time. Go back and press again: it counts once."
_OLD = "This page had been open for too long. Press again."
_NOT_ASKED = "It counts only when it is pressed on this page."
_RISK_NOT_ASKED = "Nothing was recorded yet: it counts when it is pressed on this page. Press once more."
_RISK_NOT_YET = "It is NOT on the record yet. What you wrote stands below: press again."
_STANDS = (
    "While it is away it wakes nobody else. If this is not for you, ring the next person yourself; if a child may be "
    "in danger, ring 999 or children’s social care."
)
_REPEATS = "Until it is recorded, everything goes on as before: alerts repeat, and go to the next person."
