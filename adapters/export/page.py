"""The page of a case: one file that needs no other and no script, for a screen of any width and for paper."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined


def write_page(facts: dict[str, Any]) -> bytes:
    """Return the page that tells *facts*; see the template for their names."""
    return _environment().get_template("chronology.html").render(facts).encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def _source(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
