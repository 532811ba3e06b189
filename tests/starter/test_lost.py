"""A case that Temporal lost: risk and answers to alarms bring it back, and nothing says that it is closed."""

import asyncio
import json
import os
import re
import threading
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from adapters.keyring import make_keys
from domain.base.reference import make_reference
from domain.case.state import Answer
from domain.policy.local_settings import Local
from services import waking
from services.sending import send
from settings import read_settings
from starter.cli import cli
from tests.workflows.conftest import seen_with, server
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story, both
from worker import worker

__all__ = ["server"]
REFERRAL = str(Path(__file__).parents[2] / "examples" / "referral.toml")
RISK_TOLD = ("risk to on-call", *both("risk", "practitioner"))


@pytest.fixture
async def lost(
    server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[], Story]]:
    async with stories_in(server, tmp_path, monkeypatch) as story:
        yield story


@asynccontextmanager
async def stories_in(
    server: WorkflowEnvironment, folder: Path, monkeypatch: pytest.MonkeyPatch, register: str = ""
) -> AsyncIterator[Callable[[], Story]]:
    """Makes stories in a register of their own, about which commands can be typed; with keys as by default.

    The register is a file in *folder* unless another is given by its address.
    """
    given = {
        "ESCALATION_DATA": str(folder),
        "ESCALATION_REGISTER": register,
        "ESCALATION_TASK_QUEUE": f"lost-{uuid.uuid4().hex}",
        "ESCALATION_DIGEST_AT": "no",
        "ESCALATION_GATHER_SECONDS": "0",
        "ESCALATION_TRAINING": "no",
    }
    for name, said in given.items():
        monkeypatch.setenv(name, said)
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    settings, postbag = read_settings(), Postbag()
    make_keys(settings.encryption_keys)
    seen = seen_with(server, settings.encryption_keys, works=True)
    shelf = Shelf(settings.register)

    def story() -> Story:
        made = Story(seen, settings.task_queue, shelf, postbag)
        made.case = make_reference(uuid.uuid4().int)
        return made

    async with worker(settings, seen.client, post=postbag, register=shelf):
        yield story


async def command(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, cli, [*words])


async def goes(story: Story, how: str) -> None:
    """Temporal loses the case: terminated by hand, or gone altogether."""
    if how == "terminated":
        await story.handle.terminate("a test")
        return
    request = DeleteWorkflowExecutionRequest(namespace="default")
    request.workflow_execution.workflow_id = story.case
    await story.server.client.workflow_service.delete_workflow_execution(request)
    for _ in range(200):
        try:
            await story.handle.describe()
        except RPCError:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it is still there")


async def tried(story: Story, count: int) -> None:
    """Wait until so many notices were tried in vain; each is tried again only a second later."""
    for _ in range(200):
        tries = [one.attempt for one in story.register.attempts(story.case)]
        if len({one.notice_ref for one in tries if one.result == "failed"}) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"tried: {tries}")


@pytest.mark.parametrize("how", ["terminated", "deleted"])
async def test_immediate_risk_brings_a_lost_case_back_and_the_lead_is_woken(
    lost: Callable[[], Story], how: str
) -> None:
    story = await lost().opens_at_step_1()
    before = await story.entries()
    await goes(story, how)

    result = await command("record", story.case, "risk", "--by", "police", "--role", "practitioner")

    assert result.exit_code == 0, result.stderr
    assert "Immediate risk is on the record" in result.stdout
    assert f"{story.case} is open, but Temporal had lost it: it has been brought back from its record" in result.stderr
    await story.notices(*RISK_TOLD)
    assert (await story.entries())[len(before) :] == ["risk"]
    assert (await story.stands()).urgency == "immediate risk"


@pytest.mark.parametrize(
    ("words", "entered"),
    [
        (("acknowledge",), "acknowledged"),
        (("statutory-services-telephoned",), "act"),
        (("not-mine", "--role", "on-call"), "misdirected"),
    ],
)
async def test_an_answer_to_an_alarm_brings_a_lost_case_back(
    lost: Callable[[], Story], words: tuple[str, ...], entered: str
) -> None:
    story = await lost().opens_at_step_1()
    await command("record", story.case, "risk")
    await story.notices(*RISK_TOLD)
    await story.entries()
    await goes(story, "terminated")

    result = await command("record", story.case, *words)

    assert result.exit_code == 0, result.stderr
    assert (await story.entries())[-1] == entered


