"""The pages that stand in the head of every page of somebody who has signed in."""

from typing import Any

from adapters.people.roles import PAGES, Right
from console.visitors import Visitor

PLACES = {
    "/board": "Board",
    "/rota": "On-call rota",
    "/on-call/telephone": "Your telephone",
    "/on-call/test": "Test alert",
}
"""Those that anybody whose role may open them finds there, in order."""


def visitor_shown(visitor: Visitor, here: str) -> dict[str, Any]:
    """Return what every page says of whoever has signed in; *here* is its path as the table of pages has it."""
    places = [
        {"path": path, "title": title, "is_here": path == here}
        for path, title in PLACES.items()
        if not isinstance(right := PAGES[path], Right) or not right.roles or visitor.person.role in right.roles
    ]
    return {"title": visitor.person.title, "places": places}
