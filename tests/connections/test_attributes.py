"""Search attributes on a server with a past: what its database lacks is added, what stands in the way is told."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from adapters.keyring import make_keys
from settings import Settings, read_settings
from tests.ports import free_ports
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story
from worker import worker
from workflows.attributes import AGENCIES, ALL, DUE, POLICY
from workflows.connection import DATA_CONVERTER, connect
from workflows.service import AttributesConflict, missing_attributes

KNOWN_BEFORE = (POLICY, AGENCIES)


@asynccontextmanager
async def server_on(file: Path) -> AsyncIterator[WorkflowEnvironment]:
    """Run a server on its database file while the block lasts."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).parent / "temporal"),
        dev_server_database_filename=str(file),
        dev_server_log_level="error",
        ip="127.0.0.1",
        data_converter=DATA_CONVERTER,
    ) as environment:
        yield environment


async def register(client: Client, **types: "IndexedValueType.ValueType") -> None:
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
    )


def type_of(key: SearchAttributeKey) -> "IndexedValueType.ValueType":  # type: ignore[type-arg]
    return IndexedValueType.ValueType(int(key.indexed_value_type))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"ESCALATION_DATA": str(tmp_path / "data")})


async def test_a_worker_adds_what_an_existing_database_lacks_and_cases_are_found_by_it(
    tmp_path: Path, settings: Settings
) -> None:
    """Temporal's own --search-attribute is passed over in silence where the database is there already."""
    file = tmp_path / "temporal.db"
    async with server_on(file) as before:
        await register(before.client, **{key.name: type_of(key) for key in KNOWN_BEFORE})
    async with server_on(file) as again:
        lacking = [key.name for key in ALL if key not in KNOWN_BEFORE]
        assert await missing_attributes(again.client) == lacking
        shelf, post = Shelf(settings.register), Postbag()
        async with worker(settings, again.client, post=post, register=shelf):
            assert await missing_attributes(again.client) == []
            story = await Story(again, settings.task_queue, shelf, post).opens()
            await story.is_found('EscPolicy="lincolnshire" and EscStage="step-1" and EscDue is not null')
            await story.is_quiet()
    async with server_on(file) as later:
        assert await missing_attributes(later.client) == []


async def test_an_attribute_of_another_type_is_told_by_worker_up_and_doctor_in_one_sentence(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with server_on(tmp_path / "temporal.db") as environment:
        address = environment.client.service_client.config.target_host
        await register(environment.client, **{DUE.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD})
        monkeypatch.setenv("TEMPORAL_ADDRESS", address)
        monkeypatch.setenv("ESCALATION_DATA", str(settings.data))
        monkeypatch.setenv("ESCALATION_CONSOLE_PORT", str(free_ports(1)[0]))
        make_keys(settings.encryption_keys)
        client = await connect(address)
        with pytest.raises(AttributesConflict, match=r"^The search attributes EscDue exist .* with another type\."):
            async with worker(settings, client, post=Postbag(), register=Shelf(settings.register)):
                pass
        for command in ("worker", "up", "doctor"):
            told = await asyncio.to_thread(_run, command)
            assert told.count("The search attributes EscDue exist on the server with another type.") == 1
            assert "Traceback" not in told


def _run(command: str) -> str:
    typed = [sys.executable, "-m", "starter", command]
    done = subprocess.run(typed, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode in {1, 4}, done.stderr
    return done.stdout + done.stderr
