"""A drawing of the ladder as a page shows it."""

from typing import NamedTuple

from markupsafe import Markup

from services.drawing.said import Drawing
from services.drawing.svg import pictures


class Shown(NamedTuple):
    """One route of a drawing."""

    title: str
    steps: tuple[Markup, ...]
    """Pictures of its steps, as they stand below each other."""


def on_page(drawing: Drawing) -> list[Shown]:
    """Return the routes of a drawing for a template: what people wrote in a policy is escaped in the pictures."""
    return [Shown(one.title, tuple(map(Markup, one.steps))) for one in pictures(drawing)]
