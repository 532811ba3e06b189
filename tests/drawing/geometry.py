"""What must hold of every drawing: where things stand, and that each step and each way on is drawn once."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from domain.policy import Policy
from domain.policy.event_names import ANY
from services.drawing.layout import LEADING, SIZE, WIDE, Band, Line, all_bands
from services.drawing.said import ENDED, Drawing

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def words_at(band: Band) -> list[Rectangle]:
    return [
        (one.x, one.y - LEADING * 0.74, one.x + one.wide, one.y - LEADING * 0.74 + LEADING - 0.1) for one in band.words
    ]


def marks_at(band: Band) -> list[Rectangle]:
    return [(one.x - 6, one.y - 7, one.x + 6, one.y + 7) for one in band.marks]


def meet(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(inner: Rectangle, outer: Rectangle) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def parts_of(line: Line) -> Iterator[Rectangle]:
    for (x0, y0), (x, y) in zip(line.points, line.points[1:], strict=False):
        assert x0 == x or y0 == y, "a line runs across, up or down"
        yield (min(x0, x), min(y0, y), max(x0, x) + 0.1, max(y0, y) + 0.1)


def look_over(drawing: Drawing) -> None:
    """Nothing overlaps, and nothing leaves its box or the view box."""
    for _, bands in all_bands(drawing):
        for band in bands:
            box = (band.box.x, band.box.y, band.box.x + band.box.wide, band.box.y + band.box.high)
            words, marks = words_at(band), marks_at(band)
            assert within(box, (0, 0, WIDE, band.high)), band.step
            assert all(within(one, box) for one in (*words, *marks)), band.step
            assert not any(meet(one, other) for one, other in combinations((*words, *marks), 2)), band.step
            for line in band.lines:
                for part in parts_of(line):
                    assert within(part, (0, -0.1, WIDE, band.high + 0.2)), (band.step, line)
                    assert not any(meet(part, one) for one in (*words, *marks)), (band.step, line)


def lanes_meet(drawing: Drawing) -> bool:
    """Do two ways on run along each other in one lane?"""
    for _, bands in all_bands(drawing):
        for band in bands:
            tall = [part for line in band.lines for part in parts_of(line) if part[0] > band.box.x + band.box.wide]
            tall = [part for part in tall if part[3] - part[1] > SIZE]
            if any(meet(one, other) for one, other in combinations(tall, 2)):
                return True
    return False


def drawn_once(policy: Policy, drawing: Drawing) -> None:
    """Each step is drawn once, and each of its ways on; what every step has is drawn once for all."""
    steps = Counter(step.id for section in drawing.sections for step in section.steps if step.id)
    assert steps == Counter(stage.id for stage in policy.stages)
    drawn = Counter(
        (step.id or step.title, way.outcome)
        for section in drawing.sections
        for step in section.steps
        for way in step.ways
        if way.outcome
    )
    wanted = Counter(
        (stage.id, outcome.id)
        for stage in policy.stages
        for outcome in policy.outcomes_of(stage.id)
        if ANY not in outcome.source
    )
    wanted += Counter(("At every step", one.id) for one in policy.outcomes if ANY in one.source)
    wanted += Counter(
        ("After the end", one.id) for one in policy.outcomes if ENDED in one.source and ANY not in one.source
    )
    assert drawn == wanted


def all_said(drawing: Drawing, picture: str) -> None:
    """Is every word of it in the picture, in order?"""
    for section, bands in all_bands(drawing):
        for band in bands:
            letters = "".join("".join(one.text.split()) for one in band.words)
            for said in (band.step.title, *band.step.seats, *band.step.times, *(way.words for way in band.step.ways)):
                assert "".join(said.split()) in letters, said
        assert section.title
    assert picture.startswith("<?xml")
