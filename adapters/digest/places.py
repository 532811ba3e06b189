"""Where a digest finds what it is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from adapters.calendars import load_calendar
from adapters.directory import Agency, Directory, DirectoryFault
from adapters.local import NO_DAYS, LocalFaulty, load_days
from adapters.policies import load_policy
from adapters.register.reading import list_policies
from adapters.rota import Rota, RotaFault
from adapters.rota.file import ENDING
from domain.calendar import Calendar
from domain.policy import Policy, PolicyFaulty

NATION = "england-and-wales"
"""Whose working days hold for cases whose policy is not in the folder any more."""


class Ground(NamedTuple):
    """What a policy says that a digest needs."""

    title: str
    seats: dict[str, str]
    """Seats that a directory fills, with their titles."""
    calendar: Calendar


@dataclass(frozen=True)
class Places:
    """The register, and the files of each policy."""

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
        """Return what the policy's file says now; where it cannot be used, what is usual."""
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
