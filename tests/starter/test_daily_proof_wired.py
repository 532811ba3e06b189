"""The daily proof as a worker makes it of the settings."""

import asyncio
import threading

import pytest

from adapters.register.proof_note import read_note
from adapters.register.register import Register
from settings import Settings, read_settings
from tests.register.made import by_hand
from tests.starter.conftest import Run
from wiring import daily_proof, real_post


def test_what_is_found_goes_to_the_office_and_the_lead_that_are_set(
    run: Run, opened: str, register: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_OPERATIONS", "office@partnership.example.com")
    monkeypatch.setenv("ESCALATION_ON_CALL", "lead@partnership.example.com")
    note = read_note(installation.proof_note)
    note.since, note.last = "2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00+00:00"
    note.save()
    by_hand(installation.register, ["UPDATE standing SET stage = 'nowhere'"])
    settings = read_settings()

    daily = daily_proof(settings, register, real_post(settings))
    assert daily is not None
    daily.look()

    letters = [path.read_text() for path in settings.outbox.glob("*.txt")]
    to = {line for letter in letters for line in letter.splitlines() if line.startswith("To: ")}
    assert {"To: office@partnership.example.com", "To: lead@partnership.example.com"} <= to
    assert f"found in {opened}." in read_note(settings.proof_note).says


def test_it_ends_when_its_worker_does(
    register: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily = daily_proof(installation, register, real_post(installation))
    assert daily is not None
    looked = threading.Event()
    monkeypatch.setattr(daily, "look", looked.set)

    async def a_moment() -> None:
        going = asyncio.create_task(daily.keep_looking())
        assert await asyncio.to_thread(looked.wait, 10)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going

    asyncio.run(asyncio.wait_for(a_moment(), 10))


def test_none_is_made_where_the_settings_say_no(
    register: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_PROVE_AT", "no")
    settings = read_settings()

    assert daily_proof(settings, register, real_post(settings)) is None


def test_a_worker_has_its_key_of_checkpoints_from_its_start_where_one_may_be_made_by_itself(
    register: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")
        assert daily_proof(installation, register, real_post(installation)) is not None
        assert not installation.checkpoints.key.exists(), "several machines would each make one of their own"

    assert daily_proof(installation, register, real_post(installation)) is not None
    assert installation.checkpoints.key.stat().st_mode & 0o777 == 0o600


def test_a_worker_starts_also_where_its_key_cannot_be_kept(
    register: Register, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_CHECKPOINT_KEY", "/dev/null/key")

    assert daily_proof(read_settings(), register, real_post(installation)) is not None
