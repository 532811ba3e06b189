"""Cases that end in agreement, at each step, on the real server."""

from tests.workflows.story import Story


async def test_professionals_who_agree_at_step_1_end_it_and_close_once_all_is_filed(story: Story) -> None:
    """Step 1, L12 to L17: discussion, acknowledgement, one plan that both confirm; then L7 and L43."""
    await story.opens()
    await story.notices("step-opened to practitioner of schools", "step-opened to practitioner of police")
    await story.act("police", "practitioner", "acknowledgement")
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.notices("act-recorded to practitioner of police")
    await story.propose("schools", "practitioner")
    await story.notices("plan-proposed to practitioner of police")
    answer = await story.confirm("police", "practitioner")

    assert "agreed" in answer.sentence
    await story.notices("outcome to practitioner of schools", "outcome to practitioner of police")
    standing = await story.stands()
    assert standing.ended == "resolved"
    assert standing.closed_at is None

    await story.file_everything()
    await story.act("schools", "practitioner", "action-done", fields={"action": "1"})
    await story.until(lambda: len(story.postbag.of(story.case)) > story._read, "closed notices")
    await story.notices("closed to practitioner of schools", "closed to practitioner of police")
    assert (await story.closes()).ended == "resolved"
