"""Questions to a rota: who is on call in a rank at an instant, until when, and why."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from adapters.directory import Channel, Contact
from domain.base.value import Instant, Value
from domain.time.local_time import from_wall

from .shape import RUNGS, About, Person, RotaFile, TurnRule

T = TypeVar("T")
END = datetime(2200, 1, 1, tzinfo=UTC)
"""Later than any instant here."""
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
ON_CALL = "on-call"


class Span(NamedTuple, Generic[T]):
    """From an instant, that instant included, until another, excluded."""

    starts: datetime
    until: datetime
    holds: T


class Found(NamedTuple, Generic[T]):
    """The span at an instant."""

    span: Span[T] | None
    since: datetime
    """Since when that has been so; BEGINNING for ever."""
    later: datetime
    """When the next span begins; END for never."""


class Spans(Generic[T]):
    """Spans in order. A span painted later covers what was there before."""

    def __init__(self) -> None:
        self._starts: list[datetime] = []
        self._spans: list[Span[T]] = []

    def paint(self, starts: datetime, until: datetime, holds: T) -> None:
        """Cover the time from *starts* until *until*; spans that reach beyond it keep the rest."""
        first = bisect_right(self._starts, starts)
        if first and self._spans[first - 1].until > starts:
            first -= 1
        last = bisect_left(self._starts, until)
        covered = self._spans[first:last]
        new = [Span(starts, until, holds)]
        if covered and covered[0].starts < starts:
            new.insert(0, covered[0]._replace(until=starts))
        if covered and covered[-1].until > until:
            new.append(covered[-1]._replace(starts=until))
        self._spans[first:last] = new
        self._starts[first:last] = [span.starts for span in new]

    def at(self, instant: datetime) -> Found[T]:
        """Return the span at *instant*, since when it has been so, and when another one begins."""
        place = bisect_right(self._starts, instant)
        later = self._starts[place] if place < len(self._starts) else END
        if not place:
            return Found(None, BEGINNING, later)
        span = self._spans[place - 1]
        if instant < span.until:
            return Found(span, span.starts, later)
        return Found(None, span.until, later)


class Share(NamedTuple):
    """One person's share of a turn."""

    person: str
    turn: int
    """Place of the turn in the file, from 1."""


class Handover:
    """The time of day of hand-overs. Where the clocks show it twice in a day the first counts; where never, a later
    time.
    """

    def __init__(self, about: About) -> None:
        self._zone = about.zone
        self._clock: time = about.hands_over

    def on(self, day: date) -> datetime:
        """Return the instant (UTC) of the hand-over of a day."""
        return from_wall(datetime.combine(day, self._clock), self._zone)

    def day_of(self, instant: datetime) -> date:
        """Return the day of the last hand-over at or before *instant*."""
        day = instant.astimezone(ZoneInfo(self._zone)).date()
        return day if self.on(day) <= instant else day - timedelta(days=1)


class Rotation:
    """The rotations of one rank. Of those that have begun, the one that began last holds."""

    def __init__(self, turns: Iterable[tuple[int, TurnRule]], handover: Handover) -> None:
        kept = [(turn.starting, number, turn) for number, turn in turns if turn.starting is not None]
        self._turns = sorted(kept, key=lambda one: one[0])
        self._begins = [handover.on(starting) for starting, _, _ in self._turns]
        self._handover = handover

    def at(self, instant: datetime) -> Found[Share]:
        """Return whose share it is at *instant*, and when another rotation begins."""
        place = bisect_right(self._begins, instant)
        later = self._begins[place] if place < len(self._begins) else END
        if not place:
            return Found(None, BEGINNING, later)
        starting, number, turn = self._turns[place - 1]
        ends = min(later, self._handover.on(turn.until)) if turn.until else later
        if instant >= ends:
            return Found(None, ends, later)
        days = turn.weeks_each * 7
        nth = (self._handover.day_of(instant) - starting).days // days
        begins = starting + timedelta(days=nth * days)
        until = min(ends, self._handover.on(begins + timedelta(days=days)))
        share = Share(turn.persons[nth % len(turn.persons)], number)
        span = Span(self._handover.on(begins), until, share)
        return Found(span, span.starts, later)

    def hands_over_on(self, day: date) -> bool:
        """Say whether the week of the turn that stands then begins with the hand-over of *day*."""
        place = bisect_right(self._begins, self._handover.on(day))
        return not place or (day - self._turns[place - 1][0]).days % 7 == 0


def single_weeks(turns: Iterable[tuple[int, TurnRule]], handover: Handover) -> Spans[Share]:
    """Return the weeks that are given to one person each; where two overlap, the later one in the file holds."""
    spans: Spans[Share] = Spans()
    for number, turn in turns:
        if turn.week_of is not None:
            spans.paint(handover.on(turn.week_of), handover.on(turn.week_of + WEEK), Share(turn.persons[0], number))
    return spans


