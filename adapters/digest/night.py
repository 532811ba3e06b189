"""What was raised in the night, and which leads are told of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from adapters.directory import Contact, Directory
from adapters.register.reading import read_alarms
from adapters.rota import Rota
from domain.base.words import say_instant
from domain.engine.seats import ON_CALL, TITLES, on_call
from domain.time.local_time import from_wall
from domain.views.digest import Night, Raised

from .sources import Ground

BEGINS = time(17)
"""When a night begins, on the clocks of the policy's zone."""
FIRST = "first"
Row = Mapping[str, Any]


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
        for alarm in _alarms(list(entered)):
            seen = "; ".join(_acknowledged(one, ground, directory) for one in alarm.answers)
            found.append((_time(alarm.lines[0]), _raised(case, alarm, seen, ground.calendar.zone)))
    return tuple(raised for _, raised in sorted(found, key=lambda pair: pair[0]))


@dataclass
class _Alarm:
    """One immediate risk; or what became overdue at one time, with the alerts about it until somebody answered."""

    risk: int
    """Number of its entry; 0 for an alert."""
    duties: set[int]
    lines: list[Row]
    answers: list[Row] = field(default_factory=list)

    def is_answered_by(self, body: Row) -> bool:
        """Does an acknowledgement cover it? One that does not say what it is for covers all."""
        if not {"duties", "risks"} & body.keys():
            return True
        return self.risk in body.get("risks", ()) or bool(self.duties.intersection(body.get("duties", ())))


def _alarms(lines: Sequence[Row]) -> list[_Alarm]:
    """Group the entries of a case by what they are about: each group has its own time and answers."""
    found: list[_Alarm] = []
    for line in lines:
        if line["kind"] == "alert":
            new = set(line["body"].get("duties", ()))
            waiting = [one for one in found if not one.risk and not one.answers and one.duties & new]
            for one in waiting:
                one.lines.append(line)
                new -= one.duties
            if new or not waiting:
                found.append(_Alarm(0, new, [line]))
        elif line["kind"] == "acknowledged":
            for one in found:
                if one.is_answered_by(line["body"]):
                    one.answers.append(line)
        else:
            found.append(_Alarm(line["number"], set(), [line]))
    return found


def nights(
    policy: str, raised: tuple[Raised, ...], day: date, since: str, contacts: Sequence[Contact]
) -> Iterator[tuple[Contact, Night]]:
    """Yield the summary for each lead who was on call in the night; none where nothing was raised.

    *since* says when the night began. The references are numbered by the order of *contacts* (see `leads`).
    """
    cases, still = {one.case for one in raised}, len({one.case for one in raised if one.is_open})
    count = f"{len(cases)} case{'' if len(cases) == 1 else 's'} alerted in the night"
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
    """Return who holds the rota's first rank at an instant, then everybody else who held it since, each once."""
    if rota is None:
        return ()
    turns = (stretch.turn for stretch in rota.stretches(FIRST, since, at))
    instants = [at, *(max(turn.starts, since) for turn in turns if turn)]
    held = [contact for instant in instants if (contact := rota.contact(FIRST, instant))]
    return tuple({contact.channels: contact for contact in held}.values())


def _raised(case: str, alarm: _Alarm, acknowledged: str, zone: str) -> Raised:
    last = alarm.lines[-1]
    rungs = dict.fromkeys(rung for line in alarm.lines for rung in line["body"].get("rungs", (FIRST,)))
    return Raised(
        case=case,
        at=say_instant(_time(alarm.lines[0]), zone),
        what="immediate risk" if alarm.risk else "alert",
        rungs=tuple(on_call(rung).title for rung in rungs),
        acknowledged=acknowledged,
        is_open=_is_open(alarm, last),
    )


def _is_open(alarm: _Alarm, line: Row) -> bool:
    """Is it still owed? If the case's standing cannot be read in full, its columns decide."""
    try:
        owed = {one["id"] for one in line["view"]["owed"] if one["overdue"]}
        return alarm.risk in {one["entry"] for one in line["view"]["risks"]} or bool(alarm.duties & owed)
    except (KeyError, TypeError):
        return bool(line["urgency"] == "immediate risk" if alarm.risk else line["overdue"] > 0)


def _acknowledged(line: Row, ground: Ground, directory: Directory | None) -> str:
    """Say when and by which seat it was acknowledged, and until when it rests."""
    zone = ground.calendar.zone
    until = line["body"].get("until")
    rests = f", until {say_instant(datetime.fromisoformat(until), zone)}" if until else ""
    return f"{say_instant(_time(line), zone)} by {_said_by(str(line['by']), ground, directory)}{rests}"


def _said_by(by: str, ground: Ground, directory: Directory | None) -> str:
    """Name a seat by the policy's or directory's title, never in a sender's own words."""
    role, _, agency = by.partition(", ")
    seat, _, rung = role.partition(".")
    lead = on_call(rung or FIRST).title if seat == ON_CALL.role and rung in {"", *TITLES} else ""
    title = ground.seats.get(role, lead)
    known = directory.names.get(agency, "") if directory else ""
    return ", ".join(part for part in (title, known) if part) or "somebody"


def _time(line: Row) -> datetime:
    return datetime.fromisoformat(line["entry_time"])
