"""One person's turns as an iCalendar file, for their own diary."""

from datetime import datetime

from .book import Rota, Turn


def turns_of(rota: Rota, handle: str, begins: datetime, ends: datetime) -> tuple[Turn, ...]:
    """Return a person's turns that reach into the time from *begins* until *ends*, in order, week by week."""
    found = [
        stretch.turn
        for rank in rota.ranks
        for stretch in rota.stretches(rank, begins, ends, joined=False)
        if stretch.turn and stretch.turn.handle == handle
    ]
    return tuple(sorted(found, key=lambda turn: (turn.starts, turn.rank)))


def calendar_file(policy: str, turns: tuple[Turn, ...], now: datetime) -> bytes:
    """Return the turns as an iCalendar file; a turn keeps its id, so that a later file replaces an earlier one's."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//safeguarding-escalation//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {policy}")
    for turn in turns:
        event = Event()
        event.add("uid", f"rota-{policy}-{turn.rank}-{turn.handle}-{turn.starts:%Y%m%dT%H%M}")
        event.add("dtstamp", now)
        event.add("dtstart", turn.starts)
        event.add("dtend", turn.until)
        event.add("summary", f"On call ({turn.rank}): {turn.handle}, {policy}")
        event.add("description", turn.why)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
