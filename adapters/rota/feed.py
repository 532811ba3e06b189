"""Overrides from an iCalendar file: each event puts one person into one rank for a time.

What an event negates or leaves unclear is no appointment: it is refused in a sentence, or taken out.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.spoken import say_date

from .book import Rota
from .events import LONGEST, TOO_LONG, Event, Property, Unclear, in_order, read_events, times_of, version_of
from .shape import YEARS, Override

WHY = "calendar feed"
"""What an override from a feed gives as its reason: an event's own text may hold anything."""
_REPEATS = ("RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID")
_CALENDARS = ("", "PUBLISH", "REQUEST")
"""What a calendar may be for, if its events are appointments."""
_NOT_BUSY = {"FREE": "free", "TENTATIVE": "tentative", "OOF": "out of the office"}
_UNSETTLED: dict[str, str] = {
    "DECLINED": "has declined",
    "TENTATIVE": "has accepted tentatively",
    "DELEGATED": "has sent another",
}
_HARMLESS = re.compile(r"\bout[- ]of[- ]hours\b|\bbank holidays?\b|\bno\. ?\d", re.IGNORECASE)
_NEGATES = re.compile(
    r"(?<![\w-])(not?|non|nobody|never|neither|nor|none|cannot|unable|unavailable|\w+n['’]t|cant|wont|isnt|except|unless"
    r"|without|instead|avoid|skip|absent|absence|away|off|leave|holidays?|vacation|sick(ness)?|ill(ness)?|pto|ooo|out"
    r"|cancel(l?ed|lation)?|declin(ed?|es)|withdrawn|removed|deleted|dropped|postponed|moved|stood down|stands? down|ex"
    r"|former(ly)?|tentative(ly)?|provisional(ly)?|maybe|perhaps|possibly|probably|draft|proposed|pencilled"
    r"|unconfirmed|tb[cda]|hold|free|swap(s|ped)?|needs?|needed|wanted|seeking|requested|required|vacant|uncovered"
    r"|covered)(?![\w-])|\?|\b(ex|non|un)-",
    re.IGNORECASE,
)
"""Words with which a title says the opposite, or leaves it open."""


class Feed(NamedTuple):
    """What a file says."""

    overrides: tuple[Override, ...]
    cancelled: frozenset[str]
    """Ids of events that were called off."""
    over: int
    """How many events have ended already, and are left alone."""
    faults: tuple[str, ...]
    """One sentence for each event that cannot be used."""


def read_feed(path: Path, rota: Rota, now: datetime, rank: str = "") -> Feed:
    """Read the events of a file that end after *now* (aware); *rank* is that of events that name none.

    Who: an attendee with the e-mail address of one person of the rota, or a handle in the summary. Which rank: its
    name in the summary or the categories. A time without a zone is on the rota's clocks; whole days run from hand-over
    to hand-over. An event that is over is read where the rota holds it as one that goes on.

    Raises RotaFault where the file as a whole cannot be read.
    """
    return _Reading(rota, now, rank).of(read_events(path))


