"""Pages of one destruction list: what was said of it, and saying yes or no to it as a second person.

Destroying is a command alone: it takes the register's owner and Temporal, and there is no way back from a press.
"""

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.register.disposal import Disposals, Step
from adapters.register.register import Register
from console.entrance import Page
from console.forms import text, texts
from console.parts import Parts
from console.signed_in import shown, visitor_of
from domain.base.words import say_instant
from services.destruction_lists import (
    List,
    Who,
    approve,
    last_said,
    list_of,
    must_be_a_handle,
    to_approve,
    to_withdraw,
    withdraw,
)
from services.errors import Trouble
from services.privacy import findings
from services.retention import MOST_REASON
from services.stores import count_of
from services.times import LONDON

from .tables import Line, Table

SAID = ("Case", "What", "When", "By", "Why")
PROPOSED = ("Case", "Proposed", "By", "Why")
PAGE, APPROVE, WITHDRAW = "/retention/{number}", "/retention/{number}/approve", "/retention/{number}/withdraw"
CHOSEN_AT_MOST = 200
"""Cases that can be chosen one by one; a form has no room for more."""
KEPT = "Nothing is destroyed by this."


class DestructionPages:
    """Answers whoever looks at a destruction list, approves it, or takes cases off it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self) -> list[Page]:
        """Return the pages, and what is sent from them."""
        return [
            Page(PAGE, self.certificate),
            Page(APPROVE, self.approving),
            Page(APPROVE, self.approved, "POST"),
            Page(WITHDRAW, self.withdrawing),
            Page(WITHDRAW, self.withdrawn, "POST"),
        ]

    async def certificate(self, request: Request) -> Response:
        """Show everything that was said of the list: its certificate; and what may be said of it now."""
        return await self._certificate(request)

    async def _certificate(self, request: Request, problem: str = "", status: int = 200) -> Response:
        said, name, cases = await self._list(request)
        lines = [
            Line((case, one.step, say_instant(one.at, LONDON), one.by, one.reason))
            for case, rows in cases.items()
            for one in rows
        ]
        steps = [rows[-1].step for rows in cases.values()]
        more: dict[str, Any] = {
            "number": name,
            "table": Table(SAID, lines, "What was said of it"),
            "waits": "proposed" in steps,
            "is_left": bool({"proposed", "approved"} & set(steps)),
            "is_approved": "approved" in steps,
            "why_not": self._why_not(request, said, name) if "proposed" in steps else "",
        }
        more["problem"] = problem
        return self._page(request, "office_destruction.html", f"Destruction list {name}", more, status)

    async def _is_done(self, request: Request, step: Step) -> bool:
        """Is all that was said of the list since its page was read this very yes, which was sent twice?"""
        seen, who = _seen(request.state.form) or 0, self._who(request)
        _, _, cases = await self._list(request)
        since = [row for rows in cases.values() for row in rows if row.number > seen]
        return bool(since) and all((row.step, row.by, row.account) == (step, who.by, who.account) for row in since)

    async def approving(self, request: Request) -> Response:
        """Ask whether a list is approved, with all that stands in it."""
        said, name, cases = await self._list(request)
        waiting = to_approve(self._parts.settings, said, name, self._who(request))
        lines = _proposed(cases, waiting)
        says = (
            f"{count_of(len(waiting))} of {name} may then be destroyed for good, by a command. {KEPT} On the record "
            f"stands that you, {self._who(request).by}, approved it."
        )
        more = {"says": says, "table": Table(PROPOSED, lines, "What you approve"), "seen": last_said(cases)}
        more |= {"path": f"/retention/{name}/approve", "fields": [], "yes": "Yes, approve it", "number": name}
        return self._page(request, "office_destruction_question.html", f"Approve destruction list {name}?", more)

    async def approved(self, request: Request) -> Response:
        """Approve it once somebody has said yes."""
        form, number = request.state.form, request.path_params["number"]
        if text(form, "sure") == "yes":
            try:
                await asyncio.to_thread(approve, self._parts.settings, number, self._who(request), _seen(form))
            except Trouble as trouble:
                if not await self._is_done(request, "approved"):
                    return await self._certificate(request, trouble.shown, 403)
        return self._back(number)

    async def withdrawing(self, request: Request) -> Response:
        """Ask which cases are taken off the list, and why."""
        _, name, cases = await self._list(request)
        return self._ask(request, name, cases, [], "", {})

    async def withdrawn(self, request: Request) -> Response:
        """Say what would be taken off; once somebody has said yes to that, do it."""
        form: FormData = request.state.form
        _, name, cases = await self._list(request)
        wanted = [] if text(form, "all") else list(dict.fromkeys(texts(form, "case")))
        reason, sure = text(form, "reason"), text(form, "sure")
        if sure == "no":
            return self._back(name)
        if errors := self._wrong(form, wanted, reason):
            return self._ask(request, name, cases, wanted, reason, errors)
        if sure == "yes":
            settings, who = self._parts.settings, self._who(request)
            try:
                await asyncio.to_thread(withdraw, settings, name, wanted, reason, who, _seen(form))
            except Trouble as trouble:
                if not await self._is_done(request, "withdrawn"):
                    return self._ask(request, name, cases, wanted, reason, {"all": trouble.shown})
            return self._back(name)
        try:
            left = await asyncio.to_thread(self._left, name, wanted)
        except Trouble as trouble:  # somebody took it off meanwhile
            return self._ask(request, name, cases, wanted, reason, {"all": trouble.shown})
        lines = [
            Line((case, say_instant(row.at, LONDON), row.by, row.reason)) for case in left for row in cases[case][:1]
        ]
        says = (
            f"{count_of(len(left))} {'comes' if len(left) == 1 else 'come'} off {name} and "
            f"{'is' if len(left) == 1 else 'are'} kept. On the record stands "
            f"that you, {self._who(request).by}, said so: {reason}"
        )
        more = {"says": says, "table": Table(PROPOSED, lines, "What comes off"), "seen": _seen(form) or 0}
        fields = [("reason", reason), *(("case", one) for one in wanted), *([] if wanted else [("all", "yes")])]
        more |= {"path": f"/retention/{name}/withdraw", "fields": fields, "yes": "Yes, take them off", "number": name}
        return self._page(request, "office_destruction_question.html", f"Take cases off {name}?", more)

    def _left(self, name: str, wanted: list[str]) -> list[str]:
        return to_withdraw(self._disposals(), name, wanted)

    def _wrong(self, form: FormData, wanted: list[str], reason: str) -> dict[str, str]:
        errors = {}
        if not wanted and not text(form, "all"):
            errors["all"] = "Choose which cases."
        if not reason or len(reason) > MOST_REASON:
            errors["reason"] = f"Say why, in {MOST_REASON} characters at most: it is on the record."
        elif findings({"the reason": reason}, self._parts.clock().date()):
            errors["reason"] = "It holds what looks like a child’s name: take it out."
        return errors

    def _ask(
        self, request: Request, name: str, cases: List, wanted: list[str], reason: str, errors: dict[str, str]
    ) -> Response:
        left = to_withdraw(Disposals([row for rows in cases.values() for row in rows]), name, [])
        more = {
            "number": name,
            "cases": left if len(left) <= CHOSEN_AT_MOST else [],
            "count": count_of(len(left)),
            "wanted": wanted,
            "reason": reason,
            "most": MOST_REASON,
            "seen": last_said(cases),
            "errors": errors,
        }
        title = f"Take cases off destruction list {name}"
        return self._page(request, "office_destruction_withdraw.html", title, more, 400 if errors else 200)

    def _why_not(self, request: Request, said: Disposals, name: str) -> str:
        """Say why whoever looks may not approve it; empty where they may, or their role never does."""
        try:
            to_approve(self._parts.settings, said, name, self._who(request))
        except Trouble as trouble:
            return trouble.shown
        return ""

    @staticmethod
    def _who(request: Request) -> Who:
        person = visitor_of(request).person
        return Who(must_be_a_handle(person.stands_as, "Your handle in the file of people"), person.account)

    async def _list(self, request: Request) -> tuple[Disposals, str, List]:
        said = await asyncio.to_thread(self._disposals)
        try:
            return said, *list_of(said, request.path_params["number"])
        except Trouble:
            raise Trouble("There is no such destruction list.") from None

    def _disposals(self) -> Disposals:
        with Register(self._parts.settings.register) as register:
            return register.disposals()

    def _back(self, number: str) -> Response:
        return RedirectResponse(f"{self._parts.base}/retention/{number.upper()}", 303)

    def _page(self, request: Request, template: str, title: str, more: dict[str, Any], status: int = 200) -> Response:
        return shown(self._parts, request, template, title, status=status, at="/retention", **more)


def _proposed(cases: List, chosen: list[str]) -> list[Line]:
    """Return how each of some cases came onto the list."""
    rows = [cases[case][0] for case in chosen]
    return [Line((row.case_ref, say_instant(row.at, LONDON), row.by, row.reason)) for row in rows]


def _seen(form: FormData) -> int | None:
    """Return up to which thing said of the list its page was read; 0, which is none, where that is no number."""
    said = text(form, "seen")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0
