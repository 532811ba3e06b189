"""What no person says: time that passed, and what the world answered."""

from typing import Literal

from ..base.people import Actor
from ..base.refusals import PLAIN, Why
from ..base.value import Value
from ..case.effects import Recipient
from ..case.message import Name, Words
from ..case.state import Answer
from ..engine.draft import Turn
from ..engine.seats import ON_CALL


class MomentPassed(Value):
    """Time went by: whatever has become due up to now is due."""

    kind: Literal["moment"] = "moment"


class MessageRefused(Value):
    """A message that came by a door which cannot say no was refused; its text is not kept."""

    kind: Literal["refused"] = "refused"
    name: Name
    why: Why
    sentence: Words
    by: Actor = Actor()


class CancellationAsked(Value):
    """Somebody asked Temporal to cancel the case. A case ends by its policy, so it goes on."""

    kind: Literal["cancellation"] = "cancellation"


class NoticesReturned(Value):
    """Notices that reach nobody."""

    kind: Literal["returned"] = "returned"
    hopeless: tuple[str, ...] = ()
    """Refs of notices that no channel will take."""


def refused(turn: Turn, event: MessageRefused) -> Answer:
    """Enter that a message was refused, and tell its sender (rule 43)."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    turn.enter("refused", turn.now, event.by, name=event.name, why=event.why, because=event.sentence, said=said)
    by = turn.known(event.by)
    title = turn.case.policy.role_title(by.role)
    to = Recipient(role=by.role, title=title, agency=by.agency) if by.role and by.agency else ON_CALL
    turn.notify("refused", (to,), fact=PLAIN[event.why])
    return Answer(sentence=event.sentence, entry=turn.entry)


def cancellation(turn: Turn) -> Answer:
    """Enter that a cancellation was asked for, and tell the lead on call; nothing is closed by it (L2)."""
    turn.enter("cancellation-refused", turn.now)
    turn.notify("cancellation", (ON_CALL,), step=turn.case.policy.title)
    return Answer(sentence="A case is not cancelled: it ends by its policy.", entry=turn.entry)


def returned(turn: Turn, event: NoticesReturned) -> Answer:
    """Enter which notices reach nobody."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    for ref in event.hopeless:
        turn.enter("notice-failed", turn.now, ref=ref, said=said)
    return Answer(sentence="", entry=turn.case.entries)
