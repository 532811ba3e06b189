"""Which holders nobody has made sure of for long."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from domain.spoken import say_date

from .book import Directory
from .shape import Seat


def unverified(directory: Directory, on: date | None, months: int) -> Iterator[tuple[str, str]]:
    """Yield place and finding of each seat last verified more than *months* before *on*; those never so, in one."""
    if on is None or not months:
        return
    oldest, never = months_before(on, months), []
    for place, seat in _seats(directory):
        if seat.until is not None and seat.until < on:
            continue
        if seat.verified_on is None:
            never.append(place)
        elif seat.verified_on < oldest:
            yield place, f"it was last verified on {say_date(seat.verified_on)}, more than {months} months ago"
    if never:
        some = "; ".join(never[:3]) + (f"; and {len(never) - 3} more" if len(never) > 3 else "")
        yield "verified_on", f"nobody has said when these were verified: {some}"


def months_before(on: date, months: int) -> date:
    """Return the same day so many months earlier; the month's last day where there is no such day."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _seats(directory: Directory) -> Iterator[tuple[str, Seat]]:
    for number, seat in enumerate(directory.seats, 1):
        yield f"seat {number} ({seat.role})", seat
    for agency in directory.agencies:
        if not agency.abolished:
            yield from ((f"agency {agency.id}, holder {n}", seat) for n, seat in enumerate(agency.holder, 1))
