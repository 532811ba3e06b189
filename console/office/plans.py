"""The same thing in many cases at once: a plan that is shown, kept, and carried out by a yes."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.entrance import Page
from console.forms import text, texts
from console.parts import Parts
from console.signed_in import shown, visitor_of
from console.visitors import Visitor
from domain.base.refusals import Refusal
from domain.base.words import say_instant
from domain.case.state import Escalation
from domain.commands import MESSAGES
from services.errors import Trouble
from services.privacy import findings
from services.referrals import LARGEST_TEXT
from services.senders import SignedIn
from services.sending import send
from services.times import LONDON, read_until

from .kept_plans import Act, BeingCarriedOut, KeptPlans, Part, Plan, new_number
from .looking import cases_of, note_list
from .planning import Asked, Seat, owners_of, parts_of, read_cases, seat_in, seats_of
from .tables import Line, Link, Table

TITLES: dict[Act, str] = {
    "acknowledge": "Acknowledge alerts",
    "hand-over": "Hand over what is owed",
    "extend": "Put off what is owed",
}
PLANS = ("Plan", "What", "Made by", "When", "To do", "Done", "Not taken")
PARTS = ("Case", "What changes", "What became of it", "By whom", "When")
_STATES = {"to do": "to do", "done": "done", "refused": "not taken", "not known": "not known: say yes again"}

WITHIN_SECONDS = 30.0
"""How long a page waits for a plan that is carried out."""

log = structlog.get_logger()


class PlanPages:
    """Answers whoever does one thing in many cases."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept = KeptPlans(parts.settings.data, parts.settings.encryption_keys)
        self._going: set[asyncio.Task[None]] = set()
        """Plans that are carried out although nobody waits for it any more."""

    def pages(self) -> list[Page]:
        """Return the pages, and what is sent from them."""
        return [
            Page("/plans", self.listed),
            Page("/plans", self.made, "POST"),
            Page("/plans/{number}", self.opened),
            Page("/plans/{number}", self.carried_out, "POST"),
        ]

    async def listed(self, request: Request) -> Response:
        """List the plans, the newest first."""
        plans = await asyncio.to_thread(self._kept.every)
        lines = [
            Line(
                (
                    Link(one.number, f"/plans/{one.number}"),
                    TITLES[one.act],
                    one.made_by,
                    say_instant(one.made_at, LONDON),
                    str(one.count("to do") + one.count("not known")),
                    str(one.count("done")),
                    str(one.count("refused")),
                )
            )
            for one in plans
        ]
        empty = "There is no plan yet. Choose cases in the list of cases, and what is to be done with them."
        return shown(self._parts, request, "office_list.html", "Plans", table=Table(PLANS, lines), empty=empty)

    async def made(self, request: Request) -> Response:
        """Ask what a plan needs; once that is said, keep it and show it. Nothing is recorded yet."""
        form, visitor = request.state.form, visitor_of(request)
        act = next((one for one in TITLES if one == text(form, "act")), None)
        refs = list(dict.fromkeys(texts(form, "case")))
        theirs = {one["case_ref"] for one in await asyncio.to_thread(cases_of, self._parts.settings, visitor)}
        refs = [ref for ref in refs if ref in theirs]
        if act is None or not refs:
            raise Trouble("Choose the cases in the list, and what is to be done with them.")
        cases, left_out = await asyncio.to_thread(read_cases, self._parts.settings, refs)
        owners, seats = owners_of(cases), seats_of(cases)
        asked = Asked(act, new_number())
        errors: dict[str, str] = {}
        if act != "acknowledge":
            asked, errors = self._asked(request, asked, owners, seats)
        if act != "acknowledge" and (errors or not text(form, "ready")):
            return self._ask(request, act, refs, owners, seats, errors if text(form, "ready") else {})
        now = self._parts.clock()
        asked = asked._replace(number=self._number(asked, visitor, cases))
        if before := await asyncio.to_thread(self._made_before, asked.number):
            if before.is_open:
                return RedirectResponse(f"{self._parts.base}/plans/{before.number}", 303)
            asked = asked._replace(number=new_number())
        parts, more = await asyncio.to_thread(parts_of, asked, cases, now)
        plan = Plan(
            number=asked.number,
            act=act,
            made_by=visitor.person.who,
            made_at=now,
            parts=tuple(parts),
            left_out=(*left_out, *more),
        )
        await asyncio.to_thread(self._kept.put, plan)
        return RedirectResponse(f"{self._parts.base}/plans/{plan.number}", 303)

    async def opened(self, request: Request) -> Response:
        """Show what a plan would change, or what became of it."""
        plan = await asyncio.to_thread(self._kept.get, request.path_params["number"])
        count = len({part.case for part in plan.parts})
        await asyncio.to_thread(note_list, self._parts.settings, visitor_of(request), "/plans/{number}", count)
        return self._shown(request, plan)

    async def carried_out(self, request: Request) -> Response:
        """Carry out what is left of a plan, one part after the other; one that fails holds up no other."""
        number, visitor = request.path_params["number"], visitor_of(request)
        if text(request.state.form, "sure") != "yes":
            return RedirectResponse(f"{self._parts.base}/plans/{number}", 303)
        going = asyncio.create_task(self._carried_out(number, visitor))
        self._going.add(going)
        going.add_done_callback(self._going.discard)
        going.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            await asyncio.wait_for(asyncio.shield(going), WITHIN_SECONDS)
        except (BeingCarriedOut, TimeoutError):  # it goes on, whoever pressed first
            told = "What is done so far stands on its page. Look again in a minute: nothing is done twice."
            lead: dict[str, Any] = {"leads_to": f"/plans/{number}", "leads_as": "The plan as it stands now"}
            title = "This plan is being carried out"
            return shown(self._parts, request, "message.html", title, at="/plans", sentences=(told,), **lead)
        return RedirectResponse(f"{self._parts.base}/plans/{number}", 303)

    async def _carried_out(self, number: str, visitor: Visitor) -> None:
        with self._kept.carrying_out(number) as keep:
            plan = await asyncio.to_thread(self._kept.get, number)
            for nth, part in enumerate(plan.parts):
                if part.state in {"to do", "not known"}:
                    done = await self._done(visitor, part)
                    plan = plan.but(parts=(*plan.parts[:nth], done, *plan.parts[nth + 1 :]))
                    await asyncio.to_thread(keep, plan)
        log.info("plan_carried_out", act=plan.act, done=plan.count("done"), refused=plan.count("refused"))

    def _number(self, asked: Asked, visitor: Visitor, cases: Sequence[Escalation]) -> str:
        """Return the number of what somebody asks for, of cases that stand as they do.

        The same form that is sent twice makes one plan. It says nothing: it is made with a key.
        """
        said = [asked.act, *asked.owner, *asked.to, asked.reason, asked.until.isoformat() if asked.until else ""]
        every = "\n".join((*said, *(f"{one.case} {one.entries}" for one in cases)))
        return self._parts.visitors.mark(visitor, f"a plan\n{every}")[:8]

    def _made_before(self, number: str) -> Plan | None:
        try:
            return self._kept.get(number)
        except Trouble:
            return None

    async def _done(self, visitor: Visitor, part: Part) -> Part:
        now = self._parts.clock()
        noted = part.but(by=visitor.person.who, at=now)
        try:
            message = MESSAGES[part.kind].model_validate(part.message)
            answer = await send(self._parts.settings, part.case, message, SignedIn(lambda: visitor.person))
        except Refusal as refusal:
            return noted.but(state="refused", says=refusal.sentence)
        except Trouble as trouble:
            return noted.but(state="not known", says=trouble.shown)
        except Exception as error:  # whatever is amiss with one case, the others go on
            log.error("plan_part_failed", case=part.case, reason=type(error).__name__)
            return noted.but(state="not known", says="Something went wrong here: look at the case.")
        return noted.but(state="done", says=answer.sentence)

    def _asked(
        self, request: Request, asked: Asked, owners: dict[Seat, str], seats: dict[Seat, str]
    ) -> tuple[Asked, dict[str, str]]:
        """Read what a plan needs, and say what is missing or wrong."""
        form = request.state.form
        errors: dict[str, str] = {}
        owner, to = seat_in(text(form, "owner"), owners), seat_in(text(form, "to"), seats)
        reason, until = text(form, "reason"), None
        if owner is None:
            errors["owner"] = "Choose whose it is."
        if asked.act == "hand-over" and to is None:
            errors["to"] = "Choose who has it for that time."
        try:
            until = self._until(text(form, "until"))
        except Trouble as trouble:
            errors["until"] = trouble.shown.removeprefix("Until: ")
        if not reason or len(reason) > LARGEST_TEXT:
            errors["reason"] = "Say why: it is on the record of each case."
        elif findings({"the reason": reason}, self._parts.clock().date()):
            errors["reason"] = "It holds what looks like a child’s name: take it out."
        return asked._replace(owner=owner or ("", ""), to=to or ("", ""), until=until, reason=reason), errors

    def _until(self, said: str) -> datetime:
        if not said:
            raise Trouble("Say until when: a day, or a time.")
        return read_until(said, "Until")

    def _ask(
        self,
        request: Request,
        act: Act,
        refs: list[str],
        owners: dict[Seat, str],
        seats: dict[Seat, str],
        errors: dict[str, str],
    ) -> Response:
        form = request.state.form
        typed = {name: text(form, name) for name in ("owner", "to", "until", "reason")}
        return shown(
            self._parts,
            request,
            "office_plan_new.html",
            TITLES[act],
            status=400 if errors else 200,
            at="/plans",
            act=act,
            refs=refs,
            owners=[(f"{role}@{agency}", title) for (role, agency), title in owners.items()],
            seats=[(f"{role}@{agency}", title) for (role, agency), title in seats.items()],
            typed=typed,
            errors=errors,
        )

    def _shown(self, request: Request, plan: Plan) -> Response:
        lines = [
            Line(
                (
                    Link(one.case, f"/cases/{one.case}"),
                    one.does,
                    _STATES[one.state] + (f": {one.says}" if one.says else ""),
                    one.by,
                    say_instant(one.at, LONDON) if one.at else "",
                ),
                "late" if one.state in {"refused", "not known"} else "",
            )
            for one in plan.parts
        ]
        more: dict[str, Any] = {"plan": plan, "table": Table(PARTS, lines), "left": plan.count("to do")}
        more |= {"left_over": plan.count("not known"), "made": say_instant(plan.made_at, LONDON)}
        return shown(self._parts, request, "office_plan.html", TITLES[plan.act], at="/plans", **more)