async def test_another_word_is_not_recorded_and_is_told_that_the_case_is_lost_and_not_closed(
    lost: Callable[[], Story],
) -> None:
    story = await lost().opens_at_step_1()
    await story.propose("schools", "practitioner")
    await story.notices("plan-proposed to practitioner of police")
    before = await story.entries()
    await goes(story, "terminated")

    for words in (
        ("discussion", "--by", "schools", "--role", "practitioner", "--method", "telephone"),
        ("not-an-act", "--by", "schools", "--role", "practitioner"),
        ("confirm", "--by", "police", "--role", "practitioner"),
    ):
        result = await command("record", story.case, *words)
        assert result.exit_code == 2, words
        assert f"escalate resume {story.case}" in result.stderr, words
        assert "closed" not in result.stderr, words
    assert await story.entries() == before


async def test_what_neither_temporal_nor_the_record_knows_is_said_to_be_unknown(lost: Callable[[], Story]) -> None:
    for act in ("risk", "acknowledge"):
        result = await command("record", lost().case, act)
        assert result.exit_code == 2
        assert "Temporal runs no case" in result.stderr


async def test_all_that_is_lost_is_restored_by_one_command_and_what_runs_is_left_alone(
    lost: Callable[[], Story],
) -> None:
    runs, *gone = [await lost().opens_at_step_1() for _ in range(3)]
    for story, how in zip(gone, ("terminated", "deleted"), strict=True):
        await story.entries()
        await goes(story, how)

    result = await command("restore")
    again = await command("restore")

    assert (result.exit_code, again.exit_code) == (0, 0), result.stderr
    back = [f"{story.case} runs on from entry 2." for story in gone]
    assert sorted(result.stdout.splitlines()[:2]) == sorted(back)
    assert result.stdout.splitlines()[2] == "Opened again: 2 cases. Temporal runs all that are open."
    nothing = "Temporal runs every case that is open by the register (3): there is nothing to restore.\n"
    assert again.stdout == nothing
    assert again.stderr == "", "nothing goes in clear"
    for story in (runs, *gone):
        assert (await story.stands()).stage == "step-1"
    assert (await command("resume")).exit_code == 2


