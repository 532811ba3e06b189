"""Where the content of a digest comes from, and which of the register's cases belong into one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from adapters.calendars import load_calendar
from adapters.directory import Agency, Directory, DirectoryFault
from adapters.local import NO_DAYS, LocalFaulty, load_days
from adapters.policies import load_policy
from adapters.register.on_hand import read_on_hand
from adapters.register.reading import list_policies, views_of
from adapters.rota import Rota, RotaFault
from adapters.rota.file import ENDING
from domain.case.effects import Recipient
from domain.policy import Policy, PolicyFaulty
from domain.time.calendar import Calendar
from domain.views.digest import Edges, Item, Line, answers_of, edges_of, items_of, lines_of
from domain.views.owed_times import times_of
from domain.views.status import OwedNow
from domain.views.waiting import Waiting

_ODD = (LookupError, TypeError, ValueError, AttributeError)
"""What is raised where a view is none; a ValidationError is a ValueError."""
NATION = "england-and-wales"
"""Nation whose working days are used for a policy that is not in the folder any more."""


class Ground(NamedTuple):
    """What a digest needs from a policy."""

    title: str
    seats: dict[str, str]
    """Seats that a directory fills, with their titles."""
    calendar: Calendar


@dataclass(frozen=True)
class Sources:
    """The register, and each policy's files."""

    register: str
    """Its address."""
    policies: Path
    directories: Path
    directory: Callable[[str], Directory]
    """Raises DirectoryFault."""
    guests: Callable[[str], tuple[Agency, ...]]
    """Those who are reached in one case alone, by its reference."""
    rota: Callable[[str], Rota | None]
    """None where a policy has none. Raises RotaFault."""
    checkpoints: Path
    """Folder of the checkpoints of the record."""
    local: Path
    """Folder of the partnership's own settings, one file a policy, which may name days off of its own."""

    def in_use(self) -> list[str]:
        """Return the ids of the policies that have had a case, or have a rota, in order.

        Raises:
            NothingThere: there is no register yet.
            RegisterUnreachable: it cannot be read now.
        """
        with_rota = (file.name.removesuffix(ENDING) for file in self.directories.glob(f"*{ENDING}"))
        return sorted({*list_policies(self.register), *with_rota})

    def ground(self, policy: str) -> Ground:
        """Return what the policy's file says now; usual values where it cannot be used."""
        try:
            found, _ = load_policy(self.policies / f"{policy}.toml")
            return Ground(found.title, found.standing_seats, self._calendar(policy, found))
        except (PolicyFaulty, ValueError):
            return Ground(policy, {}, load_calendar(NATION))

    def _calendar(self, policy: str, found: Policy) -> Calendar:
        """Return the nation's calendar with the partnership's own days over it, where those can be used."""
        path = self.local / f"{policy}.toml"
        try:
            days = load_days(path) if path.exists() else NO_DAYS
            return load_calendar(found.nation, additions=days.off, removals=days.worked, zone=found.zone)
        except (LocalFaulty, ValueError):  # told where a case is opened and by the doctor: the morning goes on
            return load_calendar(found.nation, zone=found.zone)

    def directory_or_none(self, policy: str) -> Directory | None:
        """Return a policy's directory, or None where it cannot be used."""
        try:
            return self.directory(policy)
        except DirectoryFault:
            return None

    def rota_or_none(self, policy: str) -> Rota | None:
        """Return a policy's rota, or None where there is none that can be used."""
        try:
            return self.rota(policy)
        except RotaFault:
            return None


Owed = tuple[Item, tuple[Recipient, ...]]
"""An item of a digest with the seats that owe it; without seats where those are not known."""


class Glance(NamedTuple):
    """What the open cases of a policy owe soon, by their times alone."""

    cases: tuple[str, ...]
    """Every open case."""
    lines: tuple[Line, ...]
    """One for each item, in no order."""
    unreadable: tuple[str, ...]
    """Cases of which nobody can say it."""


class Found(NamedTuple):
    """What the open cases of a policy owe soon."""

    items: list[Owed]
    unreadable: tuple[str, ...]
    """Cases whose standing no digest can read, among those in which something is on hand."""


def on_hand(register: str, policy: str, ground: Ground, now: datetime) -> Found:
    """Return all that is on hand under a policy. Only the views of cases in which something is are read.

    A case that cannot be read does not stop the others. Raises NothingThere where there is no register yet,
    RegisterUnreachable where it cannot be read now.
    """
    seen = glance(register, policy, ground, now)
    items, unreadable = looked_into(register, {line.case for line in seen.lines}, ground, now)
    return Found(items, tuple(sorted((*seen.unreadable, *unreadable))))


def glance(register: str, policy: str, ground: Ground, now: datetime) -> Glance:
    """See in which open cases of a policy something is on hand, and when: by what stands in clear.

    Of a case that an older version wrote, the view is read. Raises as `on_hand` does.
    """
    edges = edges_of(ground.calendar, now)
    known = read_on_hand(register, policy)
    lines = [line for case, one in known if one for line in lines_of(case, one.owed, one.awaited, edges)]
    unreadable = []
    for case, view in views_of(register, [case for case, one in known if not one]).items():
        try:
            owed, waits, _ = _of_view(view)
            times = [times for one in owed if (times := times_of(one))]
            lines += lines_of(case, times, sum(len(tuple(one.asked)) for one in waits), edges)
        except _ODD:
            unreadable.append(case)
    return Glance(tuple(case for case, _ in known), tuple(lines), tuple(unreadable))


def looked_into(
    register: str, cases: Iterable[str], ground: Ground, now: datetime
) -> tuple[list[Owed], tuple[str, ...]]:
    """Return what is on hand in some cases of a policy, by their views, and which of these cannot be read.

    Raises as `on_hand` does.
    """
    items: list[Owed] = []
    unreadable: list[str] = []
    edges = edges_of(ground.calendar, now)
    for case, view in views_of(register, sorted(set(cases))).items():
        try:
            items.extend(list(_items(case, view, ground, edges)))
        except _ODD:
            unreadable.append(case)
    return items, tuple(unreadable)


def _of_view(view: dict[str, Any]) -> tuple[list[OwedNow], list[Waiting], dict[str, str]]:
    """Return what is owed by a view, what waits for an answer, and the titles of the open steps."""
    return (
        [OwedNow.model_validate(one) for one in view["owed"]],
        [Waiting.model_validate(one) for one in view.get("waiting", ())],
        {stage["id"]: stage["title"] for stage in view["stages"]},
    )


def _items(case: str, view: dict[str, Any], ground: Ground, edges: Edges) -> Iterator[Owed]:
    owed, waits, steps = _of_view(view)
    for item, one in items_of(case, owed, steps, edges):
        yield item, tuple(dict.fromkeys((*one.owed_by, *_in_hand(one, view["seats"], ground, edges.now))))
    for item, seat in answers_of(case, waits, steps):
        yield item, (seat,)


def _in_hand(owed: OwedNow, seats: dict[str, str], ground: Ground, now: datetime) -> Iterator[Recipient]:
    """Yield the seats to which it is handed over for a time; its owners keep it in their digest too."""
    for one in owed.handed:
        if now < one.until:
            role = one.to.role
            title = ground.seats.get(role, role.replace("-", " "))
            yield Recipient(role=role, title=title, agency=one.to.agency or seats.get(role, ""))
