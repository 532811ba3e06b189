"""The office's own digest: how things stand under each policy, and what the daily checks found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from adapters.checkpoint.checkpoint import written
from adapters.checkpoint.keeping import HEADS, NOTE, Kept, newest
from adapters.checkpoint.notes import NoteFaulty
from adapters.directory import Contact, Directory, DirectoryFault, Finding, check_directory
from adapters.rota import RotaFault, check_rota
from adapters.watch.checks import open_sheets, unheard_alerts
from domain.base.words import say_instant
from domain.engine.senders import OFFICE
from domain.views.digest import Area, OfficeDigest, line_rank, rank

from .night import night_before, raised_since
from .sources import Ground, Sources, glance, looked_into

MONTHS = 12
"""Months after which a holder should be verified again."""
WEEKS = 2
"""Weeks ahead that the rota is checked."""
MOST = 40
"""Late items listed for one policy; further ones are counted."""
LARGEST_ATTACHED = 5_000_000
"""Characters of the heads of a checkpoint that go with a mail; longer ones stay where they are kept."""
FINDINGS = 8
"""Findings of one check that are listed."""


def office_digests(
    sources: Sources, office: Contact | None, day: date, now: datetime
) -> Iterator[tuple[Contact, OfficeDigest]]:
    """Yield the office's digest: one to the *office* that is set, else one to each directory's fallback contact.

    Raises:
        NothingThere: there is no register yet.
        RegisterUnreachable: it cannot be read now.
    """
    unheard = dict(_unheard(sources.register, now))
    letters: dict[tuple[str, ...], _Letter] = {}
    for policy in sources.in_use():
        ground, directory = sources.ground(policy), sources.directory_or_none(policy)
        contact = office or (_fallback(directory) if directory else None)
        if contact is None:
            continue  # there is nobody to write to; `doctor` says why
        since = night_before(day, ground.calendar.zone)
        letter = letters.setdefault(contact.addresses, _Letter(contact, policy, since, ground.calendar.zone))
        letter.areas.append(area_of(sources, policy, ground, since, now, unheard))
        letter.names.update(directory.names if directory else {})
    last = _checkpoint(sources.checkpoints)
    for letter in letters.values():
        yield letter.contact.but(names=letter.names), _digest(letter, day, last, alone=office is not None)


@dataclass
class _Letter:
    """What goes to one address, while it is put together."""

    contact: Contact
    first: str
    """The policy it was begun for."""
    since: datetime
    zone: str
    areas: list[Area] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def area_of(
    sources: Sources, policy: str, ground: Ground, since: datetime, now: datetime, unheard: dict[str, str]
) -> Area:
    """Return how things stand under one policy. A directory or rota that cannot be used is a finding."""
    seen = glance(sources.register, policy, ground, now)
    first_late = sorted((line for line in seen.lines if line.band == "late"), key=line_rank)[:MOST]
    on_nobody = (line for line in seen.lines if line.is_nobodys and line.band != "late")
    items, unread = looked_into(sources.register, {line.case for line in (*first_late, *on_nobody)}, ground, now)
    late = sorted((item for item, _ in items if item.band == "late"), key=rank)
    nobodys = sorted((item for item, seats in items if not seats and item.band != "late"), key=rank)
    broken = [f"{case} cannot be read: run `escalate verify {case}`." for case in sorted((*seen.unreadable, *unread))]
    return Area(
        title=ground.title,
        open=len(seen.cases),
        late=tuple(late[:MOST]),
        late_count=sum(line.band == "late" for line in seen.lines),
        today=sum(line.band == "today" for line in seen.lines),
        on_nobody=tuple(nobodys[:MOST]),
        unheard=(*(unheard[case] for case in seen.cases if case in unheard), *broken),
        raised=raised_since(sources.register, policy, ground, sources.directory_or_none(policy), since),
        directory=_directory(sources, policy, ground, now),
        rota=_rota(sources, policy, now),
    )


def _fallback(directory: Directory) -> Contact:
    return Contact(addresses=directory.fallback.email, titles=(directory.fallback.title,))


def _digest(letter: _Letter, day: date, last: Kept | None, *, alone: bool) -> OfficeDigest:
    count = sum(area.open for area in letter.areas)
    late, today = sum(area.late_count for area in letter.areas), sum(area.today for area in letter.areas)
    return OfficeDigest(
        ref=f"digest/{day}/office" + ("" if alone else f".{letter.first}"),
        case="",
        kind="digest-office",
        to=OFFICE,
        fact=f"{count} case{'' if count == 1 else 's'} open, {late} late, {today} due today",
        since=say_instant(letter.since, letter.zone),
        areas=tuple(letter.areas),
        checkpoint=tuple(str(last.checkpoint.note).splitlines()) if last else (),
        files=_files(last) if last else (),
    )


def _checkpoint(folder: Path) -> Kept | None:
    try:
        return newest(folder)
    except NoteFaulty:  # told by the nightly proof: the morning goes on
        return None


def _files(last: Kept) -> tuple[tuple[str, str], ...]:
    name, heads = last.checkpoint.name, written(last.heads)
    note = (f"{name}{NOTE}", str(last.checkpoint.note))
    return (note, (f"{name}{HEADS}", heads)) if len(heads) <= LARGEST_ATTACHED else (note,)


def _unheard(register: str, now: datetime) -> Iterator[tuple[str, str]]:
    for sheet in open_sheets(register):
        if not sheet.is_spoilt:  # told as one that cannot be read
            for one in unheard_alerts(sheet, now):
                yield sheet.case, one.says


def _directory(sources: Sources, policy: str, ground: Ground, now: datetime) -> tuple[str, ...]:
    try:
        directory = sources.directory(policy)
    except DirectoryFault as fault:
        return (f"It cannot be used, so nobody is told of anything. {fault}",)
    found = check_directory(directory, ground.seats, ground.calendar.date_of(now), MONTHS)
    return _told(found, f"escalate directory check {policy}")


def _rota(sources: Sources, policy: str, now: datetime) -> tuple[str, ...]:
    try:
        rota = sources.rota(policy)
    except RotaFault as fault:
        return (f"It cannot be used, so nobody is woken by it. {fault}",)
    return _told(check_rota(rota, now, WEEKS), f"escalate rota check {policy}") if rota else ()


def _told(found: Sequence[Finding], command: str) -> tuple[str, ...]:
    """List the worst first, as many as fit."""
    ordered = sorted(found, key=lambda one: one.severity != "fault")
    more = len(ordered) - FINDINGS
    said = [f"{one.place}: {one.what.rstrip('.')}; {one.mend}." for one in ordered[:FINDINGS]]
    return (*said, *([f"There are {more} more: `{command}` lists them."] if more > 0 else []))
