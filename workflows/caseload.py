"""Caseload: the one door to the workflows. Open, record, look."""

import asyncio
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.base.refusals import Refusal
from domain.case.state import Answer
from domain.commands import Box, Message, Opening, RiskRaised
from domain.decide import open_case
from domain.views.shown import shown_of
from domain.views.status import CaseStatus

from .run import Run
from .starting import ANSWER_WITHIN, away, start

TRIES = 6
RISK_TRIES = 2
"""Of immediate risk: whoever raises it is not kept waiting, for the lead on call can be told without Temporal."""
MOST_MISTAKES = 3
"""Mistakes of ours that one message may meet, each mended before the next, and still be taken under the same id."""
PASSING = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.FAILED_PRECONDITION}
"""What the server says that may be otherwise in a moment; the last while a case goes over into a new run."""


class NoSuchCase(Exception):  # noqa: N818 - reads as a sentence
    """Temporal runs no case of this reference; its record may know it all the same."""


class NoAnswer(Exception):  # noqa: N818 - reads as a sentence
    """The message may or may not have arrived: sending it again with the same id is safe."""


class Caseload:
    """Every escalation that Temporal runs. Safe to share."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._queue = task_queue

    async def open(self, opening: Opening) -> bool:
        """Start an escalation, or find that a start of the same reference went before. Returns False where it did.

        Raises:
            Refusal: a fact, role or agency does not fit the policy; nothing was started.
            ServerAway: Temporal did not answer.
        """
        now = datetime.now(UTC)
        checked = opening.but(opened_at=opening.opened_at or now)
        shown = shown_of(open_case(checked, now).escalation)
        return await start(self._client, self._queue, Run(opening=opening), shown, again=False)

    async def record(self, case: str, message: Message) -> Answer:
        """Send a message and wait for the answer; sent again while nobody answers, for its id makes a repeat harmless.

        Raises:
            Refusal: the rules say no.
            NoSuchCase: Temporal runs no case of this reference.
            NoAnswer: nobody answered in a minute. Immediate risk is left in Temporal then, for when a worker runs.
        """
        is_risk = isinstance(message, RiskRaised)
        for attempt in range(RISK_TRIES if is_risk else TRIES):
            await asyncio.sleep(_pause(attempt))
            try:
                answer = await self._asked(case, message)
            except WorkflowUpdateFailedError as error:
                raise _refusal(error) from None
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                continue
            except RPCError as error:
                if _has_no_case(error):
                    if "update" in str(error) and "not found" in str(error):
                        continue  # a server that restarted forgot it before it was accepted
                    raise NoSuchCase(_not_found(case)) from None
                if error.status not in PASSING:
                    raise away(error) from None
            else:
                return answer
        if is_risk:
            await self._leave(case, message)
            raise NoAnswer(
                "Nobody answered: is a worker running (`escalate worker`)? It waits in Temporal until one runs."
            )
        raise NoAnswer(
            "Nobody answered within a minute: is a worker running (`escalate worker`)? "
            f"It may still be recorded. Send it again with the same id ({message.id}); it will count once."
        )

    async def _asked(self, case: str, message: Message) -> Answer:
        """Send a message once, and again under another id of Temporal's where it met a mistake of ours.

        Temporal keeps what came of an id as long as the run lasts, and would answer with an old mistake for ever. Where
        the mistake is not mended the case rejects what is sent again at once, and keeps nothing of it.
        """
        mistakes = 0
        while True:
            try:
                answer: Answer = await self._handle(case).execute_update(
                    *("record", Box(message)),
                    id=_update_id(message, mistakes),
                    result_type=Answer,
                    rpc_timeout=ANSWER_WITHIN,
                )
            except WorkflowUpdateFailedError as error:
                mistakes += 1
                if mistakes > MOST_MISTAKES or not _is_mistake(error):
                    raise
            else:
                return answer

    async def _leave(self, case: str, message: Message) -> None:
        """Leave a message in Temporal as a signal: an update that nobody takes is forgotten when its server stops."""
        try:
            await self._handle(case).signal("record", message.model_dump(mode="json"), rpc_timeout=ANSWER_WITHIN)
        except RPCError as error:
            raise away(error) from None

    async def look(self, case: str) -> CaseStatus:
        """Ask the case itself where it stands. Raises NoSuchCase or NoAnswer."""
        for attempt in range(TRIES):
            await asyncio.sleep(_pause(attempt))
            try:
                standing: CaseStatus = await self._handle(case).query(
                    "standing", result_type=CaseStatus, rpc_timeout=ANSWER_WITHIN
                )
            except WorkflowQueryFailedError:  # it is only just being opened
                continue
            except RPCError as error:
                if _has_no_case(error):
                    raise NoSuchCase(_not_found(case)) from None
                if error.status != RPCStatusCode.FAILED_PRECONDITION:
                    break
            else:
                return standing
        raise NoAnswer("The case did not answer: is a worker running (`escalate worker`)?")

    def _handle(self, case: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(case)


def _update_id(message: Message, mistakes: int) -> str | None:
    """Return the same id for the same message, without a word of it: Temporal shows it to whoever may look.

    Another message under a used id has another: the server would answer it as the first, and the case not hear of it.
    So has one that has met so many *mistakes* of ours.
    """
    said = f"{message.id} {message.content}{f' {mistakes}' if mistakes else ''}"
    return sha256(said.encode()).hexdigest()[:32] if message.id else None


def _pause(attempt: int) -> float:
    """Seconds to wait before a try: none before the first, then longer each time."""
    return 0.05 * 4 ** (attempt - 1) if attempt else 0


def _is_mistake(error: WorkflowUpdateFailedError) -> bool:
    return isinstance(error.cause, ApplicationError) and error.cause.type == "Mistake"


def _refusal(error: WorkflowUpdateFailedError) -> Exception:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type in {"Refusal", "Mistake"} and cause.details:
        return Refusal(cause.details[0], cause.message)
    return Refusal(
        "not allowed", "The message could not be read by this version: check that both sides run the same one."
    )


def _has_no_case(error: RPCError) -> bool:
    """Does the server know no such case? Where it does not know our namespace it knows nothing of any."""
    return error.status == RPCStatusCode.NOT_FOUND and "namespace" not in str(error).lower()


def _not_found(case: str) -> str:
    return (
        f"Temporal runs no case {case}. `escalate list --all` shows the cases on the record; one that it shows as open "
        "is brought back by `escalate resume`."
    )
