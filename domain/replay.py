"""From entries back to the case: its state is the fold of its entries in the order they were made (rule 2)."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from typing import NamedTuple

from .calendar import Calendar
from .commands import COMMAND_OF_ENTRY
from .decide import Decision, decide, open_case
from .effects import Entry, Notice
from .escalation import Escalation
from .events import Box, CancellationAsked, Event, MessageRefused, MomentPassed, NoticesReturned, Opening
from .policy import Policy
from .refusals import Refusal

SAID = "said"
"""The key of an entry's body that holds the event itself."""


class NotReplayable(Exception):  # noqa: N818 - reads as a sentence
    """The entries do not give a case by today's rules: the sentence says at which entry they part."""


class Replayed(NamedTuple):
    """A case made again, and what was decided in it."""

    case: Escalation
    entries: tuple[Entry, ...]
    """Decided together with the last of those it was made from, and not among them."""
    notices: tuple[Notice, ...]
    """All, in the order they were decided."""


def replay(entries: Sequence[Entry], policy: Policy, calendar: Calendar) -> Escalation:
    """Return the case that *entries* tell, all of them, in order, under the editions it was pinned to.

    Raises:
        NotReplayable: an entry is missing, or the rules would not make it.
    """
    return replay_whole(entries, policy, calendar).case


def replay_whole(entries: Sequence[Entry], policy: Policy, calendar: Calendar) -> Replayed:
    """Return the case that *entries* tell and what was decided besides. Raises as `replay` does."""
    if not entries or entries[0].kind != "opened":
        raise NotReplayable("The record does not begin with an opening.")
    decision = _opened(entries[0], policy, calendar)
    made, notices = _made(decision), _notices(decision)
    while len(made) < len(entries):
        _must_follow(made, entries)
        decision = _next(decision.escalation, entries[len(made) :])
        made += _made(decision)
        notices += _notices(decision)
    _must_follow(made[: len(entries)], entries)
    return Replayed(decision.escalation, tuple(made[len(entries) :]), tuple(notices))


def _must_follow(made: Sequence[Entry], entries: Sequence[Entry]) -> None:
    for ours, theirs in zip(made, entries, strict=False):
        if ours != theirs:
            raise NotReplayable(f"Entry {theirs.number} ({theirs.kind}) is not what today's rules make of it.")


def _opened(entry: Entry, policy: Policy, calendar: Calendar) -> Decision:
    said = entry.body[SAID]
    if not isinstance(said, dict):
        raise NotReplayable("The opening does not say what was said.")
    opening = Opening.model_validate(
        {**said, "case": entry.case, "policy": policy, "calendar": calendar, "opened_at": entry.at}
    )
    return open_case(opening, entry.entered_at)


def _next(case: Escalation, rest: Sequence[Entry]) -> Decision:
    """Return the decision that made the first of *rest*.

    Entries of passed moments say nothing of what brought them about: the word that follows at the same instant, if any,
    before which they passed, or else time itself, which also takes what falls due at that very instant (rule 1).
    """
    first = rest[0]
    at_once = takewhile(lambda entry: entry.entered_at == first.entered_at, rest)
    word = next((entry for entry in at_once if not isinstance(_event(entry), MomentPassed)), None)
    if word is first:
        return _decided(case, first)
    if word is not None:
        with suppress(NotReplayable):
            decision = _decided(case, word)
            if _made(decision) == list(rest[: len(_made(decision))]):
                return decision
    decision = decide(case, MomentPassed(), first.entered_at)
    if not _made(decision):
        raise NotReplayable(f"Entry {first.number} ({first.kind}) does not follow from those before it.")
    return decision


def _made(decision: Decision) -> list[Entry]:
    return [effect for effect in decision.effects if isinstance(effect, Entry)]


def _notices(decision: Decision) -> list[Notice]:
    return [effect for effect in decision.effects if isinstance(effect, Notice)]


def _decided(case: Escalation, entry: Entry) -> Decision:
    try:
        return decide(case, _event(entry), entry.entered_at)
    except Refusal as refusal:
        raise NotReplayable(f"Entry {entry.number} ({entry.kind}) would be refused today: {refusal}") from None


def _event(entry: Entry) -> Event:
    """Return what brought an entry about: what was said, what came back, or the passing of time."""
    if entry.kind == "cancellation-refused":
        return CancellationAsked()
    # Immediate risk alone may be raised without a word or a sender, and nothing empty stands in a body.
    said = entry.body.get(SAID, {} if entry.kind == "risk" else None)
    if not isinstance(said, dict):
        return MomentPassed()
    if entry.kind == "refused":
        return MessageRefused.model_validate(said)
    if entry.kind in {"notice-sent", "notice-failed"}:
        return NoticesReturned.model_validate(said)
    return Box.model_validate({"kind": COMMAND_OF_ENTRY[entry.kind], **said}).root
