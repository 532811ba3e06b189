"""The page for the lead on call: read at night, so in plain words, and every line of it can be typed."""

import re
import shlex
from pathlib import Path

import click
import pytest

from starter.cli import cli
from tests.post.test_plain_words import LONGEST_SENTENCE, TWELVE, index, sentences

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "on-call.md").read_text(encoding="utf-8")
TYPED = re.findall(r"^(escalate .+)$|`(escalate [^`]+)`", PAGE, re.MULTILINE)


def test_the_page_can_be_read_at_twelve() -> None:
    prose = re.sub(r"```.*?```|`[^`]+`|[*#-]{1,}", "", PAGE, flags=re.DOTALL)

    assert index(prose) <= TWELVE
    assert max(len(sentence) for sentence in sentences(prose)) <= LONGEST_SENTENCE


@pytest.mark.parametrize("line", [one or other for one, other in TYPED])
def test_every_line_of_the_page_can_be_typed(line: str) -> None:
    command: click.Command = cli
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group):
        if any(isinstance(one, click.Argument) for one in command.params):  # the case, before what is recorded in it
            words.pop(0)
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, line
        command = found
    command.make_context("escalate", words)
