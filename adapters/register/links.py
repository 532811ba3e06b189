"""Going along one chain: is each row as it was written, in its place, and does it follow from the one before it?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import chain, raw
from .errors import EntryUnfit

CHANGED = "was changed after it was written, or moved here from another number"


def broken(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Go along a chain in the order of its numbers; yield the number (or a span of them) and what is wrong."""
    number, previous_hash, sound = 0, chain.FIRST, True
    for row in rows:
        own = row["number"]
        if type(own) is not int:
            yield raw.shown(own), "bears no number, so it stands in no place of the record"
            sound = False
            continue
        if own <= number:
            yield str(own), "stands there more than once"
            continue
        # What follows a fault is not accused as well: its link points at what is no longer there.
        follows = sound and own == number + 1
        if own > number + 1:
            yield span(number + 1, own - 1), "is missing"
        sound = as_written(row)
        if not sound:
            yield str(own), CHANGED
        elif follows and row["previous_hash"] != previous_hash:
            yield str(own), _does_not_follow(number)
        number, previous_hash = own, row["hash"]


def span(first: int, last: int) -> str:
    """Say a number, or from which to which."""
    return str(first) if first == last else f"{first} to {last}"


def as_written(row: Mapping[str, Any]) -> bool:
    """Does a row bear the hash of what stands in it?"""
    try:
        return bool(chain.hash_of(row) == row["hash"])
    except (EntryUnfit, ValueError, TypeError):  # somebody put in what no row can hold
        return False


def _does_not_follow(number: int) -> str:
    if number == 0:
        return "is not the first that was written here"
    return f"does not follow {number}: one of the two was replaced, together with its hash"
