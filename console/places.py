"""The pages that stand in the head of every page of somebody who has signed in."""

from typing import Any

from adapters.people.roles import PAGES, Right

from .visitors import Visitor

PLACES = {
    "/": "Today",
    "/cases": "Cases",
    "/open": "Open a case",
    "/board": "Board",
    "/turns": "My turns",
    "/on-call/telephone": "Your telephone",
    "/on-call/test": "Test alert",
    "/plans": "Plans",
    "/answers": "Late answers",
    "/directory": "Directories",
    "/rota": "On-call rota",
    "/policies": "Policies",
    "/retention": "Keeping and destroying",
}
"""Those that anybody whose role may open them finds there, in order."""
FIRST = frozenset({"/", "/cases", "/open", "/board"})
"""Those that stand there at once; the others are unfolded, so that a telephone shows the page itself."""


def may(visitor: Visitor, path: str) -> bool:
    """Say whether the role of whoever has signed in may open a page, as the table of pages has it."""
    right = PAGES.get(path)
    return right == "anybody" or (isinstance(right, Right) and visitor.person.role in right.roles)


def visitor_shown(visitor: Visitor, here: str) -> dict[str, Any]:
    """Return what every page says of whoever has signed in; *here* is its path as the table of pages has it."""
    places = [
        {"path": path, "title": title, "is_here": path == here} for path, title in PLACES.items() if may(visitor, path)
    ]
    more = [one for one in places if one["path"] not in FIRST]
    return {
        "title": visitor.person.title,
        "places": [one for one in places if one["path"] in FIRST],
        "more": more,
        "in_more": next((one["title"] for one in more if one["is_here"]), ""),
    }
