"""Cases that nobody agrees on: up the ladder, stopped, or sent back."""

import pytest

from domain.base.refusals import Refusal
from tests.workflows.story import Story, both


async def test_a_difference_climbs_every_step_and_each_move_is_told_to_all(story: Story) -> None:
    """L18, L25, L26, L30: each move needs a reason and what keeps the child safe meanwhile."""
    await story.opens_at_step_1()
    with pytest.raises(Refusal) as told:
        await story.outcome("schools", "practitioner", "not-agreed", fields={})
    assert "reason and interim safety" in told.value.sentence
    await story.goes_up_from(1)
    await story.goes_up_from(2)

    standing = await story.stands()
    assert [one.what for one in standing.owed if "contact" in one.what] == [
        "contact with the senior liaison officer",
        "contact with the senior liaison officer",
    ]
    await story.act("schools", "supervisor", "contact-slo")
    await story.act("police", "line-manager", "contact-slo")
    await story.act("police", "slo", "discussion", method="telephone")
    await story.notices("owed to slo of schools")
    await story.outcome("police", "slo", "not-agreed")
    await story.notices("outcome to practitioner of schools", *both("outcome", "slo"), *both("step-opened", "slo"))
    standing = await story.stands()
    assert (standing.stage, standing.urgency) == ("step-4-urgent", "urgent")
    assert (await story.entries()).count("stage-opened") == 4


async def test_a_concern_found_not_justified_is_stopped_and_all_are_told(story: Story) -> None:
    """L20: the raising line manager's word, with a reason."""
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    with pytest.raises(Refusal) as told:
        await story.outcome("police", "line-manager", "not-justified")
    assert told.value.why == "wrong side"
    await story.outcome("schools", "line-manager", "not-justified")
    await story.notices("outcome to practitioner of schools", *both("outcome", "line-manager"))
    assert (await story.stands()).ended == "stopped"
    await story.files_everything()
    await story.notices("closed to practitioner of schools", *both("closed", "line-manager"))
    assert (await story.closes()).ended == "stopped"


async def test_a_case_returned_to_the_professionals_begins_step_1_again(story: Story) -> None:
    """L20, rule 26: a second visit with its own duties; then they agree."""
    await story.opens_at_step_1()
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.notices("act-recorded to practitioner of police")
    await story.goes_up_from(1)
    await story.outcome("schools", "line-manager", "returned")
    await story.notices(
        "outcome to practitioner of schools", *both("outcome", "line-manager"), *both("step-opened", "practitioner")
    )
    standing = await story.stands()
    assert [(stage.id, stage.visit) for stage in standing.stages] == [("step-1", 2)]
    assert "discussion" in [one.what for one in standing.owed]
    await story.agrees("practitioner")
    assert (await story.stands()).ended == "resolved"


async def test_the_first_not_agreed_moves_and_a_later_word_for_the_step_left_moves_nothing(story: Story) -> None:
    """Rules 30 and 42: two sides in the same minute."""
    await story.opens_at_step_1()
    seen = (await story.stands()).as_of
    await story.goes_up_from(1)
    late = await story.outcome("police", "practitioner", "not-agreed", stage="step-1")
    assert "left already" in late.sentence
    with pytest.raises(Refusal) as told:
        await story.outcome("police", "line-manager", "not-agreed", seen=seen)
    assert told.value.why == "stale"
    assert (await story.stands()).stage == "step-2"


async def test_a_conduct_concern_is_turned_to_its_own_procedure(story: Story) -> None:
    """L52, L53: scope triage at the opening; the turning is on the record, then the case closes."""
    await story.opens(facts={"concern": "conduct"})
    await story.notices("step-opened to practitioner of schools")
    with pytest.raises(Refusal) as told:
        await story.outcome("schools", "practitioner", "turned", fields={})
    assert told.value.why == "missing"
    await story.act(
        "schools", "practitioner", "redirect", fields={"procedure": "conduct", "with-whom": "the designated officer"}
    )
    await story.outcome("schools", "practitioner", "turned", fields={})
    await story.notices("outcome to practitioner of schools")
    await story.files_everything()
    await story.notices("closed to practitioner of schools")
    assert (await story.closes()).ended == "diverted"
