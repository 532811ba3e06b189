"""Says in a sentence why a value does not fit its model, without repeating the value."""

from collections.abc import Iterator

from pydantic import ValidationError

_SAID = {
    "string_pattern_mismatch": "it must be the id of an agency, in small letters, such as police or health-trust",
    "too_short": "at least one is needed",
    "missing": "it is needed",
    "extra_forbidden": "there is no such field here",
}
_LONGEST = 60
"""Characters of a name that somebody made up."""


def unfit(error: ValidationError) -> str:
    """Return the place and the mend of the first thing that does not fit: `owner: it must be …`."""
    place, words = next(_each(error))
    below = max((at + 1 for at, part in enumerate(place[:-1]) if isinstance(part, int)), default=0)
    return f"{', '.join(str(part).replace('_', ' ') for part in place[below:])}: {words}."


def faults_of(error: ValidationError) -> list[tuple[str, str]]:
    """Return everything that does not fit: its place, such as `action.0.by`, and a sentence with the mend."""
    return [
        (".".join(str(part)[:_LONGEST] for part in place), f"{words[:1].upper()}{words[1:]}.")
        for place, words in _each(error)
    ]


def _each(error: ValidationError) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for one in error.errors(include_input=False, include_url=False):
        match one["type"], one.get("ctx", {}):
            case ("string_too_long", {"max_length": most}) | ("too_long", {"max_length": most, "field_type": "Value"}):
                words = f"it may hold {most:,} characters at most"
            case "too_long", {"max_length": most}:
                words = f"there may be {most} at most"
            case "value_error", {"error": ValueError() as why}:
                words = str(why)
            case kind, _:
                words = _SAID.get(kind) or f"{one['msg'][:1].lower()}{one['msg'][1:]}"
        yield one["loc"], words
