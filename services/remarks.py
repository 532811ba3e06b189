"""Sentences beside an answer: what was taken as meant, left out or brought back. They are shown with the answer."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from adapters.plain import plain


def _to_stderr(sentence: str) -> None:
    sys.stderr.write(f"{plain(sentence)}\n")
    sys.stderr.flush()


_SHOWN: ContextVar[Callable[[str], None]] = ContextVar("remarks", default=_to_stderr)


def note(says: str, *, typed: str = "", shown: str = "") -> None:
    """Say a sentence for people beside the answer: on stderr, or where they are gathered, there.

    *typed* follows it on a terminal, *shown* where it is gathered for a page or a program. Where nothing is left to
    say, nothing is said.
    """
    say = _SHOWN.get()
    if sentence := " ".join(filter(None, (says, typed if say is _to_stderr else shown))):
        say(sentence)


@contextmanager
def gathered() -> Iterator[list[str]]:
    """Gather the sentences that are said while the block lasts, in this thread, task and what they begin."""
    said: list[str] = []
    before = _SHOWN.set(said.append)
    try:
        yield said
    finally:
        _SHOWN.reset(before)