class _Reading:
    """One file, read for one rota."""

    def __init__(self, rota: Rota, now: datetime, rank: str) -> None:
        self._rota, self._now, self._usual = rota, now, rank
        self._known: dict[str, list[Override]] = {}
        for one in rota.file.override:
            if one.uid:
                self._known.setdefault(one.uid, []).append(one)
        self._overrides: list[Override] = []
        self._cancelled: set[str] = set()
        self._live: set[str] = set()
        self._over = 0

    def of(self, events: tuple[Event, ...]) -> Feed:
        """Read them all."""
        faults: list[str] = []
        for event in in_order(events):
            place = f"event {event.number}"
            try:
                uid = event.text("UID")
                if not uid:
                    raise Unclear("it has no UID, so it would be taken for another one next time; export it with one")
                self._must_be_newest(event, uid)
                if event.method == "CANCEL" or event.word("STATUS") == "CANCELLED":
                    self._call_off(event, uid)
                    continue
                self._live.add(uid)
                starts, until = self._times(event)
                place = f"event {event.number}, {say_date(starts.date())}"
                if not self._is_over(event, uid, until):
                    self._take(self._override(event, starts, until, uid))
            except ValueError as error:
                faults.append(f"{place}: {str(error).rstrip('.')}.")
        if both := self._cancelled & self._live:
            faults.append(f"{len(both)} of the events are called off and not called off at once; export them again.")
        return Feed(tuple(self._overrides), frozenset(self._cancelled - both), self._over, tuple(faults))

    def _must_be_newest(self, event: Event, uid: str) -> None:
        newest = max((one.sequence for one in self._known.get(uid, ())), default=0)
        if version_of(event) < newest:
            raise Unclear(
                f"the rota holds version {newest} of it and this is version {version_of(event)}, an earlier one; "
                "export the calendar again"
            )

    def _call_off(self, event: Event, uid: str) -> None:
        known = self._known.get(uid, ())
        if not known:
            return
        if event.all("RECURRENCE-ID"):
            raise Unclear("it calls off one date of an event that repeats; take that out of the rota by hand")
        invited = {_email(one) for one in event.all("ATTENDEE")}
        ours = {email.casefold() for one in known if one.person for email in self._rota.people[one.person].email}
        if invited and event.word("STATUS") != "CANCELLED" and not invited & ours:
            raise Unclear("it calls off the invitation of somebody else than the rota has; export the calendar again")
        self._cancelled.add(uid)

    def _times(self, event: Event) -> tuple[datetime, datetime]:
        times = times_of(event, self._rota.about.zone)
        starts, until = self._instant(times.starts), self._instant(times.until)
        if until <= starts:
            raise Unclear("it ends before it starts, or lasts no time; give it an end")
        if until - starts > LONGEST:
            raise Unclear(TOO_LONG)
        return starts, until

    def _instant(self, said: date) -> datetime:
        if isinstance(said, datetime):
            return said
        if not YEARS[0] <= said.year <= YEARS[1]:
            raise Unclear(f"the year {said.year} cannot be right; give it the real days")
        return self._rota.handover.on(said)

    def _is_over(self, event: Event, uid: str, until: datetime) -> bool:
        """Say whether it has ended; one that the rota holds and lets go on is not left alone."""
        goes_on = any(one.span(self._rota.about.zone)[1] > self._now for one in self._known.get(uid, ()))
        over = until <= self._now and not goes_on and not _goes_on_repeating(event, self._now)
        self._over += over
        return over

    def _override(self, event: Event, starts: datetime, until: datetime, uid: str) -> Override:
        _must_be_settled(event)
        words = " ".join((event.text("SUMMARY"), *(one.value for one in event.all("CATEGORIES"))))
        _must_not_negate(words, self._rota)
        person = self._person(event)
        said = {"rank": self._rank(words), "person": person, "why": WHY, "uid": uid, "sequence": version_of(event)}
        return Override.model_validate(said | {"from": starts, "until": until})

    def _rank(self, words: str) -> str:
        found = [rank for rank in self._rota.ranks if _says(words, rank)]
        if len(found) > 1:
            raise Unclear(f"it names the ranks {' and '.join(found)}; name one")
        if not found and not self._usual:
            named = " or ".join(self._rota.ranks)
            raise Unclear(f"it names no rank; write {named} into its title, or give --rank")
        return found[0] if found else self._usual

    def _person(self, event: Event) -> str:
        titled = [handle for handle in self._rota.people if _says(event.text("SUMMARY"), handle)]
        invited: dict[str, list[Property]] = {}
        for one in event.all("ATTENDEE"):
            for handle, person in self._rota.people.items():
                if _email(one) in {email.casefold() for email in person.email}:
                    invited.setdefault(handle, []).append(one)
        coming = {handle for handle, all_ in invited.items() if not any(map(_unsettled, all_))}
        found: set[str] = {*(coming or invited), *titled}
        if len(found) != 1:
            who = f"{len(found)} people" if found else "nobody"
            raise Unclear(
                f"it names {who} of the rota; invite one of them by e-mail, or write one handle into its title"
            )
        (handle,) = found
        for why in filter(None, map(_unsettled, invited.get(handle, ()))):
            raise Unclear(f"{handle} {why}, so it is no appointment; let them accept it, or take the event out")
        return handle

    def _take(self, made: Override) -> None:
        """Keep it, unless the file says the very same twice. Raises Unclear where it overlaps another."""
        starts, until = made.span(self._rota.about.zone)
        for other in self._overrides:
            if other == made:
                return
            if other.rank == made.rank and starts < other.until and other.starts < until:
                raise Unclear(f"it overlaps another event for rank {made.rank}; end one where the other starts")
        self._overrides.append(made)


