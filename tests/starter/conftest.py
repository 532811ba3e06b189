"""An installation of its own for each test: a data folder, a register, a fixed present, and a caseload in memory."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapters.keyring import make_keys
from adapters.register.register import Register
from domain.case.state import Answer, Escalation
from domain.commands import Message
from services import telling, temporal_client, times
from settings import HERE, Settings, read_settings
from starter.cli import cli
from tests.people import administrator_in
from tests.starter.cases_in_memory import CasesInMemory

EXAMPLES = HERE / "examples"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Set the environment to a fresh data folder and stop the clock at 10:00 on Monday 23 November 2026.

    Whoever runs the tests is its administrator, also where Temporal is elsewhere.
    """
    for name in (
        *("ESCALATION_REGISTER", "ESCALATION_OUTBOX", "ESCALATION_MEETINGS", "ESCALATION_TRAINING"),
        "ESCALATE_TRACEBACK",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ESCALATION_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ESCALATION_PEOPLE", str(administrator_in(tmp_path)))
    monkeypatch.setattr(times, "clock", lambda: NOW)
    return read_settings()


@pytest.fixture
def register(installation: Settings) -> Iterator[Register]:
    """A real register that a worker would have prepared, with keys as by default."""
    installation.data.mkdir()
    make_keys(installation.encryption_keys)
    with Register(installation.register) as register:
        register.prepare()
        yield register


@pytest.fixture
def in_clear(installation: Settings, register: Register) -> None:
    """A register from before cases had keys: what stands in it is edited by hand as text."""
    installation.encryption_keys.unlink()


@pytest.fixture
def cases(register: Register, monkeypatch: pytest.MonkeyPatch) -> CasesInMemory:
    """Put a caseload in memory in the place of Temporal; it writes its entries into the real register."""
    made = CasesInMemory(register, lambda: NOW)
    monkeypatch.setattr(telling, "WORD_SECONDS", 0)  # nobody sends anything here

    @asynccontextmanager
    async def caseload(_settings: Settings) -> AsyncIterator[Any]:
        yield made

    async def revive(_settings: Settings, case: Escalation, message: Message) -> Answer:
        return await made.revive(case, message)

    monkeypatch.setattr(temporal_client, "caseload", caseload)
    monkeypatch.setattr(temporal_client, "revive", revive)
    return made


@pytest.fixture
def sent(cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What reaches the case. What the rules make of it is tested where they stand."""

    async def record(_case: str, message: Message) -> Answer:
        cases.received.append(message.but(attested=None))
        return Answer(sentence="Recorded.", entry=3)

    monkeypatch.setattr(cases, "record", record)
    return cases.received


@pytest.fixture
def run(installation: Settings) -> Run:
    """Run `escalate` with the words given."""
    return lambda *words, **more: CliRunner().invoke(cli, list(words), **more)


@pytest.fixture
def opened(run: Run, cases: CasesInMemory) -> str:
    """The reference of a case that was opened from the example."""
    result = run("start", str(EXAMPLES / "referral.toml"), "--request", "test")
    assert result.exit_code == 0, result.stderr
    return cases.last
