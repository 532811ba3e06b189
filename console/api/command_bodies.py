"""The forms of commands, made from the table of commands: each field as the table declares it, under its key."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field as Wired
from pydantic import create_model

from domain.command_table import COMMANDS, TYPED, WORDS, CommandKind, Field
from services.command_fields import RISK

from .wire import (
    LONGEST_NAME,
    MOST,
    Agency,
    AgencyRole,
    Day,
    DayOrInstant,
    Form,
    Handle,
    Id,
    Instant,
    Name,
    NamedAction,
    NamedSeat,
    Role,
    Text,
)

OF_THE_POLICY = "of-the-policy"
"""Stands for every act and outcome that a policy names."""
REOPEN = "reopen"
SAID_HERE = (*(name for name in TYPED if name != RISK), REOPEN)
"""Words of commands that are said as they are in every policy. Immediate risk has a form that refuses nothing."""
_LARGEST = 2**31 - 1
_Number = Annotated[int, Wired(ge=0, le=_LARGEST)]
_Sentence = Annotated[str, Wired(min_length=1, max_length=LONGEST_NAME)]
_TYPES: Mapping[str, Any] = {
    "text": Text,
    "name": _Sentence,
    "number": _Number,
    "agency": Agency,
    "agency:role": AgencyRole,
    "seat": NamedSeat,
    "past time": Instant,
    "time ahead": Instant,
    "day or time ahead": DayOrInstant,
    "day": Day,
    "period": _Sentence,
    "yes or no": Literal["yes", "no"],
    "flag": bool,
    "what; owner; day": NamedAction,
}
"""What kind of answer a field takes, as it is sent."""
_COMMON: Mapping[str, tuple[Any, str]] = {
    "by": (Agency, "Agency of whoever did or said it; none for a seat of the partnership."),
    "role": (Role, "Their role."),
    "person": (Handle, "A staff number, never a name; shown in no notice."),
    "at": (Instant, "When it happened, if not now."),
    "on_behalf_by": (Name, "Who enters it, where that is somebody else."),
    "evidence": (Text, "What shows that they said so; with `on_behalf_by`."),
    "seen": (_Number, "The entry that you last saw: what has moved since is refused."),
    "id": (Id, "As the header Idempotency-Key: sent again with it, it counts once."),
}
"""What every command may say."""
_YES = "Go on although a text looks as if it named a child."


def called(option: str) -> str:
    """Return how a field is called here."""
    return option.replace("-", "_")


def rows_said(name: str) -> tuple[CommandKind, ...]:
    """Return what a word may be, as far as its form goes."""
    return (WORDS[name][0],) if name in WORDS else tuple(row for row in COMMANDS.values() if row.named)


@cache
def form_of(name: str) -> type[Form]:
    """Return the form of one command; of OF_THE_POLICY that of any act or outcome."""
    rows = rows_said(name)
    fields = {field.key: field for row in rows for field in row.fields}
    needs = {field.key for row in rows for field in row.needs} if name in WORDS else set()
    made: dict[str, Any] = {key: _declared(field, is_needed=key in needs) for key, field in fields.items()}
    who = rows[0].who if name in WORDS else "anybody"
    for key, (kind, says) in _COMMON.items():
        is_needed = (key == "role" and who in {"seat", "named person"}) or (key == "person" and who == "named person")
        made[key] = _optional(kind, says) if not is_needed else (Annotated[kind, Wired(description=says)], ...)
    made["yes"] = (Annotated[bool, Wired(description=_YES)], False)
    title = "".join(part.title() for part in name.split("-"))
    return create_model(title, __base__=Form, **made)


def _declared(field: Field, *, is_needed: bool) -> tuple[Any, Any]:
    if field.answer == "name=text":
        most = MOST if field.several else 1
        names = Annotated[str, Wired(min_length=1, max_length=LONGEST_NAME)]
        kind: Any = Annotated[dict[names, Text], Wired(min_length=1, max_length=most)]
    else:
        kind = Literal[field.choices] if field.choices else _TYPES[field.answer]
        if field.answer == "text" and is_needed:
            kind = Annotated[kind, Wired(min_length=1)]
        if field.several:
            kind = Annotated[tuple[kind, ...], Wired(min_length=1, max_length=MOST)]
    if is_needed:
        return Annotated[kind, Wired(description=field.asks)], ...
    return _optional(kind, field.asks)


def _optional(kind: Any, says: str) -> tuple[Any, Any]:
    return Annotated[kind | None, Wired(description=says)], None


def said_with(name: str, form: Form) -> dict[str, Any]:
    """Return what a form says as `services.recording` takes it: by the fields' keys, empty where nothing was said."""
    rows = rows_said(name)
    said: dict[str, Any] = {key: getattr(form, key) or "" for key in _COMMON if key != "seen"}
    said["seen"] = getattr(form, "seen")  # noqa: B009 - it is a field of every form, made above
    for field in (field for row in rows for field in row.fields):
        said[field.key] = _typed(field, getattr(form, field.key))
    return said


def nothing_said(rows: Iterable[CommandKind]) -> dict[str, Any]:
    """Return what is said where nothing is."""
    said: dict[str, Any] = dict.fromkeys(_COMMON, "") | {"seen": None}
    return said | {field.key: _typed(field, None) for row in rows for field in row.fields}


def _typed(field: Field, value: Any) -> Any:
    """Return a value as it would be typed."""
    if value is None:
        if field.answer == "name=text":
            return {}
        return () if field.several else None if field.answer == "number" else ""
    if isinstance(value, tuple):
        return tuple(_typed(field, one) for one in value)
    match value:
        case NamedSeat():
            at = f"@{value.agency}" if value.agency else ""
            return f"{value.role}{at}{f':{value.person}' if value.person else ''}"
        case AgencyRole():
            return f"{value.agency}:{value.role}" if value.role else value.agency
        case NamedAction():
            return f"{value.what}; {value.owner}; {value.by}"
    return value
