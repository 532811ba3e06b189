"""Asking whoever acts by a link for a code that is sent to the seat's own addresses, before anything is recorded."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from markupsafe import escape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from activities.contacts import Contacts
from adapters.console_store.store import StoreAway
from adapters.directory import DirectoryFault
from adapters.links import Linked
from adapters.post import PostDown
from adapters.post.letter import CODE
from adapters.register.errors import RegisterError
from console.forms import text
from console.rendering import render
from domain.case.effects import Notice, Receipt, Recipient
from settings import SettingsFaulty

from .codes import Came, Codes, TooMany, Typed
from .devices import Devices

COOKIE = "device"
TYPED, NEW = "code", "new-code"
"""Fields of the page that asks: what was typed, and the button for a new code."""

log = structlog.get_logger()


class Confirming:
    """Asks for a code, once for each device and day. Safe to share between requests."""

    def __init__(
        self,
        codes: Codes,
        devices: Devices,
        contacts: Contacts,
        policy_of: Callable[[str], str],
        send: Callable[[str, Notice], Receipt],
        clock: Callable[[], datetime],
        *,
        base: str,
        is_safe: bool,
    ) -> None:
        """Take the codes, what reads the cookie, who is told for a seat, a policy, what sends a notice, the clock.

        *base* is the path at which the pages stand; *is_safe* says that they are reached by https.
        """
        self._codes = codes
        self._devices = devices
        self._contacts = contacts
        self._policy_of = policy_of
        self._send = send
        self._clock = clock
        self._base = base
        self._is_safe = is_safe

    async def asked(self, request: Request, linked: Linked, form: FormData) -> Response | None:
        """Return the page that asks for a code; None where this browser has confirmed the seat, by this form or before.

        The page keeps all that the form held, so that it is sent again with the code. Nothing is recorded by it.
        """
        try:
            policy = await asyncio.to_thread(self._policy_of, linked.case)
            seat = await asyncio.to_thread(self._seat, policy, linked)
        except (DirectoryFault, RegisterError):
            return self._cannot(linked, form)
        cookie = request.cookies.get(self.cookie, "")
        if self._devices.has(cookie, seat):
            return None
        try:
            if typed := "".join(text(form, TYPED).split()):
                came = await asyncio.to_thread(self._codes.typed, seat, typed)
                if came.typed is Typed.RIGHT:
                    log.info("link_confirmed", case=linked.case)
                    request.state.device = self._devices.with_seat(cookie, seat)
                    return None
                log.warning("link_code_wrong", case=linked.case, came=came.typed.value)
                return self._page(linked, form, 403, _why(came))
            if not text(form, NEW) and await asyncio.to_thread(self._codes.waits, seat):
                return self._page(linked, form)
            return await asyncio.to_thread(self._sent, policy, linked, seat, form)
        except StoreAway as away:
            log.error("link_codes_away", case=linked.case, says=str(away))
            return self._cannot(linked, form)

    def give(self, request: Request, answer: Response) -> Response:
        """Return an answer with the cookie of a browser that has just confirmed a seat."""
        if device := getattr(request.state, "device", ""):
            answer.set_cookie(
                self.cookie,
                device,
                max_age=28 * 3600,
                path=self._base or "/",
                secure=self._is_safe,
                httponly=True,
                samesite="strict",
            )
        return answer

    @property
    def cookie(self) -> str:
        """The name of the cookie."""
        return f"__{'Secure' if self._base else 'Host'}-{COOKIE}" if self._is_safe else COOKIE

    def _seat(self, policy: str, linked: Linked) -> str:
        told = self._contacts.of(policy, _notice(linked, "", ""))
        return self._devices.seat(policy, linked, [one.address for contact in told for one in contact.in_full.channels])

    def _sent(self, policy: str, linked: Linked, seat: str, form: FormData) -> Response:
        try:
            code = self._codes.made(seat)
        except TooMany:
            log.warning("link_codes_too_many", case=linked.case)
            return self._page(linked, form, 429, _TOO_MANY)
        notice = _notice(linked, f"{self._clock():%Y%m%dT%H%M%S%f}", code)
        try:
            receipt = self._send(policy, notice)
        except (PostDown, DirectoryFault, SettingsFaulty, RegisterError) as error:
            log.warning("link_code_not_sent", case=linked.case, reason=type(error).__name__)
            receipt = None
        if receipt is None or not receipt.channel:
            self._codes.unsent(seat)
            return self._cannot(linked, form)
        log.info("link_code_sent", case=linked.case)
        return self._page(linked, form)

    def _cannot(self, linked: Linked, form: FormData) -> Response:
        return self._page(linked, form, 503, _NOT_SENT, can_type=False)

    def _page(
        self, linked: Linked, form: FormData, status: int = 200, problem: str = "", *, can_type: bool = True
    ) -> Response:
        kept = [(name, escape(said)) for name, said in form.multi_items() if name not in {TYPED, NEW}]
        page = render(
            "confirm.html",
            base=self._base,
            title="Type the code that we have sent" if can_type else "No code can be sent",
            case=linked.case,
            problem=problem,
            kept=kept,
            can_type=can_type,
        )
        return HTMLResponse(page, status)


def _why(came: Came) -> str:
    if came.typed is Typed.LOCKED:
        return _TOO_MANY
    if came.typed is Typed.USED_UP:
        return "That code cannot be used any more. Ask for a new one."
    return f"That is not the code we sent. You can type it {came.left} more {'time' if came.left == 1 else 'times'}."


def _notice(linked: Linked, stamp: str, code: str) -> Notice:
    to = Recipient(role=linked.role, title=linked.role.replace("-", " "), agency=linked.agency)
    return Notice(ref=f"{linked.case}/code/{stamp}", case=linked.case, kind=CODE, to=to, fact=code)


_TOO_MANY = (
    "Too many codes were asked for, or typed wrongly, for this seat. None is sent or taken for an hour. Ring your "
    "partnership's office: they can record it for you now."
)
_NOT_SENT = (
    "Nothing was recorded: the code cannot be sent at this moment. Send it again in a minute, or ring your "
    "partnership's office: they can record it for you now."
)
