"""The register or the mail host is down: nothing is lost, nothing is doubled, and neither holds up the other."""

from tests.workflows.histories import kinds_of
from tests.workflows.story import Story, both, by


async def test_alerts_leave_while_the_register_is_down_and_its_entries_follow_in_order(story: Story) -> None:
    """A register that is down delays entries and never an alert; what it could not note becomes an entry."""
    await story.opens_at_step_1()
    await story.is_quiet()
    known = len(await story.entries())
    story.register.down.add(story.case)
    await story.next_moment_comes()
    await story.notices(*both("overdue", "practitioner"), "alert to on-call")
    await story.raises_risk(by("police", "practitioner"))
    await story.notices("risk to on-call", *both("risk", "practitioner"))
    await story.goes_up_from(1, "on-call")
    assert len(story.register.entries(story.case)) == known
    assert story.register.refused > 0

    story.register.down.discard(story.case)
    kinds = await story.entries()
    decided = ["opened", "stage-opened", "overdue", "alert", "risk", "outcome", "stage-opened"]
    assert [kind for kind in kinds if kind != "notice-sent"] == decided
    assert kinds.count("notice-sent") == 3 + 3 + 5
    assert [stored.entry.number for stored in story.register.entries(story.case)] == list(range(1, len(kinds) + 1))


async def test_hours_pass_while_the_register_is_down_and_the_alert_goes_on_repeating(story: Story) -> None:
    """The register is tried again each minute, and is not asked for more than that."""
    await story.opens_at_step_1()
    await story.is_quiet()
    await story.next_moment_comes()
    await story.notices(*both("overdue", "practitioner"), "alert to on-call")
    await story.is_quiet()
    story.register.down.add(story.case)
    for rung in ("on-call", "on-call.second"):
        await story.next_moment_comes()
        await story.notices(f"alert to {rung}")
    assert "**Held up:**" in await story.current_details()
    story.register.down.discard(story.case)
    await story.passes(minutes=2)
    kinds = await story.entries()
    assert kinds.count("alert") == 3
    assert "**Held up:**" not in await story.current_details()


async def test_entries_are_made_while_the_mail_host_is_down_and_each_notice_leaves_once(story: Story) -> None:
    await story.opens_at_step_1()
    story.postbag.down.add(story.case)
    await story.outcome("schools", "practitioner", "not-agreed")
    await story.raises_risk(by("police", "practitioner"))
    assert (await story.entries())[2:] == ["outcome", "stage-opened", "risk"]
    assert story.unread() == []
    story.postbag.down.discard(story.case)
    await story.notices(
        *both("outcome", "practitioner"),
        *both("step-opened", "line-manager"),
        "risk to on-call",
        "risk to practitioner of schools",
        *both("risk", "line-manager"),
    )


async def test_a_case_closes_only_when_its_last_entry_and_notice_have_gone(story: Story) -> None:
    await story.opens_at_step_1()
    await story.agrees("practitioner")
    await story.files_everything()
    story.register.down.add(story.case)
    story.postbag.down.add(story.case)
    await story.does_actions("schools", 1)
    assert (await story.stands()).closed_at
    assert "workflow_execution_completed" not in await kinds_of(story.server.client, story.case)
    story.register.down.discard(story.case)
    story.postbag.down.discard(story.case)
    await story.notices(*both("closed", "practitioner"))
    await story.closes()
