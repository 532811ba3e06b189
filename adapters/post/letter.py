"""The words of a notice: a plain-text template for each kind, in `templates/`."""

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

from adapters.directory import Contact
from adapters.links import Links
from domain.effects import Notice, Owed
from domain.reference import is_training
from domain.together import overdue_and_over
from domain.value import Value

from .errors import UnknownNotice
from .page import as_page

WIDTH = 78
SUMMARIES = frozenset({"digest", "digest-office", "night"})
ABOUT_NO_CASE = SUMMARIES | {"directory-gone", "watch-silent"}
"""Kinds that are about many cases or none: `domain.digest` has their forms, and their subject names no case."""
NO_TIME = "no time is given"
TRAINING = "TRAINING"
_INVENTED = f"{TRAINING}: the case is invented. Nothing here is real, and no child is meant."
_HANGING = re.compile(r" *(?:\* |\d\. |[A-Z][a-z ]{1,14}: {2,})?")


class Letter(Value):
    """A notice as a person reads it."""

    subject: str
    """At most 78 characters: the reference, the kind's own fixed words, the step; while training that word."""
    body: str
    """Plain text, folded at 78 characters."""
    html: str
    """The same words as a page."""


def write_letter(notice: Notice, contact: Contact, *, training: bool = False, links: Links | None = None) -> Letter:
    """Write a notice out. With *training*, or where the case is an invented one, subject and first line say so.

    Where others go together with it, it is one letter about all of them. With *links* it carries the link to the page
    of each, on a line that may be longer than 78 characters.

    Raises UnknownNotice for a kind without a template.
    """
    must_be_known(notice, kinds() | ABOUT_NO_CASE)
    folder = "summaries/" if notice.kind in ABOUT_NO_CASE else ""
    overdue, over = overdue_and_over(notice) if notice.together else ((), ())
    own = {one.ref: links.to(one) for one in (notice, *notice.together)} if links else {}
    text = (
        _environment()
        .get_template("_alerts.txt" if notice.together else f"{folder}{notice.kind}.txt")
        .render(
            notice=notice,
            contact=contact,
            seat=_seat(notice, contact),
            deadline=deadline_of(overdue[0].owed if overdue else notice.owed),
            overdue=overdue,
            over=over,
            link_of=lambda one: own.get(one.ref, ""),
            named=lambda by: _named(by, contact),
        )
    )
    topic, _, body = text.partition("\n")
    if training or is_training(notice.case):
        subject, body = _subject(notice, topic.strip(), f"{TRAINING}: "), f"{_INVENTED}\n\n{body}"
    else:
        subject = _subject(notice, topic.strip())
    return Letter(subject=subject, body=_wrap(body, own), html=as_page(subject, body, own.values()))


def must_be_known(notice: Notice, known: frozenset[str]) -> None:
    """Raise UnknownNotice where a notice is of none of the *known* kinds."""
    if notice.kind not in known:
        told = ", ".join(sorted(known))
        raise UnknownNotice(f"There is no letter for the kind of notice {notice.ref} is; those known are {told}.")


@cache
def kinds() -> frozenset[str]:
    """Return the kinds of notice about one case that there is a letter for."""
    names = (item.name for item in (files(__package__) / "templates").iterdir())
    return frozenset(n.removesuffix(".txt") for n in names if n.endswith(".txt") and not n.startswith("_"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),  # nothing is escaped in .txt
        finalize=lambda value: one_line(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["when"] = _when
    return environment


def _source(name: str) -> str:
    return files(__package__).joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def one_line(text: str) -> str:
    """Return *text* on one line: no value can start a line of its own and pass for a part of the letter."""
    plain = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(plain.split())


def _subject(notice: Notice, topic: str, before: str = "") -> str:
    if notice.together:
        return f"{before}{topic}"
    head = before + ", ".join(part for part in (one_line(notice.case), topic) if part)
    step = one_line(notice.step)
    whole = f"{head}: {step}" if step else head
    return whole if len(whole) <= WIDTH else whole[: WIDTH - 1].rstrip() + "…"


def _seat(notice: Notice, contact: Contact) -> str:
    """Say whom it is for: `line manager, Lincolnshire Police`."""
    return ", ".join(part for part in (notice.to.title or notice.to.role, contact.agency_title) if part)


def _named(by: str, contact: Contact) -> str:
    """Say `line-manager, police` as `line manager, Lincolnshire Police`."""
    parts = [part.strip() for part in by.split(",")]
    if all(re.fullmatch(r"[a-z0-9.-]+", part) for part in parts):
        return ", ".join(contact.names.get(part, part.replace("-", " ")) for part in parts)
    return by


def deadline_of(owed: tuple[Owed, ...]) -> str:
    """Say the earliest deadline, of the overdue ones if any are; empty where nothing is owed."""
    if not owed:
        return ""
    late = [item for item in owed if item.overdue] or owed
    dated = [(item.due, place) for place, item in enumerate(late) if item.due]
    return _when(late[min(dated)[1] if dated else 0])


def _when(item: Owed) -> str:
    if item.due_words or item.due is None:
        return item.due_words or NO_TIME
    return f"by {item.due:%H:%M} UTC on {item.due.day} {item.due:%B %Y}"


def _wrap(text: str, links: Mapping[str, str]) -> str:
    """Fold long lines but links under their own beginning, and leave no more than one empty line together."""
    lines = (line.rstrip() for line in text.strip("\n").splitlines())
    folded = (line if line in links.values() else _fold(line) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(folded)) + "\n"


def _fold(line: str) -> str:
    hanging = _HANGING.match(line)
    indent = " " * (hanging.end() if hanging else 0)
    return "\n".join(textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)) if line else ""
