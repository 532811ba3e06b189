"""Reading a directory file, and saying plainly what is wrong with one."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .book import Directory
from .shape import About, Agency, DirectoryFile, Fallback, Seat

SAME_AS = "same_as"
"""Alone in a file: the directory is another one of the folder, by its name."""


class DirectoryFault(ValueError):  # noqa: N818 - the house word for a wrong file
    """The file cannot be used. Its text is one sentence with the file, the place and the mend."""


def load_directory(path: Path | str) -> Directory:
    """Read a directory from its TOML file.

    Raises DirectoryFault, and nothing else, for a file that is missing, unreadable or of the wrong shape.
    """
    raw = _read(Path(path))
    if raw.keys() == {SAME_AS}:  # a policy of one agency's own, laid over its partnership's, has no other directory
        return _another(Path(path), raw[SAME_AS])
    try:
        parsed = DirectoryFile.model_validate(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        more = f" ({len(faults) - 1} more after this one)" if len(faults) > 1 else ""
        raise DirectoryFault(f"{path}, {_place(raw, faults[0])}: {_mend(faults[0])}.{more}") from None
    return Directory(parsed.directory, parsed.agency, parsed.seat, parsed.fallback)


def _another(path: Path, name: Any) -> Directory:
    other = path.with_name(f"{name}.toml")
    if not isinstance(name, str) or "/" in name or _read(other).keys() == {SAME_AS}:
        raise DirectoryFault(f"{path}, {SAME_AS}: name a whole directory beside it, without `.toml`.")
    return load_directory(other)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DirectoryFault(f"{path}: there is no such file; give the path of a directory file.") from None
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1}"
        raise DirectoryFault(f"{path}, {where}: this is not UTF-8 text; save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise DirectoryFault(f"{path}: this is not TOML: {error}; mend the file there.") from None
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise DirectoryFault(f"{path}: the file cannot be read ({why}); give a file that can be.") from None


def _place(raw: dict[str, Any], fault: ErrorDetails) -> str:
    """Name the place as a reader of the file would: `agency 3 (police), holder 1, email`."""
    words: list[str] = []
    here: Any = raw
    for step in fault["loc"]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int):
            name = here.get("id") if isinstance(here, dict) else None
            words[-1] += f" {step + 1}" + (f" ({name})" if isinstance(name, str) else "")
        else:
            words.append(step)
    return ", ".join(words)


def _mend(fault: ErrorDetails) -> str:
    key = str(fault["loc"][-1])
    match fault["type"]:
        case "missing":
            return f"`{key}` is missing; add it"
        case "extra_forbidden":
            near = get_close_matches(key, _known_keys(), n=1)
            return f"`{key}` is no key of a directory" + (f"; write `{near[0]}`" if near else "; take it out")
        case "tuple_type":
            return "this must be a list; put it in [square brackets], or in [[double]] ones for a table"
        case "string_pattern_mismatch":
            return "an id is small letters, digits and single hyphens, like `health-trust`; write it so"
        case "string_too_short" | "too_short":
            return "this is empty; fill it in"
        case "bool_type" | "bool_parsing":
            return "this must be true or false, without quotes"
        case "model_type" | "model_attributes_type":
            return "this must be a table of keys and values; see the shipped directories for one"
        case kind if kind.startswith("date"):
            return "this must be a date like 2025-02-28, without quotes"
        case "string_type":
            return "this must be text in quotes"
        case "value_error":
            return str(fault["ctx"]["error"]).rstrip(".")
        case _:
            return fault["msg"][:1].lower() + fault["msg"][1:] + "; mend it there"


def _known_keys() -> list[str]:
    shapes: tuple[type[BaseModel], ...] = (DirectoryFile, About, Agency, Seat, Fallback)
    return [field.alias or name for shape in shapes for name, field in shape.model_fields.items()]
