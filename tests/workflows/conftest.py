"""One real Temporal dev server for all whole-case tests, with explicit time skipping."""

import asyncio
import contextlib
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from adapters.keyring import Keyring, make_keys
from settings import read_settings
from tests.histories.keeping import PATHS, keep
from tests.ports import free_ports
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story
from worker import worker
from workflows.connection import DATA_CONVERTER, converter, pause

SKIPPING = (
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    "--dynamic-config-value",
    'history.timerProcessorMaxTimeShift="1ms"',
)


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    program = Path(sys.executable).parent / "temporal"
    starting = WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=str(program),
        dev_server_extra_args=list(SKIPPING),
        dev_server_log_level="error",
        ip="127.0.0.1",
        data_converter=DATA_CONVERTER,
    )
    async with await starting as environment, on_the_day(environment) as shifted:
        yield shifted
    await pause()


@asynccontextmanager
async def on_the_day(environment: WorkflowEnvironment) -> AsyncIterator[WorkflowEnvironment]:
    """The same server, seen through a door behind which it is the day on which the tests run, where that is another."""
    if "TEST_CLOCK_SHIFT" not in os.environ:
        yield environment
        return
    there, (port,) = environment.client.service_client.config.target_host, free_ports(1)
    door = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.clock.server", there, str(port))
    try:
        yield seen_by(environment, await connected(f"127.0.0.1:{port}"))
    finally:
        door.terminate()
        await door.wait()


async def connected(address: str) -> Client:
    for _ in range(500):
        with contextlib.suppress(RuntimeError):
            return await Client.connect(address, data_converter=DATA_CONVERTER)
        await asyncio.sleep(0.02)
    raise AssertionError("the door did not open")


def seen_with(server: WorkflowEnvironment, file: Path | None, *, works: bool = False) -> WorkflowEnvironment:
    """The same server, seen by a client with the keys of a file, or with none."""
    made = converter(Keyring(file) if file else None, strict=not works)
    config: dict[str, Any] = {**server.client.config(), "data_converter": made}
    return seen_by(server, Client(**config))


def seen_by(server: WorkflowEnvironment, client: Client) -> WorkflowEnvironment:
    """The same server, seen by another client. No public way leads from a client to an environment that skips time."""
    return type(server)(client, server._server, TimeSkippingConfig(enabled=False))  # type: ignore[attr-defined, call-arg]


class Stage(NamedTuple):
    """What every story needs."""

    server: WorkflowEnvironment
    queue: str
    register: Shelf
    postbag: Postbag


@asynccontextmanager
async def a_stage(
    server: WorkflowEnvironment,
    folder: Path,
    queue: str,
    *,
    has_keys: bool = True,
    is_typed_at: bool = False,
    **chosen: str,
) -> AsyncIterator[Stage]:
    """A worker with the real register and a postbag; with keys as by default.

    Where commands are typed they encrypt what they send, so the worker then does too. Elsewhere it does not: histories
    are kept in clear.
    """
    given = {"ESCALATION_DATA": str(folder), "ESCALATION_TASK_QUEUE": queue, "ESCALATION_DIGEST_AT": "no"}
    settings = read_settings(given | {f"ESCALATION_{name}": said for name, said in chosen.items()})
    postbag = Postbag()
    if has_keys:
        make_keys(settings.encryption_keys)
    if is_typed_at:
        server = seen_with(server, settings.encryption_keys, works=True)
    shelf = Shelf(settings.register)
    async with worker(settings, server.client, post=postbag, register=shelf):
        yield Stage(server, settings.task_queue, shelf, postbag)


@pytest.fixture(scope="session")
async def stage(server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One worker for every story. Each is told alone, so no alert waits for others."""
    async with a_stage(server, tmp_path_factory.mktemp("register"), "stories", GATHER_SECONDS="0") as stage:
        yield stage


@pytest.fixture
async def gathering(server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Stage]:
    """Another, for stories of several cases: alerts wait for each other as they do by default.

    A new one for each test, as cases of one area meet in it.
    """
    async with a_stage(server, tmp_path, f"gathering-{uuid.uuid4().hex[:8]}", ON_CALL="lead@example.org") as stage:
        yield stage


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
