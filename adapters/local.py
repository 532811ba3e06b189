"""Local settings: what no policy says and a partnership has decided for itself, one TOML file a policy."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.given import TooLarge, read_text, read_toml, reason_of
from domain.commands.unknown_sender import may_ask_for_sender
from domain.engine.periods import may_be_filled, set_for_cases
from domain.policy import Policy
from domain.policy.local_settings import Local
from domain.time.local_time import resolve_local

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")


DAYS_OFF, DAYS_WORKED = "days_off", "days_worked"
"""Keys of the file that say which days are worked: the calendar of a case has them, not its local settings."""
_NOT_OF_CASES = frozenset({DAYS_OFF, DAYS_WORKED, "retention"})
"""Keys of the file that no case takes with it; how long cases are kept is read when it is asked."""


class LocalFaulty(Exception):  # noqa: N818 - reads as a sentence
    """A file of local settings cannot be used. Holds a sentence for each mistake."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__(f"The local settings {path} cannot be used. {' '.join(faults)}")


class LocalDays(NamedTuple):
    """A partnership's own days off, and bank holidays that it works, as they stand over the nation's calendar."""

    off: Mapping[date, str]
    """Day to what people call it."""
    worked: tuple[date, ...]


NO_DAYS = LocalDays({}, ())


def load_days(path: Path) -> LocalDays:
    """Read the days of the file at *path*: its `[days_off]` and its `days_worked`; none where it has neither.

    Raises:
        LocalFaulty: it cannot be read, or one of them is no day, or has no name.
    """
    tables = read_tables(path)
    off, worked = tables.get(DAYS_OFF, {}), tables.get(DAYS_WORKED, [])
    faults: list[str] = []
    if not isinstance(off, dict):
        raise LocalFaulty(path, (f'{DAYS_OFF}: write it as a table: [{DAYS_OFF}], then 2026-06-15 = "Local holiday".',))
    if not isinstance(worked, list):
        raise LocalFaulty(path, (f"{DAYS_WORKED}: write it as a list of days: [2026-08-03].",))
    named = {day: name for said, name in off.items() if (day := _day(said, DAYS_OFF, faults))}
    faults += [
        f"{DAYS_OFF}.{day}: say what the day is called, in quotes."
        for day, name in named.items()
        if not isinstance(name, str) or not name.strip()
    ]
    days = tuple(day for said in worked if (day := _day(said, DAYS_WORKED, faults)))
    if faults:
        raise LocalFaulty(path, tuple(faults))
    return LocalDays(named, days)


def _day(said: object, place: str, faults: list[str]) -> date | None:
    try:
        return said if isinstance(said, date) and not isinstance(said, datetime) else date.fromisoformat(str(said))
    except ValueError:
        faults.append(f"{place}: {str(said)[:40]!r} is no day: write one like 2026-06-15.")
        return None


def load_local(path: Path, under: Local, policy: Policy) -> Local:
    """Read the file at *path* and lay it over *under*; a table is laid over name by name.

    Args:
        path: A TOML file whose keys are those of `Local`.
        under: What holds where the file says nothing.
        policy: Whose clocks a time without an offset is read on, and whose groups and unknown numbers may be named.

    Raises:
        LocalFaulty: it cannot be read, or holds mistakes.
    """
    of_cases = {name: value for name, value in read_tables(path).items() if name not in _NOT_OF_CASES}
    tables, faults = _with_times(of_cases, policy.zone)
    faults += _unknown_names(tables, policy)
    given = under.model_dump(exclude_defaults=True)
    for key, value in tables.items():
        both = isinstance(value, dict) and isinstance(given.get(key), dict)
        given[key] = {**given[key], **value} if both else value
    try:
        made = Local.model_validate(given)
    except ValidationError as error:
        raise LocalFaulty(path, (*faults, *_told(error))) from None
    if faults:
        raise LocalFaulty(path, tuple(faults))
    return made


