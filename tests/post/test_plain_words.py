"""Notices are for people in a hurry: every letter can be read at an age of about twelve."""

import re
from collections.abc import Iterator

import pytest

from adapters.post import kinds, write_letter

from .conftest import POLICE, full

TWELVE = 7.0
"""The Automated Readability Index of a text for an age of twelve to thirteen."""
LONGEST_SENTENCE = 30


def sentences(body: str) -> Iterator[list[str]]:
    """Yield the words of each sentence of ours, down to the line; what policies name is theirs."""
    for paragraph in re.split(r"\n\s*\n", body.partition("-" * 10)[0]):
        if re.match(r"[A-Z][a-z ]{1,14}: +", paragraph):
            continue
        for item in re.split(r" ?(?:\d\.|\*) ", " ".join(paragraph.split())):
            for sentence in re.split(r"(?<=[.?!:])\s+", item):
                words = re.findall(r"[\w'’]+", sentence)
                if len(words) > 2:
                    yield words


def index(body: str) -> float:
    """The Automated Readability Index (Senter and Smith, 1967)."""
    said = list(sentences(body))
    words = [word for sentence in said for word in sentence]
    return 4.71 * sum(map(len, words)) / len(words) + 0.5 * len(words) / len(said) - 21.43


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_letter_can_be_read_at_twelve(kind: str) -> None:
    body = write_letter(full(kind).but(owed=()), POLICE).body

    assert index(body) <= TWELVE
    assert max(len(sentence) for sentence in sentences(body)) <= LONGEST_SENTENCE


def test_a_text_for_lawyers_would_be_found() -> None:
    assert index("Notwithstanding the aforementioned provisions, recipients shall acknowledge expeditiously.") > TWELVE
