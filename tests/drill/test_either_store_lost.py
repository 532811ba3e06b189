"""A drill, as an operator would do it by docs/deployment.md: either store is lost, and the other gives it back."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.policy.local_settings import Local
from tests.register.losing import OnPostgres, Store, postgres_server, store
from tests.starter.test_lost import command, goes, stories_in
from tests.starter.test_rebuild import doctor, rebuilt
from tests.workflows.conftest import server
from tests.workflows.story import Story, by

__all__ = ["postgres_server", "server", "store"]


@pytest.fixture
async def lost(
    server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> AsyncIterator[Callable[[], Story]]:
    async with stories_in(server, tmp_path, monkeypatch, store.url) as story:
        yield story


async def is_copied(store: Store, to: Path) -> None:
    """By our own command where it can, and by PostgreSQL's own program, which the command names, where it cannot."""
    result = await command("register", "backup", str(to))
    if isinstance(store, OnPostgres):
        assert f"pg_dump --format=custom --file={to}" in " ".join(result.stderr.split())
        store.copied(to)
    else:
        assert result.exit_code == 0, result.stderr


def is_gone(store: Store) -> None:
    store.is_lost()
    store.is_prepared()


async def is_at_rest(*stories: Story) -> None:
    for story in stories:
        await story.entries()
        await story.is_quiet()
        story.everything_is_read()


async def is_whole(*stories: Story) -> None:
    """Both stores hold the same, the record is as it was written, and nobody was told anything twice."""
    assert await doctor() == {}
    whole = await command("verify")
    assert whole.exit_code == 0, whole.stdout
    for story in stories:
        assert {story.postbag.times(one.ref) for one in story.postbag.of(story.case)} == {1}


async def test_either_store_is_lost_and_the_other_gives_it_back_and_everybody_is_told_once(
    lost: Callable[[], Story], store: Store, tmp_path: Path
) -> None:
    overdue, at_risk, later = lost(), lost(), lost()
    await overdue.opens(opened_at=datetime.now(UTC) - timedelta(days=10), local=Local(tolerance="same working day"))
    await at_risk.opens_at_step_1()
    await overdue.until(lambda: any(one.kind == "alert" for one in overdue.postbag.of(overdue.case)), "an alert")
    await is_at_rest(overdue, at_risk)
    copy = tmp_path / "copy.db"

    await is_copied(store, copy)

    # They go on, and the older copy is put back.
    await overdue.act("schools", "practitioner", "discussion", method="telephone")
    await at_risk.raises_risk(by("police", "practitioner"))
    await later.opens_at_step_1()
    await is_at_rest(overdue, at_risk, later)
    await is_whole(overdue, at_risk, later)
    before = {one.case: one.register.entries(one.case) for one in (overdue, at_risk, later)}
    store.put_back(copy)
    seen = await doctor()
    assert set(seen) == {f"case {case}" for case in before}
    assert all("`escalate register rebuild`" in said for said in seen.values())
    refused = await command("restore")
    assert "there is nothing to restore" in refused.stdout, "Temporal runs them all"
    await rebuilt()
    assert {case: overdue.register.entries(case) for case in before} == before
    await is_whole(overdue, at_risk, later)

    # The register is deleted altogether.
    is_gone(store)
    assert len(await doctor()) == 3
    await rebuilt()
    assert {case: overdue.register.entries(case) for case in before} == before
    await is_whole(overdue, at_risk, later)

    # Temporal is emptied.
    for story in (overdue, at_risk, later):
        await goes(story, "deleted")
    seen = await doctor()
    assert all("or `escalate restore` for all of them" in said for said in seen.values())
    restored = await command("restore")
    assert restored.exit_code == 0, restored.stdout
    assert "Opened again: 3 cases." in restored.stdout
    assert "escalate register backup FILE" in restored.stdout
    await at_risk.act("schools", "practitioner", "discussion", method="telephone")
    await at_risk.notices("act-recorded to practitioner of police")
    await is_at_rest(overdue, at_risk, later)
    await is_whole(overdue, at_risk, later)
    before = {one.case: one.register.entries(one.case) for one in (overdue, at_risk, later)}
    newest = tmp_path / "newest.db"
    await is_copied(store, newest)
    await later.goes_up_from(1)
    await is_at_rest(later)
    before[later.case] = later.register.entries(later.case)

    # Now Temporal remembers no beginning: a lost register needs its newest copy, and gets the rest.
    is_gone(store)
    said = await rebuilt(code=1)
    assert {one["case"] for one in said["failed"]} == set(before)
    store.put_back(newest)
    await rebuilt()
    assert {case: overdue.register.entries(case) for case in before} == before
    await is_whole(overdue, at_risk, later)
