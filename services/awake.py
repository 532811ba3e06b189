"""Saying until when one is awake while on call: for whom it may be said, for how long, and whom it is shown to."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from adapters.files import NotWritten
from adapters.rota import Rota, Turn
from adapters.rota.awake import AT_MOST, Awake
from adapters.training import is_on
from domain.base.words import say_instant, say_time
from domain.engine.seats import on_call
from settings import Settings, SettingsFaulty

from .errors import Trouble, not_kept
from .rotas import every_rota
from .times import read_time

PROGRAM = "webhook"
"""The one way that can ring by voice: a program of the partnership's own."""


class Held(NamedTuple):
    """A turn that somebody has now."""

    turn: Turn
    zone: str


def turns_held(settings: Settings, handle: str, now: datetime, rota: Callable[[str], Rota | None]) -> list[Held]:
    """Return the turns of every rota that somebody has at an aware instant."""
    return [
        Held(turn, one.about.zone)
        for _, one in every_rota(settings, rota)
        for rank in one.ranks
        for turn in one.holders(rank, now)
        if turn.handle == handle
    ]


def says_awake(awake: Awake, turn: Turn, zone: str, now: datetime) -> str:
    """Return what whoever has a turn says of themselves, in words: `says awake until 3:00am`; empty for nothing."""
    until = awake.until(turn, now)
    return f"says awake until {say_time(until, zone)}" if until else ""


def all_awake(awake: Awake, rota: Rota | None, now: datetime) -> tuple[str, ...]:
    """Return a sentence about each on a rota who says that they are awake."""
    said = {}
    for turn in (turn for rank in rota.ranks for turn in rota.holders(rank, now)) if rota else ():
        if rota and (until := awake.until(turn, now)):
            said[turn.rank] = say_time(until, rota.about.zone)
    return tuple(f"The {on_call(rank).title} says that they are awake until {time}." for rank, time in said.items())


def latest(held: list[Held], now: datetime) -> datetime:
    """Return until when somebody may say so at most: the end of their turn, and twelve hours."""
    return min(max(one.turn.until for one in held), now + AT_MOST)


def say_awake(settings: Settings, handle: str, said: str, now: datetime, rota: Callable[[str], Rota | None]) -> str:
    """Keep until when somebody says that they are awake, and return it in words.

    Raises Trouble where they have no turn now, it is no time that can be used, or it cannot be kept.
    """
    held = turns_held(settings, handle, now, rota)
    if not held:
        raise Trouble("You are not on call now, so it would be for no alert. Say it once your turn has begun.")
    zone = held[0].zone
    until, last = read_time(said, "Awake until", zone, ahead=True), latest(held, now)
    if until <= now:
        raise Trouble("That is over already: say a time to come.")
    if until > last:
        raise Trouble(
            f"Say {say_instant(last, zone)} at the latest: it holds for twelve hours, and no longer than your turn."
        )
    _kept(lambda: Awake(settings.data).say(handle, until, now))
    return say_instant(until, zone)


def take_back(settings: Settings, handle: str, now: datetime) -> None:
    """Let what somebody said of being awake hold no more. Raises Trouble."""
    _kept(lambda: Awake(settings.data).take_back(handle, now))


def _kept(change: Callable[[], None]) -> None:
    try:
        change()
    except NotWritten as error:
        raise not_kept(error) from None


def goes_by_program(settings: Settings, held: list[Held]) -> bool:
    """May an alert to one of these turns go by a program of the partnership's own, that could send a line instead?"""
    from wiring import channels_of

    if is_on(settings.training, settings.data) or not any(kind == PROGRAM for kind in _kinds(held)):
        return False
    try:
        return any(channel.kind == PROGRAM for file in settings.channels for channel in channels_of(settings, file))
    except SettingsFaulty:
        return False


def _kinds(held: list[Held]) -> Iterator[str]:
    return (way.kind for one in held for way in one.turn.channels)
