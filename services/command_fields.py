"""What was said for the fields of a command, whether it goes together, and every text in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from domain.base.refusals import listed, meant
from domain.command_table import COMMANDS, WORDS, CommandKind
from domain.command_table.built_in import RISK_ACT

from .errors import Trouble

RISK = "risk"
_ALSO_RISK = frozenset({RISK, "immediate-risk", "immediate risk", "immediate_risk"})
YES = ("yes", "y", "yeah", "yep", "j", "ja", "ok")
NO = ("no", "n", "nope", "nein")
Said = Mapping[str, Any]
"""Options by their Python names, empty where they were not typed."""
Placed = Callable[[str], str]
"""From an option without its dashes to how a sentence names what was said for it: `--until`, or the question of a
form."""
_SHOWN = {"act": "an act", "outcome": "an outcome"}


def as_option(option: str) -> str:
    """Name the place of what was typed on a command line."""
    return f"--{option}"


def yes_or_no(said: str) -> str:
    """Return `yes` or `no` where *said* is a way to say it, else nothing."""
    word = said.strip().casefold()
    return "yes" if word in YES else "no" if word in NO else ""


def is_risk(word: str) -> bool:
    """Is a word one of those that mean immediate risk?"""
    return word.strip().casefold() in _ALSO_RISK


def says_nothing(name: str, placed: Placed = as_option) -> Trouble | None:
    """Return what is said of an option that belongs to other commands; nothing for one that is nobody's.

    *name* is without its dashes.
    """
    fitting = [_shown(row) for row in COMMANDS.values() if _takes(row, name)]
    names = [one for names in fitting for one in names]
    return Trouble(f"{placed(name)} says nothing here: it goes with {listed(names, 'or')}.") if names else None


def _shown(row: CommandKind) -> Iterator[str]:
    yield from ([_SHOWN[row.kind]] if row.named else [one.name for one in row.typed])


def _takes(row: CommandKind, name: str) -> bool:
    return any(field.option == name for field in row.fields) and (row.named or bool(row.typed))


def must_fit(kind: str, name: str, said: Said, placed: Placed = as_option) -> None:
    """Raise Trouble for an option that says nothing in a command of this kind, and for what is missing."""
    row = COMMANDS[kind]
    own = {field.key for field in row.fields}
    for field in {field.key: field for other in COMMANDS.values() for field in other.fields}.values():
        if said.get(field.key) and field.key not in own and (trouble := says_nothing(field.option, placed)):
            raise trouble
    for field in row.fields:
        if field.answer == "name=text" and not field.several and len(said[field.key]) > 1:
            raise Trouble(f"{placed(field.option)}: answer one thing at a time, each with a message of its own.")
    if left_out(row, said):
        raise Trouble(row.lacks)
    if row.who in {"seat", "named person"} and name != RISK_ACT and not said["role"]:
        risk = meant(name, (RISK,))  # mistyped, it must not seem to ask for more words
        raise Trouble(
            f"Say who it was: {placed('by')} AGENCY {placed('role')} ROLE (a seat of the partnership needs no "
            f"{placed('by')}).{risk}"
        )
    if bool(said["on_behalf_by"]) != bool(said["evidence"]):
        both = f"{placed('on-behalf-by')} WHO {placed('evidence')} TEXT"
        raise Trouble(f"Who enters it for somebody else says so with both: {both}.")


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
