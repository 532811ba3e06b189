"""What Temporal keeps is encrypted: nothing that people wrote stands there in clear, and keys change under way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.keyring import Keyring, add_key, make_keys
from tests.workflows.conftest import Stage, a_stage, seen_with
from tests.workflows.histories import events_of
from tests.workflows.story import Story
from tests.workflows.test_privacy import NAME, a_case_with_a_name_in_every_free_text
from workflows.encryption import KeyMissing, key_of
from workflows.soundness import keys_of_running


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "encryption.keys"
    make_keys(file)
    return file


@asynccontextmanager
async def at_work(server: WorkflowEnvironment, file: Path, folder: Path, queue: str) -> AsyncIterator[Stage]:
    """A worker with the keys of a file."""
    seen = seen_with(server, file, works=True)
    async with a_stage(seen, folder, queue, GATHER_SECONDS="0", ENCRYPTION_KEYS=str(file)) as stage:
        yield stage


async def raw_of(story: Story) -> bytes:
    """All that Temporal keeps and shows of a case, but for the names of signals, which other clients choose."""
    described = (await story.handle.describe()).raw_description
    kept = described.SerializeToString()
    for event in await events_of(story.server.client, story.case):
        event.workflow_execution_signaled_event_attributes.signal_name = ""
        kept += event.SerializeToString()
    return kept


async def test_a_name_in_any_field_stands_nowhere_in_what_temporal_keeps(
    server: WorkflowEnvironment, keys: Path, tmp_path: Path
) -> None:
    async with at_work(server, keys, tmp_path / "data", "encrypted") as stage:
        story = Story(*stage)
        await a_case_with_a_name_in_every_free_text(story)
        await story.is_quiet()

        assert NAME in str(story.register.entries(story.case)), "it is on the reading side"
        kept = await raw_of(story)
        assert NAME.encode() not in kept
        for word in (b"Zebedee", b"disagreement", b"interim-safety"):
            assert word not in kept
        story.everything_is_read()
        await story.ends_well()


async def test_a_case_that_began_in_clear_goes_on_encrypted(
    server: WorkflowEnvironment, keys: Path, tmp_path: Path
) -> None:
    async with a_stage(server, tmp_path / "data", "in-clear", has_keys=False, GATHER_SECONDS="0") as stage:
        story = Story(*stage)
        await story.opens_at_step_1()
        assert await keys_of_running(stage.server.client, stage.queue) == {"": 1}
    async with at_work(server, keys, tmp_path / "data", "in-clear") as stage:
        later = Story(*stage)
        later.case = story.case
        answer = await later.act("schools", "practitioner", "discussion", method="telephone")

        assert answer.entry
        assert Keyring(keys).current.id in {key_of(payload) for payload in await payloads_of(later)}
        await later.is_quiet()
        keyed = [one.body_key_id is not None for one in later.register.entries(later.case)]
        assert keyed == [False] * (len(keyed) - 1) + [True], "its record goes on encrypted too, and is read whole"
        assert later.register.verify(later.case) == []


async def test_a_case_goes_on_under_a_new_key_and_an_older_client_is_understood(
    server: WorkflowEnvironment, keys: Path, tmp_path: Path
) -> None:
    async with at_work(server, keys, tmp_path / "data", "rotated") as stage:
        story = Story(*stage)
        await story.opens_at_step_1()
        first = Keyring(keys).current.id
        assert await keys_of_running(stage.server.client, stage.queue) == {first: 1}

        newer = add_key(keys).id
        later = Story(seen_with(server, keys), stage.queue, stage.register, stage.postbag)
        later.case = story.case
        answer = await later.act("schools", "practitioner", "discussion", method="telephone")

        assert answer.entry, "the worker read the file again when it met the key"
        used = {key_of(payload) for payload in await payloads_of(story)}
        assert used == {first, newer}
        await story.is_quiet()
        story.everything_is_read()


async def test_a_message_under_a_strange_key_is_refused_and_the_case_goes_on(
    server: WorkflowEnvironment, keys: Path, tmp_path: Path
) -> None:
    strange = tmp_path / "strange.keys"
    make_keys(strange)
    async with at_work(server, keys, tmp_path / "data", "strange") as stage:
        story = Story(*stage)
        await story.opens_at_step_1()
        other = Story(seen_with(server, strange), stage.queue, stage.register, stage.postbag)
        other.case = story.case

        with pytest.raises(KeyMissing, match="keys check"):
            await other.act("schools", "practitioner", "discussion", method="telephone")
        keyless = Story(seen_with(server, None), stage.queue, stage.register, stage.postbag)
        keyless.case = story.case
        with pytest.raises(KeyMissing, match="may be on the record"):
            await keyless.act("schools", "practitioner", "discussion", method="telephone")
        await other.handle.signal("act", {"by": {"agency": "schools", "role": "practitioner"}})
        await other.handle.signal("risk", {"by": {"agency": "schools", "role": "practitioner"}})

        answer = await story.act("schools", "practitioner", "discussion", method="telephone")
        assert answer.entry
        await story.is_quiet()
        kinds = [stored.entry.kind for stored in story.register.entries(story.case)]
        assert [kind for kind in kinds if kind in {"refused", "risk", "act"}] == ["act", "refused", "risk", "act"]
        assert [notice.kind for notice in story.postbag.of(story.case) if notice.kind == "risk"]


async def payloads_of(story: Story) -> list[Any]:
    """The arguments of every message and of every activity."""
    found: list[Any] = []
    for event in await events_of(story.server.client, story.case):
        found += event.workflow_execution_started_event_attributes.input.payloads
        found += event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args.payloads
    return found
