"""How a command ends: the exit codes, and where every error becomes one sentence."""

import os
import re
import sys
import traceback
from collections.abc import Callable

import click

from adapters.files import NotWritten
from adapters.given import reason_of
from adapters.people.tokens import TokensFaulty
from adapters.plain import plain
from adapters.register.errors import RegisterError, RegisterSpoilt, TextLocked
from adapters.training import Mixed
from domain.base.refusals import Refusal
from services.errors import AWAY, BAD_INPUT, PROBLEM, REFUSED, Trouble
from settings import SettingsFaulty

DONE = 0
OUR_MISTAKE = 70
"""A mistake of this program."""
STOPPED = 130
"""Ctrl-C."""
TRACEBACK = "ESCALATE_TRACEBACK"
"""Name of the variable that, set to 1, shows the traceback of a mistake of ours."""


_SHOWN = 120
"""Characters shown of a word that is too long to be one, such as a name of 5,000 letters."""
_LONG_WORD = re.compile(r"\S{300,}")


def ending(run: Callable[[], object]) -> int:
    """Run a command and return its exit code. Whatever goes wrong becomes one sentence on stderr."""
    try:
        code = run()
        sys.stdout.flush()
    except click.Abort:
        return STOPPED
    except BrokenPipeError:
        # The reader (`head`, say) has seen enough; without this Python complains once more while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        sentence, code = _said(error)
        if os.environ.get(TRACEBACK) == "1":
            traceback.print_exception(error)
        click.echo(plain(_LONG_WORD.sub(lambda word: f"{word[0][:_SHOWN]}…", sentence)), err=True)
        return code
    return code if isinstance(code, int) else DONE


def _said(error: Exception) -> tuple[str, int]:
    match error:
        case Trouble():
            return error.sentence, error.code
        case click.ClickException():
            return _of_click(error), BAD_INPUT
        case Refusal():
            return error.sentence, REFUSED
        case SettingsFaulty() | Mixed() | NotWritten() | TokensFaulty():
            return str(error), BAD_INPUT
        case RegisterSpoilt() | TextLocked():
            return str(error), PROBLEM
        case RegisterError():
            return str(error), AWAY
        case OSError() if error.filename:
            place = f"{error.filename} cannot be used ({reason_of(error)})"
            return f"{place}: check the path, and this account's right to it.", BAD_INPUT
    sentence = (
        f"This is our mistake, not yours ({type(error).__name__}). Try again; if it comes back, tell whoever "
        f"looks after this installation what you typed. {TRACEBACK}=1 shows the details."
    )
    return sentence, OUR_MISTAKE


def _of_click(error: click.ClickException) -> str:
    """Make one sentence of an error of click, with where to find help."""
    words = " ".join(error.format_message().split())
    words = words if words.endswith((".", "?", "!", ")")) else f"{words}."
    context = getattr(error, "ctx", None)
    return f"{words} See `{context.command_path} --help`." if context else words
