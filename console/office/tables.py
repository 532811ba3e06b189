"""Tables as the office's pages show them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.rows import Row


class Link(NamedTuple):
    """A cell that leads somewhere. *path* stands below the path of all pages."""

    text: str
    path: str


Cell = str | Link


class Line(NamedTuple):
    """One line of a table; its first cell is its name. *tone* is as that of `services.rows.Row`."""

    cells: tuple[Cell, ...]
    tone: str = ""


class Table(NamedTuple):
    """A table with the words over it, which may be empty where a heading says the same."""

    headers: Sequence[str]
    lines: Sequence[Line]
    caption: str = ""


def lines_of(rows: Iterable[Row]) -> list[Line]:
    """Return rows of a screen as lines."""
    return [Line(row.cells, row.tone) for row in rows]


def case_link(ref: str) -> Link:
    """Return a cell that leads to a case."""
    return Link(ref, f"/cases/{ref}")
