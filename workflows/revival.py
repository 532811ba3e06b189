"""A case comes back from its record alone: a closed one by a new word, a lost one as it was."""

from datetime import UTC, datetime

from temporalio.client import Client

from domain.decide import decide
from domain.effects import Entry, Notice
from domain.escalation import Answer, Escalation
from domain.events import Message
from domain.standing import standing_of

from .run import Run
from .starting import start


class StillRunning(Exception):  # noqa: N818 - reads as a sentence
    """The case is open after all: send the message to it."""


async def revive(client: Client, task_queue: str, case: Escalation, message: Message) -> Answer:
    """Start a new run of a closed *case* (as replayed from its entries) with *message*, and return its answer.

    The state travels whole, so the case goes on with the policy and calendar editions it always had.

    Raises:
        Refusal: the rules say no; nothing was started.
        StillRunning: somebody was quicker.
        ServerAway: Temporal did not answer.
    """
    decision = decide(case, message, datetime.now(UTC))
    run = Run(
        carried=decision.escalation,
        entries=tuple(effect for effect in decision.effects if isinstance(effect, Entry)),
        notices=tuple(effect for effect in decision.effects if isinstance(effect, Notice)),
    )
    await _start(client, task_queue, decision.escalation, run)
    return decision.answer


async def resume(client: Client, task_queue: str, case: Escalation) -> None:
    """Run on a *case* that Temporal lost: terminated by hand, say, or gone with a server's data.

    It goes on from its last entry. What was to be alerted meanwhile is alerted at once, marked late.

    Raises:
        StillRunning: Temporal runs it after all.
        ServerAway: Temporal did not answer.
    """
    await _start(client, task_queue, case, Run(carried=case))


async def _start(client: Client, task_queue: str, case: Escalation, run: Run) -> None:
    if not await start(client, task_queue, run, standing_of(case), again=True):
        raise StillRunning(f"{case.case} is running in Temporal already.")
