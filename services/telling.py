"""Proof of telling: of each notice of a case whether it was tried, taken, delivered and acknowledged, and when."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from adapters.register.details import read_detail
from adapters.register.errors import RegisterError
from adapters.register.instants import to_text
from adapters.register.reading import read_attempts
from adapters.register.rows import reached

from .cases import said_time
from .history import NO_CHANNEL, TRIES
from .times import now

WORD_SECONDS = 4.0
"""For the first word of what became of notices: they leave within a second where all is well."""
LOOK_SECONDS = 0.25
ALERTS = frozenset({"alert", "risk"})
"""Kinds of notice that ask for an acknowledgement."""
Entry = Mapping[str, Any]


class Told(NamedTuple):
    """One notice. Instants are text of the register, in UTC; empty where it did not come to that."""

    notice: str
    entry: int | None
    """Number of the entry that it tells of; None for what was sent before any entry was made."""
    kind: str
    to: str
    agency: str
    due: str
    tries: int
    first_tried: str
    accepted: str
    channel: str
    delivered: str
    failed: str
    """Why a try came to nothing, of the last that did."""
    acknowledged: str
    acknowledged_by: str

    @property
    def came_to(self) -> str:
        """Say in words what became of it."""
        if self.delivered:
            return f"delivered on {said_time(self.delivered)}"
        if self.accepted:
            return f"accepted{f' by {self.channel}' * bool(self.channel)} on {said_time(self.accepted)}"
        if self.tries:
            return f"reached nobody{f' ({self.failed})' * bool(self.failed)}"
        return "never tried"

    @property
    def is_amiss(self) -> bool:
        """Has it reached nobody, as far as is known?"""
        return not self.accepted and not self.delivered


def told(
    notices: Iterable[Mapping[str, Any]], attempts: Sequence[Mapping[str, Any]], entries: Sequence[Entry]
) -> list[Told]:
    """Return what became of each notice that was decided, and of what was sent without, in the order in which they were
    due.
    """
    by_notice: dict[str, list[Mapping[str, Any]]] = {}
    for one in sorted(attempts, key=lambda one: (one["notice_ref"], one["number"])):
        by_notice.setdefault(one["notice_ref"], []).append(one)
    found = []
    for notice in notices:
        tries = by_notice.pop(notice["notice_ref"], [])
        number = _entry_of(notice["notice_ref"])
        answer = _answer(notice["kind"], number, entries)
        found.append(_told(notice, number, tries, answer))
    for ref, tries in by_notice.items():
        direct = {"notice_ref": ref, "kind": "immediate risk, told directly", "to": "", "agency": ""}
        found.append(_told({**direct, "entry_time": tries[0]["at"]}, _entry_of(ref), tries, None))
    return sorted(found, key=lambda one: (one.due, one.entry or 0, one.notice))


def _entry_of(ref: str) -> int | None:
    parts = ref.split("/")
    return int(parts[-2]) if len(parts) == 3 and parts[-2].isdecimal() else None


def _told(
    notice: Mapping[str, Any], number: int | None, tries: Sequence[Mapping[str, Any]], answer: Entry | None
) -> Told:
    own = [one for one in tries if one["result"] in TRIES]
    taken = next((one for one in tries if one["result"] == "accepted"), None)
    arrived = next((one for one in tries if one["result"] == "delivered"), None)
    vain = [read_detail(one["detail"]).why for one in tries if one["result"] in {"failed", "refused", "undelivered"}]
    channel = taken["channel"] if taken and taken["channel"] != NO_CHANNEL else ""
    return Told(
        notice=notice["notice_ref"],
        entry=number,
        kind=notice["kind"],
        to=notice["to"],
        agency=notice["agency"],
        due=notice["entry_time"],
        tries=len(own),
        first_tried=own[0]["at"] if own else "",
        accepted=taken["at"] if taken else "",
        channel=channel,
        delivered=arrived["at"] if arrived else "",
        failed=vain[-1] if vain else "",
        acknowledged=answer["event_time"] if answer else "",
        acknowledged_by=answer["by"] if answer else "",
    )


def _answer(kind: str, number: int | None, entries: Sequence[Entry]) -> Entry | None:
    """Return the first acknowledgement that covers what an alert or an immediate risk told of; None where none does."""
    if kind not in ALERTS or number is None:
        return None
    own = next((one for one in entries if one["number"] == number), None)
    duties = set((own["body"] or {}).get("duties", ())) if own else set()
    return next((one for one in _acknowledgements(entries, number) if _covers(one["body"], number, duties)), None)


def _acknowledgements(entries: Sequence[Entry], after: int) -> Iterator[Entry]:
    return (one for one in entries if one["kind"] == "acknowledged" and one["number"] > after and one["body"])


def _covers(body: Mapping[str, Any], number: int, duties: set[int]) -> bool:
    said = body.get("said", {})
    return (
        said.get("answers") == number or number in body.get("risks", ()) or bool(duties & set(body.get("duties", ())))
    )


def nobody_has(
    told: list[dict[str, Any]], made: list[dict[str, Any]], tries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the last try of each notice that nobody has yet, of those *told* by the entries *made*."""
    return [*_not_accepted(tries), *_never_tried(told, made, tries)]


def _not_accepted(tries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the last try of each notice that nobody has: no channel has accepted it, or it was not delivered."""
    newest = {one["notice_ref"]: one for one in tries}
    has_it = reached((one["notice_ref"], one["result"]) for one in tries)
    return [one for ref, one in newest.items() if ref not in has_it]


def _never_tried(
    told: list[dict[str, Any]], made: list[dict[str, Any]], tries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return each notice that was decided over a minute ago and that nobody has tried to send, as if it were a try.

    So it is where the case was lost before they went: `resume` sends them.
    """
    known = {one["notice_ref"] for one in tries}
    known |= {str((one["body"] or {}).get("ref")) for one in made if one["kind"] in {"notice-sent", "notice-failed"}}
    before = to_text(now() - timedelta(minutes=1))
    return [
        {
            "notice_ref": one["notice_ref"],
            "at": one["entry_time"],
            "channel": "",
            "result": "not tried",
            "detail": f"{one['kind']}, to {', '.join(filter(None, (one['to'], one['agency'])))}",
        }
        for one in told
        if one["notice_ref"] not in known and one["entry_time"] <= before
    ]


def taken_so_far(register: str, case: str, *entries: int) -> str:
    """Say how many notices of some entries have been taken so far, and by what; waits for the first word."""
    until = time.monotonic() + WORD_SECONDS
    told: dict[str, str] = {}
    while True:
        before, told = told, _taken(register, tuple(f"{case}/{entry}/" for entry in entries))
        if (told and told == before) or time.monotonic() >= until:
            break
        time.sleep(LOOK_SECONDS)
    if not told:
        return "Nobody is known to have been told yet: ring the safeguarding lead on call yourself."
    ways = ", ".join(sorted(set(told.values())))
    count = "One notice of it has" if len(told) == 1 else f"{len(told)} notices of it have"
    return f"{count} been taken so far (by {ways})."


def _taken(register: str, places: tuple[str, ...]) -> dict[str, str]:
    """Return the channel by which somebody has each notice under some places; none where the register cannot say."""
    try:
        every = read_attempts(register, places[0].partition("/")[0])
    except (RegisterError, ValueError):
        return {}
    tries = [one for one in every if one["notice_ref"].startswith(places)]
    have = reached((one["notice_ref"], one["result"]) for one in tries)
    return {
        one["notice_ref"]: one["channel"]
        for one in tries
        if one["notice_ref"] in have and one["result"] == "accepted" and not read_detail(one["detail"]).to
    }
