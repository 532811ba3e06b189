"""The words of a letter as a page: headings, lists, its own link and nothing else; no picture, nothing fetched."""

import re
from collections.abc import Collection
from html import escape

_RULE = re.compile(r"-{10,}")
_ITEM = re.compile(r"(\* |\d\. )(.+)")
_PAIR = re.compile(r"([A-Z][a-z ]{1,14}): {2,}(.+)")
_SHOUT = re.compile(r"[A-Z][A-Z ]+")
_COMMAND = "    "
_STYLE = "body{font:1.1em/1.5 sans-serif;max-width:40em;margin:1em auto;padding:0 1em}dt{font-weight:bold}dd{margin:0}"
_BUTTON = "display:inline-block;padding:.6em 1em;background:#1d4e5f;color:#fff;font-weight:bold"


def as_page(subject: str, body: str, links: Collection[str] = ()) -> str:
    """Return the page of a letter whose *body* is not folded: each line of it is one whole line.

    A line that is one of *links* becomes what can be pressed; no other address does.
    """
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", body.strip("\n")) if block.strip()]
    inside = "\n".join(_pressed(block[0]) if block[0] in links and not block[1:] else _block(block) for block in blocks)
    for end, again in (("</ul>", "<ul>"), ("</ol>", "<ol>"), ("</dl>", "<dl>")):
        inside = inside.replace(f"{end}\n{again}\n", "")  # what only an empty line parted is one list
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(subject)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(subject)}</h1>\n{inside}\n</main>\n</body>\n"
        "</html>\n"
    )


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
