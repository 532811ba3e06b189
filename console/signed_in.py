"""What every page shows to whoever has signed in: who they are, where they may go, and what was said beside."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.people.roles import PAGES, Right

from .parts import Parts
from .rendering import render
from .visitors import Visitor

PLACES = {
    "/": "Today",
    "/cases": "Cases",
    "/open": "Open a case",
    "/board": "Alerts",
    "/plans": "Plans",
    "/answers": "Late answers",
    "/directory": "Directories",
    "/rota": "Rotas",
    "/policies": "Policies",
    "/retention": "How long cases are kept",
}
"""Where the pages begin, with their titles, in the order in which they are shown."""


def visitor_of(request: Request) -> Visitor:
    """Return who has signed in."""
    found = request.state.visitor
    assert isinstance(found, Visitor)  # noqa: S101 - the entrance lets nobody else in
    return found


def may(visitor: Visitor, path: str) -> bool:
    """Say whether the role of whoever has signed in may open a page, as the table of pages has it."""
    right = PAGES.get(path)
    return isinstance(right, Right) and visitor.person.role in right.roles


def shown(parts: Parts, request: Request, template: str, title: str, *, status: int = 200, **said: Any) -> Response:
    """Return a page for whoever has signed in. *said* is what its template needs; `at` is the place it belongs to.

    A template has, beside what every page has: `mark(path)`, for a form that is sent there, `may(path)`, and `remarks`.
    """
    visitor = visitor_of(request)
    here = said.pop("at", request.url.path)
    places = [
        {"path": path, "title": name, "is_here": path == here} for path, name in PLACES.items() if may(visitor, path)
    ]
    more = {
        "visitor": {"title": visitor.person.title, "places": places},
        "training": parts.settings.training == "yes",
        "mark": lambda path: parts.visitors.mark(visitor, path),
        "may": lambda path: may(visitor, path),
        "remarks": tuple(request.state.remarks),
        "problem": "",
    }
    return HTMLResponse(render(template, base=parts.base, title=title, **{**more, **said}), status)
