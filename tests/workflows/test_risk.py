"""Immediate risk to a child: from any state, by anyone, and the lead on call is told at once (L51, rule 44)."""

from domain.base.people import Actor
from tests.workflows.story import Story, both, by

TELEPHONED = "statutory-services-telephoned"


async def test_immediate_risk_at_step_1_wakes_the_lead_on_call_and_the_ladder_goes_on(story: Story) -> None:
    """It opens beside; the telephone call ends it."""
    await story.opens_at_step_1()
    before = (await story.stands()).next_due
    answer = await story.raises_risk(Actor(), "")
    assert "Telephone the statutory services now" in answer.sentence
    (first, *_) = await story.notices("risk to on-call", *both("risk", "practitioner"))
    assert first.urgent
    standing = await story.stands()
    assert (standing.stage, standing.urgency) == ("step-1", "immediate risk")

    await story.act("police", "practitioner", TELEPHONED)
    standing = await story.stands()
    assert (standing.stage, standing.urgency, standing.next_due) == ("step-1", "ordinary", before)
    await story.agrees("practitioner")


async def test_immediate_risk_that_nobody_telephones_about_alerts_each_hour(story: Story) -> None:
    await story.opens_at_step_1()
    await story.raises_risk(by("police", "practitioner"), "Not safe tonight.")
    await story.notices("risk to on-call", *both("risk", "practitioner"))
    await story.next_moment_comes()
    await story.notices(*both("overdue", "practitioner"), "alert to on-call")
    await story.next_moment_comes()
    await story.notices("alert to on-call")
    await story.act("schools", "practitioner", TELEPHONED)
    await story.notices("alert-withdrawn to on-call")
    assert (await story.stands()).urgency == "ordinary"


async def test_immediate_risk_reaches_a_case_at_rest(story: Story) -> None:
    await story.opens_at_step_1()
    await story.goes_up_from(1)
    await story.goes_up_from(2)
    await story.comes_to_rest()
    await story.passes(days=90)
    await story.raises_risk(by("nspcc", "slo"))
    await story.notices("risk to on-call", "risk to practitioner of schools", *both("risk", "slo"))
    await story.act("nspcc", "slo", TELEPHONED)
    assert (await story.stands()).stage == "unresolved"


async def test_immediate_risk_after_the_end_keeps_the_case_from_closing(story: Story) -> None:
    """Ended is not closed: what is owed for the child's safety comes first."""
    await story.opens_at_step_1()
    await story.agrees("practitioner")
    await story.raises_risk(by("schools", "practitioner"))
    await story.notices("risk to on-call", *both("risk", "practitioner"))
    await story.files_everything()
    await story.does_actions("schools", 1)
    standing = await story.stands()
    assert (standing.ended, standing.closed_at, standing.urgency) == ("resolved", None, "immediate risk")
    await story.act("schools", "practitioner", TELEPHONED)
    await story.notices(*both("closed", "practitioner"))
    await story.closes()
