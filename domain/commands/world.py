"""What no person says: time that passed, and what the world answered."""

from typing import Literal

from pydantic import JsonValue

from ..base.people import Actor
from ..base.refusals import PLAIN, Why
from ..base.value import Value
from ..case.command import Name, Words
from ..case.effects import Recipient
from ..case.state import Answer
from ..engine.draft import Draft
from ..engine.seats import ON_CALL


class MomentPassed(Value):
    """Time went by: whatever has become due up to now is due."""

    kind: Literal["moment"] = "moment"
    includes_now: bool = True
    """False where somebody spoke at this very instant, in time, though it made no entry."""


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


def refused(draft: Draft, event: MessageRefused) -> Answer:
    """Enter that a message was refused, and tell its sender (rule 43)."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    kept: dict[str, JsonValue] = {"said": said, "known": draft.known_sender}
    draft.enter("refused", draft.now, event.by, name=event.name, why=event.why, because=event.sentence, **kept)
    by = draft.known(event.by)
    title = draft.case.policy.role_title(by.role)
    to = Recipient(role=by.role, title=title, agency=by.agency) if by.role and by.agency else ON_CALL
    draft.notify("refused", (to,), fact=PLAIN[event.why])
    return Answer(sentence=event.sentence, entry=draft.entry)


def cancellation(draft: Draft) -> Answer:
    """Enter that a cancellation was asked for, and tell the lead on call; nothing is closed by it (L2)."""
    draft.enter("cancellation-refused", draft.now)
    draft.notify("cancellation", (ON_CALL,), step=draft.case.policy.title)
    return Answer(sentence="A case is not cancelled: it ends by its policy.", entry=draft.entry)


def returned(draft: Draft, event: NoticesReturned) -> Answer:
    """Enter which notices reach nobody."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    for ref in event.hopeless:
        draft.enter("notice-failed", draft.now, ref=ref, said=said)
    return Answer(sentence="", entry=draft.case.entries)
