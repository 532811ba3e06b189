"""A record that does not take a case's entries: told at once, no more is said to be recorded, and it can be mended."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from temporalio.testing import WorkflowEnvironment

from activities import bundles
from adapters.register.address import sqlite_path
from domain.base.reference import make_reference
from domain.base.refusals import Refusal
from starter.cli import cli
from tests.register.made import decision, shows
from tests.workflows.conftest import Stage, a_stage
from tests.workflows.story import Story, both, by
from workflows.soundness import unsound


async def command(stage: Stage, folder: Path, *words: str) -> Result:
    environment = {
        "ESCALATION_DATA": str(folder),
        "ESCALATION_TASK_QUEUE": stage.queue,
        "TEMPORAL_ADDRESS": stage.server.client.service_client.config.target_host,
    }
    return await asyncio.to_thread(CliRunner().invoke, cli, list(words), env=environment)


async def is_told(story: Story) -> str:
    """The lead on call is told; return what."""
    (told,) = await story.notices("record-fault to on-call")
    client = story.server.client

    async def is_seen() -> bool:
        return (await unsound(client, [story.case])).unrecordable == [story.case]

    for _ in range(200):
        if await is_seen():
            return told.fact
        await asyncio.sleep(0.02)
    raise AssertionError("doctor does not see it")


async def nothing_but_risk_is_taken(story: Story) -> None:
    with pytest.raises(Refusal, match=f"escalate resume {story.case}"):
        await story.act("schools", "practitioner", "filed")
    await story.raises_risk(by("police", "practitioner"))
    came = await story.notices("risk to on-call", *both("risk", "practitioner"))
    assert all(notice.urgent for notice in came)


@pytest.mark.parametrize(
    ("words", "says", "again_code", "again_says"),
    [
        (("resume", "REF"), "Entries that its record had lost and has again: 3.", 2, "Nothing was changed"),
        (("register", "rebuild"), ": 3 entries came back", 0, "The register lacks nothing of the 1 case"),
    ],
)
async def test_what_an_older_copy_of_the_register_has_lost_comes_back_from_temporal(
    server: WorkflowEnvironment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    says: str,
    again_code: int,
    again_says: str,
) -> None:
    async with a_stage(server, tmp_path, f"older-{tmp_path.name}", is_typed_at=True, GATHER_SECONDS="0") as stage:
        story = Story(*stage)
        story.case = make_reference(random.getrandbits(40))
        await story.opens_at_step_1()
        await story.is_quiet()
        path = sqlite_path(story.register.url)
        assert path is not None
        await story.entries()
        story.register.close()
        copy = tmp_path / "older.db"
        shutil.copy(path, copy)
        await story.act("schools", "practitioner", "filed")
        assert (await story.entries())[2:] == ["act"]
        await story.is_quiet()
        story.register.close()
        for beside in path.parent.glob(f"{path.name}-*"):
            beside.unlink()
        shutil.copy(copy, path)

        monkeypatch.setattr(bundles, "GAP_LASTS", bundles.GAP_LASTS * 0)
        await story.act("police", "practitioner", "acknowledgement")
        assert "no entry 3 yet" in await is_told(story)
        monkeypatch.undo()
        await nothing_but_risk_is_taken(story)
        typed = [story.case if word == "REF" else word for word in words]
        result = await command(stage, tmp_path, *typed)
        assert result.exit_code == 0, result.stderr
        assert says in result.stdout
        assert (await story.entries())[2:] == ["act", "act", "risk"]
        await story.act("schools", "practitioner", "filed")
        assert (await story.entries())[2:] == ["act", "act", "risk", "act"]
        await story.is_quiet()
        assert (await unsound(stage.server.client, [story.case])) == ([], [], [])
        again = await command(stage, tmp_path, *typed)
        assert again.exit_code == again_code
        assert again_says in again.stdout + again.stderr


async def test_another_entry_under_its_number_is_told_and_the_case_goes_on_from_its_record(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with a_stage(server, tmp_path, f"other-{tmp_path.name}", is_typed_at=True, GATHER_SECONDS="0") as stage:
        story = Story(*stage)
        story.case = make_reference(random.getrandbits(40))
        await story.opens_at_step_1()
        await story.entries()
        await story.is_quiet()
        story.register.enter([decision(3, case=story.case)], [], shows(story.case))
        await story.act("police", "practitioner", "acknowledgement")
        assert "already has another entry 3" in await is_told(story)
        await nothing_but_risk_is_taken(story)
        refused = await command(stage, tmp_path, "resume", story.case)
        assert refused.exit_code == 2, (refused.stderr, refused.exception)
        assert f"escalate resume {story.case} --from-record" in refused.stderr
        result = await command(stage, tmp_path, "resume", story.case, "--from-record")
        assert result.exit_code == 0, result.stderr
        assert "runs on from entry 3" in result.stdout
        await story.act("schools", "practitioner", "filed")
        assert len(await story.entries()) == 4
