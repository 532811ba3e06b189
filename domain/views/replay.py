"""What today's rules make of what was said then: the record itself asks no rule (see `domain.case.patch`).

A release's rules may decide otherwise than those by which a case was decided. That is no fault of either; whoever
prepares the release is told in which entries.
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from pydantic import ValidationError

from ..base.known import known_in
from ..base.refusals import listed
from ..case.decided import Decided
from ..case.effects import Entry, Notice
from ..case.patch import Unreadable, changes_between
from ..case.state import Escalation
from ..command_table import COMMAND_OF_ENTRY
from ..commands import Box, CancellationAsked, Event, MessageRefused, MomentPassed, NoticesReturned, Opening
from ..decide import Decision, decide, open_case
from ..policy import Policy
from ..time.calendar import Calendar

SAID = "said"
"""The key of an entry's body that holds the event itself."""


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
    except (ValidationError, KeyError, TypeError):
        raise Unreadable(f"Entry {entries[0].number} does not give what was said.") from None
    now = entries[-1].entered_at
    for word, entry in zip(events, entries, strict=True):
        if not isinstance(word, MomentPassed):
            return decide(before, word, now, known_in(entry.body))
    by_time = decide(before, MomentPassed(), now)
    if by_time.entries == tuple(entries):
        return by_time
    in_time = decide(before, MomentPassed(includes_now=False), now)  # a word that was answered "already so"
    return in_time if in_time.entries == tuple(entries) else by_time


def otherwise(decided: Decided, after: Escalation, today: Decision) -> str:
    """Say what *today* decides otherwise than was *decided*, which left the case as *after*; empty where nothing."""
    made, told = today.entries, today.notices
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


def _opened(entry: Entry, policy: Policy, calendar: Calendar) -> Decision:
    said: Any = entry.body[SAID]
    opening = Opening.model_validate(
        {**said, "case": entry.case, "policy": policy, "calendar": calendar, "opened_at": entry.at}
    )
    return open_case(opening, entry.entered_at, known_in(entry.body))


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
