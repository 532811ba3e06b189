"""Whom a case could not reach, said before it opens."""

from datetime import date
from pathlib import Path

import pytest

from adapters.directory import Directory, load_directory
from adapters.directory.check import preflight
from adapters.policies import load_policy
from domain.base.people import parties_of
from domain.base.refusals import Refusal
from domain.policy import Policy

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
PARTIES = parties_of("schools", ("police",))


def policy(name: str) -> Policy:
    return load_policy(ROOT / "policies" / f"{name}.toml")[0]


def directory(name: str, tmp_path: Path | None = None, *changes: tuple[str, str]) -> Directory:
    path = ROOT / "directories" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    if tmp_path:
        path = tmp_path / "area.toml"
        path.write_text(text, encoding="utf-8")
    return load_directory(path)


def test_nothing_is_said_of_a_route_on_which_everybody_can_be_reached() -> None:
    assert preflight(directory("lincolnshire"), policy("lincolnshire"), PARTIES, {"concern": "difference"}, TODAY) == ()


def test_each_step_without_somebody_to_reach_is_told_with_its_seat_and_agency(tmp_path: Path) -> None:
    without = directory("lincolnshire", tmp_path, ("slo.police@lincs.example.org", "no address"))

    found = preflight(without, policy("lincolnshire"), PARTIES, {}, TODAY)

    assert found[0] == (
        "Step 3: senior liaison officers has no reachable senior liaison officer in Lincolnshire Police: "
        "notices go to Partnership duty desk instead."
    )
    assert all("Lincolnshire Police" in sentence for sentence in found)


def test_an_agency_whose_seats_are_all_empty_is_told_at_every_step_of_the_route_and_no_other() -> None:
    parties = parties_of("schools", ("boston",))
    ladder = preflight(directory("lincolnshire"), policy("lincolnshire"), parties, {"concern": "difference"}, TODAY)
    conduct = preflight(directory("lincolnshire"), policy("lincolnshire"), parties, {"concern": "conduct"}, TODAY)

    assert [sentence.partition(":")[0] for sentence in ladder[:2]] == ["Step 1", "Step 2"]
    assert conduct == ()


def test_a_seat_of_the_partnership_that_nobody_holds_is_told() -> None:
    (said,) = preflight(directory("gloucestershire"), policy("gloucestershire"), PARTIES, {}, TODAY)

    assert said.startswith("The partnership has no reachable nominated person for imminent risk: notices go to ")


def test_a_holder_who_has_left_by_then_is_nobody(tmp_path: Path) -> None:
    leaving = directory("lincolnshire", tmp_path, ('email = ["ppet@lincs', 'until = 2026-11-23\nemail = ["ppet@lincs'))

    def on(day: date) -> tuple[str, ...]:
        return preflight(leaving, policy("lincolnshire"), PARTIES, {}, day)

    assert on(TODAY) == ()
    assert "sub-group" in "".join(on(date(2026, 11, 24)))


def test_facts_that_choose_no_route_are_refused_as_at_the_opening() -> None:
    with pytest.raises(Refusal):
        preflight(directory("sutton"), policy("sutton"), PARTIES, {}, TODAY)


def test_a_school_hears_of_the_steps_of_the_partnerships_ladder_too_to_which_its_own_steps_hand_over() -> None:
    """A way `route`, and `next` on the ladder that follows, lead on as they do in a running case."""
    nowhere = parties_of("schools", ("nowhere",))

    def steps(situation: str) -> set[str]:
        found = preflight(
            directory("liverpool-school"), policy("liverpool-school"), nowhere, {"situation": situation}, TODAY
        )
        return {said.partition(" has no ")[0].partition(":")[0] for said in found if "in nowhere" in said}

    ladder = {"Stage 1", "Stage 2", "Stage 3", "Stage 4"}
    assert {"6a", "6b", "6g", "6h", "Immediate protection"} | ladder <= steps("progress of a child protection plan")
    assert not steps("progress of a child protection plan") & {"5a", "7a", "8"}, "other situations' steps"
    assert {"5a", "5f"} | ladder <= steps("progress of a child in need plan")
