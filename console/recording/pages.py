"""What somebody who has signed in records: what may be said in a case, a form for each, and immediate risk."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.people.roles import AGENCY_MANAGER, ON_CALL_LEAD, PAGES
from console.entrance import Page
from console.forms import MARK, text
from console.parts import Parts
from console.places import visitor_shown
from console.rendering import message_page, render
from console.visitors import Visitor
from domain.base.people import Actor
from domain.base.reference import is_training, read_reference
from domain.case.state import Answer
from domain.commands import Message
from domain.engine.seats import ON_CALL
from domain.engine.senders import OPERATIONS
from services.installation import prefix
from services.senders import SignedIn

from .desk import Desk
from .kept import kept
from .possible import ELSE, OFFICE, Possible, of_agency, possible
from .questions import Speaker
from .rendered import grouped
from .risk import NOTE, WHAT_HAPPENED, raised, raised_page, risk_page
from .sending import send_signed_in
from .standing import Standing, standing_to_record
from .steps import Steps
from .typed import typed_in

LIST, FORM, RISK = "/cases/{ref}/record", "/cases/{ref}/record/{name}", "/cases/{ref}/risk"
CASE = "/cases/{ref}"
"""The page of a case, where there is one."""
WHICH = "of"


@dataclass(frozen=True, kw_only=True)
class SignedInDesk(Desk):
    """Somebody who has signed in."""

    parts: Parts
    who: Visitor
    asked: str
    """The path that was asked for: a mark holds for it alone."""

    def standing(self) -> Standing:
        """Read where the case stands."""
        return standing_to_record(self.parts.settings, self.case)

    def hidden(self, said: str) -> Mapping[str, str]:  # noqa: ARG002 - every page of theirs carries one
        """Return the mark without which the entrance takes no form."""
        return {MARK: self.parts.visitors.mark(self.who, self.asked)}

    def is_meant(self, form: FormData, said: str) -> bool:  # noqa: ARG002 - the entrance has looked at its mark
        """Say yes: whoever signs in is a person, and the entrance took the form."""
        return True

    async def first(self, message: Message) -> Response | None:
        """Ask nothing more."""

    async def send(self, message: Message) -> Answer:
        """Send it as what they say, or enter for somebody else."""
        return await send_signed_in(self.parts.settings, self.case, message, self.who.person)

    def signed(self, message: Message) -> Message:
        """Return it as it is: with its sender it is sent."""
        return message

    def otherwise(self) -> str:
        """Say whom to ring where the pages cannot reach the case."""
        return "Nobody has been told. If it cannot wait, ring whoever has to know of it."


class RecordingPages:
    """What answers whoever has signed in and records."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self) -> list[Page]:
        """Return the pages, and what their forms send."""
        return [
            Page(LIST, self.listed),
            Page(FORM, self.opened),
            Page(FORM, self.sent, "POST", kept=_kept),
            Page(RISK, self.risk),
            Page(RISK, self.risk_sent, "POST", hears_risk=lambda *_: True, kept=_risk_kept),
        ]

    async def listed(self, request: Request) -> Response:
        """List what may be recorded in a case now."""
        desk = self._desk(request, LIST)
        standing = await asyncio.to_thread(desk.standing)
        every = [one for one in possible(standing, None) if _may(standing, one, desk.who)]
        page = render(
            "recording/list.html",
            base=desk.base,
            title="What may be recorded",
            case=desk.case,
            training=desk.training,
            visitor=desk.visitor,
            groups=[(group, [(one, self._path(desk.case, one)) for one in ones]) for group, ones in grouped(every)],
            folded=ELSE,
            risk=RISK.format(ref=desk.case),
            back=desk.back if desk.back != LIST.format(ref=desk.case) else "",
        )
        return HTMLResponse(page)

    async def opened(self, request: Request) -> Response:
        """Show a form."""
        return await self._steps(request).opened()

    async def sent(self, request: Request) -> Response:
        """Go on with a form."""
        return await self._steps(request).sent(request.state.form)

    async def risk(self, request: Request) -> Response:
        """Show the form of immediate risk."""
        return self._risk_page(request)

    async def risk_sent(self, request: Request) -> Response:
        """Raise immediate risk. Who may see the case is not asked."""
        form = request.state.form
        try:
            desk = self._desk(request, RISK)
        except ValueError:
            return self._risk_page(request)
        if form.get("sure") != "yes":
            return self._risk_page(request, typed=str(form.get("note", "")))
        by = _own_seat(desk.who)
        is_recorded, said = await raised(self._parts.settings, desk.case, by, form, SignedIn(lambda: desk.who.person))
        if not is_recorded:
            why = "It is NOT on the record yet. What you wrote stands below: press again."
            typed, id_ = str(form.get("note", "")), str(form.get("id", ""))
            return self._risk_page(request, typed=typed, problem=why, said=said, id_=id_, status=503)
        return raised_page(desk, said)

    def _risk_page(self, request: Request, **more: Any) -> Response:
        try:
            desk = self._desk(request, RISK)
        except ValueError as error:
            told = "If a child is in danger now, ring 999 or children’s social care."
            return HTMLResponse(message_page(self._parts.base, "This is no case of ours", told, str(error)), 404)
        return risk_page(desk, **more)

    def _steps(self, request: Request) -> Steps:
        desk = self._desk(request, FORM)
        return Steps(self._parts.settings, desk, request.path_params["name"], request.query_params.get(WHICH, ""))

    def _desk(self, request: Request, of: str) -> SignedInDesk:
        """Return who it is, and of which case. Raises ValueError for what is no reference."""
        parts, who = self._parts, request.state.visitor
        case = read_reference(request.path_params["ref"], prefix(parts.settings))
        person = who.person
        is_one_agencys = person.role in {AGENCY_MANAGER, ON_CALL_LEAD}
        back, words = (CASE, "Back to the case") if CASE in PAGES else (LIST, "Back to what may be recorded")
        if of == FORM:
            back, words = LIST, "Back to what may be recorded"
        asked = request.url.path
        query = f"?{request.url.query}" if request.url.query else ""
        return SignedInDesk(
            case=case,
            base=parts.base,
            path=f"{asked.removeprefix(parts.base)}{query}",
            back=back.format(ref=case),
            back_words=words,
            speaker=Speaker(
                seat=None,
                agency=person.agency if is_one_agencys else "",
                enters_for_others=not is_one_agencys,
                own_seat=person.seat,
            ),
            recorded_by=person.title,
            reads_words=True,
            visitor=visitor_shown(who, "/cases"),
            training=is_training(case),
            parts=parts,
            who=who,
            asked=asked,
        )

    def _path(self, case: str, one: Possible) -> str:
        which = f"?{urlencode({WHICH: one.which})}" if one.which else ""
        return f"{FORM.format(ref=case, name=quote(one.name, safe=''))}{which}"