async def test_a_command_without_a_key_says_that_what_it_sends_goes_in_clear(
    lost: Callable[[], Story], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_ENCRYPTION_KEYS", str(tmp_path / "none.keys"))

    (said, *_) = (await command("restore")).stderr.splitlines() or [(await command("move-on", "--all")).stderr]

    assert said.startswith("What goes to Temporal goes in clear. There is no key of encryption in ")


async def test_what_was_decided_and_never_left_goes_once_when_the_case_is_resumed(lost: Callable[[], Story]) -> None:
    story = await lost().opens_at_step_1()
    told = len(story.postbag.sent)
    story.postbag.down.add(story.case)
    await story.act("schools", "practitioner", "discussion", method="telephone")
    await command("record", story.case, "risk")
    await story.entries()
    await tried(story, 4)
    await goes(story, "terminated")
    story.postbag.down.clear()

    result = await command("resume", story.case)

    assert f"{story.case} runs on from entry 4. Notices that had not gone before, and go now: 4." in result.stdout
    await story.notices("act-recorded to practitioner of police", *RISK_TOLD)
    late = story.postbag.sent[told:]
    assert [one.late for one in late] == [True] * 4
    assert {story.postbag.times(one.ref) for one in story.postbag.of(story.case)} == {1}
    await story.is_quiet()  # that they have gone is noted too
    await goes(story, "terminated")
    again = await command("resume", story.case)
    assert again.stdout.startswith(f"{story.case} runs on from entry 4.\n"), "everybody has been told by now"


async def test_a_case_brought_back_by_a_word_sends_what_had_not_gone_too(lost: Callable[[], Story]) -> None:
    story = lost()
    story.postbag.down.add(story.case)
    await story.opens()
    await story.entries()
    await tried(story, 2)
    await goes(story, "terminated")
    story.postbag.down.clear()

    await command("record", story.case, "risk")

    await story.notices(*both("step-opened", "practitioner"), *RISK_TOLD)


async def test_with_temporal_away_the_lead_is_told_directly_and_that_is_noted(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story = await lost().opens_at_step_1()
    await story.entries()
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    result = await command("record", story.case, "risk", "--id", "one")
    again = await command("record", story.case, "risk", "--id", "one")

    assert (result.exit_code, again.exit_code, result.stdout) == (4, 4, "")
    assert "The safeguarding lead on call was told of the risk directly (outbox, " in result.stderr
    assert f"It is NOT on the record of {story.case} yet. Type it again once this is mended." in result.stderr
    (attempt,) = [one.attempt for one in story.register.attempts(story.case) if one.attempt.channel == "outbox"]
    assert (attempt.result, attempt.notice_ref.startswith(f"{story.case}/risk/")) == ("accepted", True)
    (letter,) = (tmp_path / "outbox").glob("*.txt")
    text = letter.read_text(encoding="utf-8")
    assert "RING NOW" in text
    assert story.case in text
    history = (await command("history", story.case)).stdout
    assert "Lead on call told of risk directly: accepted by outbox" in history
    assert "entry risk" not in history


async def test_a_case_of_immediate_risk_that_cannot_be_opened_wakes_the_lead_once_and_is_opened_as_the_same_later(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lost()
    there = os.environ["TEMPORAL_ADDRESS"]
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    away = await command("start", REFERRAL, "--immediate-risk")

    assert (away.exit_code, away.stdout) == (4, "")
    assert "The safeguarding lead on call was told of the risk directly (outbox, " in away.stderr
    found = re.search(r"(ESC-\S+) is NOT open yet\. Type the same again with --request (\w+) once", away.stderr)
    assert found, away.stderr
    case, request = found.groups()
    (letter,) = (tmp_path / "outbox").glob("*.txt")
    assert "RING NOW" in letter.read_text(encoding="utf-8")

    again = await command("start", REFERRAL, "--immediate-risk", "--request", request)
    assert again.exit_code == 4
    assert len([*(tmp_path / "outbox").glob("*.txt")]) == 1

    monkeypatch.setenv("TEMPORAL_ADDRESS", there)
    opened = await command("start", REFERRAL, "--immediate-risk", "--request", request)
    assert opened.exit_code == 0, opened.stderr
    assert opened.stdout.startswith(f"Opened: {case}\n")
    assert "Immediate risk is raised in it." in opened.stdout
    assert "3 notices of it have been taken so far" in opened.stdout


async def test_immediate_risk_under_a_request_that_has_its_case_already_is_raised_in_that_case(
    lost: Callable[[], Story],
) -> None:
    lost()
    opened = await command("start", REFERRAL, "--request", "school-1")
    case = opened.stdout.split()[1]

    risk = await command("start", REFERRAL, "--request", "school-1", "--immediate-risk")
    again = await command("start", REFERRAL, "--request", "school-1", "--immediate-risk")

    assert (risk.exit_code, again.exit_code) == (0, 0), risk.stderr
    assert f"{case} had been opened by the same request before: the risk is raised in it." in risk.stderr
    assert risk.stdout.startswith("Immediate risk is on the record")
    assert "3 notices of it have been taken so far" in again.stdout
    shown = json.loads((await command("show", case, "--json")).stdout)
    kinds = [one["kind"] for one in shown["entries"]]
    assert (kinds.count("risk"), kinds.count("risk-again")) == (1, 1)


async def test_while_temporal_does_not_answer_the_lead_is_told_and_the_risk_is_recorded_after_all(
    lost: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await lost().opens_at_step_1()
    told, go_on = waking._wake, threading.Event()

    def wake(*given: Any) -> str:
        said = told(*given)
        go_on.set()
        return said

    async def slow(*given: Any) -> Answer:
        await asyncio.to_thread(go_on.wait)
        return await send(*given)

    monkeypatch.setattr(waking, "WITHIN_SECONDS", 0.05)
    monkeypatch.setattr(waking, "_wake", wake)
    monkeypatch.setattr(waking, "send", slow)

    result = await command("record", story.case, "risk")

    assert result.exit_code == 0, result.stderr
    assert "The safeguarding lead on call was told of the risk directly (outbox, " in result.stderr
    assert "Immediate risk is on the record" in result.stdout
    await story.notices(*RISK_TOLD)


async def test_with_temporal_and_the_register_away_the_lead_who_is_set_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_DATA", str(tmp_path))
    monkeypatch.setenv("ESCALATION_TRAINING", "no")
    monkeypatch.setenv("ESCALATION_REGISTER", "postgresql://127.0.0.1:1/nobody")
    monkeypatch.setenv("ESCALATION_ON_CALL", "lead@example.org")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    result = await command("record", make_reference(uuid.uuid4().int), "risk")

    assert result.exit_code == 4
    assert "was told of the risk directly (outbox, " in result.stderr
    (letter,) = (tmp_path / "outbox").glob("*.txt")
    assert "lead@example.org" in letter.read_text(encoding="utf-8")


async def test_what_is_overdue_is_acknowledged_in_a_lost_case_by_a_late_referral(lost: Callable[[], Story]) -> None:
    story = lost()
    raised = datetime.now(UTC) - timedelta(days=10)
    await story.opens(opened_at=raised, local=Local(tolerance="same working day"))
    for _ in range(200):
        if "alert" in await story.entries():
            break
        await asyncio.sleep(0.05)
    await goes(story, "terminated")

    result = await command("record", story.case, "acknowledge")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Acknowledged. It is still owed;")
