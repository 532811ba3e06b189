"""Where the content of a digest comes from, and which of the register's cases belong into one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from adapters.calendars import load_calendar
from adapters.directory import Agency, Directory, DirectoryFault
from adapters.local import NO_DAYS, LocalFaulty, load_days
from adapters.policies import load_policy
from adapters.register.reading import list_policies, read_views
from adapters.rota import Rota, RotaFault
from adapters.rota.file import ENDING
from domain.case.effects import Recipient
from domain.policy import Policy, PolicyFaulty
from domain.time.calendar import Calendar
from domain.views.digest import Item, answers_of, items_of
from domain.views.status import OwedNow
from domain.views.waiting import Waiting

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


class Found(NamedTuple):
    """What the open cases of a policy owe soon."""

    cases: tuple[str, ...]
    """Every open case."""
    late: frozenset[str]
    """Those with something overdue."""
    items: list[tuple[Item, tuple[Recipient, ...]]]
    """The digest's items with the seats that owe them; without seats where those are not known."""
    unreadable: tuple[str, ...]
    """Cases whose standing no digest can read."""


def on_hand(register: str, policy: str, ground: Ground, now: datetime) -> Found:
    """Read every open case of a policy. A case that cannot be read does not stop the others.

    Raises NothingThere where there is no register yet, RegisterUnreachable where it cannot be read now.
    """
    found = Found((), frozenset(), [], ())
    cases, unreadable = [], []
    for case, view in read_views(register, policy):
        cases.append(case)
        try:
            found.items.extend(list(_items(case, view, ground, now)))
        except (LookupError, TypeError, ValueError, AttributeError):  # a ValidationError is a ValueError
            unreadable.append(case)
    late = frozenset(item.case for item, _ in found.items if item.band == "late")
    return found._replace(cases=tuple(cases), late=late, unreadable=tuple(unreadable))


def _items(
    case: str, view: dict[str, Any], ground: Ground, now: datetime
) -> Iterator[tuple[Item, tuple[Recipient, ...]]]:
    owed = [OwedNow.model_validate(one) for one in view["owed"]]
    steps = {stage["id"]: stage["title"] for stage in view["stages"]}
    for item, one in items_of(case, owed, steps, ground.calendar, now):
        yield item, tuple(dict.fromkeys((*one.owed_by, *_in_hand(one, view["seats"], ground, now))))
    waits = [Waiting.model_validate(one) for one in view.get("waiting", ())]
    for item, seat in answers_of(case, waits, steps):
        yield item, (seat,)


def _in_hand(owed: OwedNow, seats: dict[str, str], ground: Ground, now: datetime) -> Iterator[Recipient]:
    """Yield the seats to which it is handed over for a time; its owners keep it in their digest too."""
    for one in owed.handed:
        if now < one.until:
            role = one.to.role
            title = ground.seats.get(role, role.replace("-", " "))
            yield Recipient(role=role, title=title, agency=one.to.agency or seats.get(role, ""))
