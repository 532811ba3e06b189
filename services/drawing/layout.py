"""Where everything of a drawing stands: one column, a band for each step, read from above.

The order of the steps is the policy's own, so nothing has to be found but how high each box is. A way on to the next
step is an arrow between the two; one that leaves others out, or goes back over them, runs beside the boxes, in a
lane for each step to which such ways lead. Where there are more of them than lanes, the words alone say it.
A band is drawn by itself, so that a page can be broken between any two of them when it is printed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from domain.base.refusals import listed

from .lettering import broken, width
from .said import Drawing, Leads, Section, Step

WIDE = 300.0
"""Of every band. The unit is that of the view box: about a pixel of a narrow telephone."""
SIZE, LEADING = 14.0, 19.0
"""Height of letters, and from line to line."""
PAD = 9.0
INDENT = 19.0
"""Of words before which a sign stands."""
GAP, SHORT_GAP = 30.0, 12.0
"""Before a step: with an arrow, and without one."""
LANE, LANES = 10.0, 4
"""How far lanes stand from each other, and how many there may be."""
EDGE = 3.0
BAR = 7.0
"""The bar down the side of what is urgent."""
Sign = Leads | Literal["here", "seats", "time"]


@dataclass(frozen=True)
class Words:
    """One line of words; *y* is its base line."""

    x: float
    y: float
    text: str
    bold: bool = False

    @property
    def wide(self) -> float:
        """How wide it is at most."""
        return width(self.text, SIZE, bold=self.bold)


@dataclass(frozen=True)
class Box:
    """A frame around a step."""

    x: float
    y: float
    wide: float
    high: float
    rounded: bool = False
    broken: bool = False
    """Is its line a broken one: a step that is behind, or drawn elsewhere?"""
    thick: bool = False
    barred: bool = False
    """Has it the bar of what is urgent?"""


@dataclass(frozen=True)
class Line:
    """A line through points, with a head at its end or none."""

    points: tuple[tuple[float, float], ...]
    head: bool = False


@dataclass(frozen=True)
class Mark:
    """A small sign around a point, before the words that say the same."""

    sign: Sign
    x: float
    y: float


@dataclass(frozen=True)
class Band:
    """One step with what leads to it from above, in its own measure: its upper left corner is 0, 0."""

    step: Step
    high: float
    box: Box
    words: list[Words]
    lines: list[Line]
    marks: list[Mark]
    title_at: float
    """How far down an arrow to it ends."""
    ways_at: list[float]
    """How far down each of its ways on stands."""


def bands(section: Section) -> list[Band]:
    """Return the bands of a route, the first step first, and at last its ends."""
    lanes = _lanes(section.steps)
    count = 1 + max(lanes.values(), default=-1)
    wide = WIDE - (LANE * count + EDGE if count else 0)
    found = [_band(step, before, wide) for step, before in zip(section.steps, (None, *section.steps), strict=False)]
    for target, lane in lanes.items():
        _draw_lane(found, target, wide, WIDE - EDGE - LANE * lane)
    if section.ends or section.ended:
        found.append(_end(section, wide))
    return found


def all_bands(drawing: Drawing) -> Iterator[tuple[Section, list[Band]]]:
    """Yield each route of a drawing with its bands."""
    for section in drawing.sections:
        yield section, bands(section)


def _place(step: Step) -> tuple[str, ...]:
    return (step.id,) if step.id else step.on_with[:1]


def _lanes(steps: Sequence[Step]) -> dict[int, int]:
    """Return for each step to which ways lead that are no neighbours of it in which lane they run, the outermost 0."""
    spans = {}
    for at in range(len(steps)):
        far = [source for source in range(len(steps)) if abs(source - at) > 1 and _leading(steps[source], steps[at])]
        if far:
            spans[at] = (min(*far, at), max(*far, at))
    found: dict[int, int] = {}
    for at, span in sorted(spans.items(), key=lambda one: (one[1][0] - one[1][1], one[0])):
        taken = {found[other] for other in found if spans[other][0] <= span[1] and span[0] <= spans[other][1]}
        free = [lane for lane in range(LANES) if lane not in taken]
        if free:
            found[at] = free[0]
    return found


def _leading(source: Step, target: Step) -> list[int]:
    """Return which ways on of a step lead to another."""
    places = set(_place(target))
    return [n for n, way in enumerate(source.ways) if places & set(way.to)]


def _band(step: Step, before: Step | None, wide: float) -> Band:
    down = before is not None and bool(_leading(before, step))
    up = before is not None and bool(_leading(step, before))
    top = GAP if down or up else SHORT_GAP if before else EDGE
    lines = [Line(((24.0, 0.0), (24.0, top)), head=True)] if down else []
    lines += [Line(((46.0, top), (46.0, 0.0)), head=True)] if up else []
    left, right = PAD + (BAR if step.urgent else 0), wide - PAD
    at = _Writing(left, right, top + PAD)
    at.writes(step.flag, bold=True, sign="here" if step.stands == "here" else None)
    at.writes(step.mark, bold=True)
    title_at = at.y + LEADING / 2
    at.writes(step.title, bold=not step.on_with)
    for words in step.seats:
        at.writes(words, sign="seats")
    for words in step.times:
        at.writes(words, sign="time")
    if step.ways and (step.seats or step.times):
        lines.append(Line(((left, at.y + PAD / 2), (right, at.y + PAD / 2))))
        at.y += PAD
    ways_at = []
    for way in step.ways:
        ways_at.append(at.y + LEADING / 2)
        at.writes(f"Taken: {way.words}" if way.taken else way.words, bold=way.taken, sign=way.leads)
    box = Box(
        EDGE,
        top,
        wide - EDGE,
        at.y + PAD - top,
        rounded=bool(step.on_with),
        broken=step.stands == "past" or bool(step.on_with),
        thick=step.stands == "here",
        barred=step.urgent,
    )
    return Band(step, top + box.high + EDGE, box, at.words, lines, at.marks, title_at, ways_at)


class _Writing:
    """Writes lines below each other."""

    def __init__(self, left: float, right: float, y: float) -> None:
        self._left, self._right, self.y = left, right, y
        self.words: list[Words] = []
        self.marks: list[Mark] = []

    def writes(self, words: str, *, bold: bool = False, sign: Sign | None = None) -> None:
        """Write words, which may be none, over as many lines as they need, behind a sign or none."""
        if not words:
            return
        left = self._left + (INDENT if sign else 0)
        if sign:
            self.marks.append(Mark(sign, self._left + 6, self.y + LEADING / 2))
        for line in broken(words, SIZE, self._right - left, bold=bold):
            self.words.append(Words(left, self.y + LEADING * 0.74, line, bold))
            self.y += LEADING


def _draw_lane(found: Sequence[Band], target: int, wide: float, x: float) -> None:
    """Draw the ways on that lead to a step from others than its neighbours, each band's part in that band."""
    steps = [band.step for band in found]
    sources = [at for at in range(len(steps)) if abs(at - target) > 1 and _leading(steps[at], steps[target])]
    for at in range(min(*sources, target), max(*sources, target) + 1):
        band = found[at]
        above, below = any(one < at for one in (*sources, target)), any(one > at for one in (*sources, target))
        stops = [band.ways_at[way] for way in _leading(steps[at], steps[target])] if at in sources else []
        stops += [band.title_at] if at == target else []
        top = 0.0 if above else min(stops)
        bottom = band.high if below else max(stops)
        band.lines.append(Line(((x, top), (x, bottom))))
        for stop in stops:
            is_arrival = at == target and stop == band.title_at
            points = ((x, stop), (wide, stop)) if is_arrival else ((wide, stop), (x, stop))
            band.lines.append(Line(points, head=is_arrival))


def _end(section: Section, wide: float) -> Band:
    """Return the last band of a route: how it may end, or how it has."""
    how = section.ended or listed(list(section.ends), "or")
    step = Step("", f"The end: {how}", stands="here" if section.ended else "")
    band = _band(step, Step("", ""), wide)
    return replace(band, box=replace(band.box, rounded=True))
