"""The interface as one ASGI application. It stands inside the console, and has no state but counts of who asks."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from adapters.console_store.store import ConsoleStore
from adapters.people.tokens import FILE, Tokens
from services.accounts import somebody
from services.command_fields import is_risk
from services.remarks import gathered
from services.rights import must_see, note_look
from services.times import now
from settings import Settings

from .asked import Asked, Installation, Operation, look_of, must_be_of_a_role
from .caller import Door
from .document import PLACE, described
from .given import body_of, bytes_of, case_of, glass_of, key_of, query_of
from .operations import DESCRIPTION, HEALTH, OPERATIONS
from .problem import Problem, problem_of
from .risk import cried, heard, raise_here

log = structlog.get_logger()
_GLASS = " Where it cannot wait: send the header Break-Glass with why; the office is told of it."


def mounted(settings: Settings, store: ConsoleStore) -> Mount:
    """Make the interface of an installation, at its place; the settings must say whether this is training."""
    door = Door(Tokens(settings.data / FILE), partial(somebody, settings), now, store)
    return at_its_place(api_of(Installation(settings, door)))


def at_its_place(api: ASGIApp) -> Mount:
    """Put the interface at its place. Every path below is its own, one with a line end in it too."""
    mount = Mount(PLACE, api)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)  # a reference may be sent with its line end
    return mount


def api_of(here: Installation) -> Starlette:
    """Make the application."""
    routes = [
        Route(HEALTH, _health(here), methods=["GET"]),
        Route(DESCRIPTION, _description, methods=["GET"]),
        *_routes(here),
    ]
    handlers = {HTTPException: _of_http, Exception: _mistake}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return app


def _routes(here: Installation) -> list[Route]:
    """Return a route for each path; what is asked by one of its methods goes to that operation."""
    of_path: dict[str, dict[str, Operation]] = {}
    for one in OPERATIONS:
        of_path.setdefault(one.path, {})[one.method] = one
    return [Route(path, _endpoint(here, ways), methods=[*ways]) for path, ways in of_path.items()]


def _endpoint(here: Installation, ways: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def asked(request: Request) -> Response:
        operation = ways["GET" if request.method == "HEAD" else request.method]
        if is_risk(request.path_params.get("name", "")):
            return await _answer(raise_here(here, request))
        if operation.raw:
            return await _answer(operation.raw(here, request))
        return await _answer(_done(here, operation, request))

    return asked


async def _answer(work: Awaitable[Response]) -> Response:
    """Return the answer, or the problem as one. A mistake of ours says no word of what was sent."""
    try:
        return await work
    except ClientDisconnect:
        raise
    except Exception as error:
        problem = problem_of(error)
        if problem.code in {"mistake", "spoilt"}:
            log.error("request_failed", reason=type(error).__name__)
        return problem.answer()


async def _done(here: Installation, operation: Operation, request: Request) -> Response:
    """See that whoever asks may, that it can be read, and that the look is noted; then do it."""
    if operation.scope is None or operation.handler is None:
        raise LookupError(operation.name)
    with gathered() as remarks:
        held = await bytes_of(request) if operation.may_cry else None
        if held is not None and (asked := cried(here, operation, request, held)):
            return _with(remarks, await heard(operation.handler, asked))
    caller = await asyncio.to_thread(here.door.of, request, operation.scope)
    log.info("asked", operation=operation.name, token=caller.token.id)
    case = case_of(request, here.settings) if operation.is_of_case else ""
    try:
        must_be_of_a_role(operation, caller)
    except Problem:
        if case:
            look = look_of(caller, "failed to open", operation.words, case)
            await asyncio.to_thread(note_look, here.settings, look)
        raise
    said = Asked(
        here,
        caller,
        operation.words,
        {name: str(value) for name, value in request.path_params.items()},
        query_of(request, operation.query),
        await body_of(request, operation.body, held) if operation.body else None,
        key_of(request) if operation.has_key else "",
        case,
    )
    with gathered() as remarks:
        if case:
            await asyncio.to_thread(_must_see, said, operation, glass_of(request))
        answer = await operation.handler(said)
    return _with(remarks, answer)


def _with(remarks: list[str], answer: Response) -> Response:
    """Return an answer with what is to be said beside it: that the office was told of a look, say."""
    if not remarks or not isinstance(answer, JSONResponse):
        return answer
    said = json.loads(bytes(answer.body))
    return JSONResponse({**said, "remarks": [*said.get("remarks", ()), *remarks]}, answer.status_code)


def _must_see(asked: Asked, operation: Operation, reason: str) -> None:
    """See that the caller may look at the case, and note the look. Raises Trouble."""
    is_opened = operation.is_opened_by_glass
    look = asked.look("exported" if operation.is_read else "")
    must_see(asked.settings, look, reason if is_opened else "", _GLASS if is_opened else "")


def _health(here: Installation) -> Callable[[Request], Awaitable[Response]]:
    async def health(_: Request) -> Response:
        return JSONResponse({"well": True, "training": here.settings.training == "yes"})

    return health


async def _description(_: Request) -> Response:
    return JSONResponse(described())


async def _of_http(_: Request, error: Exception) -> Response:
    """Answer for a place that there is not, or a method that nothing is done by."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        answer = Problem("wrong-method", "Nothing is done here by this method.").answer()
        answer.headers["Allow"] = (error.headers or {}).get("Allow", "")
        return answer
    return Problem("unknown", "There is nothing at this place: see openapi.json for what there is.").answer()


async def _mistake(_: Request, error: Exception) -> Response:
    log.error("request_failed", reason=type(error).__name__)
    return problem_of(error).answer()
