"""What went wrong, as RFC 9457 problem details: a sentence for people, and one stable word for programs."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from starlette.responses import JSONResponse

from adapters.plain import plain
from adapters.register.errors import NothingThere, RegisterDown, RegisterError, RegisterSpoilt, TextDestroyed
from domain.base.refusals import Refusal
from services.errors import AWAY, LOOK_AFTER, PROBLEM, REFUSED, Trouble, Unknown

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 30
"""After which it is worth asking again where something was away."""
Code = Literal[
    "unreadable", "unknown-token", "not-allowed", "unknown", "refused", "too-many", "too-large", "wrong-type", "away",
    "spoilt", "mistake", "wrong-method",
]  # fmt: skip
CODES: Mapping[Code, tuple[int, str]] = {
    "unreadable": (422, "What was sent cannot be read or used: `faults` names every field."),
    "unknown-token": (401, "There is no token, or it is not known, over or revoked."),
    "not-allowed": (403, "The token's scopes, its account's role or the case's need-to-know do not allow it."),
    "unknown": (404, "There is no such case, policy or place."),
    "wrong-method": (405, "Nothing is done there by this method."),
    "refused": (409, "The rules of the case say no: `why` is one stable word, `detail` the way out."),
    "too-large": (413, "More was sent than is taken at once."),
    "wrong-type": (415, "A body is JSON: `Content-Type: application/json`."),
    "too-many": (429, "Too many requests, or too many tokens that are not known: `Retry-After` says when to go on."),
    "mistake": (500, "A mistake of this program."),
    "spoilt": (
        500,
        "The record of the case is not as it was written: whoever looks after the installation sees to it.",
    ),
    "away": (503, "Temporal or the register is away: `Retry-After` says when to ask again. Nothing was recorded."),
}
"""Each word with its status and what it means."""
_FIELD = re.compile(r"([a-z_]+(?: [^\s:]{1,80})?): (.+)", re.DOTALL)
_OURS = "This is a mistake of this program, not yours: tell whoever looks after this installation."


class Problem(Exception):  # noqa: N818 - it is what is answered
    """It cannot go on: answered as problem details."""

    def __init__(
        self,
        code: Code,
        detail: str,
        *,
        why: str = "",
        faults: Sequence[tuple[str, str]] = (),
        retry_after: int = 0,
        remarks: Sequence[str] = (),
    ) -> None:
        """Take the sentence; *faults* are fields, each with a sentence; *retry_after* is in seconds."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.why = why
        self.faults = tuple(faults)
        self.retry_after = retry_after
        self.remarks = tuple(remarks)

    def answer(self) -> JSONResponse:
        """Return it as it is answered."""
        status = CODES[self.code][0]
        said: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": plain(self.detail),
            "code": self.code,
        }
        said |= {"why": self.why} if self.why else {}
        said |= {"faults": [{"field": field, "says": says} for field, says in self.faults]} if self.faults else {}
        said |= {"remarks": [*map(plain, self.remarks)]} if self.remarks else {}
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        headers |= {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
        return JSONResponse(said, status, headers, MEDIA_TYPE)


def unreadable(faults: Sequence[tuple[str, str]]) -> Problem:
    """Return the problem of fields that cannot be read, each with a sentence."""
    return Problem("unreadable", "; ".join(f"{field}: {says}" for field, says in faults), faults=faults)


def problem_of(error: Exception, remarks: Sequence[str] = ()) -> Problem:
    """Return what is answered for an error of what the interface asks: the same sentence as on a page."""
    match error:
        case Problem():
            return error
        case Refusal():
            return Problem("refused", error.sentence, why=error.why, remarks=remarks)
        case Unknown():
            return Problem("unknown", error.shown, remarks=remarks)
        case Trouble(code=code):
            of = {REFUSED: "not-allowed", AWAY: "away", PROBLEM: "spoilt"}
            kind: Code = of.get(code, "unreadable")  # type: ignore[assignment]
            wait = RETRY_SECONDS if kind == "away" else 0
            faults = _named(error.shown) if kind == "unreadable" else ()
            return Problem(kind, error.shown, faults=faults, retry_after=wait, remarks=remarks)
        case TextDestroyed():
            return Problem("unknown", error.shown)
        case RegisterDown() | NothingThere():
            return Problem("away", _without_place(error), retry_after=RETRY_SECONDS, remarks=remarks)
        case RegisterSpoilt() | RegisterError():
            return Problem("spoilt", f"The record cannot be read here. {LOOK_AFTER}", remarks=remarks)
        case _:
            return Problem("mistake", _OURS)


def _named(sentence: str) -> list[tuple[str, str]]:
    """Return the field that a sentence begins with, and the rest of it."""
    found = _FIELD.fullmatch(sentence)
    return [(found[1], f"{found[2][:1].upper()}{found[2][1:]}")] if found else []


def _without_place(error: RegisterError) -> str:
    """Where the register stands is nobody's business out there."""
    if isinstance(error, NothingThere):
        return "There is no record here yet: a worker makes it when it starts."
    return "The record cannot be read or written at this moment: try again in a minute."
