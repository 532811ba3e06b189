"""A referral on its way to becoming a case: from a file, from options, and from what is asked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from adapters.given import TooLarge, read_text, read_toml, reason_of

from .errors import Trouble
from .remarks import note

LARGEST_TEXT = 20_000
"""Characters in one text."""
_TABLES = ("facts", "words", "kinds")


@dataclass(frozen=True)
class Referral:
    """What was said so far; anything may still be missing. Names stand as they were typed."""

    policy: str = ""
    raising: str = ""
    receiving: tuple[str, ...] = ()
    raised_by: str = ""
    own_record: str = ""
    opened: Any = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Agencies, as they were typed, to their sort; over what the directory says."""
    immediate_risk: bool = False

    def over(self, options: "Referral") -> "Referral":
        """Return this referral with everything that *options* says in its place; its tables are laid over."""
        said = {one.name: getattr(options, one.name) for one in fields(options) if getattr(options, one.name)}
        said |= {name: {**getattr(self, name), **getattr(options, name)} for name in _TABLES}
        return replace(self, **said)


def read_referral(path: Path) -> Referral:
    """Read a referral file.

    Raises:
        Trouble: it cannot be read, holds an unknown key, or a value of the wrong form.
    """
    tables = _tables(path)
    known = [one.name for one in fields(Referral)]
    for key in tables:
        if key not in known:
            near = get_close_matches(key.replace("-", "_"), known, n=1)
            mend = f"did you mean {near[0]}?" if near else f"a referral knows {', '.join(known)}."
            raise Trouble(f"{path}: there is no key {key[:40]!r} in a referral: {mend}")
    said = dict(tables)
    if isinstance(said.get("receiving"), str):
        said["receiving"] = [said["receiving"]]
    said["receiving"] = tuple(_text(path, "receiving", one) for one in _list(path, said.get("receiving", [])))
    for key in ("policy", "raising", "raised_by", "own_record"):
        said[key] = _text(path, key, said.get(key, ""))
    if not isinstance(said.get("opened", ""), str | date | time):
        raise Trouble(f"{path}: opened must be a time, such as 2026-12-03T15:00:00Z, or text in quotes.")
    if not isinstance(said.get("immediate_risk", False), bool):
        raise Trouble(f"{path}: immediate_risk must be true or false, without quotes.")
    for key in _TABLES:
        table = said.get(key, {})
        if not isinstance(table, dict):
            raise Trouble(
                f'{path}: {key} must be a table: write [{key}] on a line of its own, and name = "value" below it.'
            )
        said[key] = {name: _text(path, f"{key}.{name}", value) for name, value in table.items()}
    return Referral(**said)


def check_lengths(words: Mapping[str, str]) -> None:
    """Raise Trouble where a text is longer than a case can hold, before anything is sent."""
    for place, text in words.items():
        if len(text) > LARGEST_TEXT:
            raise Trouble(f"{place} holds {len(text):,} characters, and a text may hold {LARGEST_TEXT:,}: shorten it.")


def cut(words: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a referral of immediate risk, cut to what a case can hold: their length stops nothing."""
    for place, text in words.items():
        if len(text) > LARGEST_TEXT:
            note(f"{place} is cut to {LARGEST_TEXT:,} characters.")
    return {place: text[:LARGEST_TEXT] for place, text in words.items()}


def pairs(said: tuple[str, ...], option: str, *, may_stop: bool = True) -> dict[str, str]:
    """Read `name=value` as given to *option*, each once.

    Raises:
        Trouble: one cannot be read; never where *may_stop* is False, as for immediate risk, which goes without it.
    """
    found: dict[str, str] = {}
    for one in said:
        name, equals, value = one.partition("=")
        name = name.strip()
        fault = ""
        if not equals or not name or len(name) > 80:
            fault = f"{option} {one[:40]!r} cannot be read: write {option} name=value."
        elif name in found:
            fault = f"{option} names {name!r} twice: give it once."
        if fault and may_stop:
            raise Trouble(fault)
        if fault:
            note(f"{fault} It is left out.")
        else:
            found[name] = value.strip()
    return found


def _tables(path: Path) -> dict[str, Any]:
    try:
        return read_toml(read_text(path))
    except TooLarge:
        raise Trouble(f"{path} is larger than a referral can be (1 MB): give the referral file itself.") from None
    except FileNotFoundError:
        raise Trouble(f"There is no file {path}: check the path. examples/referral.toml shows the form.") from None
    except UnicodeDecodeError:
        raise Trouble(f"{path} is not text in UTF-8: save it as UTF-8 in your editor.") from None
    except tomllib.TOMLDecodeError as error:
        raise Trouble(f"{path} is not TOML: {error}. examples/referral.toml shows the form.") from None
    except OSError as error:
        raise Trouble(f"{path} cannot be read ({reason_of(error)}): give a file that can be.") from None


def _text(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Trouble(f"{path}: {key} must be text in quotes.")
    return value.strip()


def _list(path: Path, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Trouble(f'{path}: receiving must be an agency or a list of them, such as ["police"].')
    return value
