"""What the cases that are open need to tell anybody: their directory, and somebody in each seat that owes something."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings import Settings
from starter import shelf
from starter.times import now

from .finding import Finding

if TYPE_CHECKING:
    from domain.effects import Recipient

NAMED = 5
"""Seats that are named; the others are counted."""


def needs(settings: Settings) -> Iterator[Finding]:
    """Look at each policy that an open case goes by, whether its file is among the policies here or not."""
    from adapters.register.errors import RegisterError
    from adapters.register.reading import count_open
    from adapters.watch.checks import count_of, directory_fault

    try:
        counts = count_open(settings.register)
    except (RegisterError, ValueError):
        return  # told of as the register
    for policy, count in counts.items():
        what, file = f"open cases {policy}", shelf.directory_path(settings, policy)
        if why := directory_fault(file):
            says = f"{count_of(count)} by it, and its directory cannot be read, so their notices wait. {why}"
            yield Finding(what, "problem", says, f"Put {file} back, or mend it; what waits then goes by itself.")
        elif empty := _unreachable(settings, policy):
            seats = "; ".join([*empty[:NAMED], *([f"and {len(empty) - NAMED} more"] if empty[NAMED:] else [])])
            says = f"{count_of(count)} by it, and nobody can be reached in seats that owe something: {seats}."
            mend = f"Name somebody in {file}: their notices go to its fallback contact meanwhile."
            yield Finding(what, "warning", says, mend)
        else:
            yield Finding(what, "ok", f"{count_of(count)} by it, and whoever owes something can be reached")


def _unreachable(settings: Settings, policy: str) -> list[str]:
    """Return the seats that owe something in an open case and that nobody holds who can be reached."""
    from adapters.register.reading import read_views
    from domain.decide.people.rungs import is_on_call
    from domain.effects import Recipient

    found: dict[str, list[str]] = {}
    for case, view in read_views(settings.register, policy):
        directory, today = shelf.directory_of_case(settings, policy, case), now().date()
        seats = {Recipient.model_validate(seat) for one in view["owed"] for seat in one.get("owed_by", ())}
        for seat in sorted(seats, key=str):
            if not is_on_call(seat) and directory.contact_for(seat, today).fallback:
                found.setdefault(_named(seat), []).append(case)
    return [f"{seat} ({', '.join(cases[:NAMED])})" for seat, cases in found.items()]


def _named(seat: "Recipient") -> str:
    title = seat.title or seat.role
    return f"{title} of {seat.agency}" if seat.agency else title
