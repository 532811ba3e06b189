"""Any rota at any instant, against a reckoning by hand that goes through the file line by line."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.rota.rota import Rota
from adapters.rota.shape import About, Override, Person, RotaFile, Swap, TurnRule
from domain.time.local_time import from_wall
from tests.rota.made import LONDON

ZONE = "Europe/London"
RANKS = ("first", "second")
HANDLES = ("ann", "bob", "cy", "dee")
DAYS = st.dates(date(2026, 9, 1), date(2027, 5, 31))
CLOCKS = st.sampled_from([time(9), time(1, 30), time(0, 30), time(0), time(2), time(23, 59)])


def people() -> st.SearchStrategy[tuple[Person, ...]]:
    def one(handle: str) -> st.SearchStrategy[Person]:
        days = st.one_of(st.none(), DAYS)
        emails = st.sampled_from([(f"{handle}@example.org",), (f"{handle}@example.org",), ()])
        return st.builds(
            lambda starts, until, email: Person.model_validate(
                {"handle": handle, "title": handle, "from": starts, "until": until, "email": email}
            ),
            *(days, days, emails),
        )

    return st.tuples(*(one(handle) for handle in HANDLES))


def turns(rank: str) -> st.SearchStrategy[list[TurnRule]]:
    several = st.lists(st.sampled_from(HANDLES), min_size=1, max_size=4).map(tuple)
    rotation = st.builds(
        lambda starting, weeks, who, lasts: TurnRule.model_validate(
            {"rank": rank, "starting": starting, "weeks_each": weeks, "persons": who}
            | ({"until": starting + timedelta(days=lasts)} if lasts else {})
        ),
        *(DAYS, st.integers(1, 3), several, st.sampled_from([0, 0, 14, 60])),
    )
    week = st.builds(
        lambda day, who: TurnRule.model_validate({"rank": rank, "week_of": day, "persons": (who,)}),
        *(DAYS, st.sampled_from(HANDLES)),
    )
    return st.tuples(
        st.lists(rotation, max_size=3, unique_by=lambda one: one.starting), st.lists(week, max_size=2)
    ).map(lambda both: [*both[0], *both[1]])


def moments(first: date, last: date) -> st.SearchStrategy[datetime]:
    ends = (datetime.combine(day, time()) for day in (first, last))
    return st.datetimes(*ends, timezones=st.just(UTC))


def overrides() -> st.SearchStrategy[Override]:
    instants = moments(date(2026, 9, 1), date(2027, 5, 31))
    return st.builds(
        lambda rank, starts, hours, who: Override.model_validate(
            {"rank": rank, "from": starts, "until": starts + timedelta(hours=hours), "person": who, "why": "leave"}
        ),
        *(st.sampled_from(RANKS), instants, st.integers(1, 2000), st.one_of(st.none(), st.sampled_from(HANDLES))),
    )


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    rules = [*draw(turns("first")), *draw(turns("second"))] or [
        TurnRule.model_validate({"rank": "first", "starting": date(2026, 10, 1), "persons": ("ann",)})
    ]
    about = About.model_validate({"edition": "1", "zone": ZONE, "hands_over": draw(CLOCKS), "ranks": RANKS})
    file = RotaFile(rota=about, person=draw(people()), turn=tuple(rules))
    plain = Rota(file)
    swaps = []
    for rank in RANKS:
        weeks = draw(st.lists(DAYS, min_size=2, max_size=2))
        far = abs((weeks[0] - weeks[1]).days) >= 7
        if far and draw(st.booleans()) and all(plain.base(rank, plain.handover.on(day)) for day in weeks):
            swaps.append(Swap.model_validate({"rank": rank, "weeks": weeks}))
    found = draw(st.lists(overrides(), max_size=4))
    return Rota(file.but(override=tuple(found), swap=tuple(swaps)))


def instants() -> st.SearchStrategy[datetime]:
    changes = [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)]
    near = st.builds(
        lambda at, minutes: at + timedelta(minutes=minutes), st.sampled_from(changes), st.integers(-60, 120)
    )
    return st.one_of(moments(date(2026, 8, 1), date(2027, 6, 30)), near)


# --- by hand


def hand_over(rota: Rota, day: date) -> datetime:
    return from_wall(datetime.combine(day, rota.about.hands_over), ZONE)


def by_week(rota: Rota, rank: str, at: datetime) -> str | None:
    """The last in the file of the single weeks that hold the instant."""
    found = None
    for rule in rota.file.turn:
        if rule.rank == rank and rule.week_of and hand_over(rota, rule.week_of) <= at:
            found = rule.persons[0] if at < hand_over(rota, rule.week_of + timedelta(days=7)) else found
    return found


def by_rotation(rota: Rota, rank: str, at: datetime) -> str | None:
    """Go through every week there ever was."""
    begun = [
        (rule.starting, rule)
        for rule in rota.file.turn
        if rule.rank == rank and rule.starting and hand_over(rota, rule.starting) <= at
    ]
    if not begun:
        return None
    day, rule = max(begun, key=lambda one: one[0])
    if rule.until and hand_over(rota, rule.until) <= at:
        return None
    nth = 0
    while hand_over(rota, day + timedelta(days=rule.weeks_each * 7)) <= at:
        day += timedelta(days=rule.weeks_each * 7)
        nth += 1
    return rule.persons[nth % len(rule.persons)]


def in_service(rota: Rota, handle: str, at: datetime) -> bool:
    person, today = rota.people[handle], at.astimezone(LONDON).date()
    return (not person.starts or person.starts <= today) and (not person.until or today <= person.until)


def parts(rota: Rota, rank: str, at: datetime) -> list[str | None]:
    """Who it would be by each part that says anything, the strongest first; None for a turn taken away."""
    found: list[str | None] = []
    covering = [one.person for one in rota.file.override if one.rank == rank and one.starts <= at < one.until]
    found += covering[-1:]
    swapped = [
        other
        for swap in rota.file.swap
        for own, other in (swap.weeks, swap.weeks[::-1])
        if swap.rank == rank and hand_over(rota, own) <= at < hand_over(rota, own + timedelta(days=7))
    ]
    for moment in (hand_over(rota, other) for other in swapped[-1:]):
        found.append(by_week(rota, rank, moment) or by_rotation(rota, rank, moment))
    found += [one for one in (by_week(rota, rank, at), by_rotation(rota, rank, at)) if one]
    return [one for one in found if one is None or in_service(rota, one, at)]


def by_hand(rota: Rota, rank: str, at: datetime) -> str | None:
    def reachable(handle: str | None) -> bool:
        return handle is not None and bool(rota.people[handle].email)

    tops = {one: next(iter(parts(rota, one, at)), None) for one in RANKS}
    if any(reachable(top) for top in tops.values()):
        return tops[rank]
    return next((one for one in parts(rota, rank, at) if reachable(one)), tops[rank])


# --- what holds of every rota


@settings(max_examples=150, deadline=None)
@given(rotas(), instants())
def test_every_instant_is_held_by_whom_the_file_says_and_by_at_most_one_a_rank(rota: Rota, at: datetime) -> None:
    for rank in RANKS:
        found = rota.holders(rank, at)

        assert len(found) <= 1
        assert (found[0].handle if found else None) == by_hand(rota, rank, at)


@settings(max_examples=80, deadline=None)
@given(rotas(), instants())
def test_what_is_said_of_an_instant_holds_until_it_is_said_to_end(rota: Rota, at: datetime) -> None:
    for rank in RANKS:
        stretch = rota.stretch(rank, at)

        assert at < stretch.until
        if stretch.turn:
            assert stretch.turn.starts <= at
            if "passed over" not in stretch.turn.why:
                (first,) = rota.holders(rank, stretch.turn.starts)
                assert first.handle == stretch.turn.handle
            assert stretch.turn.until == stretch.until
        for share in (0.1, 0.5, 0.999):
            between = at + (min(stretch.until, at + timedelta(days=400)) - at) * share
            held = rota.holders(rank, between)
            assert (held[0].handle if held else None) == (stretch.turn.handle if stretch.turn else None)


@settings(max_examples=80, deadline=None)
@given(rotas(), instants())
def test_overrides_win_unless_they_would_leave_nobody(rota: Rota, at: datetime) -> None:
    for one in rota.file.override:
        last = [o for o in rota.file.override if o.rank == one.rank and o.starts <= at < o.until][-1:]
        if last == [one] and one.person and in_service(rota, one.person, at) and rota.people[one.person].email:
            assert [turn.handle for turn in rota.holders(one.rank, at)] == [one.person]


@settings(max_examples=80, deadline=None)
@given(rotas(), instants())
def test_somebody_can_be_reached_whenever_the_turns_alone_reach_somebody(rota: Rota, at: datetime) -> None:
    without = Rota(rota.file.but(override=()))
    if any(without.contact(rank, at) for rank in RANKS):
        assert any(rota.contact(rank, at) for rank in RANKS)


@settings(max_examples=30, deadline=None)
@given(rotas(), instants())
def test_stretches_cover_the_time_asked_for_without_gap_or_overlap(rota: Rota, at: datetime) -> None:
    ends = at + timedelta(weeks=10)
    for rank in RANKS:
        reached = at
        for stretch in rota.stretches(rank, at, ends):
            assert reached < stretch.until <= ends
            reached = stretch.until
        assert reached == ends