class Turn(Value):
    """One person in one rank for a stretch of time."""

    rank: str
    handle: str
    """The person's handle, never a name."""
    title: str
    """Their role title."""
    channels: tuple[Channel, ...]
    """In order of preference; empty where they cannot be reached."""
    starts: Instant
    until: Instant
    """When it ends; that instant is the next one's."""
    why: str
    """The rota's edition and the turn by which it is them, for the record. It names nobody."""
    note: str = ""
    """The reason that was given for an override or a swap. People wrote it: it stays out of the record."""


class Stretch(NamedTuple):
    """What is so from one instant until another: a turn, or nobody."""

    turn: Turn | None
    until: datetime
    vacant: str = ""
    """The override that leaves the rank empty on purpose; else empty."""
    since: datetime = BEGINNING
    """Since when the parts of the file have said so."""


class Candidate(NamedTuple):
    """Who would be on call by one part of the file; nobody where an override takes the turn away."""

    person: str | None
    why: str
    note: str = ""


class Rota:
    """The on-call rota of one partnership. Built once; asked in O(log n)."""

    def __init__(self, file: RotaFile) -> None:
        self.file = file
        self.about = file.rota
        self.ranks: tuple[str, ...] = file.rota.ranks
        self.people: Mapping[str, Person] = {person.handle: person for person in file.person}
        self.handover = Handover(file.rota)
        self._ranks: dict[str, _Rank] = {rank: _Rank(self, rank) for rank in self.ranks}

    def base(self, rank: str, at: datetime) -> Share | None:
        """Return whose week it is by the turns only, without overrides and swaps; None for nobody."""
        return self._ranks[rank].base(at)

    def shares(self, rank: str, begins: datetime, ends: datetime) -> Iterator[Span[Share]]:
        """Yield whose weeks of a rank reach into a time, by the turns alone, in order."""
        return self._ranks[rank].shares(begins, ends)

    def hands_over_on(self, rank: str, day: date) -> bool:
        """Say whether a week of a rank begins with the hand-over of *day*."""
        return self._ranks[rank].hands_over_on(day)

    def holders(self, rung: str, at: datetime) -> tuple[Turn, ...]:
        """Return who is on call in a rank (`first`, or the role of its seat, `on-call.second`) at an aware instant.

        One turn or none; whoever has left the service holds none. Never raises.
        """
        stretch = self.stretch(rung, at)
        return (stretch.turn,) if stretch.turn else ()

    def contact(self, rung: str, at: datetime) -> Contact | None:
        """Return where an alert to a rank goes at an aware instant; None where nobody in it can be reached then."""
        for turn in self.holders(rung, at):
            if turn.channels:
                emails = tuple(channel.address for channel in turn.channels if channel.kind == "email")
                return Contact(addresses=emails, channels=turn.channels, titles=(turn.title,), why=turn.why)
        return None

    def stretch(self, rung: str, at: datetime) -> Stretch:
        """Return who, if anybody, is on call in a rank at an aware instant, and until when that stays so.

        Overrides cannot leave everybody unreachable: at an instant at which they would leave nobody in any rank, each
        rank is held by whoever could be reached without them, and `why` says so.
        """
        rank = _rank_of(rung)
        if rank not in self._ranks or not at < END:
            return Stretch(None, END)
        at = at.astimezone(UTC)
        found = {name: one.at(at) for name, one in self._ranks.items()}
        own, soonest = found[rank], min(one.until for one in found.values())
        if own.turn and own.turn.channels:
            return own
        latest = max(one.since for one in found.values())  # before that another rank may have had nobody
        if any(one.turn and one.turn.channels for one in found.values()):
            return _between(own, latest, soonest)
        kept = self._ranks[rank].at(at, only_reachable=True)
        return _between(kept if kept.turn else own, max(kept.since, latest), min(kept.until, soonest))

    def leaves_nobody(self, at: datetime) -> bool:
        """Say whether, by the file as it is, nobody in any rank can be reached at an instant."""
        found = (one.at(at.astimezone(UTC)) for one in self._ranks.values())
        return not any(one.turn and one.turn.channels for one in found)

    def stretches(self, rung: str, begins: datetime, ends: datetime, *, joined: bool = True) -> Iterator[Stretch]:
        """Yield a rank's stretches from *begins* until *ends*, in order and without gaps; stretches of nobody too.

        A person's weeks that follow one another are one stretch, unless not *joined*.
        """
        at = begins
        while at < ends:
            stretch = self.stretch(rung, at)
            turn, until = stretch.turn, stretch.until
            while until < ends and (joined or not turn):
                following = self.stretch(rung, until)
                if _same(following) != _same(stretch):
                    break
                until = following.until
            yield Stretch(turn.but(until=until) if turn else None, min(until, ends), stretch.vacant)
            at = until

    def service_of(self, person: Person) -> tuple[datetime, datetime]:
        """Return from when until when a person is in the service: whole days on the clocks of the rota's zone."""
        begins = self._midnight(person.starts) if person.starts else BEGINNING
        return begins, self._midnight(person.until + timedelta(days=1)) if person.until else END

    def _midnight(self, day: date) -> datetime:
        return from_wall(datetime.combine(day, datetime.min.time()), self.about.zone)

    @cached_property
    def services(self) -> dict[str, tuple[datetime, datetime]]:
        """From when until when each person is in the service, by handle."""
        return {handle: self.service_of(person) for handle, person in self.people.items()}


