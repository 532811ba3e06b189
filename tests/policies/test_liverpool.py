"""Liverpool's policy: its file, the choice of a ladder, the partnership's four stages; row by row."""

import re

import pytest

from tests.domain.case import CARE, SCHOOL, london, refused
from tests.policies.liverpool_case import (
    CONFERENCE,
    DISCONTINUED,
    INTERNAL,
    NEED,
    PROTECTION,
    STAFF,
    climbed,
    does_as,
    liverpool,
    opened,
    tells,
    within_the_school,
)

# --- the file


def test_every_rule_outcome_and_reading_of_liverpool_cites_a_row() -> None:
    policy = liverpool()
    row = re.compile(r"V([1-9]|[1-4]\d|5[0-8])")
    cited = [rule.rows for rule in policy.rules.values()]
    cited += [outcome.rows for stage in policy.stages for outcome in policy.outcomes_of(stage.id)]
    cited += [said.rows for said in policy.assumptions] + [said.rows for said in policy.gaps]

    assert all(rows and all(row.fullmatch(one) for one in rows) for rows in cited)


def test_v57_v58_v44_what_is_missing_or_misprinted_is_declared_and_shown() -> None:
    policy = liverpool()
    gaps = {row for gap in policy.gaps for row in gap.rows}
    assumed = {row for said in policy.assumptions for row in said.rows}

    assert {"V9", "V32", "V43", "V45", "V56", "V57", "V58"} <= gaps
    assert {"V20", "V44", "V57"} <= assumed
    assert {rule.within for rule in policy.rules.values()} == {
        *("none", "without delay", "as soon as possible", "24 hours", "1 working day"),
    }


# --- situations


@pytest.mark.parametrize(
    ("situation", "first"),
    [
        (INTERNAL, "internal"),
        ("child protection referral refused", "stage-1a"),
        ("child in need referral refused", "stage-1a"),
        ("child in need now at risk of significant harm", "stage-1a"),
        (NEED, "need-a"),
        (PROTECTION, "protection-a"),
        (CONFERENCE, "conference-a"),
        (DISCONTINUED, "discontinued"),
        ("child protection plan discontinued", "stage-1a"),
        ("early help assessment asked for instead", "stage-1a"),
        ("something that none of the ten names", "stage-1a"),
    ],
)
def test_v8_v57_each_of_the_ten_situations_begins_its_ladder_or_the_partnerships(situation: str, first: str) -> None:
    assert opened(situation).stages == [first]


def test_v3_v4_the_level_of_need_is_asked_and_consulted_when_assessing() -> None:
    case = within_the_school()
    refused(
        case,
        lambda: case.does(STAFF, "needs-discussion", "worker", fields={"levels-of-need": ""}),
    )

    case.does(STAFF, "needs-discussion", "worker", fields={"levels-of-need": "level 4, the board's guidance read"})

    assert case.duty("internal/1").state == "done"
    assert "level-of-need" in liverpool().facts


def test_v6_a_note_is_owed_of_every_step_that_was_taken() -> None:
    case = climbed("stage-2")

    assert len(case.duties("case/1")) == 2
    case.does(SCHOOL, "notes")
    assert {duty.state for duty in case.duties("case/1")} == {"done"}


def test_v7_raising_a_concern_alone_satisfies_no_stage() -> None:
    case = opened(NEED)
    case.does(SCHOOL, "discussion")
    case.does(SCHOOL, "written-concerns")
    case.proposes(SCHOOL)
    case.says(SCHOOL, "agreed")

    assert case.stages == ["need-a"]
    case.confirms(CARE)
    assert case.ended == "resolved"


# --- the partnership's ladder


def test_v33_v34_the_workers_attempt_it_first_and_agree_an_action() -> None:
    case = opened()
    case.does(SCHOOL, "discussion")
    assert case.duty("stage-1a/1").state == "done"

    case.agree()

    assert case.ended == "resolved"
    assert case.duty("stage-1a/3").is_outstanding, "the outcome is still to be recorded"
    case.does(CARE, "step-outcome", "social-worker")
    assert case.duty("stage-1a/3").state == "done"


def test_v34_v37_v41_unresolved_is_recorded_and_then_escalated() -> None:
    case = opened()
    for stage, above in (("stage-1a", "stage-1b"), ("stage-1b", "stage-2"), ("stage-2", "stage-3")):
        assert case.stages == [stage]
        assert "outcome of the step" in refused(case, lambda: case.says(SCHOOL, "not-agreed")).sentence
        case.does(SCHOOL, "step-outcome")
        case.says(SCHOOL, "not-agreed")
        assert case.stages == [above]


