"""How a deadline came about, line by line, each with its name: on the screen and on the page of a case."""

from collections.abc import Iterator, Sequence

from domain.base.words import say_date, say_instant
from domain.case.state import Escalation
from domain.views.explanation import Explained


def lines_of(case: Escalation, one: Explained) -> Iterator[tuple[str, str]]:
    """Say how one deadline came about; a line without a name goes on with the one before."""
    zone = case.policy.zone
    yield "Stands", one.stands
    source = ", ".join(part for part in (one.clause, *one.rows, one.rule) if part)
    yield "Policy", f"“{one.timescale}”, {one.strength}   ({source})"
    yield from (("Our reading", f"{said} (ours, not the area's words)") for said in one.readings)
    yield from (("Left open", f"{said} (a gap in the source)") for said in one.gaps)
    event = f" ({one.event})" if one.event and one.event not in {"its planned date", "risk.raised"} else ""
    yield (
        "Runs from",
        f"{one.runs_from}{event}, {say_instant(one.event_time, zone)}; raised by entry {one.raised_by_entry}",
    )
    yield from (("", note) for note in one.notes)
    for place, day in enumerate(one.days):
        how = day.counts or f"skipped: {day.why_not}"
        yield "Counted" if place == 0 else "", f"{say_date(day.date):28} {how}"
    yield "Due", one.due_words
    yield "Late from", one.late_words
    if one.provisional:
        yield "Provisional", f"{one.calendar} projects bank holidays there that are not proclaimed yet, so it may move"


def chosen(known: Sequence[Explained], words: str) -> list[Explained]:
    """Return the deadlines that *words* name, by number or by what they are; without, all but those that fell away."""
    wanted = " ".join(words.split()).casefold()
    if not wanted:
        return [one for one in known if one.state in {"outstanding", "done"} or one.was_late]
    if wanted.isdecimal():
        return [one for one in known if one.number == int(wanted)]
    return [one for one in known if wanted in f"{one.what}\n{one.step}\n{one.rule}".casefold()]
