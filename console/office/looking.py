"""Which cases whoever has signed in sees, and the note of their look at a list."""

from collections.abc import Mapping
from typing import Any

from adapters.register import reading
from adapters.register.errors import NothingThere
from console.visitors import Visitor
from services.rights import Look, note_look, visible
from settings import Settings

Case = dict[str, Any]


def cases_of(settings: Settings, visitor: Visitor, *, include_closed: bool = False) -> list[Case]:
    """Return the cases that somebody is to know of, the next due first. Raises RegisterError."""
    try:
        found = reading.list_cases(settings.register, include_closed=include_closed)
    except NothingThere:
        return []
    return visible(settings, visitor.person, found)


def note_list(
    settings: Settings, visitor: Visitor, page: str, count: int, one: str = "case", **by: str | Mapping[str, str]
) -> None:
    """Note a look at a list, with by what it was narrowed and how many there were."""
    said = ", ".join(f"{name} {value}" for name, value in by.items() if value)
    detail = f"page {page}{f' ({said})' if said else ''}: {count} {one}{'' if count == 1 else 's'}"
    note_look(settings, Look(visitor.person, visitor.known, "", detail, "listed"))
