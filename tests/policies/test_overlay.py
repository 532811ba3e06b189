"""A policy that builds on another: read together, pinned together, shown together (V2, V20, C3)."""

import tomllib
from pathlib import Path

import pytest

from adapters.policies import load_policy
from domain.base.identities import RuleKey
from domain.case.editions import digest, policy_edition
from domain.policy import Fault, Policy, PolicyFaulty, check_policy, lay_over, read_policy
from domain.views.explanation import explain
from domain.views.status import status_of
from services.ladder import drawn
from tests.domain.case import CARE, SCHOOL, Case, lincolnshire

POLICIES = Path(__file__).parents[2] / "policies"
CHILD = """
[policy]
id = "{id}"
title = "Laid over"
edition = "1"
effective = 2026-01-01
builds_on = "{on}"
"""


def shipped(name: str) -> Policy:
    return load_policy(POLICIES / f"{name}.toml")[0]


def laid(over: str, on: str = "lincolnshire") -> Policy:
    """Lay tables over a shipped policy."""
    below = tomllib.loads((POLICIES / f"{on}.toml").read_text(encoding="utf-8"))
    return read_policy(lay_over(tomllib.loads(CHILD.format(id="ours", on=on) + over), below))


def faults(folder: Path, name: str) -> tuple[Fault, ...]:
    with pytest.raises(PolicyFaulty) as caught:
        load_policy(folder / f"{name}.toml")
    return caught.value.faults


def write(folder: Path, name: str, on: str, more: str = "") -> None:
    (folder / f"{name}.toml").write_text(CHILD.format(id=name, on=on) + more, encoding="utf-8")


# --- laying over


def test_what_a_child_does_not_say_is_its_parents() -> None:
    ours, theirs = laid(""), lincolnshire()

    assert (ours.id, ours.nation, ours.builds_on) == ("ours", theirs.nation, "lincolnshire")
    assert ours.review is None
    assert (ours.stages, ours.tracks, ours.roles, ours.acts) == (
        theirs.stages,
        theirs.tracks,
        theirs.roles,
        theirs.acts,
    )
    assert (ours.assumptions, ours.gaps, ours.rules) == (theirs.assumptions, theirs.gaps, theirs.rules)


def test_a_table_of_the_same_id_replaces_and_ones_own_stages_and_tracks_come_first() -> None:
    ours = laid(
        """
        assumption = [{ says = "ours" }]
        [role.slo]
        title = "designated teacher"
        [[track]]
        id = "conduct"
        if = { concern = "conduct" }
        stages = ["before", "redirected"]
        [[stage]]
        id = "before"
        title = "Ours"
        raising = ["practitioner"]
        outcome = [{ id = "on", said_by = "raising", leads_to = "next" }]
        [[stage]]
        id = "redirected"
        title = "Ours too"
        raising = ["practitioner"]
        outcome = [{ id = "turned", said_by = "raising", leads_to = "end: diverted" }]
        """
    )

    assert [stage.id for stage in ours.stages][:3] == ["before", "redirected", "step-1"]
    assert [track.id for track in ours.tracks] == ["conduct", "ladder"]
    assert ours.stage("redirected").title == "Ours too"
    assert ours.role_title("slo") == "designated teacher"
    assert ours.role_title("chair") == "independent chair"
    assert [said.says for said in ours.assumptions][:1] == ["ours"]
    assert len(ours.assumptions) == 1 + len(lincolnshire().assumptions)


def test_a_shared_outcome_replaces_the_parents_at_the_stages_both_name_alone() -> None:
    ours = laid(
        """
        [[outcome]]
        id = "not-agreed"
        from = ["step-1"]
        said_by = "raising"
        leads_to = "step-3"
        """
    )

    said_by = {stage: [o.said_by for o in ours.outcomes_of(stage) if o.id == "not-agreed"] for stage in ours.stage_ids}
    assert said_by["step-1"] == ["raising"]
    assert said_by["step-2"] == said_by["step-3"] == ["any party"]


def test_shared_duties_are_added_and_keep_their_parents_keys() -> None:
    ours = laid('[[duty]]\nwhen = "ended"\nact = "filed"\nby = "raising"\nuntil = "done"\nrows = ["1"]')

    theirs = lincolnshire().duties
    assert ours.duties[: len(theirs)] == theirs
    assert ours.rules[RuleKey(place=len(theirs) + 1)].when == ("ended",)