def _kept(request: Request, form: FormData) -> list[tuple[str, str]]:
    return kept(typed_in(form), request.path_params["name"])


def _risk_kept(_: Request, form: FormData) -> list[tuple[str, str]]:
    return [(WHAT_HAPPENED, said)] if (said := text(form, NOTE)) else []


def _may(standing: Standing, one: Possible, who: Visitor) -> bool:
    """Is it for somebody to record, as far as their role says? An agency's manager speaks for that agency alone."""
    person = who.person
    if one.row.who == "on call":
        return person.role != AGENCY_MANAGER
    if person.role not in {AGENCY_MANAGER, ON_CALL_LEAD}:
        return True
    if one.name in {*OFFICE, "meetings"}:
        return False
    if one.rows:
        return bool(of_agency(standing, one, person.agency).rows)
    own = [said for said in one.sayers if said["agency"] in _parties_of(standing, person.agency)]
    return bool(own) if one.offer and not one.first else bool(_parties_of(standing, person.agency))


def _parties_of(standing: Standing, agency: str) -> set[str]:
    return {party["id"] for party in standing.parties if party["agency"] == agency}


def _own_seat(who: Visitor) -> Actor:
    """Return as whom somebody raises immediate risk: their own seat."""
    person = who.person
    if person.role == ON_CALL_LEAD:
        return Actor(role=ON_CALL.role)
    return Actor(agency=person.agency, role=person.seat or ("" if person.agency else OPERATIONS))
