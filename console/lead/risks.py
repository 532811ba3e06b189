"""Immediate risk that is open in a case: who raised it, when, and who has it. Made of the register's own JSON."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from console.notices.seats import Edition, title_of
from domain.base.words import say_instant
from domain.command_table.built_in import RISK_ACT

Row = Mapping[str, Any]
RAISED = frozenset({"risk", "risk-again"})
"""Kinds of entry by which people raise it."""
ON_CALL = "on-call"


class Has(NamedTuple):
    """Somebody who has it, as they said last."""

    by: str
    """The title of their seat."""
    at: str
    until: str
    """When the alert comes back; empty for those not on call, whose word quietens nobody."""


class Call(NamedTuple):
    """A telephone call to the services that is on the record and did not end the risk."""

    at: str
    is_before: bool
    """Was it made before the risk was raised last, so that it does not answer it?"""


class Raised(NamedTuple):
    """One immediate risk that is not dealt with, as the leads are told of it: perhaps raised several times."""

    entry: int
    at: str
    """When it was raised first."""
    latest: str
    """When it was raised last; empty where it was raised once."""
    again: int
    """How many times more it was raised."""
    by: tuple[str, ...]
    """The titles of the seats that raised it; none where nobody said who they were."""
    seats: tuple[tuple[str, str], ...]
    """The same as role and agency."""
    has: tuple[Has, ...]
    calls: tuple[Call, ...]

    @property
    def is_a_leads(self) -> bool:
        """Does somebody on call have it, so that its alerts rest?"""
        return any(one.until for one in self.has)


def open_risks(
    view: Row, entries: Sequence[Row], edition: Edition, names: Mapping[str, str], now: datetime
) -> tuple[Raised, ...]:
    """Return the immediate risk that is open, by age. *names* are titles of agencies; *now* is aware.

    Whoever said that they have something has what was on the record by then, and nothing that came after: neither what
    was raised or told of later, nor what a lead has since passed on. And what they said runs out.
    """
    zone = edition.get("zone", "Europe/London")
    return tuple(_raised(one, entries, edition, names, zone, now) for one in view.get("risks", ()))


def _raised(
    risk: Row, entries: Sequence[Row], edition: Edition, names: Mapping[str, str], zone: str, now: datetime
) -> Raised:
    seats = tuple(dict.fromkeys(filter(None, map(seat_of, _raising(risk, entries)))))
    latest = risk.get("latest")
    return Raised(
        entry=risk["entry"],
        at=say_instant(datetime.fromisoformat(risk["at"]), zone),
        latest=say_instant(datetime.fromisoformat(latest), zone) if latest else "",
        again=risk.get("again", 0),
        by=tuple(dict.fromkeys(filter(None, (titled(*seat, edition, names) for seat in seats)))),
        seats=seats,
        has=tuple(_having(risk, entries, edition, names, zone, now)),
        calls=tuple(_calls(risk, entries, zone)),
    )


def _raising(risk: Row, entries: Sequence[Row]) -> list[Row]:
    """Return the entries by which a risk was raised: the one that tells of it, or those that it tells of."""
    own = next((one for one in entries if one["number"] == risk["entry"]), None)
    if own is not None and own["kind"] == "risk" and "further" not in (own["body"] or {}):
        return [own]
    count, before = 1 + risk.get("again", 0), max(risk["entry"], risk.get("last", 0))
    return [one for one in entries if one["kind"] == "risk-again" and one["number"] <= before][-count:]


def _calls(risk: Row, entries: Sequence[Row], zone: str) -> Iterator[Call]:
    newest = max(datetime.fromisoformat(one) for one in (risk["at"], risk.get("latest")) if one)
    for one in entries:
        if one["kind"] == "act" and one["number"] > risk["entry"] and (one["body"] or {}).get("act") == RISK_ACT:
            at = datetime.fromisoformat(one["event_time"])
            yield Call(say_instant(at, zone), at < newest)


def _having(
    risk: Row, entries: Sequence[Row], edition: Edition, names: Mapping[str, str], zone: str, now: datetime
) -> Iterator[Has]:
    raising = [one["number"] for one in _raising(risk, entries)] or [risk["entry"]]
    # It gets the number of the entry that tells of it only then.
    its = {risk["entry"], *raising}
    passed_on = [one["number"] for one in entries if _is_passed_on(one)]
    said = {
        one["by"]: one
        for one in entries
        if one["kind"] == "acknowledged" and its & set((one["body"] or {}).get("risks", ()))
    }
    for one in said.values():
        until = one["body"].get("until")
        if one["number"] > max(*raising, *(passed_on if until else ()), 0) and not (
            until and datetime.fromisoformat(until) <= now
        ):
            yield Has(
                by=titled(*(seat_of(one) or ("", "")), edition, names) or "somebody",
                at=say_instant(datetime.fromisoformat(one["event_time"]), zone),
                until=say_instant(datetime.fromisoformat(until), zone) if until else "",
            )


def _is_passed_on(entry: Row) -> bool:
    """Did somebody on call say that it is not for them, so that what was said before is no answer any more?"""
    return entry["kind"] == "misdirected" and str((entry["body"] or {}).get("seat", "")).partition(".")[0] == ON_CALL


def seat_of(entry: Row) -> tuple[str, str] | None:
    """Return the role and the agency that an entry is from; None where nobody said who they were."""
    role, _, agency = (entry["on_behalf_of"] or entry["by"] or "").partition(", ")
    return (role, agency) if role and " " not in role else None


def titled(role: str, agency: str, edition: Edition, names: Mapping[str, str]) -> str:
    """Return what a seat is called; empty where neither policy nor directory knows it, for people may have typed it."""
    return ", ".join(part for part in (title_of(edition, role), names.get(agency, "")) if part)
