"""What is said of the two stores, Temporal and the register, where one gives back to the other."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.case.decided import OnRecord

Progress = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shows how far long work is: takes what is counted and how many there are, and yields what is called for each."""


def other_entry(ref: str, number: int) -> str:
    """Say that a record holds another entry than Temporal decided, and what there is to do."""
    return (
        f"{ref}: its record holds another entry {number} than Temporal decided, so it cannot be entered: the case was "
        f"put back in Temporal, or ran twice. See what stands there (`escalate history {ref}`). `escalate resume {ref} "
        "--from-record` ends its run and goes on from the record; what Temporal decided since is lost, and people "
        "record it anew."
    )


def our_mistake(ref: str, error: Exception) -> str:
    """Say that what failed in one case is a mistake of this program."""
    return f"{ref}: this is our mistake ({type(error).__name__}); tell whoever looks after this installation."


def said_resumed(whole: "OnRecord") -> str:
    """Say that a case runs on from its record."""
    count = len(whole.notices)
    notices = f" Notices that had not gone before, and go now: {count}." if count else ""
    return f"{whole.case.case} runs on from entry {whole.case.entries}.{notices}"


def count_of(number: int, one: str = "case", more: str = "cases") -> str:
    """Say how many."""
    return f"{number} {one if number == 1 else more}"


def named(cases: Iterable[str], most: int = 5) -> str:
    """Name cases: a few, and how many more."""
    every = list(cases)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}"
