import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from starter.cli import COMMANDS, cli
from starter.commands.checkpoint import COMMANDS as CHECKPOINT_COMMANDS
from starter.commands.decrypt import COMMANDS as DECRYPT_COMMANDS
from starter.commands.directory import COMMANDS as DIRECTORY_COMMANDS
from starter.commands.keys import COMMANDS as KEYS_COMMANDS
from starter.commands.letter import COMMANDS as LETTER_COMMANDS
from starter.commands.people import COMMANDS as PEOPLE_COMMANDS
from starter.commands.policy import COMMANDS as POLICY_COMMANDS
from starter.commands.register import COMMANDS as REGISTER_COMMANDS
from starter.commands.retention import COMMANDS as RETENTION_COMMANDS
from starter.commands.rota import COMMANDS as ROTA_COMMANDS
from starter.commands.token import COMMANDS as TOKEN_COMMANDS
from starter.commands.webhook import COMMANDS as WEBHOOK_COMMANDS
from tests.starter.conftest import Run

GROUPS = {
    "policy": POLICY_COMMANDS,
    "directory": DIRECTORY_COMMANDS,
    "rota": ROTA_COMMANDS,
    "register": REGISTER_COMMANDS,
    "keys": KEYS_COMMANDS,
    "people": PEOPLE_COMMANDS,
    "checkpoint": CHECKPOINT_COMMANDS,
    "retention": RETENTION_COMMANDS,
    "decrypt": DECRYPT_COMMANDS,
    "token": TOKEN_COMMANDS,
    "webhook": WEBHOOK_COMMANDS,
    "letter": LETTER_COMMANDS,
}
ALL = [(name,) for name in COMMANDS] + [(group, name) for group, names in GROUPS.items() for name in names]
OURS = ("workflow", "update", "payload", "signal", "effect", "escalation policy id")


def command_of(words: tuple[str, ...]) -> click.Command:
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None, words
        command = found
    return command


def examples(command: click.Command) -> Iterator[str]:
    lines = (command.help or "").split("Examples:")[1].replace("\\\n", " ").splitlines()
    yield from (line.strip() for line in lines if line.strip())


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help_with_examples_in_plain_words(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"])

    assert result.exit_code == 0
    assert "Examples:\n    escalate " in result.stdout or "Examples:\n    ESCALATION" in result.stdout
    for option in command_of(words).params:
        assert isinstance(option, click.Argument) or option.name == "help" or vars(option).get("help"), option.name
    text = result.stdout.lower()
    assert [word for word in OURS if word in text] == []


def test_the_front_page_names_every_command_and_the_exit_codes() -> None:
    result = CliRunner().invoke(cli, ["--help"])

    assert [name for name in COMMANDS if f"\n  {name} " not in result.stdout] == []
    assert "3 refused" in result.stdout
    assert CliRunner().invoke(cli, []).stdout == result.stdout


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_example_in_a_help_text_can_be_parsed(words: tuple[str, ...]) -> None:
    for example in examples(command_of(words)):
        typed = shlex.split(example)
        typed = typed[typed.index("escalate") + 1 :]
        depth = 2 if typed[0] in GROUPS else 1
        assert tuple(typed[:depth]) == words or (words[0] in GROUPS and len(words) == 1), example
        command_of(tuple(typed[:depth])).make_context("escalate", typed[depth:])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["lst"], "There is no command 'lst': did you mean list? See `escalate --help`.\n"),
        (["list", "--overdu"], "No such option '--overdu'. Did you mean '--overdue'? See `escalate list --help`.\n"),
        (["show"], "Missing argument 'REF'. See `escalate show --help`.\n"),
        (["policy", "sho", "x"], "There is no command 'sho': did you mean show? See `escalate policy --help`.\n"),
    ],
)
def test_what_is_mistyped_gets_one_sentence_and_exit_code_2(run: Run, words: list[str], sentence: str) -> None:
    result = run(*words)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence)
