"""What somebody typed into a form, under the words by which it was asked, where the form itself cannot be shown."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.command_table import COMMANDS
from services.command_fields import rows_of

from .possible import asked_plainly
from .questions import ASKS, FURTHER
from .typed import ROW_ENDS, Typed, rows

_DAY = ("day", "month", "year", "time")


def kept(typed: Typed, name: str) -> list[tuple[str, str]]:
    """Return everything that was typed into the form of *name*, each with its question; no case is looked at."""
    asks = _asks(name)
    return [(_asked(asks, base), said) for base, said in _said(typed)]


def is_otherwise(typed: Typed, entry: Mapping[str, Any]) -> bool:
    """Say whether something was typed that does not stand in an entry of the same form: it was changed since.

    Days and times are looked at by no one here: they are recorded in another form than they are typed in.
    """
    held = set(_leaves((entry["body"] or {}).get("said")))
    ends = tuple(f"-{end}" for end in _DAY)
    words = (one.strip() for name, values in typed.items() if not name.endswith(ends) for one in values)
    return any(part not in held for one in words for part in ([one] if " " in one else one.split("@")) if part)


def _leaves(said: object) -> Iterator[str]:
    """Yield every word, number and name of what was said."""
    if isinstance(said, Mapping):
        yield from said
        yield from (leaf for value in said.values() for leaf in _leaves(value))
    elif isinstance(said, list | tuple):
        yield from (leaf for value in said for leaf in _leaves(value))
    elif isinstance(said, bool):
        yield "yes" if said else "no"
    elif said is not None:
        yield str(said)


def _said(typed: Typed) -> Iterator[tuple[str, str]]:
    """Yield each thing that was said; the fields of one row are one thing."""
    done: set[str] = set()
    for name, values in typed.items():
        base, _, end = name.rpartition("-")
        if not base or end not in ROW_ENDS:
            yield from ((name, value) for value in values if value.strip())
        elif base not in done:
            done.add(base)
            yield from ((base, words) for row in rows(typed, base) if (words := _row(row)))


def _row(row: Mapping[str, str]) -> str:
    day = " ".join(said for end in _DAY if (said := row.get(end, "").strip()))
    others = (row.get(end, "").strip() for end in ROW_ENDS if end not in _DAY)
    return ", ".join(filter(None, (*others, day)))


def _asks(name: str) -> Mapping[str, str]:
    """Return the question of each field; those of the command that a name means go before those of others."""
    own = rows_of(name)
    every = (*(row for row in COMMANDS.values() if row not in own), *own)
    return {field.key: field.asks for row in every for field in reversed(row.fields)} | ASKS


def _asked(asks: Mapping[str, str], name: str) -> str:
    return asks.get(name) or asked_plainly(name.removeprefix(FURTHER))
