"""A change of the rota by hand, for a command and a page alike: who would have a rank, and what must not be written."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from settings import Settings

from .errors import Trouble
from .remarks import note
from .rotas import Changeable, unusable
from .times import now

if TYPE_CHECKING:
    from adapters.rota import Rota
    from adapters.rota.hand_overs import Held

LONGEST_WHY = 200


class Change(NamedTuple):
    """A change: the rota before and after it."""

    policy: str
    place: Path
    """The file that is written: another rota's, where this one has its own `same_as`."""
    old: str
    """The file's text now."""
    text: str
    """Its text after the change."""
    before: "Rota"
    after: "Rota"
    rank: str
    held: "tuple[Held, ...]"
    """Who has the rank during the time of the change."""


class Settled(NamedTuple):
    """What came of a change."""

    is_change: bool
    """Does anybody else have the rank by it?"""
    wrote: bool
    refused: list[str]
    """Why nothing was written, in sentences."""
    warnings: list[str]


def must_fit(rota: "Rota", rank: str, why: str) -> None:
    """Raise Trouble where the rank is none of the rota's, or the reason is empty or too long."""
    if rank not in rota.ranks:
        raise Trouble(f"--rank: {rank[:40]!r} is no rank of the rota: say {' or '.join(rota.ranks)}.")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Trouble(f"--why: say in a few words why, at most {LONGEST_WHY} characters; the rota shows it.")


def handed_over(changing: Changeable, rank: str, to: str, starts: datetime, until: datetime, why: str) -> Change:
    """Return the change by which somebody has a rank for a time. Raises Trouble where it cannot be."""
    from adapters.directory.tables import FileFault
    from adapters.rota.hand_overs import CannotHandOver, changed, compared
    from adapters.rota.hand_overs import Change as Row
    from adapters.rota.hand_overs import handed_over as overridden

    name, place, old, rota = changing
    try:
        override = overridden(rota, rank, to, starts, until, why)
        text, made = changed(old, rota, [Row("added", 0, None, override)], place)
    except CannotHandOver as error:
        raise Trouble(str(error)) from None
    except FileFault as fault:
        raise unusable(name, fault) from None
    return Change(name, place, old, text, rota, made, rank, compared(rota, made, rank, starts, until))


def swapped(changing: Changeable, rank: str, weeks: tuple[date, date], why: str) -> Change:
    """Return the change by which whoever has the one week takes the other. Raises Trouble where it cannot be."""
    from adapters.directory.tables import FileFault
    from adapters.rota.hand_overs import CannotHandOver, compared, with_swap
    from adapters.rota.hand_overs import swapped as swap_of
    from adapters.rota.rota import WEEK

    name, place, old, rota = changing
    try:
        swap = swap_of(rota, rank, weeks, why, now())
        text, made = with_swap(old, rota, swap, place)
    except (CannotHandOver, FileFault) as error:
        raise Trouble(str(error)) from None
    held = [
        one
        for day in sorted(weeks)
        for one in compared(rota, made, rank, max(rota.handover.on(day), now()), rota.handover.on(day + WEEK))
    ]
    return Change(name, place, old, text, rota, made, rank, tuple(held))


def settled(change: Change, *, dry_run: bool = False) -> Settled:
    """Write a change unless it leaves nobody on call, changes nothing, or this is a dry run.

    Raises NotWritten where it cannot be written.
    """
    from adapters.files import write_whole
    from adapters.rota.hand_overs import leaves_nobody, on_call_twice

    changed = [one for one in change.held if one.is_changed]
    refused = [f"{one.place}: {one.what}; {one.mend}." for one in leaves_nobody(change.before, change.after, now())]
    warnings = list(on_call_twice(change.after, changed))
    wrote = bool(changed) and not refused and not dry_run
    if wrote:
        write_whole(change.place, change.text, instead_of=change.old)
    return Settled(bool(changed), wrote, refused, warnings)


def alerts_waiting(settings: Settings, policies: list[str]) -> list[dict[str, Any]]:
    """Return what is overdue and not acknowledged, by the register, in cases of those policies.

    A register or a case that cannot be read does not stop a hand-over; a note says so.
    """
    from adapters.register.errors import NothingThere, RegisterError
    from adapters.register.reading import list_cases, views_of

    found: list[dict[str, Any]] = []
    try:
        for policy in policies:
            late = [row["case_ref"] for row in list_cases(settings.register, policy=policy, overdue=True)]
            views = views_of(settings.register, late)
            for case in late:
                if not (view := views.get(case)):
                    note(f"What is waiting in {case} cannot be told: it cannot be read.")
                    continue
                owed = [one for one in view["owed"] if one["overdue"] and not one["acknowledged_until"]]
                found += [{"case": case} | one for one in owed]
    except NothingThere:
        return []
    except RegisterError as error:
        note("What is waiting cannot be told.", typed=str(error))
    return found


def policies_with(settings: Settings, path: Path) -> list[str]:
    """Return the policies that use the rota of a file, or the one that it is the same as. Raises Trouble."""
    from adapters.rota.file import ENDING, RotaFault, rota_source

    try:
        place = rota_source(path)
    except RotaFault as fault:
        raise unusable(path.stem, fault) from None
    found = []
    for other in settings.directories.glob(f"*{ENDING}"):
        try:
            if rota_source(other) == place:
                found.append(other.name.removesuffix(ENDING))
        except RotaFault:
            continue  # that one is told where it is used
    return sorted(found)
