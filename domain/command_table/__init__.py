"""The table of commands: what people say to a case. Light: nothing here loads a message or what decides it."""

from .command_kind import Button, CommandKind, Field, Spelling, Who
from .fields import GROUPS
from .table import BUTTONS, COMMAND_OF_ENTRY, COMMANDS, ELSEWHERE, TYPED, WORDS, button

__all__ = [
    "BUTTONS",
    "COMMANDS",
    "COMMAND_OF_ENTRY",
    "ELSEWHERE",
    "GROUPS",
    "TYPED",
    "WORDS",
    "Button",
    "CommandKind",
    "Field",
    "Spelling",
    "Who",
    "button",
]
