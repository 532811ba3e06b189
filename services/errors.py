"""What ends a piece of work that somebody asked for, as one sentence for them."""

from domain.base.refusals import Refusal

PROBLEM = 1
"""A check found something wrong."""
BAD_INPUT = 2
"""What was typed, a file or a setting cannot be used."""
REFUSED = 3
"""The rules of the case say no."""
AWAY = 4
"""Temporal or the register is away, or nobody answers."""


LOOK_AFTER = "Have whoever looks after this installation see to it."
"""What mends something where nothing can be typed."""


class Trouble(Exception):  # noqa: N818 - a sentence for people
    """It cannot go on: one sentence for people, and of what kind it is, as a command gives it for its exit code."""

    def __init__(self, says: str, code: int = BAD_INPUT, *, typed: str = "", shown: str = "") -> None:
        """Take what is the matter, and what mends it, said for the place where it is read.

        *typed* follows on a terminal, where commands and files of the machine mean something; *shown* on a page and
        to a program, which have neither.
        """
        self.sentence = _joined(says, typed)
        """As a terminal says it."""
        self.shown = _joined(says, shown)
        """As a page says it, and the interface for programs."""
        self.code = code
        super().__init__(self.sentence)


class Unknown(Trouble):
    """There is no such case, policy or agency here."""


class NotAnswered(Trouble):
    """Nobody answered in time: it may still be recorded, and to send it again under the same id is harmless."""


def not_kept(error: Exception) -> Trouble:
    """Return the trouble of what could not be written into a file; *error* says which, and why."""
    return Trouble("", AWAY, typed=str(error), shown=f"It could not be kept, so nothing was done. {LOOK_AFTER}")


def shown_of(error: Trouble | Refusal) -> str:
    """Return what a page says of what was refused, or cannot go on."""
    return error.shown if isinstance(error, Trouble) else error.sentence


def _joined(says: str, mend: str) -> str:
    return " ".join(filter(None, (says, mend)))
