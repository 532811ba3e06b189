"""The pages by which people sign in and out."""

import asyncio
import re
from datetime import timedelta

import structlog
from itsdangerous import BadSignature
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.keyring import Keyring, KeysFault
from adapters.people.file import PeopleFaulty, Person, load_people
from adapters.people.passes import Passes
from console.entrance import OVER, SIGN_IN, Entrance, Page
from console.guard import is_from_here
from console.parts import Parts
from console.rendering import message_page, render
from console.signed_in import shown, visitor_of
from console.signing import signers
from services.errors import AWAY, Trouble

from .attempts import LOCKED, Attempts
from .provider import NotBelieved, Provider, ProviderAway, Sent

BY_LINK = "signed in by a one-time link"
BY_PROVIDER = "signed in at the provider"
SIGN_OUT = "/sign-out"
_ONCE, _AT_PROVIDER, _BACK = f"{SIGN_IN}/once/{{given}}", f"{SIGN_IN}/provider", f"{SIGN_IN}/back"
_LOCAL = re.compile(r"/[A-Za-z0-9_~.?=&%/-]{0,400}")
"""A page of ours; nothing that a browser takes for another host."""
_ON_THE_WAY = timedelta(minutes=15)
"""For which a browser keeps what has to come back from the provider, and where its user wanted to go."""
_NEXT, _SENT = "sign-in-next", "sign-in-sent"
_STATE = "came back from the provider"
"""As the store has it: what comes back is good once."""

log = structlog.get_logger()


