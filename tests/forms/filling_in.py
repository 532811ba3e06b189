"""What a person types into a form: what somebody says in a message, or something for everything that is asked."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from domain.base.people import Actor
from domain.case.plan import Action, Residual
from domain.command_table import COMMANDS
from domain.commands import FactSaid, Message, kind_of
from tests.domain.case import LONDON

from .page import Control, Page

Typed = dict[str, list[str]]
PARTS = ("day", "month", "year", "time")
EVIDENCE = "They rang us at ten."


def as_typed(message: Message, page: Page) -> Typed:
    """Return what somebody types who says by a form what a message says; what the form does not ask is left out."""
    found: Typed = {}
    for field in COMMANDS[kind_of(message)].fields:
        if field.answer == "name=text" or field.is_text:
            continue
        for name in field.fills:
            found |= _typed(page, field.key, getattr(message, name, None))
        if field.empties and getattr(message, field.empties) == ():
            found |= _typed(page, field.key, True)
    for name, said in getattr(message, "fields", {}).items():
        key = name.replace("-", "_")
        for control in (key, f"further.{name}"):
            found |= _typed(page, control, date.fromisoformat(said) if f"{key}-day" in page.controls else said)
    if isinstance(message, FactSaid):
        found |= {"fact": [message.value]}
    if "no_residual" in found:  # what an earlier version left open is taken out
        found |= {name: [""] for name in page.controls if name.startswith("residual-")}
    if message.at is not None:
        found |= _typed(page, "at", message.at)
    if "one-of" in page.controls:
        found["one-of"] = [one for one in page.controls["one-of"].options if one.replace("-", "_") in found][:1] or [
            one for one in page.controls["one-of"].options if getattr(message, one, False) is True
        ]
    return found


def _typed(page: Page, name: str, value: Any) -> Typed:
    """Return what stands in the fields of a question for a value; nothing where it is not asked."""
    match value:
        case None | "" | ():
            return {}
        case tuple() if isinstance(value[0], str):
            return {name: list(value)} if name in page.controls else {}
        case tuple():
            rows = [_row(one) for one in value]
            return {
                f"{name}-{end}": [row.get(end, "") for row in rows]
                for end in rows[0]
                if f"{name}-{end}" in page.controls
            }
        case Actor() if f"{name}-role" not in page.controls:
            said = (value.agency, f"{value.agency}:{value.role}", f"{value.role}@{value.agency}")
            options = page.controls[name].options if name in page.controls else ()
            return {name: [one for one in options if one in said][:1]} if name in page.controls else {}
        case datetime() | date() | Actor():
            return {f"{name}-{end}": [said] for end, said in _row(value).items() if f"{name}-{end}" in page.controls}
        case True:
            return {name: ["yes"]} if name in page.controls else {}
        case False:
            return {}
        case _:
            return {name: [str(value)]} if name in page.controls else {}


def _row(value: Any) -> dict[str, str]:
    match value:
        case datetime():
            local = value.astimezone(LONDON)
            if (local.hour, local.minute) == (0, 0):
                local -= timedelta(days=1)
                return {"day": str(local.day), "month": str(local.month), "year": str(local.year), "time": ""}
            return {**_row(local.date()), "time": f"{local:%H:%M}"}
        case date():
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        case Actor():
            return {"role": value.role, "agency": value.agency, "person": value.person}
        case Action() | Residual():
            return {"what": value.what, "owner": value.owner, **_row(value.by)}
    raise AssertionError(value)


class Pen:
    """Fills in whatever is asked, never twice with the same words."""

    def __init__(self) -> None:
        self._count = count(1)

    def anything(self, page: Page, typed: Typed, now: datetime) -> Typed:
        """Return something for everything in a form for which nothing stands there and nothing was *typed*."""
        ahead = now + timedelta(days=30 + next(self._count) % 9)
        found: Typed = {}
        for name, control in page.controls.items():
            standing = typed.get(name, page.fields.get(name, []))
            if control.type == "hidden" or any(standing) or self._is_left_out(name, control):
                continue
            end = name.rpartition("-")[2]
            if control.options:
                options = [one for one in control.options if one and one not in {"other", "happened"}]
                found[name] = [options[next(self._count) % len(options)]] if options else [""]
            elif end in PARTS and f"{name.rpartition('-')[0]}-day" in page.controls:
                said = {"day": ahead.day, "month": f"{ahead:%b}", "year": ahead.year, "time": "10:30am"}[end]
                found[name] = [str(said)]
            elif end == "person" or name == "person":
                found[name] = [f"staff-{next(self._count)}"]
            elif name == "within":
                found[name] = [f"{next(self._count)} working days"]
            else:
                number = next(self._count)
                found[name] = [
                    f"Words {number}.\nOf <b>two</b> lines & 'more'."
                    if control.type == "textarea"
                    else f"Words {number}"
                ]
        return found

    def _is_left_out(self, name: str, control: Control) -> bool:
        return name.startswith(("at-", "happened-", "no_residual")) or name in {"seat-role", "seat-agency"}


def said_in(typed: Mapping[str, list[str]], page: Page, *, only_written: bool = False) -> Iterator[str]:
    """Yield everything that was typed or chosen, but what says how it is said: parts of days, and who says it."""
    ends = tuple(f"-{part}" for part in PARTS)
    for name, values in typed.items():
        control = page.controls.get(name)
        is_written = control is not None and control.type == "textarea"
        if name.endswith(ends) or name in {"who", "seat-role", "seat-agency", "one-of", "no_residual"}:
            continue
        if is_written or not only_written:
            yield from (value for value in values if value)