def test_laying_over_changes_neither_of_the_two() -> None:
    below = tomllib.loads((POLICIES / "lincolnshire.toml").read_text(encoding="utf-8"))
    child = tomllib.loads(CHILD.format(id="ours", on="lincolnshire"))
    before = (repr(below), repr(child))

    lay_over(child, below)

    assert (repr(below), repr(child)) == before


# --- reading


def test_both_editions_are_remembered_and_the_digest_is_of_both(tmp_path: Path) -> None:
    text = (POLICIES / "lincolnshire.toml").read_text(encoding="utf-8")
    (tmp_path / "lincolnshire.toml").write_text(text, encoding="utf-8")
    write(tmp_path, "trust", "lincolnshire")
    write(tmp_path, "school", "trust")
    first, _ = load_policy(tmp_path / "school.toml")
    (tmp_path / "lincolnshire.toml").write_text(text.replace('edition = "2025-02"', 'edition = "2026-02"'))
    second, _ = load_policy(tmp_path / "school.toml")

    assert [(parent.id, parent.edition) for parent in first.parents] == [("trust", "1"), ("lincolnshire", "2025-02")]
    assert first.edition_in_full == "1 on trust 1, lincolnshire 2025-02"
    assert digest(policy_edition(first)) != digest(policy_edition(second))
    assert Policy.model_validate(policy_edition(first)) == first


def test_a_policy_that_builds_on_none_is_kept_as_it_always_was() -> None:
    kept = policy_edition(lincolnshire())

    assert {"builds_on", "parents"} & set(kept) == set()
    assert lincolnshire().edition_in_full == lincolnshire().edition


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("nowhere", "there is no policy `nowhere` beside this file; there are: none"),
        ("../secrets", "is not the id of a policy"),
        ("child", "build on one another in a circle: `child` on `child`"),
    ],
)
def test_what_cannot_be_built_on_is_one_clear_fault(tmp_path: Path, on: str, told: str) -> None:
    write(tmp_path, "child", on)

    (fault,) = faults(tmp_path, "child")

    assert fault.place == "policy, builds_on"
    assert told in fault.what
    assert fault.mend


def test_a_circle_is_told_whole(tmp_path: Path) -> None:
    for name, on in (("a", "b"), ("b", "c"), ("c", "a")):
        write(tmp_path, name, on)

    (fault,) = faults(tmp_path, "a")

    assert "`a` on `b` on `c` on `a`" in fault.what


def test_more_than_four_on_one_another_are_too_many(tmp_path: Path) -> None:
    for n in range(6):
        write(tmp_path, f"p{n}", f"p{n + 1}")

    (fault,) = faults(tmp_path, "p0")

    assert "more than 4 policies" in fault.what


def test_a_fault_of_the_parent_is_told_as_one_of_its_file(tmp_path: Path) -> None:
    text = (POLICIES / "lincolnshire.toml").read_text(encoding="utf-8")
    (tmp_path / "lincolnshire.toml").write_text(text.replace('"end: stopped"', '"end: vanished"'), encoding="utf-8")
    write(tmp_path, "child", "lincolnshire")

    (fault,) = faults(tmp_path, "child")

    assert fault.place.startswith("lincolnshire.toml, stage step-2")


def test_the_parents_file_holds_the_policy_of_that_id(tmp_path: Path) -> None:
    text = (POLICIES / "lincolnshire.toml").read_text(encoding="utf-8")
    (tmp_path / "rutland.toml").write_text(text, encoding="utf-8")
    write(tmp_path, "child", "rutland")

    (fault,) = faults(tmp_path, "child")

    assert "rutland.toml holds the policy `lincolnshire`" in fault.what


@pytest.mark.parametrize("more", ["stage = 1", "outcome = [1]", "duty = 1", "role = []", "outcome = [{ from = 3 }]"])
def test_a_child_of_the_wrong_form_is_told_and_never_a_traceback(tmp_path: Path, more: str) -> None:
    (tmp_path / "lincolnshire.toml").write_text((POLICIES / "lincolnshire.toml").read_text(encoding="utf-8"))
    (tmp_path / "child.toml").write_text(more + CHILD.format(id="child", on="lincolnshire"), encoding="utf-8")

    assert faults(tmp_path, "child")


