"""What today's rules make of what was said then: the record itself asks no rule (see `changes`).

A release's rules may decide otherwise than those by which a case was decided. That is no fault of either; whoever
prepares the release is told in which entries.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import takewhile, zip_longest
from typing import Any, NamedTuple

from pydantic import ValidationError

from .calendar import Calendar
from .changes import Unreadable, changes_between
from .commands import COMMAND_OF_ENTRY
from .decide import Decision, decide, open_case
from .decided import Decided
from .effects import Entry, Notice
from .escalation import Escalation
from .events import Box, CancellationAsked, Event, MessageRefused, MomentPassed, NoticesReturned, Opening
from .policy import Policy
from .refusals import Refusal, listed

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


def decided_today(before: Escalation | None, entries: Sequence[Entry], policy: Policy, calendar: Calendar) -> Decision:
    """Return what today's rules decide where *entries* were decided, on the case as it was *before*; None: no case yet.

    *policy* and *calendar* are the editions it was opened under, and of no matter later on.

    Raises:
        Refusal: they refuse what was said.
        Unreadable: an entry does not give what was said.
    """
    try:
        if before is None:
            return _opened(entries[0], policy, calendar)
        events = [event_of(entry) for entry in entries]
    except (NotReplayable, ValidationError, KeyError):
        raise Unreadable(f"Entry {entries[0].number} does not give what was said.") from None
    word = next((event for event in events if not isinstance(event, MomentPassed)), MomentPassed())
    return decide(before, word, entries[-1].entered_at)


def otherwise(decided: Decided, after: Escalation, today: Decision) -> str:
    """Say what *today* decides otherwise than was *decided*, which left the case as *after*; empty where nothing."""
    made, told = _made(today), _notices(today)
    for ours, theirs in zip_longest(made, decided.entries):
        if ours is None or theirs is None:
            here, gone = (made[-1], "also enter") if theirs is None else (theirs, "not enter")
            return f"would {gone} {here.number} ({here.kind})"
        if ours != theirs:
            kind = f"{ours.kind} instead of {theirs.kind}" if ours.kind != theirs.kind else theirs.kind
            return f"would enter {theirs.number} otherwise ({kind})"
    changed = dict.fromkeys(
        str(op[0][0]) for op in changes_between(after, today.escalation).ops if isinstance(op[0], list)
    )
    if changed:
        return f"would leave the case otherwise ({listed([*changed])})"
    if _plain(told) != _plain(decided.notices):
        return "would tell people otherwise"
    return ""


def _plain(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    return [notice.model_dump(mode="json", exclude_defaults=True) for notice in notices]


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
    word = next((entry for entry in at_once if not isinstance(event_of(entry), MomentPassed)), None)
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
        return decide(case, event_of(entry), entry.entered_at)
    except Refusal as refusal:
        raise NotReplayable(f"Entry {entry.number} ({entry.kind}) would be refused today: {refusal}") from None


def event_of(entry: Entry) -> Event:
    """Return what brought an entry about: what was said, what came back, or the passing of time."""
    if entry.kind == "cancellation-refused":
        return CancellationAsked()
    # Immediate risk alone may be raised without a word or a sender, and nothing empty stands in a body.
    is_word = entry.kind == "risk-again" or (entry.kind == "risk" and "further" not in entry.body)
    said = entry.body.get(SAID, {} if is_word else None)
    if not isinstance(said, dict):
        return MomentPassed()
    if entry.kind == "refused":
        return MessageRefused.model_validate(said)
    if entry.kind == "notice-failed":
        return NoticesReturned.model_validate(said)
    return Box.model_validate({"kind": COMMAND_OF_ENTRY[entry.kind], **said}).root
