"""Opening a case by a form that follows its policy. Immediate risk at any step opens it at once."""

import asyncio
import secrets
from dataclasses import replace
from hashlib import sha256
from typing import Any

import structlog
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.directory import Directory
from adapters.register import reading
from adapters.register.errors import RegisterError
from console.entrance import Page
from console.forms import text, texts
from console.parts import Parts
from console.recording.kept import is_otherwise
from console.signed_in import shown, visitor_of
from console.visitors import Visitor
from domain.base.refusals import Refusal, listed
from domain.commands import Opening, RiskRaised
from domain.commands.alarms import TELEPHONE
from domain.decide import open_case
from domain.engine.stages import choose_track
from domain.policy import Policy
from domain.views.status import status_of
from services import case_inputs
from services.case_opening import opened
from services.cases import owed_rows
from services.errors import AWAY, REFUSED, Trouble, shown_of
from services.installation import prefix
from services.openings import must_not_mix, opening_of, reference_for, tell_edited
from services.privacy import findings
from services.referrals import cut
from services.remarks import note
from services.rights import RISK_IS_HEARD_HERE
from services.senders import SignedIn
from services.waking import raise_risk

from .opening_form import ASKS, STEPS, WORDS, Errors, Step, Typed, errors_of, fields_of, first_wrong, kept, typed_of
from .tables import Table, lines_of

TITLES: dict[Step, str] = {
    "policy": "Open a case: the policy",
    "agencies": "Open a case: who raises it, and with whom",
    "facts": "Open a case: what the policy asks",
    "words": "Open a case: in your words",
    "check": "Open a case: look it over",
}
FIRST = 5
"""So many deadlines are shown before a case is opened."""
DUE = ("What", "By whom", "When")
ON_RECORD_WITHIN_SECONDS = 5.0
"""How long the register is waited for to take in a case just opened: the page that follows is made of it."""
_NEEDED = (
    "Ring first: nobody has been told by this program yet. To open the case this is still needed; what else there is "
    "to say can be said later."
)

log = structlog.get_logger()


