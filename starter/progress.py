"""How far long work is, on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Show on a terminal how many of *total* are done while the block lasts; yields what is called for each.

    It is on stderr, and nothing is shown where a program reads.
    """
    with click.progressbar(length=total, file=sys.stderr, label=label, hidden=not sys.stderr.isatty()) as bar:
        yield lambda: bar.update(1)
