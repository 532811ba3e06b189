"""The one table of commands. What reads it, and how a command is added: docs/extending.md."""

from . import rows_case, rows_dispute
from .command_kind import Button, CommandKind, Spelling

_ROWS = (*rows_dispute.ROWS, *rows_case.ROWS)

COMMANDS: dict[str, CommandKind] = {row.kind: row for row in _ROWS}
"""Every command by its kind."""
COMMAND_OF_ENTRY: dict[str, str] = {entry: row.kind for row in _ROWS for entry in row.entries}
"""Kinds of entry to the kind of the command that made them."""
WORDS: dict[str, tuple[CommandKind, Spelling]] = {one.name: (row, one) for row in _ROWS for one in row.ways}
"""Every word that a program's command stands for in every policy."""
TYPED: dict[str, tuple[CommandKind, Spelling]] = {one.name: (row, one) for row in _ROWS for one in row.typed}
"""Of these, what `record` takes; every other word there is an act or an outcome of the policy."""
ELSEWHERE: dict[str, str] = {row.kind: row.place for row in _ROWS if row.place}
"""Commands that `record` does not take, with the program's own command that says each."""
BUTTONS: dict[str, tuple[Button, ...]] = {
    button.name: tuple(one for one in row.buttons if one.name == button.name) for row in _ROWS for button in row.buttons
}
"""Buttons of the page behind a link, by what a press sends: each as it is worded on some pages or on all others."""


def button(name: str, state: str) -> Button:
    """Return a button as it is worded on a page in some state; KeyError where there is none of that name."""
    return max(BUTTONS[name], key=lambda one: (one.on == state, not one.on))
