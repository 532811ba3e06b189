"""What the record can hold: said of a message before it is taken, so that nothing is taken that is never entered.

An entry is kept as canonical JSON (RFC 8785) and in databases that know no null character.
"""

import math
from collections.abc import Iterator
from typing import Any

from ..base.refusals import Refusal
from ..base.value import Value
from .alarms import RiskRaised
from .opening import Opening

LARGEST = 2**53 - 1
"""Beyond it JSON's numbers are not exact any more."""
DEEPEST = 64
"""Lists and tables within each other."""
LONGEST = 200_000
"""Bytes of one message as JSON: some thirty close-written pages. Temporal takes 2 MB at once."""


def must_be_storable(message: Value) -> None:
    """Refuse a message, or an opening, that is too long, or of which the record cannot hold a part.

    Immediate risk is refused by nothing: take it `as_storable` instead.

    Raises:
        Refusal: the sentence names the part, and repeats nothing of a text.
    """
    for place, why in _unstorable(message, ()):
        where = ".".join(place) or "The message"
        raise Refusal("missing", f"{where} cannot be put on the record: it {why}.")
    length = len(message.model_dump_json(exclude_defaults=True).encode())
    if length > LONGEST and not isinstance(message, Opening):
        raise Refusal(
            "not allowed",
            f"The message is {length // 1000} kB long, and at most {LONGEST // 1000} kB are taken: "
            "say what was decided, and keep the documents on your own record.",
        )


def as_storable(risk: RiskRaised) -> RiskRaised:
    """Return immediate risk without what the record cannot hold: half a character is shown as one left out, and a
    number that is too large is left out. Never raises.
    """
    return risk if not any(_unstorable(risk, ())) else RiskRaised.model_validate(_kept(risk.model_dump()))


def _unstorable(part: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if len(place) > DEEPEST:
        yield place[:3], f"has more than {DEEPEST} lists and tables within each other: say it more simply"
    elif isinstance(part, Value | dict):
        for name, value in part if isinstance(part, Value) else part.items():
            if _is_torn(str(name)):
                yield place, "has a name with half a character in it: type that anew"
            else:
                yield from _unstorable(value, (*place, str(name)))
    elif isinstance(part, list | tuple | set | frozenset):
        for number, value in enumerate(part, 1):
            yield from _unstorable(value, (*place, str(number)))
    elif isinstance(part, str) and _is_torn(part):
        yield place, "holds half a character, or a null character: type that text anew"
    elif isinstance(part, int) and abs(part) > LARGEST:
        yield place, f"is beyond the largest number that can be kept, {LARGEST}: look whether it was meant"
    elif isinstance(part, float) and not (math.isfinite(part) and abs(part) <= LARGEST):
        yield place, f"is no number that can be kept: give one up to {LARGEST}"


def _is_torn(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\0" in text


def _kept(part: Any) -> Any:
    if isinstance(part, dict):
        return {_mended(name): _kept(value) for name, value in part.items() if not _is_too_large(value)}
    return _mended(part)


def _is_too_large(value: Any) -> bool:
    return isinstance(value, int) and abs(value) > LARGEST


def _mended(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_torn(letter) else letter for letter in value)
