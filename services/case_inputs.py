"""What a case is opened with: the policy, its calendar and directory, and this installation's own settings."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from adapters.calendars import UnknownNation, load_calendar
from adapters.directory import Directory, DirectoryFault, load_directory
from adapters.directory.guests import guests_path, load_guests
from adapters.local import NO_DAYS, LocalFaulty, load_days, load_local
from adapters.policies import find_policy, load_policy
from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.case.editions import policy_edition
from domain.policy import Policy, PolicyFaulty
from domain.policy.local_settings import Local
from domain.time.calendar import Calendar
from domain.time.local_time import resolve_local
from settings import Settings

from .errors import BAD_INPUT, LOOK_AFTER, Trouble, Unknown


def policy_path(settings: Settings, name: str) -> Path:
    """Return the file of a policy, from its name or its path. Raises Trouble, which lists those there are."""
    try:
        return find_policy(settings.policies, name)
    except FileNotFoundError as error:
        raise Unknown("", typed=str(error), shown=f"There is no policy {name[:60]!r} here.") from None


def policy(settings: Settings, name: str) -> Policy:
    """Read a policy that can be used. Raises Trouble."""
    path = policy_path(settings, name)
    try:
        return load_policy(path)[0]
    except PolicyFaulty as faulty:
        faults = [fault for fault in faulty.faults if fault.severity == "fault"]
        more = f" There are {len(faults) - 1} more." if len(faults) > 1 else ""
        raise Trouble(
            f"The policy {path.stem} cannot be used.",
            typed=f"{path} has a fault: {faults[0]}.{more} See `escalate policy check {name}`.",
            shown=LOOK_AFTER,
        ) from None


def calendar(of: Policy, at: datetime, settings: Settings | None = None) -> Calendar:
    """Return the calendar for a case opened at *at*, with the partnership's own days from *settings* over it.

    Raises Trouble where the calendar does not reach there, or one of the partnership's days cannot be used.
    """
    path = local_path(settings, of.id) if settings else None
    try:
        days = load_days(path) if path and path.exists() else NO_DAYS
        return load_calendar(of.nation, additions=days.off, removals=days.worked, zone=of.zone).for_case(at)
    except LocalFaulty as faulty:
        raise _not_local(of, faulty) from None
    except UnknownNation as error:
        raise Trouble(f"The policy {of.id} names a nation without a calendar. {error}") from None
    except ValueError as error:
        raise Trouble(str(error)) from None


def directory_path(settings: Settings, policy_id: str) -> Path:
    """Return the path of a policy's directory."""
    return settings.directories / f"{policy_id}.toml"


def directory(settings: Settings, policy_id: str) -> Directory:
    """Read the directory of a policy. Raises Trouble."""
    try:
        return load_directory(directory_path(settings, policy_id))
    except DirectoryFault as fault:
        raise Trouble(f"The directory of {policy_id} cannot be used.", typed=str(fault), shown=LOOK_AFTER) from None


def directory_of_case(settings: Settings, policy_id: str, case: str) -> Directory:
    """Read the directory of a policy, with the guests of one case. Raises DirectoryFault."""
    return directory_of_cases(settings, policy_id)(case)


def directory_of_cases(settings: Settings, policy_id: str) -> Callable[[str], Directory]:
    """Read the directory of a policy once, and return what adds the guests of a case. Both raise DirectoryFault."""
    usual = load_directory(directory_path(settings, policy_id))

    def of(case: str) -> Directory:
        path = guests_path(settings.data, case)
        return usual.with_guests(load_guests(path, settings.encryption_keys)) if path and path.is_file() else usual

    return of


def local_path(settings: Settings, policy_id: str) -> Path:
    """Return the path of the partnership's own settings for a policy; there may be no such file."""
    return settings.local / f"{policy_id}.toml"


def local(settings: Settings, policy: Policy) -> Local:
    """Return the partnership's own settings, as a case carries them: its file for this policy, over the variables.

    Raises:
        Trouble: a variable or the file cannot be used; it is named, with each mistake in it.
    """
    of_all, path = _local_of_all(settings, policy.zone), local_path(settings, policy.id)
    if not path.exists():
        return of_all
    try:
        return load_local(path, of_all, policy)
    except LocalFaulty as faulty:
        raise _not_local(policy, faulty) from None


def _not_local(of: Policy, faulty: LocalFaulty) -> Trouble:
    says = f"The partnership's own settings for {of.id} cannot be used."
    return Trouble("", typed=str(faulty), shown=f"{says} {LOOK_AFTER}")


def _local_of_all(settings: Settings, zone: str) -> Local:
    """Return what the variables say. Raises Trouble, which names the variable."""
    for name, said in (("TOLERANCE", settings.tolerance), ("UNTIMED", settings.untimed)):
        try:
            Local(tolerance=said)
        except ValidationError:
            raise Trouble(
                f"ESCALATION_{name} cannot be used: write a number of hours or days, such as `same working day` or "
                "`4 hours`, or leave it empty.",
                BAD_INPUT,
            ) from None
    return Local(
        tolerance=settings.tolerance,
        untimed=settings.untimed,
        meetings=_meetings(settings.meetings, zone),
        alert_every_minutes=settings.alert_every_minutes,
        alerts_a_day=settings.alerts_a_day,
        acknowledgement_hours=settings.acknowledgement_hours,
    )


def _meetings(said: str, zone: str) -> dict[str, tuple[datetime, ...]]:
    """Read `panel=2026-12-03T10:00,2027-01-07T10:00;forum=…`."""
    meetings: dict[str, tuple[datetime, ...]] = {}
    for group in filter(None, (part.strip() for part in said.split(";"))):
        role, _, dates = group.partition("=")
        try:
            instants = [_instant(date.strip(), zone) for date in dates.split(",")]
        except ValueError as error:
            why = f" {error}" if str(error).endswith(".") else ""
            raise Trouble(
                f"ESCALATION_MEETINGS cannot be read at {group[:60]!r}: write a role and its meetings like "
                f"panel=2026-12-03T10:00,2027-01-07T10:00 and put a semicolon between groups.{why}"
            ) from None
        meetings[role.strip()] = tuple(sorted(instants))
    return meetings


def _instant(said: str, zone: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else resolve_local(moment, zone)


def other_wordings(register: str, policy: Policy) -> int:
    """Return how many other wordings of a policy's edition the cases of the register hold.

    0 where there is no register yet, where it is away, or where what it holds cannot be compared.
    """
    try:
        kept = reading.list_policy_editions(register)
    except RegisterError:
        return 0
    ours = policy_edition(policy)
    bodies = (body for body in kept if (body.get("id"), body.get("edition")) == (policy.id, policy.edition))
    found = [
        read for body in bodies if (read := _read_as_today(body)) and read.edition_in_full == policy.edition_in_full
    ]
    return sum(1 for read in found if policy_edition(read) != ours)


def _read_as_today(body: dict[str, object]) -> Policy | None:
    """Read a kept policy as this program would today, so that a default added since makes no difference."""
    try:
        return Policy.model_validate(body)
    except ValidationError:
        return None


def say_edited(policy: Policy) -> str:
    """Say what is wrong with a policy file that was edited without a new edition, and what to do."""
    return (
        f"Cases hold edition {policy.edition_in_full} of {policy.id} in other words than this file: one name for two "
        "policies. Change `edition` whenever you change the file."
    )
