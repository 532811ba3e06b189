"""Texts that are not typed on the command line, which everybody on a machine can read in its list of processes.

In the place of a text `-` takes standard input, `@FILE` a file, and `@@` begins a text that begins with an @.
"""

import io
import os
import select
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.given import TooLarge, read_bytes, reason_of
from services.errors import Trouble
from services.referrals import LARGEST_TEXT
from services.remarks import note

OPTIONS = frozenset(
    {
        *("reason", "interim_safety", "note", "evidence", "whose", "why", "on_behalf_by", "person", "own_record"),
        *("title", "action", "residual", "email", "text"),
    }
)
"""By their Python names. Of tables such as `--field` each value is one."""
HELP = (
    "What is typed here is seen by everybody on this machine who lists its processes: give - for a text to have it "
    "read from standard input, or @FILE from a file."
)
_LARGEST = 4 * LARGEST_TEXT
"""Bytes."""
_PATIENCE_SECONDS = 60.0
"""How long a word of immediate risk waits for its text."""


def taken(said: Mapping[str, Any], more: frozenset[str] = frozenset(), *, may_stop: bool = True) -> dict[str, Any]:
    """Return what was typed with every text that stands elsewhere in its place; *more* names options beside OPTIONS.

    Raises:
        Trouble: a text cannot be read; never where *may_stop* is False, as for immediate risk, which goes without it.
    """
    reading = _Reading(may_stop=may_stop)
    found = dict(said)
    for name, value in said.items():
        option = f"--{name.strip('_').replace('_', '-')}"
        if isinstance(value, dict):
            found[name] = {key: reading.text(f"{option} {key}", text) for key, text in value.items()}
        elif name in OPTIONS | more and isinstance(value, tuple):
            found[name] = tuple(reading.text(option, text) for text in value)
        elif name in OPTIONS | more and isinstance(value, str):
            found[name] = reading.text(option, value)
    return found


class _Reading:
    def __init__(self, *, may_stop: bool) -> None:
        self._may_stop = may_stop
        self._took_input = ""
        """The option that standard input was read for."""

    def text(self, option: str, typed: str) -> str:
        """Return a text; *option* names it in a sentence."""
        try:
            if typed == "-":
                return self._input(option)
            if typed.startswith("@@"):
                return typed[1:]
            return _of_file(option, typed[1:]) if typed.startswith("@") else typed
        except Trouble as trouble:
            if self._may_stop:
                raise
            note(f"{trouble.sentence} It is sent without that text.")
            return ""

    def _input(self, option: str) -> str:
        if self._took_input:
            raise Trouble(f"{option} cannot have standard input too: {self._took_input} has it. Give @FILE for one.")
        self._took_input = option
        if sys.stdin.isatty():
            note(f"Type the text of {option}, then Ctrl-D on a line of its own.")
        return _decoded(option, _standard_input() if self._may_stop else _standard_input_for_a_while())


def _of_file(option: str, name: str) -> str:
    try:
        return _decoded(option, read_bytes(Path(name).expanduser(), _LARGEST))
    except TooLarge:
        raise Trouble(f"{option}: {name} holds more than a text may ({LARGEST_TEXT:,} characters).") from None
    except OSError as error:
        raise Trouble(f"{option}: {name} cannot be read ({reason_of(error)}): give a file that can be.") from None


def _decoded(option: str, held: bytes) -> str:
    if len(held) > _LARGEST:
        raise Trouble(f"{option} holds more than a text may ({LARGEST_TEXT:,} characters): shorten it.")
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Trouble(f"{option} is not text in UTF-8: save it as UTF-8 in your editor.") from None
    return "\n".join(text.splitlines()).strip()


def _standard_input() -> bytes:
    return sys.stdin.buffer.read(_LARGEST + 1)


def _standard_input_for_a_while() -> bytes:
    """Return what has come until it ends, or until it has been waited for long enough."""
    try:
        place = sys.stdin.fileno()
    except io.UnsupportedOperation:
        return _standard_input()
    held, until = b"", time.monotonic() + _PATIENCE_SECONDS
    while len(held) <= _LARGEST and select.select([place], [], [], max(0.0, until - time.monotonic()))[0]:
        more = os.read(place, _LARGEST)
        if not more:
            break
        held += more
    return held[:_LARGEST]
