"""Says in a sentence why a value does not fit its model, without repeating the value."""

from pydantic import ValidationError

_SAID = {
    "string_pattern_mismatch": "it must be the id of an agency, in small letters, such as police or health-trust",
    "too_short": "at least one is needed",
}


def unfit(error: ValidationError) -> str:
    """Return the place and the mend of the first thing that does not fit: `owner: it must be …`."""
    first = error.errors(include_input=False, include_url=False)[0]
    path = first["loc"]
    below = max((at + 1 for at, part in enumerate(path[:-1]) if isinstance(part, int)), default=0)
    place = ", ".join(str(part).replace("_", " ") for part in path[below:])
    match first["type"], first.get("ctx", {}):
        case ("string_too_long", {"max_length": most}) | ("too_long", {"max_length": most, "field_type": "Value"}):
            words = f"it may hold {most:,} characters at most"
        case "too_long", {"max_length": most}:
            words = f"there may be {most} at most"
        case kind, _:
            words = _SAID.get(kind) or f"{first['msg'][:1].lower()}{first['msg'][1:]}"
    return f"{place}: {words}."
