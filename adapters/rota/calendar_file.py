"""One person's turns as an iCalendar file, for their own diary."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .events import Event, times_of
from .rota import Rota, Turn


class Entry(NamedTuple):
    """One entry of a diary."""

    key: str
    """Identifies the entry: the same for as long as it is about the same week, whenever in it the person has the rank.
    """
    rank: str
    handle: str
    starts: datetime
    until: datetime
    turn: Turn | None = None
    """None for a week that is not theirs any more and that an earlier file may still have."""

    def uid(self, policy: str) -> str:
        """Return its id in a calendar."""
        return f"{_ours(policy, self.handle)}{self.rank}-{self.key}"


def turns_of(rota: Rota, handle: str, begins: datetime, ends: datetime) -> tuple[Entry, ...]:
    """Return a person's turns that reach into the time from *begins* until *ends*, in order, week by week.

    A week that has begun is returned whole, with the part that is over: a diary may still have the whole.
    """
    return tuple(one for one in _entries(rota, handle, begins, ends) if one.turn)


def given_away(rota: Rota, handle: str, begins: datetime, ends: datetime) -> tuple[Entry, ...]:
    """Return the weeks of that time that are a person's by the turns and that others have taken completely."""
    return tuple(one for one in _entries(rota, handle, begins, ends) if not one.turn)


def _entries(rota: Rota, handle: str, begins: datetime, ends: datetime) -> list[Entry]:
    zone = ZoneInfo(rota.about.zone)
    found: list[Entry] = []
    for rank in rota.ranks:
        own = [share for share in rota.shares(rank, begins, ends) if share.holds.person == handle]
        since = min((*(share.starts for share in own), begins))
        times: Counter[str] = Counter()
        for stretch in rota.stretches(rank, since, ends, joined=False):
            turn = stretch.turn
            if not turn or turn.handle != handle:
                continue
            week = next((share.starts for share in own if share.starts <= turn.starts < share.until), None)
            if week is None and turn.until <= begins:
                continue
            day = f"{(week or turn.starts).astimezone(zone):%Y%m%d}{'' if week else '-extra'}"
            times[day] += 1
            key = day if times[day] == 1 else f"{day}-{times[day]}"
            found.append(Entry(key, rank, handle, turn.starts, turn.until, turn))
        for share in own:
            day = f"{share.starts.astimezone(zone):%Y%m%d}"
            if not times[day]:
                found.append(Entry(day, rank, handle, share.starts, share.until))
    return sorted(found, key=lambda entry: (entry.starts, entry.rank))


def gone_since(
    before: tuple[Event, ...], policy: str, handle: str, there: set[str], begins: datetime, ends: datetime
) -> Iterator[Entry]:
    """Yield the entries from *begins* until *ends* of a person's earlier file whose ids are not in *there*."""
    for event in before:
        try:
            uid, (starts, until) = event.text("UID"), times_of(event, "UTC")
        except ValueError:  # not from us
            continue
        found = re.fullmatch(rf"{re.escape(_ours(policy, handle))}(.+?)-(\d{{8}}.*)", uid)
        if not found or uid in there or not isinstance(starts, datetime) or not isinstance(until, datetime):
            continue
        if until > begins and starts < ends:
            yield Entry(found[2], found[1], handle, starts, until)


def calendar_file(policy: str, entries: tuple[Entry, ...], now: datetime) -> bytes:
    """Return the entries as an iCalendar file. A later file replaces earlier ones in a diary.

    Weeks that are not theirs are in it as cancelled, so that a diary removes them.
    """
    from icalendar import Calendar
    from icalendar import Event as Made

    calendar = Calendar()
    calendar.add("prodid", "-//safeguarding-escalation//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {policy}")
    for one in entries:
        event = Made()
        event.add("uid", one.uid(policy))
        event.add("dtstamp", now)
        event.add("sequence", int(now.timestamp()) // 60)  # grows from file to file: a diary takes the latest
        event.add("dtstart", one.starts)
        event.add("dtend", one.until)
        event.add("summary", f"On call ({one.rank}): {one.handle}, {policy}")
        if one.turn:
            event.add("description", one.turn.why)
        else:
            event.add("status", "CANCELLED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _ours(policy: str, handle: str) -> str:
    return f"rota-{policy}-{handle}-"
