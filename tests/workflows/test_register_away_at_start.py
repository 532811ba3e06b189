"""A worker that is started while the register stands still: notices go out, and entries follow when it is back."""

import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from temporalio.testing import WorkflowEnvironment

import worker as worker_module
from adapters.register.address import postgres_address
from adapters.register.errors import RegisterDown
from adapters.training import Mixed
from settings import Settings, read_settings
from tests.register import postgres
from tests.register.conftest import postgres_server, url  # noqa: F401 - fixtures
from tests.register.made import decision, shows
from tests.workflows.conftest import Stage, telling
from tests.workflows.postbag import Postbag, Shelf
from worker import worker

AWAY = "postgresql+psycopg://app@127.0.0.1:1/register"


@pytest.fixture
def settings_of(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Settings]:
    def made(register: str, **more: str) -> Settings:
        given = {
            "ESCALATION_DATA": str(tmp_path / "data"),
            "ESCALATION_REGISTER": register,
            "ESCALATION_TRAINING": "no",
        }
        queue = request.node.name.partition("[")[0]
        return read_settings(given | {"ESCALATION_TASK_QUEUE": queue, "ESCALATION_GATHER_SECONDS": "0", **more})

    return made


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_notices_go_out_and_everything_is_entered_when_it_is_back(
    server: WorkflowEnvironment,
    url: str,  # noqa: F811
    settings_of: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_module, "LOOK_AGAIN_SECONDS", 0.5)
    settings, post, shelf = settings_of(url), Postbag(), Shelf(url)
    stage = Stage(server, settings.task_queue, shelf, post)
    async with AsyncExitStack() as everything:
        with (
            psycopg.connect(postgres_address(url, "postgresql")) as other,
            postgres.frozen(other.info.backend_pid),
        ):
            await everything.enter_async_context(worker(settings, server.client, post=post, register=shelf))
            story = await everything.enter_async_context(telling(stage, "away"))
            await story.opens()
            await story.until(lambda: len(post.of(story.case)) == 2, "both sides are told")
            story.everything_is_read()
        # The server tries again after 1, 2, 4, 8, 16 seconds, each batch by itself; while one of them tries whether the
        # register answers again, another may have to wait for its next turn.
        for _ in range(12):
            with suppress(AssertionError):
                await story.until(lambda: entered(shelf, story.case) == 2, "opened, and the first step")
                await story.is_quiet()
                break
        assert entered(shelf, story.case) == 2
        assert [one.attempt.result for one in shelf.attempts(story.case)] == ["accepted"] * 2
        assert shelf.verify() == []


def entered(shelf: Shelf, case: str) -> int:
    """How many entries of a case the register has; none while it cannot say."""
    try:
        return len(shelf.entries(case))
    except RegisterDown:
        return 0


async def test_a_register_that_cannot_be_reached_stops_a_training_and_a_file_that_cannot_be_made_any_worker(
    server: WorkflowEnvironment, tmp_path: Path, settings_of: Callable[..., Settings]
) -> None:
    """Nothing leaves a training, and a file that is away is a mistake: both are said at once."""
    (tmp_path / "file").touch()
    for settings in (settings_of(AWAY, ESCALATION_TRAINING="yes"), settings_of(f"sqlite:///{tmp_path}/file/r.db")):
        with pytest.raises(RegisterDown):
            async with worker(settings, server.client, post=Postbag()):
                pass


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_register_of_the_other_kind_ends_the_worker_when_it_is_back(
    url: str,  # noqa: F811
    settings_of: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_module, "LOOK_AGAIN_SECONDS", 0)
    told: list[int] = []
    monkeypatch.setattr("os.kill", lambda _, number: told.append(number))
    with Shelf(url) as shelf:
        shelf.prepare()
        shelf.enter([decision(1, case="TRN-A82P-CVXQ")], [], shows("TRN-A82P-CVXQ"))
        with pytest.raises(Mixed):
            await worker_module._prepared(settings_of(url), shelf)
        await worker_module._prepared_later(settings_of(url), shelf)

    assert told == [signal.SIGTERM]
