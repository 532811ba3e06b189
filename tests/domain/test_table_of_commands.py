"""Each command is declared once: whatever else knows of it is held to the one table."""

import importlib
import pkgutil
from typing import get_type_hints

import pytest

import domain.commands
from domain.base.people import Actor
from domain.case.command import Command
from domain.case.state import Answer
from domain.command_table import COMMAND_OF_ENTRY, COMMANDS, GROUPS, TYPED, button
from domain.commands import HANDLERS, MESSAGES, Box, RiskRaised, kind_of
from services.entries import KINDS as ENTRY_KINDS
from starter.cli import COMMANDS as PROGRAMS

COMMON = set(Command.model_fields) | {"kind"}


def test_every_message_there_is_stands_in_the_table() -> None:
    found = {
        value
        for one in pkgutil.walk_packages(domain.commands.__path__, "domain.commands.")
        for value in vars(importlib.import_module(one.name)).values()
        if isinstance(value, type) and issubclass(value, Command) and value is not Command
    }

    assert found == set(MESSAGES.values())


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_row_a_message_and_a_handler_go_together(kind: str) -> None:
    """Rows name them by words, so nothing but this says that the words fit."""
    message = MESSAGES[kind]
    hints = list(get_type_hints(HANDLERS[message]).items())

    assert message.model_fields["kind"].default == kind
    assert (hints[1][1], hints[-1]) == (message, ("return", Answer))


@pytest.mark.parametrize("kind", COMMANDS)
def test_what_is_asked_fills_the_message_and_what_the_message_needs_is_asked(kind: str) -> None:
    row, message = COMMANDS[kind], MESSAGES[kind]
    own = {name: field for name, field in message.model_fields.items() if name not in COMMON}
    filled = {into for field in row.fields if not (field.is_text or field.empties) for into in field.fills}
    preset = {name for spelling in row.spellings for name, _ in spelling.says}
    named = {"act", "outcome"} if row.named else set()

    assert filled <= set(own)
    assert {field.empties for field in row.fields if field.empties} <= set(own)
    assert not any(field.is_text for field in row.fields) or "fields" in own
    if row.typed or row.named:
        filled_in_later = {"version", "actions"}  # by the newest plan; by the rules, which say what a plan needs
        needed = {name for name, field in own.items() if field.is_required()} - preset - named
        assert needed - filled_in_later <= {into for field in row.needs for into in field.fills}


@pytest.mark.parametrize("kind", COMMANDS)
def test_every_row_says_what_a_screen_shows(kind: str) -> None:
    row = COMMANDS[kind]

    assert row.group in GROUPS
    assert row.does
    assert bool(row.lacks) == bool(row.needs or row.one_of) or row.place
    assert all(field.asks.endswith(("?", ".")) for field in row.fields)
    assert not row.place or row.place.split()[0] in PROGRAMS
    assert all(not one.on or button(one.name, "owed") != one for one in row.buttons), "it stands on every other page"
    assert set(row.one_of) <= {field.key for field in row.fields}


def test_no_word_is_typed_for_two_commands_and_no_entry_made_by_two() -> None:
    spellings = [one.name for row in COMMANDS.values() for one in row.typed]
    entries = [entry for row in COMMANDS.values() for entry in row.entries]
    buttons = [(one.name, one.on) for row in COMMANDS.values() for one in row.buttons]

    assert len(set(spellings)) == len(spellings) == len(TYPED)
    assert len(set(entries)) == len(entries)
    assert len(set(buttons)) == len(buttons)


def test_every_entry_of_a_command_has_words() -> None:
    assert set(COMMAND_OF_ENTRY) <= ENTRY_KINDS


def test_a_message_is_read_by_its_kind_and_says_which_it_is() -> None:
    for kind, message in MESSAGES.items():
        assert kind_of(message.model_construct(by=Actor())) == kind
    assert Box.model_validate({"kind": "risk"}).root == RiskRaised()
