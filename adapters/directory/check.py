"""What is wrong or out of date in a directory, and whom a case could not reach, said before it opens."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from domain.base.people import Party
from domain.base.value import Value
from domain.base.words import say_date
from domain.case.effects import Recipient
from domain.engine.seats import ON_CALL
from domain.engine.senders import OPERATIONS
from domain.engine.stages import choose_track
from domain.policy import Policy
from domain.policy.graph import reached_on
from domain.policy.language import Stage
from domain.policy.shape import answer_slug

from .addresses import KINDS, Wrong
from .directory import Directory
from .shape import Agency, Seat

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

    def __str__(self) -> str:
        """Say it in one line: where, what, and the mend."""
        return f"{self.place}: {self.what.rstrip('.')}; {self.mend}."


def check_directory(
    directory: Directory, policy_roles: Mapping[str, str], on: date | None = None, months: int = 0
) -> list[Finding]:
    """List what is wrong or out of date, in the file's order; an empty list means that all is well.

    `policy_roles` gives the policy's role ids with their titles; leave out roles appointed for each case, such as an
    independent chair. `on` judges the seats as of that day; without it a seat counts as held whatever its dates. With
    `months` a seat that was last verified more than so many months before `on` is a warning.
    """
    findings = [*_duplicates(directory)]
    findings += _numbers("fallback", directory.fallback.wrong())
    for number, service in enumerate(directory.services, 1):
        findings += _numbers(f"service {number}", service.wrong())
    for number, seat in enumerate(directory.seats, 1):
        findings += _addresses(f"seat {number} ({seat.role})", seat)
    for agency in directory.agencies:
        findings += _stale(agency)
        findings += _swapped(agency)
        for number, seat in enumerate(agency.holder, 1):
            findings += _addresses(f"agency {agency.id}, holder {number}", seat)
    findings += _empty(directory, policy_roles, on)
    findings += _not_to_be_rung(directory, on)
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
    wrong = list(seat.wrong())
    for key, number, why, like in wrong:
        if key != "telephone":
            yield Finding(
                place=f"{place}, {key} {number}",
                what=f"this address cannot work: {why}",
                mend=f"write an address like {like}",
                severity="fault",
            )
    yield from _numbers(place, (one for one in wrong if one.key == "telephone"))
    for kind in seat.channels:
        if not seat.addresses(kind):
            yield Finding(
                place=f"{place}, channels",
                what=f"{kind} is named, and there is no `{kind}`",
                mend=f"add one, such as {KINDS[kind].like}, or take the channel out",
                severity="warning",
            )


def _numbers(place: str, wrong: Iterable[Wrong]) -> Iterator[Finding]:
    for key, number, why, like in wrong:
        yield Finding(
            place=f"{place}, {key} {number}",
            what=f"this number cannot be rung, and is shown to nobody: {why}",
            mend=f"write a number like {like}",
            severity="fault",
        )


def _not_to_be_rung(directory: Directory, on: date | None) -> Iterator[Finding]:
    """Yield what a letter that asks somebody to ring could not say: the services, the office, who holds a seat."""
    if not any(service.numbers() for service in directory.services):
        yield Finding(
            place="service",
            what="no number of any service is given, so a notice of immediate risk names 999 alone",
            mend="add a `[[service]]` for children's social care, with its `telephone`, and one for out of hours",
            severity="warning",
        )
    offices = [seat for seat in directory.seats if seat.role == OPERATIONS and (on is None or seat.is_held(on))]
    if not (directory.fallback.numbers() or any(seat.numbers() for seat in offices)):
        yield Finding(
            place="fallback",
            what="no number of the partnership's office is given, and letters ask people to ring it",
            mend="add a `telephone` here, or to the seat with the role `operations`",
            severity="warning",
        )
    seats = [(place, seat) for place, seat in _seats_of(directory) if on is None or seat.is_held(on)]
    silent = [place for place, seat in seats if not seat.numbers() and seat.role.partition(".")[0] != ON_CALL.role]
    if silent:
        yield Finding(
            place="telephone",
            what=f"nobody could be told how to ring these: {_some(silent)}",
            mend="add a `telephone` to each",
            severity="warning",
        )


def _some(places: Sequence[str]) -> str:
    return "; ".join(places[:3]) + (f"; and {len(places) - 3} more" if len(places) > 3 else "")


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
    """Find an agency and a role that stand in each other's place: the file says so, or it looks like it (L58)."""
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
    """Yield one finding for each role: the agencies where a notice to it would go to the fallback contact."""
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


