"""What is wrong or stale in a directory that can be read."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from domain.value import Value

from .book import Directory
from .channel import LIKE
from .shape import Agency, Seat
from .stale import unverified

_ROLE_WORDS = re.compile(
    r"\b(leader|lead|head|officer|manager|director|chief|co-?ordinator|nurse|teacher|worker|consultant|deputy"
    r"|supervisor|adviser|chair|inspector|sergeant|superintendent|doctor|midwife|principal)\b",
    re.IGNORECASE,
)
_AGENCY_WORDS = re.compile(
    r"\b(council|services?|trust|authority|police|partnership|board|agency|school|academy|college|hospitals?|unit)\b",
    re.IGNORECASE,
)


class Finding(Value):
    """One thing to look at."""

    place: str
    """Where in the file: `agency police, holder 1`."""
    what: str
    mend: str
    severity: Literal["warning", "fault"]
    """A fault makes the directory give wrong answers; a warning is for a person to judge."""


def check_directory(
    directory: Directory, policy_roles: Mapping[str, str], on: date | None = None, months: int = 0
) -> list[Finding]:
    """List what is wrong or stale, in the file's order; an empty list is a clean directory.

    `policy_roles` gives the policy's role ids with their titles; leave out roles appointed for each case, such as an
    independent chair. `on` judges the seats as of that day; without it a seat counts as held whatever its dates.
    With `months` a seat that was last verified longer before `on` than that is a warning.
    """
    findings = [*_duplicates(directory)]
    for number, seat in enumerate(directory.seats, 1):
        findings += _addresses(f"seat {number} ({seat.role})", seat)
    for agency in directory.agencies:
        findings += _stale(agency)
        findings += _swapped(agency)
        for number, seat in enumerate(agency.holder, 1):
            findings += _addresses(f"agency {agency.id}, holder {number}", seat)
    findings += _empty(directory, policy_roles, on)
    return findings + [_unverified(place, what) for place, what in unverified(directory, on, months)]


def _duplicates(directory: Directory) -> Iterator[Finding]:
    owners: dict[str, set[int]] = {}
    for number, agency in enumerate(directory.agencies):
        for name in (agency.title, *agency.aliases, agency.id):
            owners.setdefault(name.casefold(), set()).add(number)
    ids = Counter(agency.id for agency in directory.agencies)
    for name, numbers in owners.items():
        if len(numbers) > 1:
            kind = "id" if ids[name] > 1 else "name"
            yield Finding(
                place=f"agency {' and '.join(directory.agencies[n].id for n in sorted(numbers))}",
                what=f"{len(numbers)} agencies have the {kind} `{name}`, so only the first can be found by it",
                mend="give each its own",
                severity="fault",
            )


def _addresses(place: str, seat: Seat) -> Iterator[Finding]:
    for kind, number, why in seat.wrong():
        yield Finding(
            place=f"{place}, {kind} {number}",
            what=f"this address cannot work: {why}",
            mend=f"write an address like {LIKE[kind]}",
            severity="fault",
        )
    for kind in seat.channels:
        if not seat.addresses(kind):
            yield Finding(
                place=f"{place}, channels",
                what=f"{kind} is named, and there is no `{kind}`",
                mend=f"add one, such as {LIKE[kind]}, or take the channel out",
                severity="warning",
            )


def _unverified(place: str, what: str) -> Finding:
    mend = "ask them, then put the day into `verified_on`"
    return Finding(place=place, what=what, mend=mend, severity="warning")


def _stale(agency: Agency) -> Iterator[Finding]:
    if agency.abolished:
        when = f" on {agency.abolished_on.day} {agency.abolished_on:%B %Y}" if agency.abolished_on else ""
        yield Finding(
            place=f"agency {agency.id}",
            what=f"{agency.title} was abolished{when}; nobody there is written to",
            mend="put in the body that took its work over, or take it out",
            severity="warning",
        )


def _swapped(agency: Agency) -> Iterator[Finding]:
    """Find agency and role in each other's place: marked so by the file, or looking so (L58)."""
    row = f"row {agency.row}" if agency.row else "the source"
    if agency.as_printed:
        yield Finding(
            place=f"agency {agency.id}",
            what=f"{row} was printed with agency and role swapped; the file has put them right",
            mend="ask the partnership to confirm it",
            severity="warning",
        )
    names_a_role = _ROLE_WORDS.search(agency.title) and not _AGENCY_WORDS.search(agency.title)
    agencies = [s.title for s in agency.holder if _AGENCY_WORDS.search(s.title) and not _ROLE_WORDS.search(s.title)]
    if names_a_role or agencies:
        seems = "its title reads like a role" if names_a_role else "a holder's title reads like an agency"
        yield Finding(
            place=f"agency {agency.id}",
            what=f"agency and role look swapped: {seems}",
            mend="put the agency's name in the agency's title and the role's name in the holder's",
            severity="fault" if names_a_role and agencies else "warning",
        )


def _empty(directory: Directory, policy_roles: Mapping[str, str], on: date | None) -> Iterator[Finding]:
    """One finding a role: the agencies where a notice to it would go to the fallback contact."""
    standing = {seat.role for seat in directory.seats if _reachable(seat, on)}
    for role, title in policy_roles.items():
        living = [agency for agency in directory.agencies if not agency.abolished]
        empty = [a.id for a in living if not _is_filled(directory, a, role, on)]
        if {role, role.partition(".")[0]} & standing or not empty:
            continue
        some = ", ".join(empty[:5]) + (f" and {len(empty) - 5} more agencies" if len(empty) > 5 else "")
        where = "any agency" if len(empty) == len(living) else some
        yield Finding(
            place=f"role {role}",
            what=f"nobody can be reached as {title} in {where}, so notices go to the fallback contact",
            mend="add a holder with an e-mail address for each",
            severity="warning",
        )


def _is_filled(directory: Directory, agency: Agency, role: str, on: date | None) -> bool:
    return any(seat.role == role and _reachable(seat, on) for seat in directory.seats_in(agency, role))


def _reachable(seat: Seat, on: date | None) -> bool:
    return bool(seat.ways()) and (on is None or seat.is_held(on))
