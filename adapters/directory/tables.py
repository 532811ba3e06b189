"""Reads TOML files that people write, and says plainly what is wrong with one."""

import json
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adapters import given

SAME_AS = "same_as"
"""The one key of a file that only names another file of the folder to use in its place."""

_MENDS = {
    "tuple_type": "this must be a list; put it in [square brackets], or in [[double]] ones for a table",
    "string_pattern_mismatch": "an id is small letters, digits and single hyphens, like `health-trust`; write it so",
    "string_too_short": "this is empty; fill it in",
    "too_short": "this is empty; fill it in",
    "bool_": "this must be true or false, without quotes",
    "model_": "this must be a table of keys and values; see the shipped files for one",
    "date_": "this must be a date like 2025-02-28, without quotes",
    "string_type": "this must be text in quotes",
    "int_": "this must be a whole number, without quotes",
}
"""What mends a fault, by the beginning of its pydantic type."""


class FileFault(ValueError):  # noqa: N818 - the house word for a wrong file
    """The file cannot be used. Its text is one sentence with the file, the place and the mend."""


def source_of(path: Path, kind: str, ending: str = ".toml") -> Path:
    """Return the file to read for *path*: itself, or the one that its `same_as` names.

    Raises FileFault where it cannot be read, or names no complete file beside it.
    """
    raw = read_tables(path, kind)
    if raw.keys() != {SAME_AS}:
        return path
    name = raw[SAME_AS]
    other = path.with_name(f"{name}{ending}")
    if not isinstance(name, str) or "/" in name or read_tables(other, kind).keys() == {SAME_AS}:
        raise FileFault(f"{path}, {SAME_AS}: name a whole {kind} beside it, without `{ending}`.")
    return other


def read_tables(path: Path, kind: str) -> dict[str, Any]:
    """Read a TOML file. *kind* is the word for it in messages. Raises FileFault."""
    return tables_of(read_text(path, kind), path)


def read_text(path: Path, kind: str) -> str:
    """Read the text of a file. *kind* is the word for it in messages. Raises FileFault."""
    try:
        return given.read_text(path)
    except given.TooLarge:
        raise FileFault(f"{path}: this is larger than 1 MB; give the path of a {kind} file.") from None
    except FileNotFoundError:
        raise FileFault(f"{path}: there is no such file; give the path of a {kind} file.") from None
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1}"
        raise FileFault(f"{path}, {where}: this is not UTF-8 text; save the file as UTF-8.") from None
    except OSError as error:
        raise FileFault(
            f"{path}: the file cannot be read ({given.reason_of(error)}); give a file that can be."
        ) from None


def tables_of(text: str, path: Path) -> dict[str, Any]:
    """Return the tables of a TOML text; messages call the file *path*. Raises FileFault."""
    try:
        return given.read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise FileFault(f"{path}: this is not TOML: {error}; mend the file there.") from None


def first_fault(error: ValidationError, raw: dict[str, Any], shapes: tuple[type[BaseModel], ...], kind: str) -> str:
    """Say the first thing wrong with *raw*, its place and what mends it. *shapes* are the models of that *kind* of
    file.
    """
    faults = error.errors(include_url=False, include_input=False)
    more = f" ({len(faults) - 1} more after this one)" if len(faults) > 1 else ""
    known = [field.alias or name for shape in shapes for name, field in shape.model_fields.items()]
    place = _place(raw, faults[0])
    return f"{place}{': ' if place else ''}{_mend(faults[0], known, kind)}.{more}"


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
            name = (here.get("id") or here.get("handle")) if isinstance(here, dict) else None
            words[-1] += f" {step + 1}" + (f" ({name})" if isinstance(name, str) else "")
        else:
            words.append(step)
    return ", ".join(words)


def _mend(fault: ErrorDetails, known: list[str], file: str) -> str:
    key, kind = (str(fault["loc"][-1]) if fault["loc"] else ""), fault["type"]
    if kind == "missing":
        return f"`{key}` is missing; add it"
    if kind == "extra_forbidden":
        near = get_close_matches(key, known, n=1)
        return f"`{key}` is no key of a {file}" + (f"; write `{near[0]}`" if near else "; take it out")
    if kind == "literal_error":
        return f"write {fault['ctx']['expected']}"
    if kind == "value_error":
        return str(fault["ctx"]["error"]).rstrip(".")
    for begins, mend in _MENDS.items():
        if kind.startswith(begins):
            return mend
    return fault["msg"][:1].lower() + fault["msg"][1:] + "; mend it there"


def quoted(text: str) -> str:
    """Return *text* as TOML writes it, in quotes, on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
