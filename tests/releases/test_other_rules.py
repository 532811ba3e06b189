"""Other rules over old cases: the program is replaced while cases are open, and put back again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from temporalio.client import WorkflowExecutionStatus

from tests.releases.cases import Told, stops, told
from tests.releases.edits import RULES, SHAPE
from tests.releases.installation import Installation, installation
from tests.releases.tree import ROOT, another_version
from tests.releases.words import Talk, is_entered
from tests.workflows.histories import failures, runs_of
from workflows.caseload import Caseload
from workflows.signals import MOVE_ON

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = 6
"""Cases told side by side: more would only wait for the one processor of the worker."""


async def at_once(work: Callable[[T], Awaitable[R]], items: Iterable[T]) -> list[R]:
    """Do the same with each of several, some at a time; the first that fails ends the others."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> R:
        async with places:
            return await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


def troubles(told: Any, tree: Path) -> list[str]:
    """Return what did not go as it should, a line each."""
    assert told["tree"] == str(tree)
    return [f"{' '.join(words)}: {code}: {said[-600:]}" for words, code, said in told["results"] if code]


async def failed_tasks(here: Installation, refs: Iterable[str]) -> list[str]:
    """Return the cases of which a task has failed, or is failing, with why."""
    found = []
    for ref in refs:
        described = (await here.client.get_workflow_handle(ref).describe()).raw_description
        if described.pending_workflow_task.attempt > 1:
            found.append(f"{ref}: tried {described.pending_workflow_task.attempt} times")
        async for run in runs_of(here.client, ref):
            found += [f"{ref}: {cause}" for cause in failures(run.events)]
    return found


def caseload_of(here: Installation) -> Caseload:
    return Caseload(here.client, here.settings.task_queue)


async def is_running(here: Installation, ref: str) -> bool:
    described = await here.client.get_workflow_handle(ref).describe()
    return bool(described.status == WorkflowExecutionStatus.RUNNING)


async def talk_on(talks: Sequence[Talk], *shares: float) -> None:
    """Let each say so much of everything."""
    await at_once(lambda one: one[0].goes_on_to(one[1]), zip(talks, shares, strict=True))


async def moments_pass(here: Installation, cases: Sequence[Told]) -> list[Told]:
    """Let the next moment of each case come, whatever it is for."""
    caseload = caseload_of(here)

    async def passes(case: Told) -> Told:
        moment = (await caseload.look(case.ref)).next_moment
        if moment is None:
            return case
        handle = here.client.get_workflow_handle(case.ref)
        span = max(moment - await here.server.get_current_time(handle), timedelta()) + timedelta(seconds=5)
        assert await here.server.fast_forward(handle, span)
        return case._replace(ahead=case.ahead + span)

    return await at_once(passes, cases)


async def staff_work(here: Installation, tree: Path, cases: Sequence[Told], further: Sequence[str], first: int) -> None:
    """Staff type what is offered and read everything, with the commands of a version: nothing fails."""
    asked = [
        {"ref": case.ref, "ahead": case.ahead.total_seconds(), "lines": 1 + (place + first) % 2}
        for place, case in enumerate(cases)
    ]
    refs = [*(case.ref for case in cases), *further]
    await at_once(lambda ref: is_entered(caseload_of(here), here.settings.register, ref), refs)
    commands = [["restore"], ["list", "--all"], ["list", "--json"], ["verify"]]
    came = await here.staff_of(tree, type=asked, first=first, commands=commands, read=refs)
    found = troubles(came, tree)
    assert not found, "\n".join(found)


