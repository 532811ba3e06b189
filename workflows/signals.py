"""Signals: what any Temporal client may send, its own command line included.

What cannot be read is refused, not dropped; but for immediate risk, which nothing refuses.
"""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from temporalio.common import RawValue
from temporalio.converter import PayloadConverter

from domain.base.people import Actor
from domain.base.value import Value
from domain.case.plan import Action, Residual
from domain.command_table import COMMANDS
from domain.commands import MESSAGES, Box, Event, MessageRefused, RiskRaised

NAMES = ("record", *COMMANDS)
MOVE_ON = "move-on"
"""Signal without arguments: go on in a new run, with the code of today, at the next quiet moment."""
ENTER_AGAIN = "enter-again"
"""Signal without arguments: what the register refused is mended, so enter it again."""
RISK = "risk"


def read_signal(name: str, args: Sequence[RawValue], converter: PayloadConverter) -> Event:
    """Read a signal: `record` with a whole message, or a message's kind with the rest of it.

    Never raises. What cannot be read comes back as refused, without its text; a cry of immediate risk that cannot be
    read comes back as one without wording (rule 44).
    """
    if name not in NAMES:
        return _refused("unknown", f"No message has that name: send `record`, or one of {', '.join(COMMANDS)}.")
    said: Any = None
    try:
        if len(args) != 1:
            raise _Unreadable(f"came with {len(args)} parts: send exactly one JSON object")
        said = _decoded(args[0], converter)
        whole = said if name == "record" else {**said, "kind": name}
        return Box.model_validate_json(json.dumps(whole)).root
    except _Unreadable as error:
        why = str(error)
    except (ValueError, RecursionError) as error:
        why = f"does not fit its form: {_places(error)}"
    if name == RISK or (isinstance(said, dict) and said.get("kind") == RISK):
        return RiskRaised()
    return _refused(name, f"The message {name} {why}.")


class _Unreadable(Exception):  # noqa: N818 - reads as a sentence
    """Why a signal cannot be read at all."""


def _decoded(arg: RawValue, converter: PayloadConverter) -> dict[str, Any]:
    try:
        said: Any = converter.from_payload(arg.payload)
    except Exception:
        raise _Unreadable("could not be decoded: send one JSON object") from None
    if not isinstance(said, dict):
        raise _Unreadable("was not a JSON object")
    return said


_MODELS: tuple[type[Value], ...] = (*MESSAGES.values(), Action, Residual, Actor)
_KNOWN = frozenset(field for model in _MODELS for field in model.model_fields)


def _places(error: Exception) -> str:
    """Say which parts do not fit. Only names of ours: a key that the sender made up may be a child's name."""
    if not isinstance(error, ValidationError):
        return "it is not valid JSON"
    places = dict.fromkeys(
        ".".join(str(part) for part in detail["loc"][1:] if isinstance(part, int) or part in _KNOWN)
        + (" (a name that is not known)" if detail["type"] == "extra_forbidden" else "")
        or "kind"
        for detail in error.errors(include_input=False)
    )
    return "look at " + ", ".join([place.strip() for place in places][:5])


def _refused(name: str, sentence: str) -> MessageRefused:
    return MessageRefused(name=name, why="missing" if name in NAMES else "unknown", sentence=sentence)