class _Rank:
    """One rank: the parts of the file that decide who has it, the strongest first."""

    def __init__(self, rota: Rota, rank: str) -> None:
        file, edition = rota.file, rota.about.edition
        self._rota = rota
        self._rank = rank
        turns = [(number, turn) for number, turn in enumerate(file.turn, 1) if turn.rank == rank]
        self._edition = f"rota edition {edition}"
        self._rotation = Rotation(turns, rota.handover)
        self._weeks = single_weeks(turns, rota.handover)
        self._swaps = self._swapped()
        self._overrides: Spans[Candidate] = Spans()
        for number, one in enumerate(file.override, 1):
            if one.rank == rank:
                why = f"{self._edition}, override {number}"
                self._overrides.paint(*one.span(rota.about.zone), Candidate(one.person, why, one.why))

    def at(self, instant: datetime, *, only_reachable: bool = False) -> Stretch:
        """Return who holds the rank. With *only_reachable*, people who cannot be reached are passed over."""
        since, until = BEGINNING, END
        for span, held_since, later in self._parts(instant):
            since, until = max(since, held_since), min(until, later)
            if span is None:
                continue
            until = min(until, span.until)
            candidate = span.holds
            if candidate.person is None:
                if only_reachable:
                    continue
                return Stretch(None, until, candidate.why, since)
            person = self._rota.people[candidate.person]
            begins, ends = self._rota.services[candidate.person]
            if begins <= instant < ends and not (only_reachable and not person.ways()):
                since, until = max(since, begins), min(until, ends)
                turn = self._turn(span.holds, person, (since, until), only_reachable)
                return Stretch(turn, until, since=since)
            if begins > instant:
                until = min(until, begins)
            elif ends <= instant:
                since = max(since, ends)
        return Stretch(None, until, since=since)

    def _parts(self, instant: datetime) -> Iterator[Found[Candidate]]:
        """Yield what each part of the file says, the strongest first."""
        yield self._overrides.at(instant)
        yield self._swaps.at(instant)
        for part in (self._weeks, self._rotation):
            span, since, later = part.at(instant)
            yield Found(Span(span.starts, span.until, self._usual(span.holds)) if span else None, since, later)

    def _usual(self, share: Share) -> Candidate:
        return Candidate(share.person, f"{self._edition}, turn {share.turn}")

    def base(self, instant: datetime) -> Share | None:
        """Return whose week it is by the turns alone."""
        span = self._weeks.at(instant).span or self._rotation.at(instant).span
        return span.holds if span else None

    def shares(self, begins: datetime, ends: datetime) -> Iterator[Span[Share]]:
        """Yield whose weeks reach into a time, by the turns alone."""
        at = begins.astimezone(UTC)
        while at < ends:
            week, rotation = self._weeks.at(at), self._rotation.at(at)
            span = week.span or rotation.span
            until = min(span.until if span else rotation.later, END if week.span else week.later)
            if span:
                yield Span(span.starts if week.span else max(span.starts, week.since), until, span.holds)
            at = until

    def hands_over_on(self, day: date) -> bool:
        """Say whether a week begins with the hand-over of *day*."""
        return self._rotation.hands_over_on(day)

    def _swapped(self) -> Spans[Candidate]:
        spans: Spans[Candidate] = Spans()
        on = self._rota.handover.on
        for number, swap in enumerate(self._rota.file.swap, 1):
            if swap.rank != self._rank:
                continue
            for own, other in (swap.weeks, swap.weeks[::-1]):
                if share := self.base(on(other)):
                    why = f"{self._edition}, swap {number}"
                    spans.paint(on(own), on(own + WEEK), Candidate(share.person, why, swap.why))
        return spans

    def _turn(self, by: Candidate, person: Person, when: tuple[datetime, datetime], passed_over: bool) -> Turn:
        more = "; the overrides that left nobody to be reached were passed over" if passed_over else ""
        return Turn(
            rank=self._rank,
            handle=person.handle,
            title=person.title,
            channels=person.ways(),
            starts=when[0],
            until=when[1],
            why=by.why + more,
            note=by.note,
        )


def _same(stretch: Stretch) -> tuple[str, str]:
    """Return a key that is the same for two stretches that can be joined."""
    return (stretch.turn.handle, stretch.turn.why) if stretch.turn else ("", stretch.vacant)


def _between(stretch: Stretch, since: datetime, until: datetime) -> Stretch:
    """Return the stretch, cut to these instants: before and after them something else may be so."""
    turn = stretch.turn.but(starts=max(stretch.turn.starts, since), until=until) if stretch.turn else None
    return stretch._replace(turn=turn, until=until, since=since)


def _rank_of(rung: str) -> str:
    """Return the rank of a rung, which may be named by its seat: `on-call`, `on-call.second`."""
    seat, _, rank = rung.partition(".")
    return (rank or RUNGS[0]) if seat == ON_CALL else rung
