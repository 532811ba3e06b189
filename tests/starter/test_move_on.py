"""`escalate move-on`: what is asked, who is named, and what is said where there is nothing to ask."""

import json
from collections.abc import Callable

import pytest

from tests.starter.test_lost import command, lost, server
from tests.workflows.histories import runs_of
from tests.workflows.story import Story

__all__ = ["lost", "server"]


async def test_every_case_moves_on_and_the_progress_is_said_beside_the_answer(lost: Callable[[], Story]) -> None:
    stories = [await lost().opens_at_step_1() for _ in range(2)]
    for story in stories:
        await story.is_found("ExecutionStatus = 'Running'")

    result = await command("move-on", "--all", "--json")

    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {"moved_on": sorted(story.case for story in stories), "not_yet": []}
    assert result.stderr.splitlines()[-1] == "2 of 2 cases have moved on."
    assert [len([run async for run in runs_of(story.server.client, story.case)]) for story in stories] == [2, 2]


async def test_one_case_moves_on_and_it_is_said(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()

    result = await command("move-on", story.case)

    assert (result.exit_code, result.stdout) == (0, "In a new run now: 1 case.\n")


async def test_one_that_waits_for_its_register_is_named_and_is_no_fault(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()
    await story.entries()
    story.register.down.add(story.case)
    await story.act("police", "practitioner", "acknowledgement")

    result = await command("move-on", story.case, "--wait", "1")

    story.register.down.discard(story.case)
    await story.passes(minutes=2)
    assert result.exit_code == 0, result.stderr
    assert "Asked, and not there yet: 1 case. Each goes on at its next quiet moment, by itself:" in result.stdout
    assert story.case in result.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("ESC-0000-0000",),
            "Temporal runs no case ESC-0000-0000: `escalate show ESC-0000-0000` says where it stands.",
        ),
        ((), "Give the reference of one case, or --all."),
        (("ESC-0000-0000", "--all"), "Give the reference of one case, or --all."),
    ],
    ids=["not running", "nothing", "both"],
)
async def test_what_cannot_be_asked_is_said_in_a_sentence(
    lost: Callable[[], Story], words: tuple[str, ...], says: str
) -> None:
    lost()

    result = await command("move-on", *words)

    assert result.exit_code == 2
    assert says in result.stderr


async def test_where_no_case_runs_there_is_nothing_to_move_on(lost: Callable[[], Story]) -> None:
    lost()

    result = await command("move-on", "--all")

    assert (result.exit_code, result.stdout) == (0, "Temporal runs no case: there is nothing to move on.\n")
