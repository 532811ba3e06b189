"""Immediate risk: heard from anybody, whatever else is wrong with what they sent, and whoever they are.

No token, no role, no limit on how often and no fault in a field stands in its way. What cannot be used is left out and
that is said.
"""

import json
from typing import Any
from uuid import uuid4

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.command_table import COMMANDS
from domain.commands.alarms import TELEPHONE
from services.command_fields import RISK
from services.errors import NotAnswered, Trouble
from services.recording import recorded
from services.remarks import gathered, note

from .asked import Asked, Handler, Installation, Operation, sender_of
from .caller import NOT_KNOWN
from .command_bodies import called, nothing_said
from .given import KEY, LARGEST_BODY, case_of, form_in, key_of
from .problem import Problem, problem_of
from .reads import answered
from .wire import Form

UNHEARD = (
    "It is on no record, and nobody was told of the risk: ring the safeguarding lead on call yourself, mend this, and "
    "send it again."
)
_LATER = (
    "Nobody answered in time, so it may not be on the record yet, and the safeguarding lead on call may not have been "
    f"told: ring them yourself. Send the same again under the same id; it counts once. {TELEPHONE}"
)

log = structlog.get_logger()


async def raise_here(here: Installation, request: Request) -> Response:
    """Raise it in the case of the path."""
    try:
        case = case_of(request, here.settings)
    except Problem as problem:
        raise Problem("unreadable", f"{problem.detail} {UNHEARD} {TELEPHONE}", faults=problem.faults) from None
    caller = here.door.heard(request)
    with gathered() as remarks:
        said = _said(await _sent(request), request)
        log.info("risk_received", case=case, token=caller.token.id if caller else "")
        work = recorded(here.settings, case, RISK, said, sender_of(caller), called)
        try:
            answer = await here.going.within(work, here.risk_within)
        except (TimeoutError, NotAnswered):
            return answered({"case": case, "id": said["id"], "detail": _LATER, "remarks": [*remarks]}, 202)
        except Trouble as trouble:
            found = problem_of(trouble, remarks)
            raise found if found.code == "away" else _unheard(found) from None
    told = {"case": case, "id": said["id"], **answer.model_dump(mode="json"), "remarks": [*remarks]}
    return answered(told)


async def _sent(request: Request) -> dict[str, Any]:
    """Return what was sent, as far as it can be read."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                note("More was sent than is taken at once: what was said beside the risk is left out.")
                return {}
        said = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError, ClientDisconnect):
        note("What was sent beside the risk cannot be read, and is left out.")
        return {}
    if not isinstance(said, dict):
        note("What was sent beside the risk is no object, and is left out.")
        return {}
    return said


def _said(sent: dict[str, Any], request: Request) -> dict[str, Any]:
    """Return the fields of the message: those that are text, and nothing else."""
    said = nothing_said((COMMANDS[RISK],))
    for name, value in sent.items():
        if name == "yes":
            continue
        if name in said and isinstance(value, str):
            said[name] = value.encode("utf-8", "replace").decode()
        elif value is not None and name != "seen":
            note(f"The field {name[:40]!r} cannot be used, and is left out.")
    key = request.headers.get(KEY, "").strip().strip('"')
    said["id"] = (said["id"] or key)[:80] or str(uuid4())
    return said


def cried(here: Installation, operation: Operation, request: Request, held: bytes) -> Asked | None:
    """Return what is asked, where what is *held* of it says immediate risk, and it has any token that was made here.

    None for everything else, which goes the ordinary way. Raises Problem where it cannot be used, or has no such token.
    """
    if operation.body is None:
        return None
    try:
        said = json.loads(held)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("immediate_risk") is not True:
        return None
    if not here.door.was_made_here(request):
        raise _unheard(Problem("unknown-token", "This interface opens no case for whoever has no token of it."))
    log.info("risk_received", case="", token=(here.door.heard(request) or NOT_KNOWN).token.id)
    try:
        form = _usable(said, operation.body)
        return Asked(here, here.door.heard(request) or NOT_KNOWN, operation.words, {}, body=form, key=key_of(request))
    except Problem as problem:
        raise _unheard(problem) from None


async def heard(handler: Handler, asked: Asked) -> Response:
    """Do what says immediate risk; where it is not done, say that nobody has heard of it, or who was told."""
    try:
        return await handler(asked)
    except Exception as error:
        problem = problem_of(error)
        raise problem if problem.code == "away" else _unheard(problem) from None


def _unheard(problem: Problem) -> Problem:
    said = f"{problem.detail} {UNHEARD} {TELEPHONE}"
    return Problem(problem.code, said, why=problem.why, faults=problem.faults, remarks=problem.remarks)


def _usable(said: dict[str, Any], form: type[Form]) -> Form:
    """Return the form without what cannot be read and may be left out. Raises Problem."""
    try:
        return form_in(json.dumps(said).encode(), form)
    except Problem as problem:
        faulty = {field.partition(".")[0] for field, _ in problem.faults}
        needed = {name for name, field in form.model_fields.items() if field.is_required()}
        if not faulty & set(said) - needed:
            raise
        for name in sorted(faulty & set(said) - needed):
            note(f"The field {name[:40]!r} cannot be used, and is left out.")
        return form_in(json.dumps({k: v for k, v in said.items() if k not in faulty - needed}).encode(), form)
