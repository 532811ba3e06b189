"""`escalate register rebuild` from end to end, on SQLite and on PostgreSQL: the same cases come back alike."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.testing import WorkflowEnvironment

from adapters.register import tables
from adapters.register.connections import Connections
from tests.register.losing import OnPostgres, Store, postgres_server, store
from tests.starter.test_guests import CARER, EMAIL
from tests.starter.test_lost import command, stories_in
from tests.starter.test_rebuild import doctor, is_closed, rebuilt, several_runs
from tests.workflows.conftest import server
from tests.workflows.story import Story

__all__ = ["postgres_server", "server", "store"]
DIES_BETWEEN = """
import os, signal, sys
from activities.refilling import Refill

noted, cases = Refill._note, []

def note(self, whole):
    cases.append(whole.case)
    if len(cases) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return noted(self, whole)

Refill._note = note
sys.argv = ["escalate", "register", "rebuild"]
from starter.__main__ import main
main()
"""
"""Is killed as by the machine when the second case has its entries again, and not yet that its notices have gone."""


@pytest.fixture
async def lost(
    server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> AsyncIterator[Callable[[], Story]]:
    async with stories_in(server, tmp_path, monkeypatch, store.url) as story:
        yield story


def held(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the register, but for who looked."""
    connections = Connections(store.url)
    with connections.reading() as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables.metadata.sorted_tables
            if table.name != "read"
        }
    connections.engine.dispose()
    return found


async def is_at_rest(*stories: Story) -> None:
    for story in stories:
        await story.entries()
        await story.is_quiet()
        story.everything_is_read()


async def told_of(lost: Callable[[], Story]) -> tuple[Story, Story, Story, Story]:
    """Four cases: one of several runs, one with a guest, one at immediate risk, and one that is closed."""
    moved_on, with_guest, at_risk, ended = (lost() for _ in range(4))
    await several_runs(moved_on)
    await with_guest.opens_at_step_1()
    added = await command("directory", "add-guest", with_guest.case, *CARER, *EMAIL)
    assert added.exit_code == 0, added.stderr
    await with_guest.act("schools", "practitioner", "discussion", method="telephone")
    await at_risk.opens_at_step_1()
    await command("record", at_risk.case, "risk", "--by", "police", "--role", "practitioner", "--wording", "x")
    await is_at_rest(moved_on, with_guest, at_risk)
    await is_closed(ended)
    ended.everything_is_read()
    return moved_on, with_guest, at_risk, ended


async def test_a_register_that_is_gone_comes_back_to_the_last_hash_and_again_changes_nothing(
    lost: Callable[[], Story], store: Store
) -> None:
    stories = await told_of(lost)
    running = stories[:-1]
    before = {one.case: one.register.entries(one.case) for one in stories}
    assert all(row.body_key_id for kept in before.values() for row in kept), "all of it is encrypted"
    store.is_lost()
    store.is_prepared()

    said = await rebuilt()

    assert {one["case"]: one["entries"] for one in said["rebuilt"]} == {c: len(kept) for c, kept in before.items()}
    assert {one.case: one.register.entries(one.case) for one in stories} == before, "to the last hash"
    whole = await command("verify")
    assert whole.exit_code == 0, whole.stdout
    assert await doctor() == {}
    rows = held(store)
    assert await rebuilt() == {"cases": 4, "rebuilt": [], "failed": []}
    assert held(store) == rows
    for story in running:
        await story.act("schools", "practitioner", "filed")
    await is_at_rest(*running)
    assert (await command("verify")).exit_code == 0
    for story in stories:
        assert {story.postbag.times(one.ref) for one in story.postbag.of(story.case)} == {1}, "nobody is told twice"
    shown = await command("history", stories[1].case)
    assert "Contact added for this case alone: Childminder, reached as practitioner@childminder" in shown.stdout


async def test_one_that_is_killed_in_the_middle_is_said_again_and_completes(
    lost: Callable[[], Story], store: Store
) -> None:
    stories = await told_of(lost)
    before = {one.case: one.register.entries(one.case) for one in stories}
    store.is_lost()
    store.is_prepared()

    died = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", DIES_BETWEEN], capture_output=True, check=False, env=dict(os.environ)
    )

    assert died.returncode == -signal.SIGKILL, died.stderr
    register = stories[0].register
    assert any(register.entries(one.case) and not register.attempts(one.case) for one in stories), "in the middle"
    said = await rebuilt()
    assert said["failed"] == []
    assert {one.case: one.register.entries(one.case) for one in stories} == before
    assert (await command("verify")).exit_code == 0
    told = {one.ref for story in stories for one in story.postbag.of(story.case)}
    assert register.accepted_among(told) == told, "what had gone is known to have gone"
    assert await rebuilt() == {"cases": 4, "rebuilt": [], "failed": []}


async def test_an_older_copy_that_was_put_back_gets_what_it_lacks(
    lost: Callable[[], Story], store: Store, tmp_path: Path
) -> None:
    stories = await told_of(lost)
    running = stories[:-1]
    copy = store.copied(tmp_path / "copy")
    for story in running:
        await story.act("schools", "practitioner", "filed")
    await is_at_rest(*running)
    before = {one.case: one.register.entries(one.case) for one in stories}
    store.put_back(copy)

    seen = await doctor()
    said = await rebuilt()

    assert set(seen) == {f"case {one.case}" for one in running}
    assert {one["case"]: one["entries"] for one in said["rebuilt"]} == {one.case: 1 for one in running}
    assert {one.case: one.register.entries(one.case) for one in stories} == before
    assert (await command("verify")).exit_code == 0


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_a_new_database_that_nobody_has_prepared_is_said_to_be_one(
    lost: Callable[[], Story], store: OnPostgres
) -> None:
    story = await lost().opens_at_step_1()
    await is_at_rest(story)
    store.is_lost()

    refused = await command("register", "rebuild")

    assert refused.exit_code == 4
    assert refused.stderr.count("\n") == 1
    assert "has not been prepared for this account (42501): nothing was written; have the role" in refused.stderr
    store.is_prepared()
    await rebuilt()
    assert (await command("verify")).exit_code == 0