def test_parents_are_never_written_in_a_file(tmp_path: Path) -> None:
    text = (POLICIES / "lincolnshire.toml").read_text(encoding="utf-8")
    (tmp_path / "ours.toml").write_text(text.replace("nation =", "parents = []\nnation =", 1), encoding="utf-8")

    (fault,) = faults(tmp_path, "ours")

    assert (fault.place, fault.what) == ("policy, parents", "the key `parents` is not known here")


def test_a_child_read_without_its_parent_cannot_be_used() -> None:
    ours = laid("")

    assert any("was not read with it" in fault.what for fault in check_policy(ours))


# --- showing


def test_both_editions_are_shown_with_the_policy_and_on_the_case() -> None:
    policy = shipped("liverpool-school")
    case = Case(policy=policy, raiser={"role": "worker"})

    assert "Builds on: Escalation of concerns about a child (liverpool, edition 2018-02)" in [
        line.text for line in drawn(policy)
    ]
    assert case.entries[0].body["policy"] == "liverpool-school 2026-09 on liverpool 2018-02"
    assert status_of(case.state).edition == "2026-09 on liverpool 2018-02"
    assert explain(case.state)


# --- the school of Liverpool: its own steps, then the area's (V2, V20)


def school_case(situation: str = "") -> Case:
    facts = {"situation": situation} if situation else {}
    return Case(policy=shipped("liverpool-school"), raiser={"role": "worker"}, facts=facts)


def handed_over(situation: str, outcome: str) -> Case:
    case = school_case(situation)
    case.does(SCHOOL, "welfare-talk", "worker")
    case.says(SCHOOL, "taken-up", "designated-lead")
    case.does(SCHOOL, "head-told", "designated-lead")
    case.says(SCHOOL, outcome, "designated-lead")
    return case


@pytest.mark.parametrize(
    ("situation", "outcome", "stage"),
    [
        ("child in need referral refused", "to-the-partnership", "stage-1a"),
        ("progress of a child in need plan", "to-the-partnership", "need-a"),
        ("progress of a child protection plan", "to-the-partnership", "protection-a"),
        ("conference decided against a protection plan", "to-the-partnership", "conference-a"),
        ("child in need plan discontinued", "to-the-partnership", "discontinued"),
    ],
)
def test_v2_the_schools_own_steps_run_first_and_hand_over_to_the_ladder_the_situation_has(
    situation: str, outcome: str, stage: str
) -> None:
    case = school_case(situation)
    assert case.stages == ["school-lead"]

    assert handed_over(situation, outcome).stages == [stage]


def test_v20_after_the_hand_over_the_partnerships_order_holds() -> None:
    case = handed_over("progress of a child in need plan", "to-the-partnership")

    case.does(SCHOOL, "discussion", "designated-lead")
    case.says(SCHOOL, "not-agreed", "designated-lead")

    assert case.stages == ["need-b"]


def test_v46_in_this_school_the_lead_is_spoken_to_the_same_working_day() -> None:
    case = school_case()
    assert not case.duty("school-lead/1").is_overdue

    case.pass_to("2025-03-05 00:01")

    assert case.duty("school-lead/1").is_overdue


def test_within_one_school_its_own_steps_are_left_out() -> None:
    assert school_case("internal disagreement about a referral").stages == ["internal"]


# --- the school of Lincolnshire: the conduct note of its copy (C3)


def conduct_case() -> Case:
    return Case(policy=shipped("lincolnshire-school"), facts={"concern": "conduct"})


def test_the_schools_conduct_note_stands_in_the_place_of_the_partnerships_stage() -> None:
    case = conduct_case()

    assert case.stages == ["redirected"]
    assert case.duty("redirected/1").acts == ("conduct-talk",)

    case.does(SCHOOL, "conduct-talk")
    case.does(SCHOOL, "redirect")
    case.says(SCHOOL, "turned")
    assert case.ended == "diverted"


def test_the_rest_of_the_ladder_is_the_partnerships() -> None:
    case = Case(policy=shipped("lincolnshire-school"), facts={"concern": "difference"})

    case.agree()

    assert case.stages == []
    assert case.ended == "resolved"
    assert CARE in {agency for _, agency in case.told("outcome")}
