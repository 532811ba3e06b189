"""The words of a notice as plain text and as a page: a template for each kind, in `templates/`."""

import re
import textwrap
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache, cached_property
from html import escape
from importlib.resources import files
from types import MappingProxyType

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
from pydantic import Field

from adapters.directory import Contact
from adapters.links import Links
from domain.base.reference import is_training
from domain.base.value import Value
from domain.case.effects import Notice, Owed
from domain.views.together import overdue_and_over

from .errors import UnknownNotice

WIDTH = 78
SUMMARIES = frozenset({"digest", "digest-office", "night"})
ABOUT_NO_CASE = SUMMARIES | {
    "directory-gone", "proof-fault", "proof-unread", "watch-silent", "test-alert", "cover",
}  # fmt: skip
"""Kinds of notice about many cases or none. Their forms are in `domain.digest`, and their subject names no case."""
CODE = "link-code"
"""The kind of notice that carries a code, as its `fact`. It holds no link: who has the one has not the other."""
NO_TIME = "no time is given"
TRAINING = "TRAINING"
_INVENTED = f"{TRAINING}: the case is invented. Nothing here is real, and no child is meant."
_SIGNATURE = "— "
_HANGING = re.compile(r" *(?:\* |\d\. |[A-Z][a-z ]{1,14}: {2,})?")

_RULE = re.compile(r"-{10,}")
_ITEM = re.compile(r"(\* |\d\. )(.+)")
_PAIR = re.compile(r"([A-Z][a-z ]{1,14}): {2,}(.+)")
_SHOUT = re.compile(r"[A-Z][A-Z ]+")
_COMMAND = "    "
_TAG = re.compile(r"(<[^>]*>)")
_STYLE = "body{font:1.1em/1.5 sans-serif;max-width:40em;margin:1em auto;padding:0 1em}dt{font-weight:bold}dd{margin:0}"
_BUTTON = "display:inline-block;padding:.6em 1em;background:#1d4e5f;color:#fff;font-weight:bold"


class Letter(Value):
    """A notice as a person reads it."""

    subject: str
    """At most 78 characters: the reference, fixed words for the kind, the step; in training it begins with that word.
    """
    body: str
    """Plain text, folded at 78 characters."""
    unfolded: str
    """The same, each line whole."""
    links: tuple[str, ...] = ()
    """Those in it that open the page of a notice."""
    numbers: dict[str, str] = Field(default_factory=dict)
    """The link of each telephone number that may be in it, by the number; of the board, by its address."""

    @cached_property
    def html(self) -> str:
        """The same words as a page. Most letters go where no page is shown, so it is made when it is asked for."""
        return as_page(self.subject, self.unfolded, self.links, self.numbers)


def write_letter(notice: Notice, contact: Contact, *, training: bool = False, links: Links | None = None) -> Letter:
    """Write a notice as a letter. With *training*, or for an invented case, the subject and first line say so.

    Notices that go together make one letter about all of them. Where it says to ring, it gives the numbers that come
    with the contact. With *links* it holds the link to each notice's page, on
    a line that may be longer than 78 characters.

    Raises UnknownNotice for a kind without a template.
    """
    must_be_known(notice, kinds() | ABOUT_NO_CASE)
    folder = "summaries/" if notice.kind in ABOUT_NO_CASE else ""
    overdue, over = overdue_and_over(notice) if notice.together else ((), ())
    linked = links if notice.kind != CODE else None
    own = {one.ref: linked.to(one) for one in (notice, *notice.together)} if linked else {}
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
            numbers=contact.telephones,
        )
    )
    topic, _, body = text.partition("\n")
    if training or is_training(notice.case):
        subject, body = _subject(notice, topic.strip(), f"{TRAINING}: "), f"{_INVENTED}\n\n{body}"
    else:
        subject = _subject(notice, topic.strip())
    return Letter(
        subject=subject,
        body=_wrap(body, {*own.values(), contact.board}),
        unfolded=body,
        links=tuple(own.values()),
        numbers=contact.telephones.links() | ({contact.board: contact.board} if contact.board else {}),
    )


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
    """Return *text* on one line, so that no value can begin a line of its own and look like part of the letter."""
    plain = text
    if not text.isprintable():
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
    """Say the earliest deadline, among the overdue ones if there are any; empty where nothing is owed."""
    if not owed:
        return ""
    late = [item for item in owed if item.overdue] or owed
    dated = [(item.due, place) for place, item in enumerate(late) if item.due]
    return _when(late[min(dated)[1] if dated else 0])