class OpeningPages:
    """Answers whoever opens a case."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self) -> list[Page]:
        """Return the form, and what is sent by it."""
        return [Page("/open", self.begun), Page("/open", self.sent, "POST", hears_risk=_says_risk, kept=self.kept)]

    async def begun(self, request: Request) -> Response:
        """Show the first step."""
        return await self._step(request, Typed(request=secrets.token_hex(8)), "policy", {})

    def kept(self, _: Request, form: FormData) -> list[tuple[str, str]]:
        """Return what was typed, under the words by which it was asked."""
        typed = typed_of(form)
        try:
            policy, _directory = self._read(typed.policy)
        except Trouble:
            policy = None
        return kept(typed, policy)

    async def sent(self, request: Request) -> Response:
        """Take a step: show the next, or the same with what is wrong; at the end, or in immediate risk, open."""
        form = request.state.form
        typed = typed_of(form)
        step = next((one for one in STEPS if one == text(form, "step")), STEPS[0])
        to = next((one for one in STEPS if one == text(form, "to")), None)
        if not typed.request:
            typed = replace(typed, request=secrets.token_hex(8))
        if to and not typed.is_risk:
            return await self._step(request, typed, to, {})
        try:
            policy, directory = await asyncio.to_thread(self._read, typed.policy)
        except Trouble as trouble:
            return await self._step(request, typed, "policy", {}, trouble.shown, 400)
        if typed.is_risk:
            return await self._of_risk(request, typed, policy, directory)
        if errors := errors_of(typed, step, policy, directory):
            return await self._step(request, typed, step, errors, status=400)
        if step != STEPS[-1]:
            return await self._step(request, typed, STEPS[STEPS.index(step) + 1], {})
        wrong, errors = first_wrong(typed, policy, directory)
        if errors or policy is None:
            return await self._step(request, typed, wrong, errors, status=400)
        if self._found(typed) and not texts(form, "sure"):
            errors = {"sure": "Say that no text names a child, or go back and change it."}
            return await self._step(request, typed, "check", errors, status=400)
        return await self._open(request, typed, policy)

    async def _of_risk(
        self, request: Request, typed: Typed, policy: Policy | None, directory: Directory | None
    ) -> Response:
        """Open at once as soon as enough is said; else ask for what no case opens without, and nothing more."""
        note(TELEPHONE)
        wrong, errors = first_wrong(typed, policy, directory)
        if errors or policy is None:
            return await self._step(request, typed, wrong, errors, _NEEDED, 400)
        return await self._open(request, replace(typed, words=cut(typed.words)), policy)

    async def _open(self, request: Request, typed: Typed, policy: Policy) -> Response:
        """Open it. Whatever stops that, what was typed is shown again."""
        settings, sender = self._parts.settings, SignedIn(lambda: visitor_of(request).person)
        try:
            opening = await asyncio.to_thread(self._opening, typed, policy)
            open_case(opening, self._parts.clock())  # refused here, before anything is sent
            opening, is_new = await opened(opening, settings, typed.request, sender)
            if typed.is_risk and not is_new:
                await self._raised(opening.case, typed, sender)
        except (Trouble, Refusal) as error:
            log.warning("case_not_opened", immediate_risk=typed.is_risk, reason=type(error).__name__)
            status = {AWAY: 503, REFUSED: 403}.get(getattr(error, "code", 0), 409)
            said = shown_of(error)
            return await self._step(request, typed, "check", {}, said, status)
        log.info("case_opened", case=opening.case, new=is_new, immediate_risk=typed.is_risk)
        if not await self._is_on_record(opening.case):
            said = f"{opening.case} is open. The record has not got so far yet: its page shows it in a minute."
            more: dict[str, Any] = {"sentences": (said,), "leads_to": f"/cases/{opening.case}", "leads_as": "Its page"}
            return shown(self._parts, request, "message.html", "The case is open", **more)
        return RedirectResponse(f"{self._parts.base}/cases/{opening.case}", 303)

    async def _raised(self, case: str, typed: Typed, sender: SignedIn) -> None:
        """Raise immediate risk in a case that this form has opened before; not where it did so with these very words.

        Raises Trouble.
        """
        if not await asyncio.to_thread(self._is_said, case, typed):
            wording = "\n".join(typed.words.values())
            id_ = f"open/{typed.request}/{sha256(wording.encode()).hexdigest()[:12]}"
            await raise_risk(self._parts.settings, case, RiskRaised(id=id_, wording=wording), sender)

    def _is_said(self, case: str, typed: Typed) -> bool:
        """Does the record show that the case was opened by these words, as immediate risk? No, where in doubt."""
        try:
            first, *_ = reading.read_entries(self._parts.settings.register, case)
        except (RegisterError, ValueError):
            return False
        said = (first["body"] or {}).get("said")
        is_risk = isinstance(said, dict) and bool(said.get("immediate_risk"))
        return is_risk and not is_otherwise({name: (words,) for name, words in typed.words.items()}, first)

    def _opening(self, typed: Typed, policy: Policy) -> Opening:
        """Make the opening. Raises Trouble and Refusal."""
        settings = self._parts.settings
        must_not_mix(settings)
        tell_edited(policy, settings)
        return opening_of(typed.referral, policy, settings, reference_for(typed.request, prefix(settings)))

    def _read(self, name: str) -> tuple[Policy | None, Directory | None]:
        """Return the policy that was chosen and its directory; None where none was. Raises Trouble."""
        if name not in self._names():
            return None, None
        settings = self._parts.settings
        policy = case_inputs.policy(settings, name)
        return policy, case_inputs.directory(settings, policy.id)

    def _names(self) -> list[str]:
        return sorted(file.stem for file in self._parts.settings.policies.glob("*.toml"))

    def _found(self, typed: Typed) -> list[str]:
        """Return what looks as if it named a child."""
        return findings(typed.texts, self._parts.clock().date())

    async def _is_on_record(self, case: str) -> bool:
        ends = asyncio.get_running_loop().time() + ON_RECORD_WITHIN_SECONDS
        while asyncio.get_running_loop().time() < ends:
            try:
                if await asyncio.to_thread(reading.has_case, self._parts.settings.register, case):
                    return True
            except RegisterError:
                return False
            await asyncio.sleep(0.05)
        return False

    async def _step(
        self, request: Request, typed: Typed, step: Step, errors: Errors, problem: str = "", status: int = 200
    ) -> Response:
        try:
            said = await asyncio.to_thread(self._said, visitor_of(request), typed, step)
        except (Trouble, Refusal) as error:
            problem, step = problem or shown_of(error), "policy" if step == "policy" else "words"
            said, status = await asyncio.to_thread(self._said, visitor_of(request), typed, step), max(status, 400)
        return shown(
            self._parts,
            request,
            "office_open.html",
            TITLES[step],
            status=status,
            step=step,
            number=STEPS.index(step) + 1,
            steps=[{"name": one, "title": TITLES[one]} for one in STEPS[: STEPS.index(step)]],
            typed=typed,
            hidden=typed.hidden(step),
            errors=errors,
            problem=problem,
            telephone=TELEPHONE,
            asks=ASKS,
            **said,
        )

    def _said(self, visitor: Visitor, typed: Typed, step: Step) -> dict[str, Any]:
        """Return what a step shows beside what was typed. Raises Trouble and Refusal."""
        if step == "policy":
            may = visitor.person.role != "auditor"
            return {"policies": self._policies(), "may_open": may, "heard": RISK_IS_HEARD_HERE}
        policy, directory = self._read(typed.policy)
        if policy is None or directory is None:
            raise Trouble("Choose the policy first.")
        match step:
            case "agencies":
                living = [(agency.id, agency.title) for agency in directory.agencies if not agency.abolished]
                roles = [(name, role.title) for name, role in policy.roles.items() if not role.of]
                return {"agencies": sorted(living, key=lambda one: one[1].casefold()), "roles": roles}
            case "facts":
                return {"fields": fields_of(policy, typed)}
            case "words":
                return {"questions": list(WORDS.items())}
            case _:
                return self._checked(typed, policy, directory)

    def _policies(self) -> list[dict[str, str]]:
        found = []
        for name in self._names():
            try:
                title = case_inputs.policy(self._parts.settings, name).title
            except Trouble:
                found.append({"name": name, "title": name, "area": _FAULTY, "is_faulty": "yes"})
            else:
                found.append({"name": name, "title": title, "area": self._area(name), "is_faulty": ""})
        return found

    def _area(self, policy: str) -> str:
        """Return whose policy it is; its id where no directory that can be read says so."""
        try:
            return case_inputs.directory(self._parts.settings, policy).about.title
        except Trouble:
            return policy

    def _checked(self, typed: Typed, policy: Policy, directory: Directory) -> dict[str, Any]:
        """Say what would be opened: the route, what is due first, who cannot be reached, what looks like a name."""
        opening = self._opening(typed, policy)
        standing = status_of(open_case(opening, self._parts.clock()).escalation)
        track = choose_track(policy, dict(opening.facts))
        titles = {agency.id: agency.title for agency in directory.agencies}
        rows = owed_rows(standing.model_dump(mode="json"), self._parts.clock(), on_record=False)[:FIRST]
        due = [row._replace(cells=(row.cells[1], row.cells[2], row.cells[3])) for row in rows]
        unsaid = [name.replace("-", " ") for name in policy.facts if name not in opening.facts]
        return {
            "answers": [
                ("Policy", policy.title),
                ("Raised by", f"{policy.role_title(typed.raised_by)}, {titles.get(opening.raising, opening.raising)}"),
                ("Raised with", listed([titles.get(one, one) for one in opening.receiving])),
                ("Route", track.title or track.id),
                ("Begins at", listed([stage.title for stage in standing.stages])),
                *([("Their own record", opening.own_record)] if opening.own_record else []),
                *((policy.facts[name].asks or name, said) for name, said in opening.facts.items()),
                *((WORDS[name], said) for name, said in typed.words.items()),
                *([("Not answered", listed(unsaid))] if unsaid else []),
            ],
            "due": Table(DUE, lines_of(due)),
            "unreachable": opening.unreachable,
            "found": self._found(typed),
        }


def _says_risk(_: Request, form: FormData) -> bool:
    return bool(text(form, "risk"))


_FAULTY = "It cannot be used: its file has a fault."
