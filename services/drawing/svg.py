"""A drawing as SVG: a picture for each step, to stand below each other in a page, or one picture in a file.

Everything has the colour of the text around it, so a page's own colours, high contrast and print hold for it without
a style; tone is said in lines and words too. The same policy or case gives the same picture, letter for letter.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from adapters.plain import plain

from .layout import EDGE, GAP, LEADING, PAD, SIZE, WIDE, Band, Box, Line, Mark, Sign, Words, all_bands
from .lettering import broken
from .said import Drawing

_NAMESPACE = "http://www.w3.org/2000/svg"
_PAST = "0.72"
"""How strongly what is behind is drawn: its words keep a contrast of 4.5 to 1 on the pages' white."""
_SIGNS: dict[Sign, str] = {
    "on": "M0,-6V5M-4,1L0,5.5L4,1",
    "back": "M0,6V-5M-4,-1L0,-5.5L4,-1",
    "again": "M4,-3A5,5 0 1 0 5,2M4.6,-6.5V-2.6H0.6",
    "beside": "M-6,0H5M1,-4L5.5,0L1,4",
    "stays": "M-3.5,0A3.5,3.5 0 1 0 3.5,0A3.5,3.5 0 1 0 -3.5,0",
    "end": "M-4.5,-4.5H4.5V4.5H-4.5Z",
    "here": "M-5,-6L6,0L-5,6Z",
    "seats": "M0,-6A2.7,2.7 0 1 0 0,-0.6A2.7,2.7 0 1 0 0,-6M-5.5,6C-5.5,0 5.5,0 5.5,6Z",
    "time": "M0,-6A6,6 0 1 0 0,6A6,6 0 1 0 0,-6M0,-3.5V0L2.8,1.8",
}
_FULL = frozenset({"end", "here"})
_HEAD = 5.0
_LETTERS = {"font-size": f"{SIZE:g}"}
_STROKE = {"fill": "none", "stroke": "currentColor", "stroke-width": "1.5"}


class Picture(NamedTuple):
    """A route's pictures, for a page."""

    title: str
    steps: tuple[str, ...]
    """The SVG of each of its steps."""


def pictures(drawing: Drawing, prefix: str = "drawing") -> list[Picture]:
    """Return a drawing for a page, a picture for each step; *prefix* begins the ids that it needs in the page."""
    made = []
    for number, (section, bands) in enumerate(all_bands(drawing), 1):
        steps = [_whole(band, f"{prefix}-{number}-{place}") for place, band in enumerate(bands, 1)]
        made.append(Picture(section.title, tuple(map(_text, steps))))
    return made


def file(drawing: Drawing) -> str:
    """Return a drawing as a file of its own, with all that it says in words too."""
    root = Element("svg", {"xmlns": _NAMESPACE, "role": "img", "aria-labelledby": "title words"})
    root.set("font-family", "system-ui, 'Segoe UI', Roboto, Arial, sans-serif")
    root.set("color", "#14181a")
    SubElement(root, "title", {"id": "title"}).text = plain(drawing.title)
    SubElement(root, "desc", {"id": "words"}).text = "\n".join(map(plain, words_of(drawing)))
    paper = SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#fff"})
    group = SubElement(root, "g", _LETTERS)
    y = _heading(group, drawing.title, EDGE)
    for section, bands in all_bands(drawing):
        y = _heading(group, section.title, y + GAP / 2)
        for band in bands:
            _draw(SubElement(group, "g", {"transform": f"translate(0 {_number(y)})"}), band)
            y += band.high
    size = {"viewBox": f"0 0 {_number(WIDE)} {_number(y + PAD)}", "width": _number(WIDE * 1.3)}
    root.attrib.update(size)
    paper.set("height", _number(y + PAD))
    paper.set("width", _number(WIDE))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_text(root)}\n'


def words_of(drawing: Drawing) -> Iterator[str]:
    """Yield everything that a drawing says, line by line."""
    yield drawing.describes
    for section, bands in all_bands(drawing):
        yield f"{section.title}:"
        yield from (" ".join((f"{band.step.title}.", *band.step.says)) for band in bands)


def _whole(band: Band, name: str) -> Element:
    root = Element("svg", {"viewBox": f"0 0 {_number(WIDE)} {_number(band.high)}", "role": "img"})
    root.attrib |= {"aria-labelledby": f"{name}-title", **_LETTERS}
    SubElement(root, "title", {"id": f"{name}-title"}).text = plain(band.step.title)
    if said := " ".join(band.step.says):
        root.set("aria-describedby", f"{name}-words")
        SubElement(root, "desc", {"id": f"{name}-words"}).text = plain(said)
    _draw(root, band)
    return root


def _heading(root: Element, words: str, y: float) -> float:
    """Write a heading over as many lines as it needs, and return how far down it ends."""
    for line in broken(words, SIZE, WIDE - 2 * EDGE, bold=True):
        _write(root, Words(EDGE, y + LEADING * 0.74, line, bold=True))
        y += LEADING
    return y + PAD


def _draw(root: Element, band: Band) -> None:
    for line in band.lines:
        _line(root, line)
    inner = SubElement(root, "g", {"opacity": _PAST} if band.step.stands == "past" else {})
    _box(inner, band.box)
    for mark in band.marks:
        _mark(inner, mark)
    for words in band.words:
        _write(inner, words)


def _box(root: Element, box: Box) -> None:
    thick, round_by = (3.0 if box.thick else 1.2), (10.0 if box.rounded else 2.0)
    drawn = {"x": box.x, "y": box.y, "width": box.wide - thick / 2, "height": box.high, "rx": round_by}
    frame = SubElement(root, "rect", {name: _number(one) for name, one in drawn.items()})
    frame.attrib |= {"fill": "none", "stroke": "currentColor", "stroke-width": _number(thick)}
    if box.broken:
        frame.set("stroke-dasharray", "5 4")
    if box.barred:
        bar = {"x": box.x, "y": box.y, "width": 6.0, "height": box.high}
        SubElement(root, "rect", {name: _number(one) for name, one in bar.items()} | {"fill": "currentColor"})


def _write(root: Element, words: Words) -> None:
    text = SubElement(root, "text", {"x": _number(words.x), "y": _number(words.y), "fill": "currentColor"})
    if words.bold:
        text.set("font-weight", "bold")
    text.text = plain(words.text)


def _line(root: Element, line: Line) -> None:
    path = "M" + "L".join(_point(*point) for point in line.points)
    if line.head:
        path += _head(line.points)
    SubElement(root, "path", {"d": path, **_STROKE})


def _head(points: Sequence[tuple[float, float]]) -> str:
    """Return the head of an arrow whose last part runs across, up or down."""
    (x0, y0), (x, y) = points[-2:]
    along = (x > x0) - (x < x0), (y > y0) - (y < y0)
    sides = [
        (x - along[0] * _HEAD + side * along[1] * _HEAD * 0.8, y - along[1] * _HEAD + side * along[0] * _HEAD * 0.8)
        for side in (1, -1)
    ]
    return f"M{_point(*sides[0])}L{_point(x, y)}L{_point(*sides[1])}"


def _mark(root: Element, mark: Mark) -> None:
    fill = {"fill": "currentColor"} if mark.sign in _FULL else _STROKE
    place = {"transform": f"translate({_point(mark.x, mark.y).replace(',', ' ')})"}
    SubElement(root, "path", {"d": _SIGNS[mark.sign], **place, **fill})


def _point(x: float, y: float) -> str:
    return f"{_number(x)},{_number(y)}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(root: Element) -> str:
    return tostring(root, encoding="unicode", short_empty_elements=True)