def _must_be_settled(event: Event) -> None:
    """Raise Unclear where it is no event that stands, in full, at the times it says."""
    if event.method not in _CALENDARS:
        raise Unclear(f"it is part of an answer or a change ({event.method[:20]}); export the calendar itself")
    if any(event.all(name) for name in _REPEATS):
        raise Unclear("it repeats; write a turn for it, or export its dates one by one")
    if (status := event.word("STATUS")) not in ("", "CONFIRMED"):
        raise Unclear(f"its status is {status[:20].lower()}; confirm it first, or take it out")
    if event.word("TRANSP") == "TRANSPARENT":
        raise Unclear("it is marked as free time; mark it as busy if they are on call then, or take it out")
    for name in ("X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-INTENDEDSTATUS"):
        if said := _NOT_BUSY.get(event.word(name)):
            raise Unclear(f"it is marked as {said}; mark it as busy if they are on call then, or take it out")


def _must_not_negate(words: str, rota: Rota) -> None:
    """Raise Unclear where a title says the opposite, or leaves it open: a word of a handle or a rank is none."""
    named = sorted((*rota.people, *rota.ranks), key=len, reverse=True)
    rest = re.sub("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in named), " ", words, flags=re.IGNORECASE)
    if found := _NEGATES.search(_HARMLESS.sub(" ", rest)):
        raise Unclear(
            f"its title says {found[0]!r}, so it may mean that they are not on call; give it a title of rank and "
            "handle alone, or take it out"
        )


def _goes_on_repeating(event: Event, now: datetime) -> bool:
    """Say whether dates are still to come of an event that repeats, or may be."""
    if not any(event.all(name) for name in ("RRULE", "RDATE")):
        return False
    rules = [dict(_pairs(one.value)) for one in event.all("RRULE")]
    ends = [rule.get("UNTIL", "")[:8] for rule in rules]
    today = f"{now.astimezone(UTC) - timedelta(days=1):%Y%m%d}"
    return bool(event.all("RDATE")) or not all(end.isdigit() and end < today for end in ends)


def _pairs(rule: str) -> Iterator[tuple[str, str]]:
    for part in rule.upper().split(";"):
        name, _, value = part.partition("=")
        yield name.strip(), value.strip()


def _says(words: str, name: str) -> bool:
    pattern = re.escape(name).replace("\\-", "[- ]")
    return re.search(rf"(?<![\w.-]){pattern}(?![\w-]|\.\w)", words, re.IGNORECASE) is not None


def _email(attendee: Property) -> str:
    return attendee.value.strip().casefold().removeprefix("mailto:").strip()


def _unsettled(attendee: Property) -> str:
    """Say why one who is invited may not come; empty where they do, or have not answered yet."""
    if attendee.param("ROLE") in ("NON-PARTICIPANT", "OPT-PARTICIPANT"):
        return "is not asked to be there" if attendee.param("ROLE").startswith("NON") else "need not be there"
    return _UNSETTLED.get(attendee.param("PARTSTAT"), "")
