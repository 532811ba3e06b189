"""One real Temporal dev server for all whole-case tests, with explicit time skipping."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from settings import read_settings
from tests.histories.keeping import PATHS, keep
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story
from worker import worker
from workflows.connection import DATA_CONVERTER, pause

SKIPPING = (
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    "--dynamic-config-value",
    'history.timerProcessorMaxTimeShift="1ms"',
)


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    program = Path(sys.executable).parent / "temporal"
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=str(program),
        dev_server_extra_args=list(SKIPPING),
        dev_server_log_level="error",
        ip="127.0.0.1",
        data_converter=DATA_CONVERTER,
    ) as environment:
        yield environment
    await pause()


class Stage(NamedTuple):
    """What every story needs."""

    server: WorkflowEnvironment
    queue: str
    register: Shelf
    postbag: Postbag


@pytest.fixture(scope="session")
async def stage(server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A worker with the real register and a postbag, shared by every story."""
    folder = tmp_path_factory.mktemp("register")
    quiet = {"ESCALATION_DIGEST_AT": "no"}
    settings = read_settings({"ESCALATION_DATA": str(folder), "ESCALATION_TASK_QUEUE": "stories", **quiet})
    postbag = Postbag()
    shelf = Shelf(settings.register)
    async with worker(settings, server.client, post=postbag, register=shelf):
        yield Stage(server, settings.task_queue, shelf, postbag)


@pytest.fixture
async def story(stage: Stage, request: pytest.FixtureRequest) -> AsyncIterator[Story]:
    """A new story. Whatever becomes of it, nothing was sent unasked for, and its history replays."""
    async with telling(stage, request.node.name) as story:
        yield story


@asynccontextmanager
async def telling(stage: Stage, test: str) -> AsyncIterator[Story]:
    """Tell a story of a *test*; at its end all must be well, and its history is kept where the test is one of those."""
    story = Story(*stage)
    yield story
    await story.ends_well()
    if os.environ.get("KEEP_HISTORIES") and test in PATHS:
        await keep(stage.server.client, story.case, PATHS[test])
