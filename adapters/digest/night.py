"""What was raised in the night, and which leads are told of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from adapters.directory import Contact, Directory
from adapters.register.reading import read_alarms
from adapters.rota import Rota
from domain.decide.people.rungs import ON_CALL, on_call
from domain.digest import Night, Raised
from domain.localtime import from_wall
from domain.spoken import say_instant

from .places import Ground

BEGINS = time(17)
"""When a night begins, on the clocks of the policy's zone."""
FIRST = "first"


def night_before(day: date, zone: str) -> datetime:
    """Return when the night before *day* began."""
    return from_wall(datetime.combine(day - timedelta(days=1), BEGINS), zone)


def raised_since(
    register: str, policy: str, ground: Ground, directory: Directory | None, since: datetime
) -> tuple[Raised, ...]:
    """Return what was raised in each case since an instant, in the order in which it was.

    Raises:
        NothingThere: there is no register yet.
        RegisterUnreachable: it cannot be read now.
    """
    found = []
    for case, entered in groupby(read_alarms(register, policy, since), key=lambda row: str(row["case_ref"])):
        lines = list(entered)
        alarms = [line for line in lines if line["kind"] != "acknowledged"]
        if alarms:
            seen = _acknowledged(lines, ground, directory)
            found.append((_time(alarms[0]), _raised(case, alarms, seen, ground.calendar.zone)))
    return tuple(raised for _, raised in sorted(found, key=lambda pair: pair[0]))


def nights(
    policy: str, raised: tuple[Raised, ...], day: date, since: str, contacts: Sequence[Contact]
) -> Iterator[tuple[Contact, Night]]:
    """Yield the summary for each of those who had the night; none where nothing was raised.

    *since* says when it began. The references are made of the order of *contacts* (see `leads`).
    """
    still = sum(one.is_open for one in raised)
    count = f"{len(raised)} case{'' if len(raised) == 1 else 's'} alerted in the night"
    for number, contact in enumerate(contacts if raised else (), 1):
        notice = Night(
            ref=f"digest/{day}/{policy}/night.{number}",
            case="",
            kind="night",
            to=ON_CALL,
            fact=f"{count}, {still} still open",
            since=since,
            raised=raised,
        )
        yield contact, notice


def leads(rota: Rota | None, since: datetime, at: datetime) -> tuple[Contact, ...]:
    """Return who holds the rota's first rank at an instant, then whoever else held it since, each once."""
    if rota is None:
        return ()
    turns = (stretch.turn for stretch in rota.stretches(FIRST, since, at))
    instants = [at, *(max(turn.starts, since) for turn in turns if turn)]
    held = [contact for instant in instants if (contact := rota.contact(FIRST, instant))]
    return tuple({contact.channels: contact for contact in held}.values())


def _raised(case: str, alarms: list[dict[str, Any]], acknowledged: str, zone: str) -> Raised:
    last = alarms[-1]
    rungs = dict.fromkeys(rung for line in alarms for rung in line["body"].get("rungs", (FIRST,)))
    return Raised(
        case=case,
        at=say_instant(_time(alarms[0]), zone),
        what="immediate risk" if any(line["kind"] == "risk" for line in alarms) else "alert",
        rungs=tuple(on_call(rung).title for rung in rungs),
        acknowledged=acknowledged,
        is_open=last["overdue"] > 0 or last["urgency"] == "immediate risk",
    )


def _acknowledged(lines: list[dict[str, Any]], ground: Ground, directory: Directory | None) -> str:
    """Say when and by which seat it was acknowledged last, and until when; nothing where nobody did after an alarm."""
    if lines[-1]["kind"] != "acknowledged" or lines[0] is lines[-1]:
        return ""
    line, zone = lines[-1], ground.calendar.zone
    until = line["body"].get("until")
    rests = f", until {say_instant(datetime.fromisoformat(until), zone)}" if until else ""
    return f"{say_instant(_time(line), zone)} by {_said_by(str(line['by']), ground, directory)}{rests}"


def _said_by(by: str, ground: Ground, directory: Directory | None) -> str:
    """Say a seat that policy and directory know; no word of a sender's own."""
    role, _, agency = by.partition(", ")
    title = ground.seats.get(role, ON_CALL.title if role == ON_CALL.role else "")
    known = directory.names.get(agency, "") if directory else ""
    return ", ".join(part for part in (title, known) if part) or "somebody"


def _time(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["entry_time"])
