"""Overrides from an iCalendar file: each event puts one person into one rank for a time; and what they would change.

An event that says the opposite or leaves something unclear is refused in a sentence, or taken out.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from domain.base.words import say_date, say_instant

from .events import LONGEST, TOO_LONG, Event, Property, Unclear, in_order, read_events, times_of, version_of
from .file import RotaFault
from .hand_overs import CannotHandOver, Change, compared, must_be_able
from .rota import WEEK, Rota
from .shape import YEARS, Override

WHY = "calendar feed"
"""The reason that an override from a feed has. The event's own text is not used: it may hold anything."""
_REPEATS = ("RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID")
_CALENDARS = ("", "PUBLISH", "REQUEST")
"""The METHODs of a calendar whose events are appointments."""
_NOT_BUSY = {"FREE": "free", "TENTATIVE": "tentative", "OOF": "out of the office"}
_UNSETTLED: dict[str, str] = {
    "DECLINED": "has declined",
    "TENTATIVE": "has accepted tentatively",
    "DELEGATED": "has sent another",
}
_HARMLESS = re.compile(r"\bout[- ]of[- ]hours\b|\bbank holidays?\b|\bno\. ?\d", re.IGNORECASE)
_NEGATES = re.compile(
    r"(?<![^\W_])(not?|non|nobody|never|neither|nor|none|cannot|unable|unavailable|\w+n['’]t|cant|wont|isnt|except|unless"
    r"|without|instead|avoid|skip|absent|absence|away|off|leave|holidays?|vacation|sick(ness)?|ill(ness)?|pto|ooo|out"
    r"|cancel(l?ed|lation)?|declin(ed?|es)|withdrawn|removed|deleted|dropped|postponed|moved|stood down|stands? down|ex"
    r"|former(ly)?|tentative(ly)?|provisional(ly)?|maybe|perhaps|possibly|probably|draft|proposed|pencilled"
    r"|unconfirmed|tb[cda]|hold|free|swap(s|ped)?|needs?|needed|wanted|seeking|requested|required|vacant|uncovered"
    r"|covered)(?![^\W_])|\?|\b(ex|non|un)-",
    re.IGNORECASE,
)
"""Words with which a title or a category says the opposite, or leaves it open."""
_OF_A_SHIFT = (
    "on call oncall duty rota roster rostered rank line lead leads safeguarding child children children's protection "
    "service services partnership agency emergency team officer manager professional practitioner responder contact "
    "person staff phone telephone shift turn is and ooh office hours week weekly wk commencing w c "
    "weekend weekday weekdays day days daytime night nights overnight evening morning afternoon early late long bank "
    "public holiday holidays christmas boxing new year year's years eve easter good may spring summer half term "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "january february march april june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec am pm noon midday midnight utc gmt bst "
    "cover covers covering stands standing in takes taking confirmed agreed accepted standby"
)
_SHIFTS = frozenset(_OF_A_SHIFT.split())
"""Words that may stand beside rank and handle in a title, since they only say that somebody is on call, and when."""
_UNTIL = re.compile(r"\b(from|to|until|till)(?=\s+(\d|noon|mid|mon|tue|wed|thu|fri|sat|sun))", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(['’][^\W\d_]+)?|[^\W_]+|[^\w\s.,:;()/|&+\[\]{}\"'’‘“”#*·•–—-]+|[-=]+>|[<>=~]+")
_HARMLESS_SIGNS = frozenset("✓✔✅☎📞📟🔔")
_COUNTED = re.compile(r"\d+(st|nd|rd|th|am|pm|h|hrs?)?|\d*[:.h]?\d+(am|pm)?", re.IGNORECASE)
_OF_OTHERS = re.compile(r"\b(cover|covers|covering|stands in|standing in|takes|taking)\s+§|§['’]s\b", re.IGNORECASE)
"""Words around a handle (`§`) which make it that of somebody who is replaced."""
_NO_RANK = re.compile(
    r"\b(first|second)\s+(days?|weeks?|weekends?|mornings?|nights?|years?|term|half|call)\b", re.IGNORECASE
)
"""Everyday phrases that contain a rank's name."""


class Feed(NamedTuple):
    """What a file says, read for a rota."""

    overrides: tuple[Override, ...]
    cancelled: frozenset[str]
    """Ids of events that were cancelled."""
    over: int
    """How many events have ended already, and are left alone."""
    faults: tuple[str, ...]
    """One sentence for each event that cannot be used."""


def read_feed(path: Path, rota: Rota, now: datetime, rank: str = "", area: str = "") -> Feed:
    """Read the events of a file that end after *now* (aware); *rank* is that of events that name none.

    *area* is the name of the rota's policy, which a title may say beside rank and handle.

    Who: an attendee with the e-mail address of one person of the rota, or a handle in the summary. Which rank: its
    name in the summary or the categories. A time without a zone is on the rota's clocks; whole days run from hand-over
    to hand-over. An event that is over is read where the rota holds it as one that goes on.

    Raises RotaFault where the file as a whole cannot be read.
    """
    return _Reading(rota, now, rank, area).of(read_events(path))


class _Reading:
    """One file, read for one rota."""

    def __init__(self, rota: Rota, now: datetime, rank: str, area: str) -> None:
        self._rota, self._now, self._usual, self._area = rota, now, rank, area
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
        ordered = tuple(in_order(events))
        faults += _changed_unseen(ordered)
        for event in ordered:
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
        if (said := event.text("SEQUENCE")) and str(version_of(event)) != (said.lstrip("0") or "0"):
            raise Unclear(f"its SEQUENCE is {said[:20]!r}, so it is unclear which version it is; export it again")
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
        invited = {email for one in event.all("ATTENDEE") for email in _emails(one)}
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
        """Say whether an event has ended. One that the rota holds as still going on does not count as ended."""
        goes_on = any(one.span(self._rota.about.zone)[1] > self._now for one in self._known.get(uid, ()))
        over = until <= self._now and not goes_on and not _goes_on_repeating(event, self._now)
        self._over += over
        return over

    def _override(self, event: Event, starts: datetime, until: datetime, uid: str) -> Override:
        _must_be_settled(event)
        title, categories = _visible(event.text("SUMMARY")), tuple(map(_visible, event.texts("CATEGORIES")))
        words = " ".join((title, *categories))
        _must_not_negate(words, self._rota)
        person = self._person(event, title)
        rank = self._rank(words)
        for words in (title, *(one for one in categories if _says(one, rank))):
            self._must_say_nothing_else(words, event, uid)
        said = {"rank": rank, "person": person, "why": WHY, "uid": uid, "sequence": version_of(event)}
        return Override.model_validate(said | {"from": starts, "until": until})

    def _rank(self, words: str) -> str:
        found = [rank for rank in self._rota.ranks if _says(words, rank)]
        if len(found) > 1:
            raise Unclear(f"it names the ranks {' and '.join(found)}; name one")
        if not found and not self._usual:
            named = " or ".join(self._rota.ranks)
            raise Unclear(f"it names no rank; write {named} into its title, or give --rank")
        return found[0] if found else self._usual

    def _must_say_nothing_else(self, words: str, event: Event, uid: str) -> None:
        """Raise Unclear where a title says more than that somebody is on call: nobody could list every way of saying
        no.
        """
        people, about = self._rota.people, self._rota.about
        titles = " ".join((about.title, *(person.title for person in people.values())))
        # Small words of a title, such as "for", say something else beside a handle.
        known = {one for one in _words(titles) if len(one) > len("the")} | set(_words(self._area))
        for one in event.all("ATTENDEE"):
            known.update(_words(one.param("CN")))
        if ours := re.match(r"rota-(.+)-\d{8}", uid):  # from `rota export`, which ends a title with its policy
            known.update(_words(ours[1]))
        handles = _any_of(tuple(people))
        told = re.sub(handles, "§", words, flags=re.IGNORECASE)
        of_others, no_rank = _OF_OTHERS.search(told), _NO_RANK.search(told)
        plain = _UNTIL.sub(
            " ", _HARMLESS.sub(" ", re.sub(_any_of(self._rota.ranks), " ", told, flags=re.IGNORECASE))
        ).replace("§", " ")
        other = next((one for one in _words(plain) if not _is_of_a_shift(one, known)), "")
        found = other or (of_others or no_rank or [""])[0].replace("§", "a handle")
        if found:
            raise Unclear(
                f"its title says {found[:40]!r}, so it may be about something else than who is on call; give it a "
                "title of rank and handle alone, or take it out"
            )

    def _person(self, event: Event, title: str) -> str:
        titled = [handle for handle in self._rota.people if _says(title, handle)]
        invited: dict[str, list[Property]] = {}
        attendees = event.all("ATTENDEE")
        for one in attendees:
            for handle, person in self._rota.people.items():
                if _emails(one) & {email.casefold() for email in person.email} or _says(one.param("CN"), handle):
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
        if attendees and handle not in invited and all(map(_unsettled, attendees)):
            raise Unclear(
                f"nobody who is invited has accepted, and {handle} is not among them; invite them, or take it out"
            )
        return handle

    def _take(self, made: Override) -> None:
        """Add an override, unless the file says the very same twice. Raises Unclear where it overlaps another."""
        starts, until = made.span(self._rota.about.zone)
        for other in self._overrides:
            if other == made:
                return
            if other.rank == made.rank and starts < other.until and other.starts < until:
                raise Unclear(f"it overlaps another event for rank {made.rank}; end one where the other starts")
        self._overrides.append(made)


def _changed_unseen(events: tuple[Event, ...]) -> Iterator[str]:
    """Yield a sentence for each UID whose events have one version but were changed at different times."""
    seen: dict[str, Event] = {}
    for event in events:
        uid, changed = (_all_said(event, name) for name in ("UID", "LAST-MODIFIED"))
        first = seen.setdefault(uid, event)
        if uid and not event.all("RECURRENCE-ID") and changed != _all_said(first, "LAST-MODIFIED"):
            yield (
                f"event {first.number} and event {event.number} have one UID, and were changed at different times, so "
                "it is unclear which of them counts; export the calendar again."
            )


def _all_said(event: Event, name: str) -> str:
    return " ".join(one.value.strip() for one in event.all(name))


def _must_be_settled(event: Event) -> None:
    """Raise Unclear unless the event is confirmed and takes place once, exactly when it says."""
    if event.method not in _CALENDARS:
        raise Unclear(f"it is part of an answer or a change ({event.method[:20]}); export the calendar itself")
    if any(one.param("ENCODING") for name in ("SUMMARY", "CATEGORIES", "DTSTART", "DTEND") for one in event.all(name)):
        raise Unclear("it is written in an old way (ENCODING); export the calendar as iCalendar 2.0")
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
    """Raise Unclear where a title says the opposite or leaves it open, handles and names of ranks apart."""
    named = sorted((*rota.people, *rota.ranks), key=len, reverse=True)
    rest = re.sub("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in named), " ", words, flags=re.IGNORECASE)
    if found := _NEGATES.search(_HARMLESS.sub(" ", rest)):
        raise Unclear(
            f"its title says {found[0]!r}, so it may mean that they are not on call; give it a title of rank and "
            "handle alone, or take it out"
        )


def _goes_on_repeating(event: Event, now: datetime) -> bool:
    """Say whether a repeating event still has, or may have, dates to come."""
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


def _any_of(names: tuple[str, ...]) -> str:
    """Return a pattern that matches any of these names, however their hyphens are written."""
    each = (re.escape(name).replace("\\-", "[- ]") for name in sorted(names, key=len, reverse=True))
    return rf"(?<![\w-])({'|'.join(each)})(?![\w-])"


def _words(said: str) -> tuple[str, ...]:
    """Return the words and signs of a text in small letters, without marks between them."""
    return tuple(one[0].casefold().replace("’", "'") for one in _WORD.finditer(said))


def _is_of_a_shift(word: str, known: set[str]) -> bool:
    return word in _SHIFTS or word in known or bool(_COUNTED.fullmatch(word)) or set(word) <= _HARMLESS_SIGNS


def _visible(said: str) -> str:
    """Return a text without invisible characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", said) if unicodedata.category(c) != "Cf")


def _emails(attendee: Property) -> set[str]:
    """Return the e-mail addresses of an attendee; some programs write them as EMAIL beside an id of their own."""
    said = (attendee.value, str(attendee.params.get("EMAIL", "")))
    whole = (unquote(one.strip().casefold().removeprefix("mailto:")).partition("?")[0] for one in said)
    return {one.strip().strip("<>").removeprefix("mailto:").strip() for one in whole} - {""}


def _unsettled(attendee: Property) -> str:
    """Say why an attendee may not come; empty where they accepted, or have not answered yet."""
    if attendee.param("ROLE") in ("NON-PARTICIPANT", "OPT-PARTICIPANT"):
        return "is not asked to be there" if attendee.param("ROLE").startswith("NON") else "need not be there"
    if (kind := attendee.param("CUTYPE")) in ("RESOURCE", "ROOM", "GROUP"):
        return f"is invited as a {kind.lower()}"
    if attendee.param("DELEGATED-TO"):
        return _UNSETTLED["DELEGATED"]
    return _UNSETTLED.get(attendee.param("PARTSTAT"), "")


def changes_of(rota: Rota, feed: Feed) -> tuple[Change, ...]:
    """Return what a feed would change. What came from an earlier feed and is not in this one stays.

    Raises RotaFault where several events share one id and it is unclear which of them takes the place of which.
    """
    known: dict[str, list[tuple[int, Override]]] = {}
    for number, one in enumerate(rota.file.override, 1):
        if one.uid:
            known.setdefault(one.uid, []).append((number, one))
    found: list[Change] = []
    for uid in dict.fromkeys(one.uid for one in feed.overrides):
        new = [one for one in feed.overrides if one.uid == uid]
        old = [(n, one) for n, one in known.get(uid, ()) if not any(_same(rota, one, other) for other in new)]
        new = [one for one in new if not any(_same(rota, one, other) for other in rota.file.override)]
        if old and new and (len(old), len(new)) != (1, 1):
            raise RotaFault(
                f"{len(new)} events of the file and {len(old)} overrides of the rota share one UID, so it is unclear "
                f"which takes the place of which: take override {' and '.join(str(n) for n, _ in old)} out by hand."
            )
        if old and new:
            found.append(Change("changed", old[0][0], old[0][1], new[0]))
        else:
            found += [Change("added", 0, None, one) for one in new]
    taken = sorted((one for uid in feed.cancelled for one in known.get(uid, ())), key=lambda one: one[0])
    return (*found, *(Change("taken out", number, one, None) for number, one in taken))


def unable(rota: Rota, changes: Sequence[Change], now: datetime) -> Iterator[str]:
    """Yield a sentence for each event that names somebody whom no alert would reach, or who is not in the service."""
    for after in (one.after for one in changes if one.after and one.after.person):
        starts, until = after.span(rota.about.zone)
        try:
            if until > now:
                must_be_able(rota, after.person or "", max(starts, now), until)
        except CannotHandOver as error:
            yield f"{say_date(starts.date())}: {error}"


def left_empty(rota: Rota, made: Rota, changes: Sequence[Change], now: datetime) -> Iterator[str]:
    """Yield a sentence for each stretch in which somebody could be reached in a rank, and nobody could any more."""
    for one in (change.before for change in changes if change.before):
        starts, until = one.span(rota.about.zone)
        for held in compared(rota, made, one.rank, max(starts, now), until):
            if held.before and held.before.channels and not (held.after and held.after.channels):
                begins, ends = (say_instant(at, rota.about.zone) for at in held[:2])
                yield f"nobody could be reached any more in rank {one.rank} from {begins} until {ends}."


def covered_by(rota: Rota, made: Rota, changes: Sequence[Change], now: datetime) -> Iterator[str]:
    """Yield a sentence for each override or swap that was there before and that a feed's events would cover."""
    replaced = {one.number for one in changes}
    lines = [
        (f"override {n}", one.rank, one.span(rota.about.zone), one.person or "nobody", one.uid, one.why)
        for n, one in enumerate(rota.file.override, 1)
        if n not in replaced
    ]
    for n, swap in enumerate(rota.file.swap, 1):
        for week in swap.weeks:
            span = rota.handover.on(week), rota.handover.on(week + WEEK)
            lines.append((f"swap {n}", swap.rank, span, "", "", swap.why))
    for place, rank, (starts, until), person, uid, why in lines:
        for held in compared(rota, made, rank, max(starts, now), until):
            if held.is_changed and _holds(rota, rank, held.starts, place):
                by = "from another event" if uid else f"by hand: {why or 'no reason given'}"
                who = f"{person}, " if person else ""
                begins, ends = (say_instant(at, rota.about.zone) for at in held[:2])
                after = held.after.handle if held.after else "nobody"
                yield (
                    f"{place} ({who}{by}) would be covered from {begins} until {ends}: "
                    f"{after} would have rank {rank} then."
                )


def _holds(rota: Rota, rank: str, at: datetime, place: str) -> bool:
    stretch = rota.stretch(rank, at)
    why = stretch.turn.why if stretch.turn else stretch.vacant
    return why.partition(";")[0].endswith(f", {place}")


def _same(rota: Rota, one: Override, other: Override) -> bool:
    def key(override: Override) -> tuple[str, tuple[datetime, datetime], str | None]:
        return override.rank, override.span(rota.about.zone), override.person

    return key(one) == key(other)
