"""Signals: what any Temporal client may send, its own command line included.

What cannot be read is refused, not dropped.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from temporalio.common import RawValue
from temporalio.converter import PayloadConverter

from domain.events import MESSAGE_KINDS, Box, Event, MessageRefused

NAMES = ("record", *MESSAGE_KINDS)


def read_signal(name: str, args: Sequence[RawValue], converter: PayloadConverter) -> Event:
    """Read a signal: `record` with a whole message, or a message's kind with the rest of it.

    Never raises. What cannot be read comes back as refused, without its text.
    """
    if name not in NAMES:
        return _refused(name, f"No message has that name: send `record`, or one of {', '.join(MESSAGE_KINDS)}.")
    if len(args) != 1:
        return _refused(name, f"The message {name} came with {len(args)} parts: send exactly one JSON object.")
    try:
        said: Any = converter.from_payload(args[0].payload)
    except Exception:
        return _refused(name, f"The message {name} could not be decoded: send one JSON object.")
    if not isinstance(said, dict):
        return _refused(name, f"The message {name} was not a JSON object.")
    whole = said if name == "record" else {**said, "kind": name}
    try:
        return Box.model_validate_json(_json(whole)).root
    except (ValidationError, ValueError, RecursionError) as error:
        return _refused(name, f"The message {name} does not fit its form: {_places(error)}.")


def _json(said: dict[str, Any]) -> str:
    import json

    return json.dumps(said)


def _places(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it is not valid JSON"
    places = dict.fromkeys(
        ".".join(str(part) for part in detail["loc"][1:]) or "kind" for detail in error.errors(include_input=False)
    )
    return "look at " + ", ".join(list(places)[:5])


def _refused(name: str, sentence: str) -> MessageRefused:
    return MessageRefused(
        name=name[:80] if name in NAMES else "unknown", why="missing" if name in NAMES else "unknown", sentence=sentence
    )
