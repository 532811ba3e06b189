"""What every page shows to whoever has signed in: who they are, where they may go, and what was said beside."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from .parts import Parts
from .places import may, visitor_shown
from .rendering import render
from .visitors import Visitor


def visitor_of(request: Request) -> Visitor:
    """Return who has signed in."""
    found = request.state.visitor
    assert isinstance(found, Visitor)  # noqa: S101 - the entrance lets nobody else in
    return found


def shown(parts: Parts, request: Request, template: str, title: str, *, status: int = 200, **said: Any) -> Response:
    """Return a page for whoever has signed in. *said* is what its template needs; `at` is the place it belongs to.

    A template has, beside what every page has: `mark(path)`, for a form that is sent there, `may(path)`, and `remarks`.
    """
    visitor = visitor_of(request)
    here = said.pop("at", request.url.path)
    more = {
        "visitor": visitor_shown(visitor, here),
        "training": parts.settings.training == "yes",
        "mark": lambda path: parts.visitors.mark(visitor, path),
        "may": lambda path: may(visitor, path),
        "remarks": tuple(request.state.remarks),
        "problem": "",
    }
    return HTMLResponse(render(template, base=parts.base, title=title, **{**more, **said}), status)
