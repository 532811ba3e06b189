"""What a browser sends with a form: read once, and given back to whoever typed it wherever it could not be taken."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from domain.commands.alarms import TELEPHONE

from .guard import TooLarge, body_of

LARGEST_FORM = 256 * 1024
"""Bytes. A text may hold 20,000 characters, and each may be written as nine."""
MOST_FIELDS = 400
MARK = "mark"
"""The field of a form that shows that it came from a page of ours."""
_OURS = frozenset({MARK, "step", "request", "ready", "still-risk", "do", "press", "sure", "seen", "following", "query"})
"""Fields of our forms that hold nothing that anybody typed."""
Kept = Sequence[tuple[str, str]]
"""What was typed into a form, each with its question."""


def as_named(_: Request, form: FormData) -> Kept:
    """Return what was typed into a form, each with the name of its field in plain words."""
    return [
        (name.replace("-", " ").replace("_", " ").capitalize(), value)
        for name, value in form.multi_items()
        if name not in _OURS and isinstance(value, str) and value.strip()
    ]


def never(_: Request, __: FormData) -> bool:
    """Say of a form that it cannot say immediate risk."""
    return False


class Speaks(NamedTuple):
    """What the form of a page says, where the page itself cannot be shown. No case is looked at."""

    kept: Callable[[Request, FormData], Kept] = as_named
    """Returns everything that was typed into it, each with its question."""
    says_risk: Callable[[Request, FormData], bool] = never
    """Tells whether it says immediate risk."""


async def form_of(request: Request) -> FormData:
    """Return the fields of a form that was sent as a link's are, each as often as it was sent. It is read once.

    Raises:
        TooLarge: more was sent than a form of ours sends.
    """
    known: FormData | None = getattr(request.state, "sent", None)
    if known is None:
        body = await body_of(request, LARGEST_FORM)
        try:
            found = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise TooLarge from None
        fields: list[tuple[str, str | UploadFile]] = [*found]
        known = request.state.sent = FormData(fields)
    return known


def text(form: FormData, name: str) -> str:
    """Return what was typed into a field, without blanks around it and with plain ends of lines; empty for none."""
    said = form.get(name, "")
    return "\n".join(said.splitlines()).strip() if isinstance(said, str) else ""


def texts(form: FormData, name: str) -> Sequence[str]:
    """Return everything that was typed into, or chosen in, the fields of one name; without those left empty."""
    return [one for said in form.getlist(name) if isinstance(said, str) and (one := said.strip())]


def given_back(request: Request) -> dict[str, Any]:
    """Return what the page of an error says of the form that was sent.

    `danger` is whom to telephone where it says immediate risk, `kept` everything that was typed, and `fields` what
    sends the same again. All are empty where nothing was sent, or it has not been read.
    """
    form: FormData | None = getattr(request.state, "sent", None)
    if request.method != "POST" or form is None:
        return {"danger": "", "kept": (), "fields": ()}
    speaks: Speaks = getattr(request.state, "speaks", Speaks())
    return {
        "danger": TELEPHONE if speaks.says_risk(request, form) else "",
        "kept": speaks.kept(request, form),
        "fields": [(name, value) for name, value in form.multi_items() if isinstance(value, str)],
    }
