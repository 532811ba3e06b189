"""Actions of an agreed plan are dated duties of their owners: late, explained, replaced, done."""

from datetime import timedelta

from domain.case.plan import Action
from tests.workflows.story import Story, both


async def test_a_late_action_is_explained_replaced_and_then_done(story: Story) -> None:
    """L4 to L6, rule 49: after the end; the old date stays on the record, and only the new one alerts."""
    await story.opens_at_step_1()
    now = await story.now()
    actions = (
        Action(what="Share the chronology.", owner="police", by=(now + timedelta(days=7)).date()),
        Action(what="Visit together.", owner="schools", by=(now + timedelta(days=20)).date()),
    )
    await story.propose("schools", "practitioner", actions=actions)
    await story.notices("plan-proposed to practitioner of police")
    await story.confirm("police", "practitioner")
    await story.notices(*both("outcome", "practitioner"))
    await story.files_everything()
    await story.does_actions("schools", 2)

    await story.next_moment_comes()
    came = await story.notices(*both("overdue", "practitioner"), "alert to on-call", "owed to practitioner of police")
    assert [one.what for one in came[-2].owed] == ["action 1 of the plan"]
    assert [one.what for one in came[-1].owed] == ["explanation of a late action, with its new date"]
    standing = await story.stands()
    assert [(one.what, one.by) for one in standing.owed if "explanation" in one.what] == [
        ("explanation of a late action, with its new date", "police")
    ]

    replacement = (await story.now() + timedelta(days=10)).date()
    fields = {"action": "1", "reason": "The worker was ill.", "replacement": replacement.isoformat()}
    await story.act("police", "practitioner", "explained", fields=fields)
    await story.notices("alert-withdrawn to on-call")
    standing = await story.stands()
    assert (standing.overdue, standing.ended, standing.closed_at) == (0, "resolved", None)
    await story.passes(days=5)
    await story.notices()

    await story.does_actions("police", 1)
    await story.notices(*both("closed", "practitioner"))
    await story.closes()
