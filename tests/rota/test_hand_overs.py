"""Handing a rank over, and swapping two weeks: what may be, what it changes, and what it does not touch."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.rota import Rota, RotaFault
from adapters.rota.hand_overs import (
    CannotHandOver,
    Change,
    Held,
    changed,
    compared,
    handed_over,
    leaves_nobody,
    on_call_twice,
    swapped,
    with_swap,
)
from adapters.rota.shape import Override, Swap
from tests.rota.made import HEAD, PEOPLE, WEEKLY, local, made, person, who

PLACE = Path("area.rota.toml")
BEGINS, ENDS = local("2026-11-03T12:00"), local("2026-11-04T09:00")
"""In the week of ann."""
SILENT = '[[person]]\nhandle = "dee"\ntitle = "Lead dee"\n'


def text_of(more: str = "", *, ranks: str = '"first"', people: str = PEOPLE) -> str:
    return HEAD.format(hands_over="09:00", ranks=ranks) + people + WEEKLY + more


def after(rota: Rota, override: Override, text: str) -> tuple[str, Rota]:
    return changed(text, rota, [Change("added", 0, None, override)], PLACE)


def test_a_colleague_has_the_rank_for_that_time_and_nothing_else_of_the_file_is_touched() -> None:
    rota, text = made(WEEKLY), text_of("# a comment at the end\n")
    new, then = after(rota, handed_over(rota, "first", "bob", BEGINS, ENDS, "ill"), text)

    assert new.startswith(text)
    assert [
        who(then, at) for at in ("2026-11-03T11:59", "2026-11-03T12:00", "2026-11-04T08:59", "2026-11-04T09:00")
    ] == [*("ann", "bob", "bob", "ann")]
    assert 'why = "ill"' in new


def test_a_later_hand_over_stands_over_an_earlier_one() -> None:
    rota, text = made(WEEKLY), text_of()
    text, rota = after(rota, handed_over(rota, "first", "bob", BEGINS, ENDS, "ill"), text)
    _, then = after(rota, handed_over(rota, "first", "cy", BEGINS + timedelta(hours=1), ENDS, "ill too"), text)

    assert (who(then, BEGINS), who(then, BEGINS + timedelta(hours=1))) == ("bob", "cy")


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("bobb", "did you mean bob?"),
        ("zzz", "say one of ann, bob, cy, dee, eve."),
        ("dee", "Nothing reaches dee, so no alert would"),
        ("eve", "eve is not in the service for all of that time (theirs ends on Tuesday 3 November 2026)"),
    ],
)
def test_who_cannot_be_reached_or_is_not_there_is_refused_in_a_sentence(to, says) -> None:
    rota = made(WEEKLY, people=PEOPLE + SILENT + person("eve", "until = 2026-11-03"))

    with pytest.raises(CannotHandOver, match=re.escape(says)):
        handed_over(rota, "first", to, BEGINS, ENDS, "ill")


def test_a_time_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(CannotHandOver, match="give a later time"):
        handed_over(made(WEEKLY), "first", "bob", ENDS, BEGINS, "ill")


def test_who_has_the_rank_before_and_after_is_told_without_a_gap() -> None:
    rota = made(WEEKLY)
    starts, until = local("2026-11-08T09:00"), local("2026-11-10T09:00")
    _, then = after(rota, handed_over(rota, "first", "bob", starts, until, "ill"), text_of())
    found = compared(rota, then, "first", starts, until)

    told = [(one.before and one.before.handle, one.after and one.after.handle, one.is_changed) for one in found]
    assert told == [("ann", "bob", True), ("bob", "bob", False)]
    assert (found[0].starts, found[0].until, found[1].until) == (starts, local("2026-11-09T09:00"), until)


def test_a_colleague_who_has_another_rank_then_is_told_of() -> None:
    second = '[[turn]]\nrank = "second"\nstarting = 2026-11-02\npersons = ["bob", "cy", "ann"]\n'
    ranks = ("first", "second")
    rota = made(WEEKLY + second, ranks=ranks)
    text = text_of(second, ranks='"first", "second"')

    def twice(to: str) -> list[str]:
        _, then = after(rota, handed_over(rota, "first", to, BEGINS, ENDS, "ill"), text)
        return list(on_call_twice(then, compared(rota, then, "first", BEGINS, ENDS)))

    assert twice("cy") == []
    (sentence,) = twice("bob")
    assert sentence.startswith("bob: they are on call in ranks first and second at once from Tuesday 3 November 2026")


def test_two_weeks_change_places_and_the_rest_of_the_file_stays() -> None:
    rota, text = made(WEEKLY), text_of("# a comment at the end\n")
    weeks = date(2026, 11, 2), date(2026, 11, 9)
    swap = swapped(rota, "first", weeks, "agreed", local("2026-11-01T12:00"))
    new, then = with_swap(text, rota, swap, PLACE)

    assert new.startswith(text)
    assert [who(then, f"2026-11-{day}T10:00") for day in ("02", "09", "16")] == ["bob", "ann", "cy"]
    assert then.stretch("first", local("2026-11-02T10:00")).turn.note == "agreed"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("weeks", "says"),
    [
        ((date(2026, 11, 2), date(2026, 11, 23)), "Both weeks are ann's by the turns"),
        ((date(2026, 10, 19), date(2026, 11, 9)), "The week of Monday 19 October 2026 is over"),
        ((date(2026, 11, 9), date(2026, 11, 2)), "Nothing reaches dee"),
    ],
)
def test_a_swap_that_is_none_or_too_late_or_leaves_a_week_to_somebody_unreachable_is_refused(weeks, says) -> None:
    people = PEOPLE + SILENT
    rota = made(WEEKLY.replace('"bob"', '"dee"') if "dee" in says else WEEKLY, people=people)

    with pytest.raises(CannotHandOver, match=says):
        swapped(rota, "first", weeks, "agreed", local("2026-11-01T12:00"))


@pytest.mark.parametrize(
    ("weeks", "says"),
    [
        ((date(2026, 11, 3), date(2026, 11, 9)), "no turn of rank first is handed over on 2026-11-03"),
        ((date(2026, 11, 9), date(2026, 11, 16)), "the week of 2026-11-09 is swapped twice"),
    ],
)
def test_a_swap_that_the_file_may_not_hold_is_named_by_its_place(weeks, says) -> None:
    one = '[[swap]]\nrank = "first"\nweeks = [2026-11-02, 2026-11-09]\n'
    rota = made(WEEKLY + one)
    with pytest.raises(RotaFault, match=says):
        with_swap(text_of(one), rota, swapped(rota, "first", weeks, "agreed", local("2026-11-01T12:00")), PLACE)


@pytest.mark.parametrize("table", ["override", "swap"])
def test_a_file_that_writes_its_tables_in_another_way_is_changed_by_hand(table) -> None:
    text = f"{table} = []\n" + text_of()
    rota = made(WEEKLY)
    override = handed_over(rota, "first", "bob", BEGINS, ENDS, "ill")
    swap = Swap(rank="first", weeks=(date(2026, 11, 2), date(2026, 11, 9)), why="agreed")

    with pytest.raises(RotaFault, match=f"not written as \\[\\[{table}\\]\\] tables"):
        _ = with_swap(text, rota, swap, PLACE) if table == "swap" else after(rota, override, text)


def test_a_change_after_which_nobody_could_be_reached_is_found_and_what_was_so_before_is_not() -> None:
    """The override takes rank first away; the swap gives rank second to one who cannot be reached."""
    ranks, named = ("first", "second"), '"first", "second"'
    second = '[[turn]]\nrank = "second"\nstarting = 2026-11-02\npersons = ["ann", "dee"]\n'
    away = '[[override]]\nrank = "first"\nfrom = 2026-11-03T12:00:00\nuntil = 2026-11-04T12:00:00\nwhy = "x"\n'
    rota = made(WEEKLY + second + away, people=PEOPLE + SILENT, ranks=ranks)
    swap = Swap(rank="second", weeks=(date(2026, 11, 2), date(2026, 11, 9)), why="x")
    text = text_of(second + away, ranks=named, people=PEOPLE + SILENT)
    _, then = with_swap(text, rota, swap, PLACE)
    now = local("2026-11-01T12:00")

    assert [one.place for one in leaves_nobody(rota, then, now)] == ["override 1"]
    assert leaves_nobody(then, then, now) == ()


def test_nobody_is_nobody_before_and_after() -> None:
    assert not Held(BEGINS, ENDS, None, None).is_changed