def _when(item: Owed) -> str:
    if item.due_words or item.due is None:
        return item.due_words or NO_TIME
    return f"by {item.due:%H:%M} UTC on {item.due.day} {item.due:%B %Y}"


def _wrap(text: str, links: Collection[str]) -> str:
    """Fold long lines but links under their own beginning, and leave no more than one empty line together."""
    lines = (line.rstrip() for line in text.strip("\n").splitlines())
    folded = (line if line in links else _fold(line) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(folded)) + "\n"


def _fold(line: str) -> str:
    if line.startswith(_SIGNATURE):  # of a checkpoint: folded it could not be copied out again
        return line
    if len(line) <= WIDTH and "\t" not in line:
        return line
    hanging = _HANGING.match(line)
    indent = " " * (hanging.end() if hanging else 0)
    return "\n".join(textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False))


def as_page(
    subject: str, body: str, links: Collection[str] = (), numbers: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return a letter as a page. *body* must not be folded: each of its lines is one whole line.

    A line that is one of *links* becomes a button, and one of *numbers* (the board's address is among them), wherever
    it stands, becomes the link that is given for it; no other address becomes a link.
    """
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", body.strip("\n")) if block.strip()]
    inside = "\n".join(_pressed(block[0]) if block[0] in links and not block[1:] else _block(block) for block in blocks)
    for end, again in (("</ul>", "<ul>"), ("</ol>", "<ol>"), ("</dl>", "<dl>")):
        inside = inside.replace(f"{end}\n{again}\n", "")  # what only an empty line parted is one list
    inside = _dialled(inside, numbers)
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(subject)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(subject)}</h1>\n{inside}\n</main>\n</body>\n"
        "</html>\n"
    )


def _dialled(html: str, numbers: Mapping[str, str]) -> str:
    """Make links of telephone numbers, but within what is typed or is a link already."""
    if not numbers:
        return html
    longest_first = "|".join(map(re.escape, sorted(numbers, key=len, reverse=True)))
    number = re.compile(rf"(?<![\w+/-])(?:{longest_first})(?![\w/-])")
    done, within = [], ""
    for part in _TAG.split(html):
        if part.startswith("<"):
            within = "" if part == f"</{within}>" else within or next(iter(re.findall(r"^<(a|code)\b", part)), "")
        elif not within:
            part = number.sub(lambda found: f'<a href="{escape(numbers[found[0]])}">{found[0]}</a>', part)  # noqa: PLW2901
        done.append(part)
    return "".join(done)


def _pressed(link: str) -> str:
    return f'<p><a href="{escape(link)}" style="{_BUTTON}">Open the page</a></p>'


def _block(lines: list[str]) -> str:
    first = lines[0]
    if _RULE.fullmatch(first):
        return "\n".join(("<hr>", _block(lines[1:]))) if lines[1:] else "<hr>"
    if item := _ITEM.match(first):
        return _list("ul" if item[1] == "* " else "ol", lines)
    if first.startswith(_COMMAND):
        return "\n".join(_command(line) for line in lines)
    if _PAIR.match(first):
        return _pairs(lines)
    return f"<p>{'<br>'.join(_words(line) for line in lines)}</p>"


def _list(tag: str, lines: list[str]) -> str:
    items: list[list[str]] = []
    for line in lines:
        if item := _ITEM.match(line):
            items.append([item[2]])
        else:
            items[-1].append(" ".join(line.split()))
    said = "\n".join(f"<li>{'<br>'.join(escape(line) for line in item)}</li>" for item in items)
    return f"<{tag}>\n{said}\n</{tag}>"


def _pairs(lines: list[str]) -> str:
    pairs = [(pair[1], pair[2]) for line in lines if (pair := _PAIR.match(line))]
    said = "\n".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
    rest = [line for line in lines if not _PAIR.match(line)]
    return f"<dl>\n{said}\n</dl>" + (f"\n<p>{'<br>'.join(_words(line) for line in rest)}</p>" if rest else "")


def _command(line: str) -> str:
    words = escape(line.strip())
    return f"<p>{words}</p>" if words.startswith("(") else f"<p><code>{words}</code></p>"


def _words(line: str) -> str:
    words = escape(line.strip())
    return f"<strong>{words}</strong>" if _SHOUT.fullmatch(words) else words