@pytest.mark.timeout(600)
async def test_cases_at_every_step_go_on_under_other_rules_and_under_the_old_ones_again(tmp_path: Path) -> None:
    other = another_version(tmp_path / "other", RULES)
    (tmp_path / "data").mkdir()
    async with installation(tmp_path / "data") as here:
        talks = [Talk(here.client, here.settings.task_queue) for _ in range(3)]
        async with here.worker_of(ROOT):
            cases = await at_once(lambda stop: told(here, stop), stops())
            at_step_2 = next(stop for stop in stops() if "step-2" in stop.situations)
            to_lose = await at_once(lambda stop: told(here, stop), (at_step_2, at_step_2))
            for case in to_lose:
                await is_entered(caseload_of(here), here.settings.register, case.ref)
            await at_once(Talk.opens, talks)
            await talk_on(talks, 0, 1 / 3, 2 / 3)
        refs = [case.ref for case in cases]
        further = [talk.ref for talk in talks]
        for tree, first, shares, lost in (
            (other, 0, (1 / 3, 2 / 3, 1), to_lose[0]),
            (ROOT, 3, (2 / 3, 1, 1), to_lose[1]),
        ):
            await here.client.get_workflow_handle(lost.ref).terminate("lost, and resumed by the staff")
            async with here.worker_of(tree):
                await at_once(Talk.hears_the_same_again, talks)
                await talk_on(talks, *shares)
                cases = await moments_pass(here, cases)
                await staff_work(here, tree, [*cases, lost], further, first)
                assert await is_running(here, lost.ref), "it was resumed"
                assert await failed_tasks(here, [*refs, *further, lost.ref]) == []


@pytest.mark.timeout(600)
async def test_cases_of_a_newer_shape_say_under_the_older_version_that_they_stand_still_and_go_on_with_the_newer(
    tmp_path: Path,
) -> None:
    newer = another_version(tmp_path / "newer", (*RULES, *SHAPE))
    (tmp_path / "data").mkdir()
    async with installation(tmp_path / "data") as here:
        talks = [Talk(here.client, here.settings.task_queue) for _ in range(3)]
        async with here.worker_of(ROOT):
            await at_once(Talk.opens, talks)
            await talk_on(talks, 1 / 3, 1 / 3, 2 / 3)
            cases = await at_once(lambda stop: told(here, stop), stops()[::4])
        further, refs = [talk.ref for talk in talks], [case.ref for case in cases]
        async with here.worker_of(newer):
            await at_once(Talk.hears_the_same_again, talks)
            await talk_on(talks, 2 / 3, 1 / 2, 1)
            cases = await moments_pass(here, cases)
            await staff_work(here, newer, cases, further, 0)
            said = [(talk, await talk.next()) for talk in talks[:2]]
        running = [ref for ref in (*refs, *further) if await is_running(here, ref)]
        held, sent = await here.held(running), here.sent()

        async with here.worker_of(ROOT):
            for sentence in await at_once(lambda one: one[0].is_refused(one[1]), said):
                assert "stands still" in sentence
            for ref in running:
                await here.client.get_workflow_handle(ref).signal("risk", {"wording": "Now."})
                await here.client.get_workflow_handle(ref).signal(MOVE_ON)
            await here.has_told("risk", running, sent)
            await here.has_told("stands-still", running, sent)
            came = await here.staff_of(ROOT, read=running, commands=[["list", "--all"], ["verify"]])
            assert [line for line in troubles(came, ROOT) if "newer version" not in line] == []
            assert await here.held(running) == held, "a version that cannot read a case enters nothing in it"

        async with here.worker_of(newer):
            await at_once(lambda one: one[0].says(one[1]), said)
            await at_once(Talk.hears_the_same_again, talks)
            for ref in running:  # what could not be decided is tried again within a quarter of an hour
                handle = here.client.get_workflow_handle(ref)
                assert await here.server.fast_forward(handle, timedelta(minutes=16))
            cases = [case._replace(ahead=case.ahead + timedelta(minutes=16)) for case in cases]
            await at_once(lambda ref: is_entered(caseload_of(here), here.settings.register, ref), running)
            now_held = await here.held(running)
            assert {ref: now_held[ref]["risk"] - held[ref]["risk"] for ref in running} == dict.fromkeys(running, 1)
            await talk_on(talks, 1, 2 / 3, 1)
            await staff_work(here, newer, cases, further, 4)
            assert await failed_tasks(here, [*refs, *further]) == []
