"""What ends a piece of work that somebody asked for, as one sentence for them."""

PROBLEM = 1
"""A check found something wrong."""
BAD_INPUT = 2
"""What was typed, a file or a setting cannot be used."""
REFUSED = 3
"""The rules of the case say no."""
AWAY = 4
"""Temporal or the register is away, or nobody answers."""


class Trouble(Exception):  # noqa: N818 - a sentence for people
    """It cannot go on: one sentence for people, and of what kind it is, as a command gives it for its exit code."""

    def __init__(self, sentence: str, code: int = BAD_INPUT) -> None:
        self.sentence = sentence
        self.code = code
        super().__init__(sentence)


class Unknown(Trouble):
    """There is no such case, policy or agency here."""


class NotAnswered(Trouble):
    """Nobody answered in time: it may still be recorded, and to send it again under the same id is harmless."""
