"""A case on its policy's drawing: where it is, what is behind it, and which way it went."""

import re

from adapters.policies import load_policy
from domain.base.people import Actor
from domain.policy import Policy
from services.drawing import said, svg
from services.drawing.said import Step
from settings import HERE
from tests.domain.case import SCHOOL, Case

from .geometry import look_over


def steps(case: Case) -> dict[str, Step]:
    """The steps of a case's drawing, which is looked over on the way."""
    drawing = said.of_case(case.state)
    look_over(drawing)
    return {step.id: step for section in drawing.sections for step in section.steps if step.id}


def sutton() -> Policy:
    return load_policy(HERE / "policies" / "sutton.toml")[0]


def test_a_case_is_here_at_what_is_open_and_what_it_left_is_behind_with_the_way_it_took() -> None:
    found = steps(Case().climb_to("step-3"))

    assert {name: step.stands for name, step in found.items()} == {
        "step-1": "past",
        "step-2": "past",
        "step-3": "here",
        "step-4-urgent": "ahead",
        "unresolved": "ahead",
        "learning": "ahead",
    }
    assert [way.outcome for way in found["step-2"].ways if way.taken] == ["not-agreed"]
    assert "You are here." in found["step-3"].says
    assert "Behind you." in found["step-2"].says
    assert "Taken: not agreed, by any party: on to Step 3." in found["step-2"].says


def test_l40_a_case_that_is_at_two_steps_is_here_at_both() -> None:
    case = Case().climb_to("step-3")
    case.says(SCHOOL, "not-urgent", "slo")
    found = steps(case)

    assert {name for name, step in found.items() if step.stands == "here"} == {"learning", "unresolved"}
    assert said.of_case(case.state).describes == (
        "The case is at: Learning points with the sub-group and Unresolved at the last step."
    )


def test_a_case_that_came_back_to_a_step_is_there_and_not_behind_it() -> None:
    case = Case().climb_to("step-2")
    case.says(SCHOOL, "returned", "line-manager")
    found = steps(case)

    assert (found["step-1"].stands, found["step-2"].stands) == ("here", "past")


def test_a_case_that_ended_is_at_its_end() -> None:
    case = Case().climb_to("step-2")
    case.says(SCHOOL, "not-justified", "line-manager")
    drawing = said.of_case(case.state)
    last = "".join(svg.pictures(drawing)[1].steps[-1])

    assert drawing.describes == "The dispute has ended: stopped."
    assert "The end: stopped" in last
    assert "You are here" in last


def test_what_is_behind_differs_in_line_and_words_and_not_by_tone_alone() -> None:
    case = Case().climb_to("step-2")
    route = svg.pictures(said.of_case(case.state))[1]
    behind, here, ahead = (
        next(one for one in route.steps if name in one) for name in ("Step 1:", "Step 2:", "Step 3:")
    )

    assert ("stroke-dasharray" in behind, "opacity" in behind, "Behind you" in behind) == (True, True, True)
    assert ('stroke-width="3"' in here, "You are here" in here) == (True, True)
    assert not any(sign in ahead for sign in ("stroke-dasharray", "opacity", "You are here", "Behind you"))


def test_a_case_is_drawn_on_its_own_route_alone() -> None:
    facts = {"matter": "child", "point": "child protection conference"}
    case = Case(policy=sutton(), facts=facts, raiser=Actor(role="professional"))
    drawing = said.of_case(case.state)
    titles = [section.title for section in drawing.sections]

    assert titles == ["At any time", "Dissent from a child protection conference", "Beside the ladder"]
    assert [step.id for step in drawing.sections[1].steps] == list(sutton().track("conference").stages)


def test_ids_of_a_pages_pictures_are_each_there_once() -> None:
    made = "".join(step for route in svg.pictures(said.of_case(Case().state)) for step in route.steps)
    ids = re.findall(r' id="([^"]+)"', made)
    named = re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', made)

    assert len(ids) == len(set(ids))
    assert set(named) == set(ids)
