"""A name in every field of a case is read by whoever has the key, and stands in clear nowhere that we keep or show."""

import asyncio
import json
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from temporalio.testing import WorkflowEnvironment

from adapters.keyring import Keyring, make_keys
from adapters.register import tables
from adapters.register.address import postgres_address
from adapters.register.register import Register
from domain.base.reference import make_reference
from settings import Settings, read_settings
from tests.ports import free_port
from tests.register import postgres
from tests.starter.test_lost import command
from tests.workflows.conftest import seen_with, server
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story
from tests.workflows.test_privacy import NAME, a_case_with_a_name_in_every_free_text
from worker import worker
from workflows.connection import connect, runtime

__all__ = ["server"]
WORDS = (b"Zebedee", b"Quux")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    given = {
        "DATA": str(tmp_path / "data"),
        "TASK_QUEUE": f"planted-{request.param}",
        "DIGEST_AT": "no",
        "GATHER_SECONDS": "0",
        "TRAINING": "no",
        "METRICS_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    if request.param == "postgresql":
        given["REGISTER"] = f"{request.getfixturevalue('postgres_server')}/postgres"
    for name, said in given.items():
        monkeypatch.setenv(f"ESCALATION_{name}", said)
    return read_settings()


@pytest.fixture
async def planted(
    server: WorkflowEnvironment, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Story]:
    """A case with a name in every field, carried by a real worker with the real register and the real outbox."""
    caplog.set_level("INFO")
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    make_keys(settings.encryption_keys)
    serving = await connect(
        runtime=runtime(settings.metrics_address), keyring=Keyring(settings.encryption_keys), works=True
    )
    shelf = Shelf(settings.register)
    async with worker(settings, serving, register=shelf):
        seen = seen_with(server, settings.encryption_keys)
        story = Story(seen, settings.task_queue, shelf, Postbag())
        story.case = make_reference(uuid.uuid4().int)
        await a_case_with_a_name_in_every_free_text(story)
        await story.is_quiet()
        yield story


def lies_in(*folders: Path) -> list[str]:
    """Files in which one of the words stands, and where."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert files
    return [f"{file.name}: {word!r}" for file in files for word in WORDS if word in file.read_bytes()]


def raw_rows(settings: Settings) -> bytes:
    """Every value of every table of a register on PostgreSQL."""
    found: list[bytes] = []
    with psycopg.connect(postgres_address(str(settings.register), "postgresql")) as connection:
        for table in tables.metadata.sorted_tables:
            query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table.name))
            for row in connection.execute(query).fetchall():
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    assert found
    return b"\n".join(found)


def figures_of(settings: Settings) -> bytes:
    with urllib.request.urlopen(f"http://{settings.metrics_address}/metrics", timeout=5) as page:
        return bytes(page.read())


async def test_a_name_in_every_field_is_read_with_the_key_and_stands_nowhere_in_clear(
    planted: Story, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    case = planted.case
    result = await command("show", case, "--json")
    assert result.exit_code == 0, result.output
    shown = json.loads(result.stdout)
    history = (await command("history", case, "--words")).stdout
    read = {
        "history": history,
        "bodies": json.dumps([one["body"] for one in shown["entries"]]),
        "by": json.dumps([one["by"] for one in shown["entries"]]),
        "plan": json.dumps(shown["plan"]),
        "verify": (await command("verify", case)).stdout,
    }
    for where in ("history", "bodies", "by", "plan"):
        assert "Zebedee" in read[where], f"it is on the reading side: {where}"
    assert read["bodies"].count(NAME) > 30
    assert (await command("explain", case)).exit_code == 0
    assert "is whole" in read["verify"]

    assert lies_in(settings.data) == []
    if settings.register.startswith("sqlite"):
        backup = tmp_path / "backups"
        backup.mkdir()
        assert (await command("register", "backup", str(backup / "copy.db"))).exit_code == 0
        assert lies_in(backup) == []
    else:
        raw = raw_rows(settings)
        assert case.encode() in raw
        assert [word for word in WORDS if word in raw] == []
    figures = await asyncio.to_thread(figures_of, settings)
    assert b"temporal_" in figures
    assert [word for word in WORDS if word in figures] == []
    assert "Zebedee" not in caplog.text
    assert "Zebedee" not in "".join(capfd.readouterr())


async def test_without_the_key_no_error_or_list_says_the_name_and_alarms_go_out(
    planted: Story, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_keys(tmp_path / "other.keys")
    monkeypatch.setenv("ESCALATION_ENCRYPTION_KEYS", str(tmp_path / "other.keys"))
    case = planted.case

    typed = (
        *("show REF", "history REF", "explain REF", "list --all", "list --all --json", "verify", "doctor"),
        *("doctor --json", "keys check", "keys rewrap", "resume REF", "restore", "record REF acknowledge"),
        *("watch --once", "digest --policy lincolnshire", "register rebuild"),
    )
    for words in (one.replace("REF", case).split() for one in typed):
        result = await command(*words)
        assert "Zebedee" not in result.output + result.stderr, words
        assert result.exit_code != 70, (words, result.stderr)
    with Register(settings.register) as register:
        assert register.verify() == []