def unverified(directory: Directory, on: date | None, months: int) -> Iterator[tuple[str, str]]:
    """Yield place and finding of each seat last verified more than *months* before *on*, and one finding for all seats
    that were never verified.
    """
    if on is None or not months:
        return
    oldest, never = months_before(on, months), []
    for place, seat in _seats_of(directory):
        if seat.until is not None and seat.until < on:
            continue
        if seat.verified_on is None:
            never.append(place)
        elif seat.verified_on < oldest:
            yield place, f"it was last verified on {say_date(seat.verified_on)}, more than {months} months ago"
    if never:
        yield "verified_on", f"nobody has said when these were verified: {_some(never)}"


def months_before(on: date, months: int) -> date:
    """Return the same day so many months earlier; the month's last day where there is no such day."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _seats_of(directory: Directory) -> Iterator[tuple[str, Seat]]:
    for number, seat in enumerate(directory.seats, 1):
        yield f"seat {number} ({seat.role})", seat
    for agency in directory.agencies:
        if not agency.abolished:
            yield from ((f"agency {agency.id}, holder {n}", seat) for n, seat in enumerate(agency.holder, 1))


def preflight(
    directory: Directory,
    policy: Policy,
    parties: tuple[Party, ...],
    facts: Mapping[str, str],
    on: date,
    kinds: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Say, in a sentence each, at which step of the case's route nobody could be reached in a seat on that day.

    For each step, in the policy's order, to which the case may come: the seat of each party, that is the step's
    first role or who stands in its place; then the partnership's own seats that these steps name. `kinds` gives the
    sort of agencies by id; without it they are as the directory says. It changes nothing and names no person.

    Raises Refusal where the facts choose no route.
    """
    stages = reached_on(policy, choose_track(policy, dict(facts)), facts)
    known = {agency.id: agency.kind for agency in directory.agencies} if kinds is None else kinds
    told = (directory, policy, on)
    sentences = [
        sentence
        for stage in stages
        for party in parties
        for sentence in _of_party(*told, stage, party, known.get(party.agency, ""))
    ]
    names = {name for stage in stages for name in _named(policy, stage)}
    sentences += [s for role in policy.roles if role in names for s in _of_partnership(*told, role, facts)]
    return tuple(dict.fromkeys(sentences))


def _of_party(directory: Directory, policy: Policy, on: date, stage: Stage, party: Party, kind: str) -> Iterator[str]:
    roles = stage.raising if party.side == "raising" else stage.receiving
    if not roles:
        return
    instead = policy.roles[roles[0]].instead if roles[0] in policy.roles else {}
    role = next((name for key, names in instead.items() if key in {party.agency, kind} for name in names), roles[0])
    title = policy.role_title(role)
    contact = directory.contact_for(Recipient(role=role, title=title, agency=party.agency), on)
    if contact.fallback:
        who = contact.agency_title or party.agency
        yield f"{stage.title} has no reachable {title} in {who}: {_instead(directory)}."


def _of_partnership(
    directory: Directory, policy: Policy, on: date, role: str, facts: Mapping[str, str]
) -> Iterator[str]:
    told = policy.roles[role]
    if told.chosen_by:
        answer = facts.get(told.chosen_by, "")
        seats = [(f"{role}.{answer_slug(answer)}", f"{told.title} ({answer})")] if answer else []
    else:
        seats = [(role, told.title)] if told.of == "partnership" and not (told.seat or told.source) else []
    for seat, title in seats:
        if directory.contact_for(Recipient(role=seat, title=title), on).fallback:
            yield f"The partnership has no reachable {title}: {_instead(directory)}."


def _instead(directory: Directory) -> str:
    return f"notices go to {directory.fallback.title} instead"


def _named(policy: Policy, stage: Stage) -> Iterator[str]:
    """Yield every name in a step that may be a role: who sits, owes, speaks or is told, and who is in its bodies."""
    names = {stage.body, *stage.raising, *stage.receiving}
    for duty in (*stage.duties, *policy.duties):
        names |= {duty.by, *duty.role, *duty.to}
    for outcome in policy.outcomes_of(stage.id):
        names |= {outcome.said_by, *outcome.role}
    for name in names:
        yield name
        if body := policy.bodies.get(name):
            yield from (body.chair, *body.members)
