"""Pages as HTML: templates in `templates/`, GOV.UK's patterns from their library, one style in `static/`, no script."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined, UndefinedError
from jinja2.utils import missing
from markupsafe import Markup, escape

from adapters.plain import plain
from adapters.training import BANNER
from domain.base.reference import is_training

_PATTERNS = "govuk_frontend_jinja"
"""The package that holds GOV.UK's patterns as macros, and the name by which templates call them."""


class _Strict(Undefined):
    """A name that nobody gave is a mistake of ours; a key that a mapping lacks is not there, as the patterns expect."""

    def _mistaken(self) -> NoReturn:
        raise UndefinedError(self._undefined_message)

    def __str__(self) -> str:
        if self._is_name:
            self._mistaken()
        return ""

    def __bool__(self) -> bool:
        if self._is_name:
            self._mistaken()
        return False

    @property
    def _is_name(self) -> bool:
        return self._undefined_obj is missing and self._undefined_hint is None


def render(template: str, *, base: str, title: str, **said: Any) -> str:
    """Return a page as HTML.

    *base* is the path at which all pages stand, or empty. *title* is what its window and its first heading say:
    nothing personal. What else the template needs is in *said*; every page may also have `case` (its reference),
    `problem` (one sentence about what was sent), `training` (where it is left out the case says it), and `visitor` (who
    has signed in: `title`, and `places` and `more`, the pages they may go to, each with `path`, `title` and `is_here`,
    and `in_more`, the title of this page where it is one of the latter).
    """
    training = bool(said.get("case")) and is_training(said["case"])
    own: Mapping[str, Any] = {"case": "", "problem": "", "training": training, "visitor": None, "banner": BANNER}
    return environment().get_template(template).render({**own, **said, "base": base, "title": title})


def message_page(base: str, title: str, *sentences: str, **said: Any) -> str:
    """Return a page of a few sentences: why there is none, or what became of what was sent.

    It may lead on: `leads_to` is a path below *base*, `leads_as` the words of the link.
    """
    return render(
        "message.html", base=base, title=title, sentences=sentences, **{"leads_to": "", "leads_as": "", **said}
    )


def not_taken_page(base: str, title: str, *sentences: str, back: Mapping[str, Any], **said: Any) -> str:
    """Return the page that says why a form could not be taken, with everything that was sent.

    *back* is as `forms.given_back` has it. It may lead on, as a message does.
    """
    more = {"leads_to": "", "leads_as": "", **said}
    return render("not_taken.html", base=base, title=title, sentences=sentences, **back, **more)


def with_999(sentence: str) -> Markup:
    """Return a sentence for a page in which the emergency number can be pressed."""
    return Markup(str(escape(sentence)).replace("999", '<a href="tel:999">999</a>'))  # noqa: S704 - escaped before


@cache
def style() -> str:
    """Return the style of every page."""
    return (files(__package__) / "static" / "style.css").read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Return what makes the pages: everything that is shown is escaped, and has no sign that steers a screen."""
    made = Environment(
        loader=ChoiceLoader(
            [PackageLoader(__package__), PrefixLoader({_PATTERNS: PackageLoader(_PATTERNS)})],
        ),
        undefined=_Strict,
        autoescape=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["with_999"] = with_999
    made.globals["undefined"] = None  # a word of the patterns
    return made
