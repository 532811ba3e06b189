"""The options of `escalate record`, made from the table of commands, and whether those that were typed go together."""

from collections.abc import Sequence
from typing import Any

import click

from domain.command_table import COMMANDS, CommandKind, Field
from services.command_fields import is_risk, yes_or_no

_METAVAR = {
    "text": "TEXT",
    "name": "NAME",
    "number": "NUMBER",
    "agency": "AGENCY",
    "agency:role": "AGENCY[:ROLE]",
    "seat": "ROLE@AGENCY[:HANDLE]",
    "past time": "TIME",
    "time ahead": "TIME",
    "day or time ahead": "TIME",
    "day": "DATE",
    "period": "PERIOD",
    "name=text": "NAME=TEXT",
    "what; owner; day": "TEXT",
}


def risk_after(args: Sequence[str]) -> int | None:
    """Return the place of the word after which a line says immediate risk, as `record REF risk` does; None for none.

    What stands after an option is that option's: `--note risk` raises nothing.
    """
    places = range(len(args) - 1)
    return next((at for at in places if is_risk(args[at + 1]) and args[at][:1] != "-"), None)


class YesOrNo(click.ParamType[str]):
    """An option that is answered with yes or no, in any of the ways there are to say it."""

    name = "yes|no"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return `yes` or `no`."""
        return yes_or_no(value) or self.fail(f"{value[:40]!r} is neither yes nor no.", param, ctx)


def of_everybody() -> list[click.Parameter]:
    """Return the options that every command takes: who says it and when, and how it is sent."""
    return [
        _text("by", "AGENCY", "Agency of whoever did or said it."),
        _text("role", "ROLE", "Their role: practitioner, line-manager, slo …"),
        _text("person", "HANDLE", "A staff number, never a name; shown in no notice."),
        _text("at", "TIME", "When it happened, if not now: `today 15:00`, `friday 3pm`."),
        _text("on-behalf-by", "WHO", "Who enters it, where that is somebody else."),
        _text("evidence", "TEXT", "What shows that they said so; with --on-behalf-by."),
        click.Option(
            ["--seen"], type=int, metavar="N", help="Entry you last saw: what has moved since is refused.", default=None
        ),
        _text("id", "TEXT", "Id of this message: sent again with it, it counts once."),
        click.Option(["--yes"], is_flag=True, help="Go on although a text looks as if it named a child."),
        click.Option(["--json", "as_json"], is_flag=True, help="For programs: JSON alone on stdout."),
    ]


def of_command(*rows: CommandKind) -> list[click.Parameter]:
    """Return the options of one command, or of several that share a word, each once."""
    fields = {field.option: field for row in rows for field in row.fields}
    return [_option(field) for field in fields.values()]


def _text(name: str, metavar: str, says: str) -> click.Option:
    return click.Option([f"--{name}"], default="", metavar=metavar, help=says)


def _option(field: Field) -> click.Option:
    more: dict[str, Any] = {"metavar": _METAVAR.get(field.answer), "default": ""}
    if field.choices:
        more = {"type": click.Choice(field.choices), "default": None}
    elif field.answer == "number":
        more |= {"type": int, "default": None}
    elif field.answer == "yes or no":
        more = {"type": YesOrNo(), "default": None}
    elif field.answer == "flag":
        more = {"is_flag": True}
    elif field.several or field.answer == "name=text":
        more |= {"multiple": True, "default": ()}
    again = " May be given again." if field.several else ""
    return click.Option([f"--{field.option}", field.key], help=f"{field.asks_typed}{again}", **more)


def with_values() -> frozenset[str]:
    """Return every option after which a value stands."""
    options = (*of_everybody(), *of_command(*COMMANDS.values()))
    return frozenset(
        f"--{one.opts[0].lstrip('-')}" for one in options if isinstance(one, click.Option) and not one.is_flag
    )