def read_tables(path: Path) -> dict[str, Any]:
    """Return what stands in a file of local settings. Raises LocalFaulty where it is no TOML or cannot be read."""
    try:
        return read_toml(read_text(path))
    except TooLarge:
        raise LocalFaulty(path, ("It is larger than such a file can be (1 MB): give the file itself.",)) from None
    except tomllib.TOMLDecodeError as error:
        raise LocalFaulty(path, (f"It is not TOML: {error}. examples/local.toml shows the form.",)) from None
    except UnicodeDecodeError:
        raise LocalFaulty(path, ("It is not text in UTF-8: save it as UTF-8 in your editor.",)) from None
    except OSError as error:
        raise LocalFaulty(path, (f"It cannot be read ({reason_of(error)}): give a file that can be.",)) from None


def _with_times(tables: dict[str, Any], zone: str) -> tuple[dict[str, Any], list[str]]:
    """Return *tables* with every time as an instant, and a fault for each that is none in *zone*, or two."""
    faults: list[str] = []

    def timed(value: Any, place: str) -> Any:
        if isinstance(value, dict):
            return {name: timed(one, f"{place}.{name}" if place else name) for name, one in value.items()}
        if isinstance(value, list):
            return [timed(one, f"{place}, number {number}") for number, one in enumerate(value, 1)]
        moment = datetime.fromisoformat(value) if isinstance(value, str) and _TIME.fullmatch(value) else value
        if isinstance(moment, datetime) and moment.tzinfo is None:
            try:
                return resolve_local(moment, zone)
            except ValueError as error:
                faults.append(f"{place}: {error}")
                return resolve_local(datetime(2000, 1, 1), zone)  # noqa: DTZ001 - a stand-in: the fault is told
        return value

    return {name: timed(value, name) for name, value in tables.items()}, faults


def _unknown_names(tables: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    """Say which names the policy does not know: a slip of the pen would leave a number unset in silence."""
    fillable = [name for name in set_for_cases(policy) if may_be_filled(policy, name)]
    for table, names, what in (
        ("meetings", [*policy.roles, *policy.bodies], "has no such role or body"),
        ("numbers", fillable, "leaves no such number unknown"),
    ):
        given = tables.get(table)
        for name in given if isinstance(given, dict) else ():
            if name not in names:
                yield f"{table}.{name[:40]}: the policy {what}{_near(name, names, '.')}"
    words = [*may_ask_for_sender(policy)]
    given = tables.get("must_be_known")
    for word in given if isinstance(given, list) else ():
        if word not in words:
            said = str(word)[:40]
            what = "is no act, outcome or command that may wait until its sender is known"
            yield f"must_be_known: {said!r} {what}{_near(said, words, '.')}"


def _told(error: ValidationError) -> Iterator[str]:
    """Say each mistake with its place, without repeating what was put in."""
    for one in error.errors(include_input=False, include_url=False):
        place = "".join(
            f", number {part + 1}" if isinstance(part, int) else f".{part[:40]}" for part in one["loc"]
        ).removeprefix(".")
        yield f"{place}: {_said(one)}."


def _said(one: ErrorDetails) -> str:
    known: Mapping[str, Any] = Local.model_fields
    match one["type"]:
        case "extra_forbidden":
            name, *more = (str(part) for part in reversed(one["loc"]))
            near = ":" if more else _near(name, known, ":")
            return f"there is no such setting{near} docs/settings.md lists those there are"
        case "missing":
            return "it is needed here"
        case "value_error":
            return str(one["ctx"]["error"]).removesuffix(".") if "ctx" in one else "it cannot be used"
        case kind if kind.startswith(("datetime", "timezone")):
            return "write a time such as 2026-12-03T10:00"
        case _:
            return f"{one['msg'][:1].lower()}{one['msg'][1:]}"


def _near(name: str, known: Collection[str], otherwise: str) -> str:
    near = get_close_matches(name.replace("-", "_") if name not in known else name, list(known), n=1)
    near = near or get_close_matches(name, list(known), n=1)
    return f": did you mean {near[0]}?" if near else otherwise
