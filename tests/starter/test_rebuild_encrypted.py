"""A register that was lost is given back to its last hash: the key of each case comes back with it."""

from collections.abc import Callable

import pytest

from adapters.keyring import add_key, read_keys
from adapters.register import reading
from adapters.register.rows import StoredEntry
from settings import read_settings
from tests.starter.test_lost import command, goes, lost
from tests.starter.test_rebuild import copied, is_deleted, put_back, rebuilt
from tests.workflows.conftest import server
from tests.workflows.story import Story

__all__ = ["lost", "server"]


async def record(story: Story) -> list[StoredEntry]:
    await story.entries()
    await story.is_quiet()
    found = story.register.entries(story.case)
    assert {one.body_key_id for one in found} - {None}, "it is encrypted"
    assert len({one.body_key_id for one in found}) == 1, "with one key"
    return found


async def test_the_key_of_a_case_goes_with_it_into_each_new_run_and_comes_back(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()
    await record(story)
    await command("move-on", story.case)
    await story.act("schools", "practitioner", "discussion", method="telephone")
    before = await record(story)
    is_deleted(story)

    await rebuilt()

    assert story.register.entries(story.case) == before, "to the last hash"
    assert story.register.verify() == []


async def test_a_case_that_was_restored_goes_on_with_the_key_that_its_record_has(
    lost: Callable[[], Story], tmp_path_factory: "pytest.TempPathFactory"
) -> None:
    story = await lost().opens_at_step_1()
    await record(story)
    copy = copied(story, tmp_path_factory.mktemp("copies") / "register.db")
    await goes(story, "deleted")

    restored = await command("restore")

    assert restored.exit_code == 0, restored.stderr
    await story.act("schools", "practitioner", "discussion", method="telephone")
    before = await record(story)
    put_back(story, copy)
    await rebuilt()
    assert story.register.entries(story.case) == before
    assert story.register.verify() == []


async def test_after_a_rotation_a_lost_register_comes_back_and_a_new_run_carries_the_key_under_the_new_one(
    lost: Callable[[], Story],
) -> None:
    story = await lost().opens_at_step_1()
    await record(story)
    file = read_settings().encryption_keys
    assert (await command("keys", "rotate")).exit_code == 0
    newest = read_keys(file)[0].id
    assert reading.count_wrapped(story.register.url) == {newest: 1}
    await story.act("schools", "practitioner", "discussion", method="telephone")
    before = await record(story)
    is_deleted(story)

    await rebuilt()

    assert story.register.entries(story.case) == before
    assert add_key(file).id != newest
