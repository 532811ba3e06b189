"""The register is lost, or an older copy of it is put back: Temporal gives back what it lacks, and doctor says so."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.testing import WorkflowEnvironment

from activities.bundles import Bundle, Done
from activities.refilling import BY, WAY
from adapters.private import database_files
from adapters.register.address import sqlite_path
from adapters.register.recorded import Recorded
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL
from starter.checks import cases as looking
from tests.register.made import decision, shows
from tests.starter.test_lost import command, goes, lost
from tests.workflows.conftest import a_stage, server
from tests.workflows.story import Story, both
from workflows.alert_hand_in import AlertHandIn
from workflows.histories import HandedOver, history_of, reached, runs
from workflows.rebuilding import AlertBatches
from workflows.revival import resume

__all__ = ["lost", "server"]
CLOSED = [*both("closed", "practitioner")]


def file_of(story: Story) -> Path:
    path = sqlite_path(story.register.url)
    assert path is not None
    return path


def is_deleted(story: Story) -> None:
    """Somebody deletes the register, while a worker has it open."""
    for file in database_files(file_of(story)):
        file.unlink(missing_ok=True)


def copied(story: Story, to: Path) -> Path:
    with closing(sqlite3.connect(file_of(story))) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)
    return to


def put_back(story: Story, copy: Path) -> None:
    is_deleted(story)
    shutil.copy(copy, file_of(story))


async def doctor() -> dict[str, str]:
    """What doctor says of cases: how it is, and its mend."""
    said = (await command("doctor", "--json")).stdout  # the worker of the test may write its log before and after it
    report, _ = json.JSONDecoder().raw_decode(said, said.index('{\n  "well"'))
    return {
        one["what"]: f"{one['says']} {one['mend']}"
        for one in report["found"]
        if one["what"].startswith("case") and one["state"] != "ok"
    }


async def rebuilt(code: int = 0) -> dict[str, Any]:
    result = await command("register", "rebuild", "--json")
    assert result.exit_code == code, (result.stderr, result.stdout)
    return dict(json.loads(result.stdout))


async def is_closed(story: Story) -> Story:
    await story.opens_at_step_1()
    await story.agrees("practitioner")
    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.notices(*CLOSED)
    await story.closes()
    return story


async def test_a_register_that_was_deleted_while_a_worker_runs_comes_back_whole_and_the_cases_go_on(
    lost: Callable[[], Story],
) -> None:
    runs_on, ended = await lost().opens_at_step_1(), await is_closed(lost())
    await runs_on.act("schools", "practitioner", "discussion", method="telephone")
    await runs_on.notices("act-recorded to practitioner of police")
    await runs_on.entries()
    await runs_on.is_quiet()
    before = {one.case: one.register.entries(one.case) for one in (runs_on, ended)}
    told = len(runs_on.postbag.sent)
    is_deleted(runs_on)

    seen = await doctor()
    whole = await command("verify")

    for case in before:
        assert "the register does not know it. Run `escalate register rebuild`" in seen[f"case {case}"]
    assert whole.exit_code == 4
    assert "There is no register at" in whole.stderr
    said = await rebuilt()
    assert {one["case"]: one["entries"] for one in said["rebuilt"]} == {c: len(kept) for c, kept in before.items()}
    assert {case: runs_on.register.entries(case) for case in before} == before, "to the last hash"
    assert (await command("verify")).exit_code == 0
    assert await doctor() == {}
    assert "is open" not in (await command("show", ended.case)).stdout
    await runs_on.goes_up_from(1)
    assert (await runs_on.entries())[-2:] == ["outcome", "stage-opened"]
    await runs_on.is_quiet()
    assert len(runs_on.postbag.sent) == told + len(
        ("outcome to the other side", "and to the own", "the step to both", "of them")
    )
    assert await rebuilt() == {"cases": 2, "rebuilt": [], "failed": []}


async def test_an_older_copy_that_was_put_back_is_named_by_the_doctor_and_gets_its_entries_back(
    lost: Callable[[], Story], tmp_path: Path
) -> None:
    story, newer = await lost().opens_at_step_1(), lost()
    await story.entries()
    await story.is_quiet()
    copy = copied(story, tmp_path / "older.db")
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.notices("act-recorded to practitioner of police")
    await newer.opens_at_step_1()
    await newer.entries()
    for one in (story, newer):
        await one.is_quiet()
    assert await doctor() == {}
    put_back(story, copy)

    seen = await doctor()

    assert "Its record ends at entry 2, and Temporal has had entries up to 3 entered" in seen[f"case {story.case}"]
    assert "`escalate register rebuild`" in seen[f"case {story.case}"]
    assert "the register does not know it" in seen[f"case {newer.case}"]
    said = await command("register", "rebuild")
    assert said.exit_code == 0
    assert f"{story.case}: 1 entry came back, and that 1 notice had gone.\n" in said.stdout
    assert f"{newer.case}: 2 entries came back, and that 2 notices had gone.\n" in said.stdout
    assert await doctor() == {}
    assert story.register.verify() == []
    again = await command("register", "rebuild")
    assert again.stdout == "The register lacks nothing of the 2 cases that Temporal remembers.\n"


async def test_what_was_sent_is_known_to_have_gone_and_what_was_not_goes_after_all(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()
    await story.entries()
    await story.is_quiet()
    story.postbag.down.add(story.case)
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.entries()
    is_deleted(story)
    await goes(story, "terminated")

    said = await rebuilt()

    assert said["rebuilt"] == [{"case": story.case, "entries": 3, "notices": 2, "void": 0}]
    kept = [one.attempt for one in story.register.attempts(story.case)]
    assert {(one.channel, one.result) for one in kept} == {(WAY, "accepted")}
    shown = (await command("history", story.case)).stdout
    assert f"accepted by {WAY}, by {BY}" in shown
    story.postbag.down.clear()
    restored = await command("restore")
    assert "Notices that had not gone before, and go now: 1." in restored.stdout
    await story.notices("act-recorded to practitioner of police")
    await story.is_quiet()
    assert {story.postbag.times(one.ref) for one in story.postbag.of(story.case)} == {1}


async def test_a_case_whose_record_holds_another_entry_is_named_and_left_and_the_others_are_filled(
    lost: Callable[[], Story], tmp_path: Path
) -> None:
    story, other = await lost().opens_at_step_1(), lost()
    await story.entries()
    await story.is_quiet()
    copy = copied(story, tmp_path / "older.db")
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.notices("act-recorded to practitioner of police")
    await other.opens_at_step_1()
    for one in (story, other):
        await one.entries()
        await one.is_quiet()
    put_back(story, copy)
    story.register.enter([decision(3, case=story.case)], [], shows(story.case))
    kept = story.register.entries(story.case)

    said = await rebuilt(code=1)

    assert [one["case"] for one in said["rebuilt"]] == [other.case]
    (failed,) = said["failed"]
    assert f"{story.case}: its record holds another entry 3 than Temporal decided" in failed["reason"]
    assert f"`escalate resume {story.case} --from-record`" in failed["reason"]
    assert story.register.entries(story.case) == kept


async def several_runs(story: Story) -> list[str]:
    """Tell a case in several runs of Temporal, and return their ids, the oldest first."""
    await story.opens_otherwise(longest_history=12)
    await story.notices(*both("step-opened", "practitioner"))
    for _ in range(4):
        await story.act("schools", "practitioner", "discussion", method="telephone")
        await story.is_quiet()
    await story.entries()
    story.everything_is_read()
    listed = await runs(story.server.client, story.case)
    found = [one.run_id for one in listed]
    assert len(found) > 2
    return found


async def test_every_run_that_temporal_keeps_of_a_case_is_read(lost: Callable[[], Story]) -> None:
    story = lost()
    await several_runs(story)
    before = story.register.entries(story.case)
    is_deleted(story)

    said = await rebuilt()

    assert [one["entries"] for one in said["rebuilt"]] == [len(before)]
    assert story.register.entries(story.case) == before


async def test_a_case_whose_first_runs_are_not_kept_is_named_and_nothing_is_written_for_it(
    lost: Callable[[], Story], tmp_path: Path
) -> None:
    story = lost()
    first, *_ = await several_runs(story)
    copy = copied(story, tmp_path / "copy.db")
    await story.act("schools", "practitioner", "discussion", method="telephone")
    before = (await story.entries(), story.register.entries(story.case))[1]
    await story.is_quiet()
    story.everything_is_read()
    await run_is_gone(story, first)
    is_deleted(story)

    said = await rebuilt(code=1)

    (failed,) = said["failed"]
    assert f"Temporal does not keep the first runs of {story.case} any more" in failed["reason"]
    assert "put back the newest copy of the register that has them" in failed["reason"]
    assert story.register.cases() == []
    put_back(story, copy)
    await rebuilt()
    assert story.register.entries(story.case) == before


async def run_is_gone(story: Story, run: str) -> None:
    """Temporal forgets the run of a case, as it does after a while."""
    request = DeleteWorkflowExecutionRequest(namespace="default")
    request.workflow_execution.workflow_id, request.workflow_execution.run_id = story.case, run
    await story.server.client.workflow_service.delete_workflow_execution(request)

    async def is_gone() -> bool:
        return await history_of(story.server.client, story.case, run) is None

    for _ in range(1_200):  # the server deletes when it comes to it
        if await is_gone():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it is still there")


async def test_a_closed_case_that_was_reopened_comes_back_with_both_its_runs(lost: Callable[[], Story]) -> None:
    story = await is_closed(lost())
    reopened = await command(
        *("reopen", story.case, "--by", "schools", "--role", "practitioner", "--reason", "The plan fell apart.")
    )
    assert reopened.exit_code == 0, reopened.stderr
    await story.entries()
    await story.is_quiet()
    before = story.register.entries(story.case)
    is_deleted(story)

    await rebuilt()

    assert story.register.entries(story.case) == before
    story.everything_is_read()


async def test_what_a_case_decided_before_it_went_on_from_its_record_stays_void(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()
    await story.entries()
    await story.is_quiet()
    story.register.down.add(story.case)
    await story.act("schools", "practitioner", "filed", id="void")
    await story.until(lambda: story.register.refused > 0, "it was tried")
    await goes(story, "terminated")
    story.register.down.clear()
    assert (await command("resume", story.case)).exit_code == 0
    await story.act("police", "practitioner", "acknowledgement")
    await story.entries()
    await story.is_quiet()
    story.everything_is_read()
    before = story.register.entries(story.case)
    assert [one.entry.kind for one in before] == ["opened", "stage-opened", "act"]
    is_deleted(story)

    result = await command("register", "rebuild")

    assert result.exit_code == 0, result.stderr
    assert f"1 entry stays out: decided in Temporal before {story.case} went on from its record" in result.stdout

    assert story.register.entries(story.case) == before


async def test_a_temporal_that_was_put_back_to_an_older_copy_is_named_by_the_doctor(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()
    await story.entries()
    await story.is_quiet()
    await story.act("schools", "practitioner", "filed")
    assert len(await story.entries()) == 3
    await story.is_quiet()
    await goes(story, "terminated")
    record = Recorded(story.register.url)
    older = next(state for decided, state in record.decisions(story.case) if decided.entries[-1].number == 2)
    await resume(story.server.client, story.queue, record.editions.case(older))
    await story.is_quiet()

    seen = await doctor()

    assert "Its record goes on to entry 3, and Temporal knows of 2" in seen[f"case {story.case}"]
    assert f"`escalate resume {story.case} --from-record`" in seen[f"case {story.case}"]


async def test_what_only_waits_for_the_register_is_not_taken_for_lost(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await lost().opens_at_step_1()
    await story.entries()
    story.register.down.add(story.case)
    await story.act("schools", "practitioner", "filed")

    assert await doctor() == {}, "a worker is given a while"
    monkeypatch.setattr(looking, "TO_ENTER", -timedelta(days=4000))
    assert "Its entries after 2 wait to be written." in (await doctor())[f"case {story.case}"]
    story.register.down.clear()


async def test_of_many_cases_with_the_same_fault_some_are_named(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "EACH", 1)
    stories = [await lost().opens_at_step_1() for _ in range(2)]
    for story in stories:
        await story.entries()
        await story.is_quiet()
        await goes(story, "terminated")

    seen = await doctor()

    assert seen["cases"].startswith("Temporal does not run 2 cases (ESC-")
    assert seen["cases"].endswith("Run `escalate restore`: it opens every such case again from the register.")


async def test_an_alert_that_still_waits_for_others_is_not_taken_as_sent(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    queue = f"waits-{tmp_path.name}"
    alert = Notice(ref="ESC-2026-0001/4/1", case="ESC-2026-0001", kind="alert", to=ON_CALL)
    urgent = alert.but(ref="ESC-2026-0001/4/2", urgent=True)
    bundle = Bundle(case=alert.case, policy="lincolnshire", stage="", notices=(alert, urgent))
    handed_over = [HandedOver(bundle, Done(), datetime.now(UTC))]
    batches = AlertBatches(server.client, queue)
    assert await batches.waiting(handed_over) == frozenset(), "it was sent by itself"
    await asyncio.to_thread(AlertHandIn(server.client, queue, 1), "lincolnshire", alert)

    assert await batches.waiting(handed_over) == {alert.ref}
    async with a_stage(server, tmp_path, queue, ON_CALL="lead@example.org") as stage:
        story = Story(*stage)
        await story.until(lambda: stage.postbag.times(alert.ref) == 1, "it goes")
        for _ in range(200):
            if not (still := await batches.waiting(handed_over)):
                break
        assert still == frozenset()


async def test_a_workflow_that_temporal_does_not_know_has_come_nowhere(lost: Callable[[], Story]) -> None:
    story = lost()
    assert await runs(story.server.client, story.case) == []
    assert await reached(story.server.client, story.case, datetime.now(UTC)) is None


async def test_with_no_case_in_temporal_no_register_is_made(lost: Callable[[], Story]) -> None:
    story = lost()
    is_deleted(story)

    result = await command("register", "rebuild")

    assert (result.exit_code, result.stdout) == (
        0,
        "Temporal remembers no case, so there is nothing to bring back.\n",
    )
    assert not file_of(story).exists()
