"""The one place where it is asked who opens a page, and whether they may. The table of pages says for whom each is."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import structlog
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.people.roles import PAGES, Right
from domain.base.reference import read_reference
from services.errors import REFUSED, Trouble
from services.installation import prefix
from services.remarks import gathered
from services.rights import Look, must_see, note_look

from .forms import MARK, Kept, Speaks, as_named, form_of, given_back, never, text
from .guard import is_from_here
from .parts import Parts
from .rendering import not_taken_page, render
from .visitors import AT_MOST, IDLE, Visitor

SIGN_IN = "/sign-in"
OVER = f"You were signed out after {IDLE // timedelta(minutes=1)} minutes without a page."
NOBODY_TOLD = "Nobody has been told by this program."
"""Of immediate risk that could not be taken."""
_FROM_ELSEWHERE = "It did not come from a page of ours. Go back, open the page again, and send it from there."
GLASS = "break-glass"
"""The field in which somebody says why they open a case that their role may not see."""
Handler = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


class BehindGlass(Trouble):
    """A case is not for a role to see, and may be opened all the same by saying why."""


class Page(NamedTuple):
    """One page, or what one form sends."""

    path: str
    """As the table of pages has it."""
    handler: Handler
    method: str = "GET"
    hears_risk: Callable[[Request, FormData], bool] = never
    """Tells whether its form says immediate risk. Such a form is taken after a session has idled out too."""
    kept: Callable[[Request, FormData], Kept] = as_named
    """Returns everything that was typed into its form, each with its question: it is given back where the form could
    not be taken.
    """
    ends_session: bool = False
    """Is it done already for whoever comes with a session that is over?"""


class Entrance:
    """Stands before every page."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self, pages: Iterable[Page]) -> list[Route]:
        """Return the routes of pages, each as the table says for whom it is. KeyError for one that it does not name."""
        return [Route(one.path, self._asked(one, PAGES[one.path]), methods=[one.method]) for one in pages]

    def _asked(self, page: Page, right: object) -> Handler:
        speaks = Speaks(page.kept, page.hears_risk)

        async def plainly(request: Request) -> Response:
            request.state.speaks = speaks
            return await page.handler(request)

        if not isinstance(right, Right):  # for anybody; or behind a link, which its own handler reads before anything
            return plainly

        async def asked(request: Request) -> Response:
            request.state.speaks = speaks
            visitor = await self._whose(request)
            if visitor is None or not (visitor.is_present or await _says_risk(request, page)):
                return await self._signed_out(request, page)
            if request.method == "POST" and (wrong := await self._is_not_ours(request, visitor)):
                return wrong
            request.state.visitor = visitor
            with gathered() as remarks:
                request.state.remarks = remarks
                await asyncio.to_thread(self._may, request, page, right, visitor)
                answer = await page.handler(request)
            if visitor.is_present and (renewed := self._parts.visitors.renewed(visitor)):
                self.give(answer, renewed)
            return answer

        return asked

    def _may(self, request: Request, page: Page, right: Right, visitor: Visitor) -> None:
        """See that somebody may, and note their look. Raises Trouble."""
        settings, who = self._parts.settings, visitor.person
        case = self._case(request) if right.of == "case" else ""
        form: FormData | None = getattr(request.state, "form", None)
        reason = text(form, GLASS) if form is not None else ""
        is_read = page.method == "GET" or bool(reason)
        request.state.case = case
        look = Look(who, visitor.known, case, f"page {page.path}", right.read if is_read else "")
        if who.role not in right.roles:
            if case:
                note_look(settings, look.but_failed())
            raise Trouble(f"This page is not for the role {who.role}: ask the partnership's office.", REFUSED)
        if case:
            try:
                must_see(settings, look, reason if right.is_opened_by_glass else "")
            except Trouble as trouble:
                if right.is_opened_by_glass and trouble.code == REFUSED:
                    raise BehindGlass(trouble.shown, REFUSED) from None
                raise

    def _case(self, request: Request) -> str:
        try:
            return read_reference(request.path_params["ref"], prefix(self._parts.settings))
        except ValueError as error:
            raise Trouble(str(error)) from None

    async def _signed_out(self, request: Request, page: Page) -> Response:
        base = self._parts.base
        if request.method == "GET":
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            over = "&over=yes" if request.cookies.get(self.cookie) else ""
            return RedirectResponse(f"{base}{SIGN_IN}?next={quote(asked.removeprefix(base))}{over}", 303)
        if page.ends_session and request.cookies.get(self.cookie):
            return RedirectResponse(f"{base}{SIGN_IN}?out=yes", 303)
        await form_of(request)
        back = await asyncio.to_thread(given_back, request)
        said = {"over": OVER, "danger": back["danger"], "kept": back["kept"], "leads_to": SIGN_IN}
        training = self._parts.training
        told = render("signed_out.html", base=base, title="Nothing was recorded", training=training, **said)
        return HTMLResponse(told, 403)

    async def _whose(self, request: Request) -> Visitor | None:
        """Return who has signed in, and may have been away for long; None for nobody. The one look of a page."""
        cookie = request.cookies.get(self.cookie, "")
        return await asyncio.to_thread(self._parts.visitors.visitor, cookie) if cookie else None

    async def _is_not_ours(self, request: Request, visitor: Visitor) -> Response | None:
        """Return what is answered to a form that came from no page of ours; keep the form of one that did."""
        if is_from_here(request.headers, self._parts.address):
            form = await form_of(request)
            if self._parts.visitors.is_mark(visitor, request.url.path, text(form, MARK)):
                request.state.form = form
                return None
        log.warning("form_from_elsewhere", path=page_of(request))
        # What was typed stays away: it may be somebody else's, who sat here before.
        back = {**given_back(request), "kept": (), "fields": ()}
        told = [_FROM_ELSEWHERE, *([NOBODY_TOLD] if back["danger"] else [])]
        training = self._parts.training
        page = not_taken_page(self._parts.base, "Nothing was recorded", *told, back=back, training=training)
        return HTMLResponse(page, 403)

    @property
    def cookie(self) -> str:
        """The name of the cookie."""
        is_safe = urlsplit(self._parts.address).scheme == "https"
        return f"__{'Secure' if self._parts.base else 'Host'}-session" if is_safe else "session"

    def give(self, answer: Response, cookie: str) -> None:
        """Set the cookie of whoever signs in, or with an empty one take it back."""
        is_safe = urlsplit(self._parts.address).scheme == "https"
        more = {"path": self._parts.base or "/", "secure": is_safe, "httponly": True, "samesite": "lax"}
        at_most = int(AT_MOST / timedelta(seconds=1)) if cookie else 0
        answer.set_cookie(self.cookie, cookie, max_age=at_most, **more)  # type: ignore[arg-type]


async def _says_risk(request: Request, page: Page) -> bool:
    """Does a form say immediate risk? It is heard from whoever had it open for long too."""
    return request.method == "POST" and page.hears_risk(request, await form_of(request))


def page_of(request: Request) -> str:
    """Return a page as the table has it, without what was asked for, which may be a secret."""
    route = request.scope.get("route")
    return route.path if isinstance(route, Route) else ""
