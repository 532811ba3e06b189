"""Whoever decides sees how a sender was known: no client of Temporal without the installation's keys forges it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from activities.bundles import Bundle
from adapters.attestation import Attestations
from adapters.keyring import add_key, make_keys
from adapters.register.recorded import Recorded
from domain.base.known import Attested, Known, known_in, sender_of
from domain.case.state import Escalation
from domain.commands import ActDone, Reopened
from domain.decide import decide, decided_of
from domain.policy.local_settings import Local
from tests.workflows.conftest import Stage, a_stage, seen_with
from tests.workflows.story import Story, by
from workflows import WORKFLOW
from workflows.revival import answered
from workflows.run import Carried, Run

WHO = "partnership coordinator (account coordinator)"
DISCUSSED: dict[str, Any] = {"by": by("schools", "practitioner"), "act": "discussion", "method": "telephone"}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path / "encryption.keys")
    return tmp_path / "encryption.keys"


@pytest.fixture
async def stage(server: WorkflowEnvironment, keys: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A worker of an installation that has keys."""
    queue, seen = f"known-{tmp_path.name}", seen_with(server, keys, works=True)
    async with a_stage(seen, tmp_path / "data", queue, GATHER_SECONDS="0", ENCRYPTION_KEYS=str(keys)) as stage:
        yield stage


@pytest.fixture
async def told(stage: Stage) -> AsyncIterator[Story]:
    story = Story(*stage)
    yield story
    await story.is_quiet()
    story.everything_is_read()
    await story.ends_well()


@pytest.fixture
async def stranger(server: WorkflowEnvironment) -> Client:
    """Any client of Temporal, with neither our converter nor our keys."""
    return await Client.connect(server.client.service_client.config.target_host)


async def senders(story: Story, kind: str) -> list[str]:
    """Say how the sender of each entry of a kind was known."""
    await story.entries()
    entries = [stored.entry for stored in story.register.entries(story.case)]
    return [sender_of(one.kind, one.body).words for one in entries if one.kind == kind]


async def test_a_message_that_was_signed_says_on_the_record_who_typed_it(told: Story, keys: Path) -> None:
    await told.opens_at_step_1()
    message = Attestations(keys).with_sender(told.case, ActDone(**DISCUSSED, id="one"), "o", WHO)

    await told.caseload.record(told.case, message)

    assert await senders(told, "act") == [f"typed on somebody's behalf by: {WHO}"]
    assert await senders(told, "opened") == ["the sender was not shown"]


async def test_whoever_opens_a_case_is_on_its_first_entry(told: Story, keys: Path) -> None:
    opening = Attestations(keys).with_sender(told.case, told.opening(), "s", WHO)

    assert await told.caseload.open(opening)
    told._is_open = True

    assert await senders(told, "opened") == [f"signed in: {WHO}"]


@pytest.mark.parametrize("door", ["update", "signal", "record signal"])
async def test_what_another_client_says_of_itself_is_not_believed(told: Story, stranger: Client, door: str) -> None:
    await told.opens_at_step_1()
    handle = stranger.get_workflow_handle(told.case)
    said = ActDone(**DISCUSSED, id="one").model_dump(mode="json", exclude_defaults=True)
    forged = said | {"attested": ["s", WHO, "A" * 16]}

    match door:
        case "update":
            with pytest.raises(Exception, match=r"converter|encoding|decode"):  # the answer is encrypted
                await handle.execute_update("record", {"kind": "act", **forged}, id="one")
        case "signal":
            await handle.signal("act", forged)
        case _:
            await handle.signal("record", {"kind": "act", **forged})

    await told.notices("act-recorded to practitioner of police")
    assert await senders(told, "act") == ["the sender was not shown"]


async def test_a_signature_that_was_seen_on_its_way_is_of_no_use_for_other_words(told: Story, keys: Path) -> None:
    await told.opens_at_step_1()
    seen = Attestations(keys).with_sender(told.case, ActDone(**DISCUSSED, id="one"), "s", WHO)

    await told.caseload.record(told.case, seen.but(method="face to face", id="two"))

    assert await senders(told, "act") == ["the sender was not shown"]


async def test_what_asks_for_a_known_sender_is_refused_to_a_forged_one_and_immediate_risk_to_nobody(
    told: Story, keys: Path, stranger: Client
) -> None:
    await told.opens_at_step_1(local=Local(must_be_known=("discussion",)))
    forged = ActDone(**DISCUSSED, id="one", attested=Attested("s", WHO, "A" * 16))

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await told.handle.execute_update("record", {"kind": "act", **forged.model_dump(mode="json")}, id="one")
    assert "from a sender who is known alone" in str(caught.value.cause)
    await stranger.get_workflow_handle(told.case).signal("risk", {"attested": ["s", WHO, "A" * 16]})
    await told.until(lambda: any(one.kind == "risk" for one in told.unread()), "risk was told")
    assert await senders(told, "risk") == ["the sender was not shown"]

    signed = Attestations(keys).with_sender(told.case, ActDone(**DISCUSSED, id="two"), "s", WHO)
    assert (await told.caseload.record(told.case, signed)).entry


async def test_a_key_that_was_added_while_the_worker_runs_is_known(told: Story, keys: Path) -> None:
    await told.opens_at_step_1()
    add_key(keys)
    signed = Attestations(keys).with_sender(told.case, ActDone(**DISCUSSED, id="one"), "s", WHO)

    await told.caseload.record(told.case, signed)

    assert await senders(told, "act") == [f"signed in: {WHO}"]


async def ended(story: Story) -> Escalation:
    """A case that is closed, as its record tells it."""
    await story.opens_at_step_1()
    await story.agrees("practitioner")
    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.handle.result()
    story.everything_is_read()
    case = Recorded(story.register.url).case(story.case)
    assert case is not None
    closed_at = case.closed_at
    assert closed_at
    await story.until(lambda: datetime.now(UTC) > closed_at, "the server's clock may be a moment before ours")
    return case


async def test_a_closed_case_that_comes_back_says_who_brought_it(told: Story, keys: Path) -> None:
    case = await ended(told)
    kept, ours = Recorded(told.register.url).kept(told.case), Attestations(keys)
    assert kept is not None
    again = Reopened(by=by("schools", "practitioner"), reason="x", id="again")

    await answered(told.server.client, told.queue, kept, ours.with_sender(case.case, again, "o", WHO), ours)

    assert await senders(told, "reopened") == [f"typed on somebody's behalf by: {WHO}"]


async def test_who_begins_a_run_of_their_own_names_nobody(told: Story) -> None:
    """Whoever may start workflows could else hand in decisions that no worker took, with any sender in them."""
    case = await ended(told)
    again = Reopened(by=by("schools", "practitioner"), reason="x", id="again")
    decision = decide(case, again, datetime.now(UTC), Known("s", WHO))
    decided = decided_of(decision, case)
    assert decided is not None
    assert any(known_in(entry.body) for entry in decided.entries)
    bundle = Bundle(case=case.case, policy=case.policy.id, stage="step-1", decided=(decided,), seal="A" * 16)
    carried = Carried.of(decision.escalation, decision.escalation, "")

    await told.server.client.start_workflow(
        WORKFLOW, Run(carried=carried, unfinished=(bundle,)), id=told.case, task_queue=told.queue
    )

    await told.until(lambda: "reopened" in [one.entry.kind for one in told.register.entries(told.case)], "entered")
    assert await senders(told, "reopened") == ["the sender was not shown"]
