"""A case comes back from its record alone: a closed one by a new word, a lost one as it was."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from temporalio.client import Client

from activities.bundles import Bundle
from adapters.attestation import Attestations
from domain.case.decided import Decided, OnRecord
from domain.case.effects import Notice
from domain.case.state import Answer, Escalation
from domain.command_table import COMMANDS
from domain.command_table.built_in import RISK_ACT
from domain.commands import ActDone, Message, kind_of
from domain.commands.repeats import answer_before
from domain.decide import decide, decided_of

from .caseload import Caseload, NoSuchCase
from .run import Carried, Run
from .starting import start

Kept = Callable[[str], OnRecord | None]
"""Reads a case from its record, with what was decided in it and is not done; None where there is none. Blocks."""


class StillRunning(Exception):  # noqa: N818 - reads as a sentence
    """The case is open after all: send the message to it."""


class Lost(Exception):  # noqa: N818 - reads as a sentence
    """The case is open by its record and Temporal does not run it; somebody is to bring it back by `resume`."""


class CasesOnRecord:
    """Sends messages to cases, be they run by Temporal, closed or lost. Safe to share."""

    def __init__(self, client: Client, task_queue: str, kept: Kept, attestations: Attestations | None = None) -> None:
        """Take a client, the queue of this installation's workers, what reads a case, and what shows who sends."""
        self._attestations = attestations
        self._client = client
        self._queue = task_queue
        self._caseload = Caseload(client, task_queue)
        self._kept = kept

    async def record(self, case: str, message: Message) -> Answer:
        """Send a message and return the answer; a case that Temporal does not run comes back from its record for it.

        Raises:
            Refusal: the rules say no.
            NoSuchCase: neither Temporal nor the record knows the case.
            Lost: it is lost, and the message is none of those for which it comes back by itself.
            NoAnswer, ServerAway: as for `Caseload.record`.
            Unreadable, RegisterError: its record does not give it, or cannot be read now.
        """
        try:
            return await self._caseload.record(case, message)
        except NoSuchCase:
            kept = await asyncio.to_thread(self._kept, case)
            if kept is None:
                raise
        try:
            return await answered(self._client, self._queue, kept, message, self._attestations)
        except StillRunning:
            return await self._caseload.record(case, message)


async def answered(
    client: Client, task_queue: str, kept: OnRecord, message: Message, attestations: Attestations | None = None
) -> Answer:
    """Bring a case back for a message, and return the answer to it; a message answered before is answered alike.

    Raises:
        Refusal: the rules say no; nothing was started.
        Lost: the case is open by its record, and the message is none of those for which it comes back by itself.
        StillRunning: somebody was quicker.
        ServerAway: Temporal did not answer.
    """
    case = kept.case
    must_come_back(case, message)
    before = answer_before(case, message)
    if before is None:
        return await revive(
            client,
            task_queue,
            case,
            message,
            notices=kept.notices,
            case_key=kept.case_key,
            attestations=attestations,
        )
    if case.closed_at is None:
        await resume(client, task_queue, case, notices=kept.notices, case_key=kept.case_key)
    return before


def must_come_back(case: Escalation, message: Message) -> None:
    """Raise Lost for a case that is open by its record, unless the message is immediate risk or answers an alarm.

    That somebody has it, or rang, or must be passed over for the next, waits for no one who looks after Temporal.
    """
    rang = isinstance(message, ActDone) and message.act == RISK_ACT
    answers = rang or COMMANDS[kind_of(message)].answers_an_alarm
    if case.closed_at is None and not answers:
        raise Lost(
            f"{case.case} is open by its record, but Temporal does not run it, so nothing was recorded. "
            f"`escalate resume {case.case}` brings it back; then record it again."
        )


async def revive(
    client: Client,
    task_queue: str,
    case: Escalation,
    message: Message,
    *,
    notices: tuple[Notice, ...] = (),
    case_key: str = "",
    attestations: Attestations | None = None,
) -> Answer:
    """Start a new run of a *case* (as its record gives it) with *message*, and return its answer.

    The state travels whole, so the case goes on with the policy and calendar editions it always had. *notices* were
    decided before, and are sent first. *case_key* is that of its record, wrapped. No worker decides here, so
    *attestations* seal what was decided.

    Raises:
        Refusal: the rules say no; nothing was started.
        StillRunning: somebody was quicker.
        ServerAway: Temporal did not answer.
    """
    sender = attestations.known(case.case, message) if attestations else None
    decision = decide(case, message, datetime.now(UTC), sender)
    decided = decided_of(decision, case)
    present = decision.escalation
    carried = Carried.of(case if decided is None else present, present, case_key)
    seal = attestations.seal(case.case, (decided,)) if attestations and decided else ""
    await _start(client, task_queue, carried, notices, decided, seal)
    return decision.answer


async def resume(
    client: Client, task_queue: str, case: Escalation, *, notices: tuple[Notice, ...] = (), case_key: str = ""
) -> None:
    """Run on a *case* that Temporal lost: terminated by hand, say, or gone with a server's data.

    It goes on from its last entry, and *notices* that were decided and are not done are sent. What was to be alerted
    meanwhile is alerted at once, marked late. *case_key* is that of its record, wrapped.

    Raises:
        StillRunning: Temporal runs it after all.
        ServerAway: Temporal did not answer.
    """
    await _start(client, task_queue, Carried.of(case, case, case_key), notices, None)


async def _start(
    client: Client,
    task_queue: str,
    carried: Carried,
    notices: tuple[Notice, ...],
    decided: Decided | None,
    seal: str = "",
) -> None:
    assert carried.shown is not None  # noqa: S101 - `Carried.of` says it
    bundle = Bundle(
        case=carried.case,
        policy=carried.policy.id,
        stage=carried.shown.stage,
        decided=(decided,) if decided else (),
        notices=notices,
        case_key=carried.case_key if decided else "",
        seal=seal,
    )
    run = Run(carried=carried, unfinished=(bundle,) if decided or notices else ())
    if not await start(client, task_queue, run, carried.shown, again=True):
        raise StillRunning(f"{carried.case} is running in Temporal already.")
