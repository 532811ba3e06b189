"""Reading what was sent: a body, a query, a header. Everything that cannot be read is named at once."""

from typing import TypeVar
from urllib.parse import unquote

from pydantic import ValidationError
from starlette.requests import Request

from services.cases import reference
from services.errors import Trouble
from services.unfit import faults_of
from settings import Settings

from .problem import Problem, unreadable
from .wire import LONGEST_NAME, Form

F = TypeVar("F", bound=Form)
LARGEST_BODY = 512 * 1024
"""Bytes."""
KEY = "Idempotency-Key"
GLASS = "Break-Glass"
BODY = "body"
"""How the whole of what was sent is called in a sentence."""


async def bytes_of(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """Return what was sent. Raises Problem where it is more than is taken."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise Problem("too-large", f"More was sent than is taken at once ({largest:,} bytes).")
    return body


def form_in(body: bytes, form: type[F]) -> F:
    """Return what was sent, as its form. Raises Problem that names every field that cannot be read."""
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        raise unreadable([(place or BODY, says) for place, says in faults_of(error)]) from None


async def body_of(request: Request, form: type[F], held: bytes | None = None) -> F:
    """Read what was sent, as its form; it may be *held* already. Raises Problem."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem("wrong-type", "Send JSON: Content-Type: application/json.")
    return form_in(await bytes_of(request) if held is None else held, form)


def query_of(request: Request, form: type[F] | None) -> F | None:
    """Return what stands after the question mark. Raises Problem that names everything that cannot be read."""
    given = request.query_params.multi_items()
    twice = sorted({name for name, _ in given if sum(name == other for other, _ in given) > 1})
    if twice:
        raise unreadable([(name[:LONGEST_NAME], "It is given twice.") for name in twice])
    if form is None:
        if given:
            raise unreadable([(name[:LONGEST_NAME], "There is no such field here.") for name, _ in given])
        return None
    try:
        return form.model_validate(dict(given))
    except ValidationError as error:
        raise unreadable(faults_of(error)) from None


def case_of(request: Request, settings: Settings) -> str:
    """Return the reference in the path, however it was typed. Raises Problem."""
    try:
        return reference(request.path_params["ref"], settings)
    except Trouble as trouble:
        raise unreadable([("ref", trouble.shown)]) from None


def key_of(request: Request) -> str:
    """Return the id of the header Idempotency-Key, which may stand in quotes; empty without. Raises Problem."""
    said = request.headers.get(KEY, "").strip()
    if len(said) > 1 and said[0] == said[-1] == '"':
        said = said[1:-1]
    if len(said) > LONGEST_NAME or not said.isascii() or not said.isprintable():
        raise unreadable([(KEY, f"It must be plain text of at most {LONGEST_NAME} characters.")])
    return said


def glass_of(request: Request) -> str:
    """Return why a case is opened that the account may not see; empty where it is not said. Letters beyond ASCII come
    as %XX.
    """
    return unquote(request.headers.get(GLASS, ""), errors="replace").strip()[:1000]


def one_id(key: str, said: str | None, name: str) -> str:
    """Return the id that the header or the body gives; empty for neither. Raises Problem where they differ."""
    if key and said and key != said:
        raise unreadable([(name, f"It is not what the header {KEY} says: give one of the two, or the same.")])
    return key or said or ""
