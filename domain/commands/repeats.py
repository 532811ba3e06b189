"""A message that comes again: the same content under the same id gets the first answer and changes nothing."""

from hashlib import sha256

from ..base.refusals import Refusal
from ..case.command import Command
from ..case.state import Answer, Answered, Escalation
from ..engine.seats import role_named
from .alarms import RiskRaised

KEPT = 300
"""How many answers a case carries, the newest. A case has some thirty, and whoever gets no answer tries for a day."""


def as_taken(case: Escalation, command: Command) -> Command:
    """Return a message as the case takes it: its role by the policy's own id, and under an id that is its own.

    Immediate risk is never taken for another message: under a used id it comes by an id made from both.

    Raises:
        Refusal: its id was that of another message.
    """
    command = command.but(by=command.by.but(role=role_named(case.policy, command.by.role)))
    before = case.answered.get(command.id) if command.id else None
    if before is None or before.content == command.content:
        return command
    if isinstance(command, RiskRaised):
        return command.but(id=f"risk/{sha256(f'{command.id} {command.content}'.encode()).hexdigest()[:32]}")
    raise Refusal(
        "used id",
        "Nothing was recorded: under this message's id the case has taken another message, with other content. "
        "Send it again with an id of its own.",
    )


def answer_before(case: Escalation, command: Command) -> Answer | None:
    """Return the answer that a message got when it came before; None where it did not, or that is too long ago.

    Raises:
        Refusal: its id was that of another message.
    """
    before = case.answered.get(as_taken(case, command).id) if command.id else None
    return before.answer if before else None


def with_answer(case: Escalation, command: Command, answer: Answer) -> dict[str, Answered]:
    """Return the answers that a case carries once *said*, as taken, was answered. The oldest go first.

    What then comes again is decided anew, as any message is: an agreement that stands already, say, is answered so.
    """
    newest = {**case.answered, command.id: Answered(content=command.content, answer=answer)}
    return dict(list(newest.items())[-KEPT:])