def test_v35_the_line_managers_of_both_sides_are_the_pair_of_stage_1b() -> None:
    case = climbed("stage-1b")

    refused(case, lambda: case.does(SCHOOL, "discussion", "worker"))
    case.does(CARE, "discussion", "line-manager")

    assert case.duty("stage-1b/1").state == "done"


def test_v36_a_professionals_meeting_is_an_offer() -> None:
    case = climbed("stage-1b")

    assert case.duty("stage-1b/2").strength == "may"
    case.does(SCHOOL, "professionals-meeting.held", with_parties=(CARE,))
    assert case.duty("stage-1b/2").state == "done"


def test_v38_the_representative_guides_the_line_manager_who_takes_it_up_again() -> None:
    case = climbed("stage-2")
    refused(case, lambda: case.says(SCHOOL, "guided"))

    case.does(SCHOOL, "guidance")
    case.says(SCHOOL, "guided")

    assert case.stages == ["stage-1b"]
    assert case.state.visits[-1].number == 2
    assert case.duty("stage-1b/1").is_outstanding, "the line managers owe a new discussion"


def test_v38_or_the_representative_discusses_it_directly_with_the_counterpart() -> None:
    case = climbed("stage-2")

    case.does(SCHOOL, "discussion")

    assert case.duty("stage-2/1").state == "done"


def test_v39_stage_2_agrees_an_action_and_records_the_outcome() -> None:
    case = climbed("stage-2")

    case.agree()

    assert case.ended == "resolved"
    assert case.duty("stage-2/2").is_outstanding


def test_v40_each_representative_gives_the_detail_for_monitoring_though_the_case_is_resolved() -> None:
    case = climbed("stage-2")
    case.agree()

    assert {duty.party for duty in case.duties("stage-2/3") if duty.is_outstanding} == {SCHOOL, CARE}
    for party in (SCHOOL, CARE):
        case.does(party, "collation", "safeguarding-representative")
    assert {duty.state for duty in case.duties("stage-2/3")} == {"done"}
    assert ("board-team", "") in case.told("told")


def test_v42_stage_3_is_a_meeting_of_the_agencies_representatives() -> None:
    case = climbed("stage-3")
    case.does(SCHOOL, "board-meeting.date-set", date=london("2025-03-10 10:00"))
    case.pass_to("2025-03-10 12:00")
    case.does(SCHOOL, "board-meeting.held", with_parties=(CARE,))

    assert case.duty("stage-3/1").state == case.duty("stage-3/2").state == "done"


def test_v43_the_appendix_2_report_is_owed_until_submitted_and_goes_to_the_boards_team() -> None:
    case = climbed("stage-3")
    case.agree()
    assert case.duty("stage-3/3").is_outstanding

    case.does(CARE, "appendix-2", "board-representative")

    assert case.duty("stage-3/3").state == "done"
    assert ("board-team", "") in case.told("told")


def test_v44_v45_stage_3_unresolved_goes_to_the_chair_whose_outcome_ends_it() -> None:
    case = climbed("stage-4")
    assert ("board-chair", "") in case.told("step-opened")
    refused(case, lambda: case.says(SCHOOL, "decided"))

    does_as(case, "board-chair", "chair-outcome")
    case.says("", "decided", "board-chair")

    assert case.ended == "decided"


def test_v45_the_chair_may_also_record_that_the_difference_stands() -> None:
    case = climbed("stage-4")
    does_as(case, "board-chair", "chair-outcome")

    case.says("", "difference-noted", "board-chair")

    assert case.ended == "noted"


# --- the whole


def test_a_case_under_this_policy_is_the_fold_of_its_entries() -> None:
    case = within_the_school()
    case.does(STAFF, "needs-discussion", "worker")
    case.says(STAFF, "referred", "worker")
    tells(case, "level-of-need", "4 child in need", party=STAFF)
    case.does(STAFF, "consent-sought", "worker", fields={"consent": "given"})
    case.does(STAFF, "need-referral", "worker")
    case.pass_to("2025-03-06 00:01")
    case.raises_risk()
    case.does(STAFF, "telephoned", "worker")
    case.says(STAFF, "pressed-again", "worker")
    case.says(STAFF, "not-agreed", "worker", to="stage-2")
    case.does(STAFF, "guidance", "safeguarding-representative")
    case.says(STAFF, "guided", "safeguarding-representative")

    case.replays()
