"""Cases that end in agreement, at each step, on the real server."""

from datetime import timedelta

import pytest

from domain.base.refusals import Refusal
from tests.workflows.story import Story, both


async def test_professionals_who_agree_at_step_1_end_it_and_close_once_all_is_filed(story: Story) -> None:
    """Step 1, L12 to L17: discussion, acknowledgement, one plan that both confirm; then L7 and L43."""
    await story.opens_at_step_1()
    await story.act("police", "practitioner", "acknowledgement")
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.notices("act-recorded to practitioner of police")
    await story.propose("schools", "practitioner")
    await story.notices("plan-proposed to practitioner of police")
    answer = await story.confirm("police", "practitioner")

    assert "agreed" in answer.sentence
    await story.notices(*both("outcome", "practitioner"))
    standing = await story.stands()
    assert standing.ended == "resolved"
    assert standing.closed_at is None

    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.notices(*both("closed", "practitioner"))
    assert (await story.closes()).ended == "resolved"


async def test_managers_who_agree_at_step_2_end_it_weeks_before_the_last_action_closes_it(story: Story) -> None:
    """Step 2, L19 to L24; the raiser hears of it (G35); L4: the plan's action runs for four weeks after the end."""
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    for agency in ("schools", "police"):
        await story.act(agency, "line-manager", "own-consultation")
    await story.act("schools", "line-manager", "justified", fields={"reason": "It meets the purpose."})
    await story.act("schools", "line-manager", "discussion", method="face to face")
    await story.notices("act-recorded to line-manager of police")
    await story.propose("police", "line-manager", days=28)
    await story.notices("plan-proposed to line-manager of schools")
    await story.confirm("schools", "line-manager")
    await story.notices("outcome to practitioner of schools", *both("outcome", "line-manager"))

    await story.files_everything()
    standing = await story.stands()
    assert [one.what for one in standing.owed] == ["action 1 of the plan"]
    await story.passes(days=27)
    await story.does_actions("police", 1)
    await story.notices("closed to practitioner of schools", *both("closed", "line-manager"))
    closed = await story.closes()
    assert closed.closed_at
    assert closed.closed_at - closed.opened_at > timedelta(days=27)


async def test_senior_officers_who_agree_at_step_3_end_it(story: Story) -> None:
    """Step 3, L26 to L28."""
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    for agency in ("schools", "police"):
        await story.act(agency, "line-manager", "contact-slo")
    await story.act("schools", "slo", "assist")
    await story.agrees("slo")
    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.notices("closed to practitioner of schools", *both("closed", "slo"))
    assert (await story.closes()).ended == "resolved"


async def test_a_changed_plan_takes_the_other_sides_confirmation_away(story: Story) -> None:
    """Rule 35, L16: only the newest version can be confirmed, and nothing carries over to it; G36 for three parties."""
    await story.opens(receiving=("police", "nspcc"))
    await story.notices(*both("step-opened", "practitioner"), "step-opened to practitioner of nspcc")
    await story.propose("schools", "practitioner")
    await story.notices("plan-proposed to practitioner of police", "plan-proposed to practitioner of nspcc")
    await story.confirm("police", "practitioner")
    await story.notices("told to practitioner of schools", "told to practitioner of nspcc")
    await story.propose("schools", "practitioner", days=21)
    await story.notices("plan-changed to practitioner of police", "plan-proposed to practitioner of nspcc")

    with pytest.raises(Refusal) as told:
        await story.confirm("nspcc", "practitioner", version=1)
    assert told.value.why == "stale"
    await story.confirm("nspcc", "practitioner", version=2)
    await story.notices(*both("told", "practitioner"))
    standing = await story.stands()
    assert standing.ended == ""
    assert standing.plan
    assert set(standing.plan.confirmed) == {"schools", "nspcc"}

    await story.confirm("police", "practitioner", version=2)
    await story.notices(*both("outcome", "practitioner"), "outcome to practitioner of nspcc")
    assert (await story.stands()).ended == "resolved"


async def test_one_sides_word_that_all_is_agreed_stops_no_clock(story: Story) -> None:
    """Rule 36: "agreed" said by one without the other's confirmation is a claim."""
    await story.opens_at_step_1()
    before = (await story.stands()).next_moment
    answer = await story.outcome("schools", "practitioner", "agreed", fields={})
    assert "claim" in answer.sentence
    after = await story.stands()
    assert (after.ended, after.next_moment) == ("", before)
    assert (await story.entries())[-1] == "claim"


async def test_a_case_at_rest_for_months_can_still_be_agreed(story: Story) -> None:
    """L42, rule 31: unresolved at the last step is open; the senior officers agree half a year later."""
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.comes_to_rest()
    await story.files_everything()
    await story.passes(days=180)
    await story.agrees("slo")
    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.notices("closed to practitioner of schools", *both("closed", "slo"))
    closed = await story.closes()
    assert closed.ended == "resolved"
    assert closed.closed_at
    assert closed.closed_at - closed.opened_at > timedelta(days=180)