class SignInPages:
    """What answers whoever signs in or out. A GET signs nobody in but one that comes back from the provider."""

    def __init__(self, parts: Parts, entrance: Entrance, attempts: Attempts) -> None:
        self._parts = parts
        self._entrance = entrance
        self._attempts = attempts
        self._provider = Provider(parts.settings, f"{parts.address}{_BACK}") if parts.settings.oidc.issuer else None
        self._signers = signers(parts.settings.console.keys, "sign-in")
        self._passes: Passes | None = None

    def pages(self) -> list[Page]:
        """Return the pages, and what is pressed on them."""
        return [
            Page(SIGN_IN, self.opened),
            Page(_ONCE, self.asked),
            Page(_ONCE, self.enters, "POST"),
            Page(_AT_PROVIDER, self.sent_away),
            Page(_BACK, self.came_back),
            Page(SIGN_OUT, self.leaves),
            Page(SIGN_OUT, self.left, "POST", ends_session=True),
        ]

    async def opened(self, request: Request) -> Response:
        """Say how to sign in; keep where somebody wanted to go."""
        told = OVER if request.query_params.get("over") else ""
        told = told or ("You have signed out." if request.query_params.get("out") else "")
        page = render(
            "sign_in.html",
            base=self._parts.base,
            title="Sign in",
            told=told,
            has_provider=self._provider is not None,
            training=self._parts.settings.training == "yes",
        )
        answer = HTMLResponse(page)
        wanted = request.query_params.get("next", "")
        if _is_ours(wanted):
            self._keep(answer, _NEXT, wanted)
        return answer

    async def asked(self, request: Request) -> Response:
        """Ask whoever opens a one-time link to press: what follows links for them uses none up."""
        return await asyncio.to_thread(self._asked, request)

    def _asked(self, request: Request) -> Response:
        if locked := self._locked(request):
            return locked
        account = self._all_passes().holder(request.path_params["given"])
        if account is None:
            return self._no_pass(request)
        person = self._parts.visitors.person(account)
        if person is None:
            return self._said(403, "You are not signed in", _NOT_KNOWN)
        page = render(
            "sign_in_once.html",
            base=self._parts.base,
            title="Sign in",
            who=person.title,
            training=self._parts.settings.training == "yes",
        )
        return HTMLResponse(page)

    async def enters(self, request: Request) -> Response:
        """Sign somebody in by a one-time link, once."""
        return await asyncio.to_thread(self._enters, request)

    def _enters(self, request: Request) -> Response:
        if locked := self._locked(request):
            return locked
        if not is_from_here(request.headers, self._parts.address):
            return self._said(403, "You are not signed in", "Open the link again, and press there.")
        held = self._all_passes().holder(request.path_params["given"])
        if held and (locked := self._locked(request, held)):
            return locked
        account = self._all_passes().use(request.path_params["given"])
        if account is None:
            return self._no_pass(request)
        return self._signed_in(request, account, BY_LINK, self._parts.visitors.person(account))

    async def sent_away(self, request: Request) -> Response:
        """Send somebody to the provider, to sign in there."""
        return await asyncio.to_thread(self._sent_away, request)

    def _sent_away(self, request: Request) -> Response:
        if locked := self._locked(request):
            return locked
        if self._provider is None:
            return self._said(404, "You are not signed in", _NO_PROVIDER)
        if self._attempts.has_begun_too_often(request):
            return self._said(429, "You are not signed in", *LOCKED)
        try:
            address, sent = self._provider.begins()
        except ProviderAway:
            return self._away()
        answer = RedirectResponse(address, 303)
        self._keep(answer, _SENT, self._signed(sent))
        return answer

    async def came_back(self, request: Request) -> Response:
        """Sign in somebody who comes back from the provider, if it is who was sent there from this browser."""
        return await asyncio.to_thread(self._came_back, request)

    def _came_back(self, request: Request) -> Response:
        if locked := self._locked(request):
            return locked
        provider, sent = self._provider, self._sent(request)
        state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
        if provider is None or sent is None or not code or not self._is_first(state, sent):
            self._attempts.failed(request)
            log.warning("sign_in_failed", why="not as it was sent", says_no="error" in request.query_params)
            return self._forgotten(self._said(403, "You are not signed in", _NOT_AS_SENT))
        try:
            account = provider.account(code, sent)
        except ProviderAway:
            return self._forgotten(self._away())
        except NotBelieved as error:
            self._attempts.failed(request)
            log.warning("sign_in_failed", why=str(error))
            return self._forgotten(self._said(403, "You are not signed in", _NOT_AS_SENT))
        if locked := self._locked(request, account):
            return self._forgotten(locked)
        return self._forgotten(self._signed_in(request, account, BY_PROVIDER, self._of_file(account)))

    async def leaves(self, request: Request) -> Response:
        """Ask whether somebody signs out."""
        return shown(self._parts, request, "sign_out.html", "Sign out")

    async def left(self, request: Request) -> Response:
        """Let a session be over."""
        is_kept = await asyncio.to_thread(self._parts.visitors.ends, visitor_of(request))
        answer: Response = RedirectResponse(f"{self._parts.base}{SIGN_IN}?out=yes", 303)
        if not is_kept:
            answer = self._said(200, "You have signed out of this browser", _NOT_KEPT)
        self._entrance.give(answer, "")
        return answer

    def _signed_in(self, request: Request, account: str, known: str, person: Person | None) -> Response:
        if person is None:
            self._attempts.failed(request, account)
            log.warning("sign_in_failed", why="no role")
            return self._said(403, "You are not signed in", _NOT_KNOWN)
        wanted = request.cookies.get(_NEXT, "")
        answer = RedirectResponse(f"{self._parts.base}{wanted if _is_ours(wanted) else '/'}", 303)
        self._entrance.give(answer, self._parts.visitors.begins(account, known))
        self._keep(answer, _NEXT, "")
        log.info("signed_in", role=person.role, known=known)
        return answer

    def _of_file(self, account: str) -> Person | None:
        """Return who an account of the file of people is. A trial without one is for whoever has the machine alone."""
        try:
            return load_people(self._parts.settings.people).get(account)
        except (FileNotFoundError, PeopleFaulty):
            return None

    def _is_first(self, state: str, sent: Sent) -> bool:
        """Is it what was sent, and does it come back for the first time?"""
        return state == sent.state and self._parts.store.once(_STATE, state, _ON_THE_WAY)

    def _all_passes(self) -> Passes:
        """Return what reads one-time links. Raises Trouble."""
        if self._passes is None:
            try:
                self._passes = Passes(
                    Keyring(self._parts.settings.encryption_keys), "console", self._parts.store, self._parts.clock
                )
            except KeysFault as fault:
                log.error("sign_in_without_keys", says=str(fault))
                raise Trouble("One-time links cannot be read here, for want of keys: tell the office.", AWAY) from None
        return self._passes

    def _no_pass(self, request: Request) -> Response:
        log.warning("sign_in_failed", why="no such link")
        cookie = request.cookies.get(self._entrance.cookie, "")
        there = self._parts.visitors.visitor(cookie) if cookie else None
        if there is not None and there.is_present:  # a link that is pressed twice, or opened again, locks nobody out
            page = message_page(
                self._parts.base, "This link signs nobody in", f"{_USED} {_SIGNED_IN.format(title=there.person.title)}",
                leads_to="/", leads_as="Go on",
            )  # fmt: skip
            return HTMLResponse(page, 403)
        self._attempts.failed(request)
        return self._said(403, "This link signs nobody in", _USED)

    def _locked(self, request: Request, account: str = "") -> Response | None:
        if not self._attempts.is_locked(request, account):
            return None
        log.warning("sign_in_locked")
        return self._said(429, "You are not signed in", *LOCKED)

    def _away(self) -> Response:
        log.warning("sign_in_provider_away")
        return self._said(503, "You are not signed in", _PROVIDER_AWAY)

    def _said(self, status: int, title: str, *sentences: str) -> Response:
        return HTMLResponse(
            message_page(
                self._parts.base, title, *sentences, training=self._parts.training, leads_to=SIGN_IN, leads_as="Sign in"
            ),
            status,
        )

    def _sent(self, request: Request) -> Sent | None:
        for signer in self._signers:
            try:
                at, *said = signer.loads(request.cookies.get(_SENT, ""))
                is_in_time = abs(self._parts.clock().timestamp() - at) <= _ON_THE_WAY.total_seconds()
                return Sent(*said) if is_in_time else None
            except (BadSignature, TypeError, ValueError):
                continue
        return None

    def _signed(self, sent: Sent) -> str:
        made = self._signers[0].dumps([int(self._parts.clock().timestamp()), *sent])
        return made if isinstance(made, str) else made.decode()

    def _forgotten(self, answer: Response) -> Response:
        """Take back what was kept for one way to the provider: it is good once."""
        self._keep(answer, _SENT, "")
        return answer

    def _keep(self, answer: Response, name: str, value: str) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=int(_ON_THE_WAY.total_seconds()) if value else 0,
            path=f"{self._parts.base}{SIGN_IN}",
            secure=self._parts.address.startswith("https:"),
            httponly=True,
            samesite="lax",
        )


def _is_ours(path: str) -> bool:
    return bool(_LOCAL.fullmatch(path)) and "//" not in path and not path.startswith((SIGN_IN, SIGN_OUT))


_SIGNED_IN = "You are signed in on this browser already, as {title}."
_USED = "It is used or over: it is good once, and for five minutes. Make another in a terminal: escalate sign-in"
_PROVIDER_AWAY = (
    "The provider by which you sign in does not answer: try again in a minute, or ring your partnership’s office."
)
_NO_PROVIDER = "There is no provider here. Make a one-time link in a terminal: escalate sign-in"
_NOT_AS_SENT = "The provider did not sign you in here: begin again from the page for signing in."
_NOT_KEPT = (
    "Elsewhere your session may go on for half an hour, for what ends is kept in a place that is away: close the "
    "browser, and tell your partnership’s office."
)
_NOT_KNOWN = "You have no role here: have whoever looks after this installation put you into its file of people."
