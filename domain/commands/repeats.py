"""A message that comes again: the same content under the same id gets the first answer and changes nothing."""

from hashlib import sha256

from ..base.refusals import Refusal
from ..case.message import Said
from ..case.state import Answer, Answered, Escalation
from ..engine.seats import role_named
from .alarms import RiskRaised

KEPT = 300
"""How many answers a case carries, the newest. A case has some thirty, and whoever gets no answer tries for a day."""


def as_taken(case: Escalation, said: Said) -> Said:
    """Return a message as the case takes it: its role by the policy's own id, and under an id that is its own.

    Immediate risk is never taken for another message: under a used id it comes by an id made from both.

    Raises:
        Refusal: its id was that of another message.
    """
    said = said.but(by=said.by.but(role=role_named(case.policy, said.by.role)))
    before = case.answered.get(said.id) if said.id else None
    if before is None or before.content == said.content:
        return said
    if isinstance(said, RiskRaised):
        return said.but(id=f"risk/{sha256(f'{said.id} {said.content}'.encode()).hexdigest()[:32]}")
    raise Refusal(
        "used id",
        "Nothing was recorded: under this message's id the case has taken another message, with other content. "
        "Send it again with an id of its own.",
    )


def answer_before(case: Escalation, said: Said) -> Answer | None:
    """Return the answer that a message got when it came before; None where it did not, or that is too long ago.

    Raises:
        Refusal: its id was that of another message.
    """
    before = case.answered.get(as_taken(case, said).id) if said.id else None
    return before.answer if before else None


def with_answer(case: Escalation, said: Said, answer: Answer) -> dict[str, Answered]:
    """Return the answers that a case carries once *said*, as taken, was answered. The oldest go first.

    What then comes again is decided anew, as any message is: an agreement that stands already, say, is answered so.
    """
    newest = {**case.answered, said.id: Answered(content=said.content, answer=answer)}
    return dict(list(newest.items())[-KEPT:])
