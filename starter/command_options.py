"""The options of `escalate record`, made from the table of commands, and whether those that were typed go together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from domain.base.refusals import listed, meant
from domain.command_table import COMMANDS, WORDS, CommandKind, Field
from domain.command_table.built_in import RISK_ACT

from .errors import Trouble

RISK = "risk"
_ALSO_RISK = frozenset({RISK, "immediate-risk", "immediate risk", "immediate_risk"})
YES = ("yes", "y", "yeah", "yep", "j", "ja", "ok")
NO = ("no", "n", "nope", "nein")
Said = Mapping[str, Any]
"""Options by their Python names, empty where they were not typed."""
_SHOWN = {"act": "an act", "outcome": "an outcome"}
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


def is_risk(word: str) -> bool:
    """Is a word one of those that mean immediate risk?"""
    return word.strip().casefold() in _ALSO_RISK


def risk_after(args: Sequence[str]) -> int | None:
    """Return the place of the word after which a line says immediate risk, as `record REF risk` does; None for none.

    What stands after an option is that option's: `--note risk` raises nothing.
    """
    places = range(len(args) - 1)
    return next((at for at in places if is_risk(args[at + 1]) and args[at][:1] != "-"), None)


def yes_or_no(said: str) -> str:
    """Return `yes` or `no` where *said* is a way to say it, else nothing."""
    word = said.strip().casefold()
    return "yes" if word in YES else "no" if word in NO else ""


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
    return click.Option([f"--{field.option}", field.key], help=f"{field.asks}{again}", **more)


def with_values() -> frozenset[str]:
    """Return every option after which a value stands."""
    options = (*of_everybody(), *of_command(*COMMANDS.values()))
    return frozenset(
        f"--{one.opts[0].lstrip('-')}" for one in options if isinstance(one, click.Option) and not one.is_flag
    )


def says_nothing(option: str) -> Trouble | None:
    """Return what is said of an option that belongs to other commands; nothing for one that is nobody's."""
    fitting = [_shown(row) for row in COMMANDS.values() if _takes(row, option)]
    names = [name for names in fitting for name in names]
    return Trouble(f"{option} says nothing here: it goes with {listed(names, 'or')}.") if names else None


def _shown(row: CommandKind) -> Iterator[str]:
    yield from ([_SHOWN[row.kind]] if row.named else [one.name for one in row.typed])


def _takes(row: CommandKind, option: str) -> bool:
    return any(f"--{field.option}" == option for field in row.fields) and (row.named or bool(row.typed))


def must_fit(kind: str, name: str, said: Said) -> None:
    """Raise Trouble for an option that says nothing in a command of this kind, and for what is missing."""
    row = COMMANDS[kind]
    own = {field.key for field in row.fields}
    for field in {field.key: field for other in COMMANDS.values() for field in other.fields}.values():
        if said.get(field.key) and field.key not in own and (trouble := says_nothing(f"--{field.option}")):
            raise trouble
    for field in row.fields:
        if field.answer == "name=text" and not field.several and len(said[field.key]) > 1:
            raise Trouble(f"--{field.option}: answer one thing at a time, each with a message of its own.")
    if left_out(row, said):
        raise Trouble(row.lacks)
    if row.who in {"seat", "named person"} and name != RISK_ACT and not said["role"]:
        risk = meant(name, (RISK,))  # mistyped, it must not seem to ask for more words
        raise Trouble(f"Say who it was: --by AGENCY --role ROLE (a seat of the partnership needs no --by).{risk}")
    if bool(said["on_behalf_by"]) != bool(said["evidence"]):
        raise Trouble("Who enters it for somebody else says so with both: --on-behalf-by WHO --evidence TEXT.")


def left_out(row: CommandKind, said: Said) -> bool:
    """Is something missing that a command cannot be without?"""
    has_one = not row.one_of or sum(bool(said[key]) for key in row.one_of) == 1
    has_person = row.who != "named person" or bool(said["person"])
    return not (has_one and has_person and all(said[field.key] for field in row.needs))


def rows_of(name: str) -> tuple[CommandKind, ...]:
    """Return what a word may be: a command that is typed so, or else one that the policy names."""
    return (WORDS[name][0],) if name in WORDS else tuple(row for row in COMMANDS.values() if row.named)


def text_options(rows: Iterable[CommandKind]) -> frozenset[str]:
    """Return the Python names of options whose text may stand elsewhere."""
    return frozenset(field.key for row in rows for field in row.fields if field.answer in {"text", "what; owner; day"})


def texts(said: Said) -> dict[str, str]:
    """Return every word that was typed, by its option, for the looks that are taken at it before it is sent.

    A name that the sender made up, such as a field's, may be a child's as well as its text.
    """
    found: dict[str, str] = {}
    for name, value in said.items():
        option = f"--{name.strip('_').replace('_', '-')}"
        if isinstance(value, str):
            found[option] = value
        elif isinstance(value, tuple):
            found[option] = "\n".join(value)
        elif isinstance(value, dict):
            found |= {f"{option} {key}": text for key, text in value.items()}
            found[f"{option} (a name)"] = "\n".join(value)
    return {option: text for option, text in found.items() if text}
