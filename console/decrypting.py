"""Lets an authorised person read on Temporal's page what is encrypted there: Temporal's page asks, this answers.

It speaks what Temporal calls a codec server: `POST /decode` with JSON, from the one page that is set. Whoever asks has
signed in by a pass made in a terminal, and each answer is noted in the record of reads. Nothing is encrypted here.
"""

import asyncio
import json
import re
import secrets
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from temporalio.api.common.v1 import Payload, Payloads

from adapters.console_store.store import ConsoleStore, StoreAway
from adapters.keyring import Keyring
from adapters.people.file import Person
from adapters.people.passes import Passes
from adapters.people.roles import sees_all
from workflows.encryption import Encryption
from workflows.payloads import read

from .guard import Guard

COOKIE = "escalation-decrypt"
SIGNED_IN_FOR = timedelta(hours=8)
NOTED_EVERY = timedelta(minutes=5)
"""In which one person's reading of one case is one row."""
LARGEST_BODY = 16 * 1024 * 1024
"""Bytes of one request; a page of Temporal's holds some hundreds of kilobytes."""
LARGEST_COMPRESSED = 256 * 1024
"""Bytes: more is not unpacked, for it may become a thousand times as much. A decision has some thousand."""
_REFERENCE = re.compile(rb"\b(?:ESC|TRN)-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
_MOST_CASES = 50

NoteRead = Callable[[Person, str, str], None]
"""Notes that somebody read: who, the case (empty where it is not known which), and what. Never raises."""

log = structlog.get_logger()


def make_decrypting_app(
    keyring: Keyring,
    pages: Iterable[str],
    note: NoteRead,
    clock: Callable[[], datetime],
    store: ConsoleStore,
    person: Callable[[str], Person | None],
) -> ASGIApp:
    """Make the application. *pages* are the origins from which Temporal's page may ask; *clock* gives the present.

    *store* knows which passes were used, and *person* says who an account is, asked anew for each page.
    """
    passes = Passes(keyring, "decrypt", store, clock)
    return Guard(_Decrypting(Encryption(keyring, strict=False), passes, frozenset(pages), note, clock, person).app())


class _Decrypting:
    def __init__(
        self,
        encryption: Encryption,
        passes: Passes,
        pages: frozenset[str],
        note: NoteRead,
        clock: Callable[[], datetime],
        person: Callable[[str], Person | None],
    ) -> None:
        self._encryption = encryption
        self._passes = passes
        self._person_of = person
        self._pages = pages
        self._note = note
        self._clock = clock
        self._noted_at: dict[tuple[str, str], datetime] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}
        """Account and end of each. They live in this process alone: a restart ends them."""

    def app(self) -> Starlette:
        routes = [
            Route("/sign-in/{given}", self._sign_in, methods=["GET"]),
            Route("/decode", self._preflight, methods=["OPTIONS"]),
            Route("/decode", self._decode, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _sign_in(self, request: Request) -> Response:
        """Sign somebody in by a pass, once. A role that does not see every case gets no further."""
        now = self._clock()
        self._forget(now)
        try:
            account = await asyncio.to_thread(self._passes.use, request.path_params["given"])
        except StoreAway as away:
            log.error("console_store_away", says=str(away))
            return PlainTextResponse(_STORE_AWAY, 503)
        if account is None:
            return PlainTextResponse("This pass is used or over. Make another: escalate decrypt link\n", 403)
        person = await asyncio.to_thread(self._person_of, account)
        if person is None or not sees_all(person.role):
            return PlainTextResponse("Your role does not see every case, and Temporal's page shows them all.\n", 403)
        session = secrets.token_urlsafe(32)
        self._sessions[session] = (account, now + SIGNED_IN_FOR)
        log.info("decrypting_signed_in", role=person.role)
        told = (
            f"You are signed in as {person.title}, for eight hours. In Temporal's page, under the codec server's "
            "settings, give this server's address, and let it include cross-origin credentials. What you read there "
            "is noted.\n"
        )
        answer = PlainTextResponse(told)
        is_secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        answer.set_cookie(
            COOKIE,
            session,
            max_age=int(SIGNED_IN_FOR.total_seconds()),
            path="/decode",
            secure=is_secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def _preflight(self, request: Request) -> Response:
        origin = request.headers.get("origin", "")
        if origin not in self._pages:
            return PlainTextResponse("Temporal's page does not stand at that address.\n", 403)
        more = {
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "content-type, x-namespace, authorization",
            "Access-Control-Max-Age": "600",
        }
        return Response(status_code=204, headers=_allowed(origin) | more)

    async def _decode(self, request: Request) -> Response:
        origin = request.headers.get("origin", "")
        if origin not in self._pages:
            return PlainTextResponse("Temporal's page does not stand at that address.\n", 403)
        person = await self._person(request)
        if person is None:
            return JSONResponse({"message": "Sign in first: escalate decrypt link"}, 401, _allowed(origin))
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return JSONResponse({"message": "That is more than one page holds."}, 413, _allowed(origin))
        try:
            asked = json_format.Parse(body, Payloads())
        except (json_format.ParseError, ValueError, RecursionError):
            return JSONResponse({"message": "That is not what Temporal's page sends."}, 400, _allowed(origin))
        told = [_read(one) for one in await self._encryption.decode(asked.payloads)]
        await asyncio.to_thread(self._noted, person, told)
        answer = json.dumps({"payloads": [json_format.MessageToDict(one) for one in told]})
        return Response(answer, headers=_allowed(origin), media_type="application/json")

    def _noted(self, person: Person, told: list[Payload]) -> None:
        cases = sorted({found.decode() for one in told for found in _REFERENCE.findall(one.data)})[:_MOST_CASES]
        now = self._clock()
        for case in cases or [""]:
            before = self._noted_at.get((person.account, case))
            if before is None or now - before >= NOTED_EVERY:  # one page asks dozens of times
                self._noted_at[person.account, case] = now
                self._note(person, case, "decrypt for Temporal's page")

    async def _person(self, request: Request) -> Person | None:
        """Return who asks, if they may still; whoever has left the file of people may not."""
        account, ends = self._sessions.get(request.cookies.get(COOKIE, ""), ("", self._clock()))
        if not timedelta() < ends - self._clock() <= SIGNED_IN_FOR:
            return None
        person = await asyncio.to_thread(self._person_of, account)
        return person if person and sees_all(person.role) else None

    def _forget(self, now: datetime) -> None:
        self._noted_at = {one: at for one, at in self._noted_at.items() if now - at < NOTED_EVERY}
        self._sessions = {one: kept for one, kept in self._sessions.items() if kept[1] > now}


_STORE_AWAY = (
    "Nobody can sign in at this moment, for it cannot be looked up which passes were used. Try again in a minute, or "
    "ring whoever looks after this installation: escalate doctor says what is amiss.\n"
)


def _read(payload: Payload) -> Payload:
    """Return what was compressed as plain JSON too: Temporal's page knows no way of ours."""
    if len(payload.data) > LARGEST_COMPRESSED:
        return payload
    try:
        return read(payload)
    except zlib.error:  # somebody else made it
        return payload


def _allowed(origin: str) -> dict[str, Any]:
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
