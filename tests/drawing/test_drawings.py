"""Policies drawn: the shipped ones, those of areas nobody here has seen, and any that the language can say."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.policies import load_policy
from domain.policy import Policy
from services.drawing import said, svg
from services.drawing.layout import LANES, all_bands, bands
from services.drawing.lettering import broken, width
from services.drawing.said import Section, Step, Way
from settings import HERE
from tests.domain.policies_made import policies

from .geometry import all_said, drawn_once, lanes_meet, look_over

FILES = sorted([*(HERE / "policies").glob("*.toml"), *(HERE / "tests" / "policies").glob("elsewhere*/*.toml")])


def lincolnshire() -> Policy:
    return load_policy(HERE / "policies" / "lincolnshire.toml")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_policy_is_drawn_whole_and_nothing_in_it_overlaps(path: Path) -> None:
    policy, _ = load_policy(path)
    drawing = said.of_policy(policy)
    picture = svg.file(drawing)

    look_over(drawing)
    drawn_once(policy, drawing)
    all_said(drawing, picture)
    assert not lanes_meet(drawing)
    assert picture == svg.file(said.of_policy(policy)), "the same policy gives the same picture"
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
    assert not {"script", "style", "image", "a"} & {one.tag.rpartition("}")[2] for one in root.iter()}
    assert not [one for one in root.iter() if "style" in one.attrib or any(key.startswith("on") for key in one.attrib)]


LONG = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=120)


@given(policies(), st.lists(LONG, min_size=5, max_size=5))
def test_any_policy_with_any_names_is_drawn_whole_and_nothing_in_it_overlaps(made: Policy, names: list[str]) -> None:
    stages = [stage.but(title=names[n % 5]) for n, stage in enumerate(made.stages)]
    outcomes = [one.but(title=names[(n + 1) % 5]) for n, one in enumerate(made.outcomes)]
    policy = made.but(stages=tuple(stages), outcomes=tuple(outcomes), title=names[0])
    drawing = said.of_policy(policy)

    look_over(drawing)
    drawn_once(policy, drawing)
    assert not lanes_meet(drawing)
    ElementTree.fromstring(svg.file(drawing))  # noqa: S314 - our own


WAYS = st.lists(st.lists(st.integers(0, 8), max_size=9), min_size=9, max_size=9)


@given(WAYS)
def test_whatever_leads_where_lanes_keep_apart_and_there_are_never_too_many(ways: list[list[int]]) -> None:
    """Loops, jumps over all, and more of both than there are lanes."""
    steps = [
        Step(
            f"s{n}", f"Step {n}", ways=tuple(Way(f"w{to}", f"to {to}", "on", (f"s{to}",)) for to in dict.fromkeys(row))
        )
        for n, row in enumerate(ways)
    ]
    drawing = said.Drawing("Made", "Made", (Section("Route", tuple(steps), ("resolved",)),))

    look_over(drawing)
    assert not lanes_meet(drawing)
    xs = {line.points[0][0] for band in bands(drawing.sections[0]) for line in band.lines if len(line.points) == 2}
    assert len({x for x in xs if x > bands(drawing.sections[0])[0].box.wide + 4}) <= LANES


def test_l30_l36_l37_step_4_is_drawn_urgent_with_its_24_hours_and_its_chair_and_who_is_not_urgent_passes_it_by() -> (
    None
):
    drawing = said.of_policy(lincolnshire())
    ladder = next(section for section in drawing.sections if section.title == "A professional difference")
    step3, step4 = (next(step for step in ladder.steps if step.id == name) for name in ("step-3", "step-4-urgent"))

    assert (step4.mark, step4.urgent) == ("Urgent", True)
    assert "In the chair: independent chair" in step4.seats
    assert "independently chaired meeting: date set: within 24 hours" in step4.times
    assert [way.words for way in step3.ways][:2] == [
        "not agreed, and urgent, by any party: on to Step 4, urgent",
        (
            "not agreed, and not urgent, by any party: "
            "on to “Learning points with the sub-group” and “Unresolved at the last step”"
        ),
    ]
    jump = [
        band for band in bands(ladder) if any(line.points[0][0] > band.box.x + band.box.wide for line in band.lines)
    ]
    assert [band.step.id for band in jump] == ["step-3", "step-4-urgent", "unresolved"]
    assert ladder.ends == ("resolved", "stopped")


def test_v22_a_ladder_to_which_others_lead_is_drawn_under_its_own_name_and_they_say_so() -> None:
    drawing = said.of_policy(load_policy(HERE / "policies" / "liverpool.toml")[0])
    need = next(section for section in drawing.sections if section.title.startswith("5: "))

    assert need.steps[-1].title == (
        "Then “Stage 1: the workers attempt to resolve it”, “Stage 1: the line managers”, Stage 2, Stage 3 and "
        "Stage 4, drawn under “The partnership's own ladder”"
    )


def test_immediate_risk_is_the_first_thing_on_every_drawing() -> None:
    for path in FILES:
        first = said.of_policy(load_policy(path)[0]).sections[0].steps[0].ways[0]
        assert first.words.startswith("Immediate risk, raised by anyone: 999 or children’s social care at once")


def test_what_a_picture_shows_is_said_in_its_words_too() -> None:
    drawing = said.of_policy(lincolnshire())
    words = "\n".join(svg.words_of(drawing))

    for _, of_route in all_bands(drawing):
        for band in of_route:
            for one in (band.step.title, *band.step.seats, *band.step.times, *(way.words for way in band.step.ways)):
                assert one in words


def test_names_that_look_like_markup_stand_as_they_are_written() -> None:
    odd = "<script>alert('x')</script> & \"more\" \u202e"
    policy = lincolnshire()
    policy = policy.but(stages=tuple(one.but(title=odd) for one in policy.stages))
    picture = svg.file(said.of_policy(policy)) + "".join(
        step for route in svg.pictures(said.of_policy(policy)) for step in route.steps
    )

    assert "<script>" not in picture
    assert "\u202e" not in picture


@given(LONG, st.floats(30, 300))
def test_words_are_broken_to_any_width_and_none_is_lost(words: str, widest: float) -> None:
    lines = broken(words, 14, widest)

    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(width(line, 14) <= widest or len(line) == 1 for line in lines)
