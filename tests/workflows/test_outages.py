"""The register or the mail host is down: nothing is lost, nothing is doubled, and neither holds up the other."""

from tests.histories.merging import merged, replayed
from tests.workflows.histories import kinds_of, runs_of
from tests.workflows.story import Story, both, by

AT_ONCE = 3
"""Bundles under way at once, in the stories that say so."""


async def test_alerts_leave_while_the_register_is_down_and_its_entries_follow_in_order(story: Story) -> None:
    """A register that is down delays entries and never an alert; what it could not note it is told when it is back."""
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
    await story.passes(minutes=2)
    kinds = await story.entries()
    decided = ["opened", "stage-opened", "overdue", "alert", "risk", "outcome", "stage-opened"]
    assert kinds == decided
    assert [stored.entry.number for stored in story.register.entries(story.case)] == list(range(1, len(kinds) + 1))
    await story.is_quiet()
    tries = [one.attempt for one in story.register.attempts(story.case)]
    assert sorted(one.notice_ref for one in tries) == sorted(notice.ref for notice in story.postbag.of(story.case))


async def opens_and_the_register_goes_down(story: Story) -> None:
    """Open a case in which few bundles may be under way at once, and let its record be away from then on."""
    await story.opens_otherwise(at_once=AT_ONCE)
    await story.notices(*both("step-opened", "practitioner"))
    await story.is_quiet()
    story.register.down.add(story.case)


async def bundles_under_way(story: Story) -> int:
    """How many bundles the register is being asked to take."""
    pending = (await story.handle.describe()).raw_description.pending_activities
    return sum(1 for one in pending if one.activity_type.name == "enter-and-send")


async def replays_however_its_tasks_come(story: Story) -> None:
    async for run in runs_of(story.server.client, story.case):
        as_it_was = await replayed(run)
        for with_the_next in (as_it_was.idle, as_it_was.idle[::2], as_it_was.idle[1::2]):
            assert await merged(as_it_was, with_the_next) == as_it_was.commands


async def test_a_register_that_is_down_is_asked_to_take_so_many_bundles_and_the_rest_gather(story: Story) -> None:
    """However much is decided meanwhile, it is not asked for more, and gets all of it in order."""
    await opens_and_the_register_goes_down(story)
    for number in range(AT_ONCE + 4):
        await story.act("schools", "practitioner", "filed")
        assert await bundles_under_way(story) == min(number + 1, AT_ONCE)
    await story.until(lambda: story.register.refused >= AT_ONCE, "each was tried")
    assert len(story.register.entries(story.case)) == 2
    story.register.down.discard(story.case)
    await story.passes(minutes=2)
    assert (await story.entries())[2:] == ["act"] * (AT_ONCE + 4)
    await story.is_quiet()
    started = (await kinds_of(story.server.client, story.case)).count("activity_task_scheduled")
    assert started == 1 + AT_ONCE + 1, "what gathered went as one bundle"
    await replays_however_its_tasks_come(story)


async def test_once_the_register_has_caught_up_the_case_says_so_and_entries_start_when_decided_again(
    story: Story,
) -> None:
    await opens_and_the_register_goes_down(story)
    for _ in range(AT_ONCE):
        await story.act("schools", "practitioner", "filed")
    story.register.down.discard(story.case)
    await story.passes(minutes=2)
    await story.entries()
    await story.is_quiet()
    described = await story.handle.describe()
    assert await described.memo_value("caught-up")
    story.register.down.add(story.case)
    for number in range(2):
        await story.act("schools", "practitioner", "filed")
        assert await bundles_under_way(story) == number + 1
    story.register.down.discard(story.case)
    await story.passes(minutes=2)
    assert len(await story.entries()) == 2 + AT_ONCE + 2
    await replays_however_its_tasks_come(story)


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


async def test_what_is_urgent_overtakes_what_gathers_and_all_of_it_is_entered_once_the_register_is_back(
    story: Story,
) -> None:
    """What gathered on either side of it does not go as one: each half would wait for the other, and both for good."""
    await opens_and_the_register_goes_down(story)
    for _ in range(AT_ONCE + 2):
        await story.act("schools", "practitioner", "filed")
    await story.raises_risk(by("police", "practitioner"))
    await story.notices("risk to on-call", *both("risk", "practitioner"))
    for _ in range(2):
        await story.act("schools", "practitioner", "filed")
    assert await bundles_under_way(story) == AT_ONCE + 1, "the urgent one waits for no other"

    story.register.down.discard(story.case)
    await story.passes(minutes=2)

    kinds = ["act"] * (AT_ONCE + 2) + ["risk"] + ["act"] * 2
    await story.until(lambda: len(story.register.entries(story.case)) == 2 + len(kinds), "all of it is entered")
    assert [stored.entry.kind for stored in story.register.entries(story.case)][2:] == kinds
    await story.is_quiet()
    await replays_however_its_tasks_come(story)
