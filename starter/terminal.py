"""One question at a time to a person at a terminal. Questions go to stderr, past --json.

Each answer is looked at when it is given, and asked for again where it cannot be used.
"""

import sys
from collections.abc import Callable, Sequence

import click

from adapters.plain import plain
from domain.base.refusals import Refusal
from services.command_fields import yes_or_no
from services.errors import Trouble
from services.remarks import note

Choice = tuple[str, str]
"""What is typed, and what it is."""


def can_ask() -> bool:
    """Say whether somebody sits at a terminal. Tests put another answer in its place."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, *, optional: bool = False) -> str:
    """Ask one question; where it is not *optional* until there is an answer."""
    end = " " if question.endswith("?") else ": "
    default = "" if optional else None
    answer: str = click.prompt(plain(question), default=default, show_default=False, prompt_suffix=end, err=True)
    return answer.strip()


def choose(question: str, choices: Sequence[Choice], read: Callable[[str], str] | None = None) -> str:
    """Ask for one of *choices*, as `choose_some` does."""
    (chosen,) = choose_some(question, choices, read, most=1)
    return chosen


def choose_some(
    question: str,
    choices: Sequence[Choice],
    read: Callable[[str], str] | None = None,
    *,
    most: int = 0,
    optional: bool = False,
) -> list[str]:
    """Ask for one or several of *choices*, each by its number, its id or its name, until each can be used.

    *read* reads another word than a number; unless given it must be one of the choices. Where it is *optional*, no
    answer chooses none.
    """
    note(question)
    for number, (name, title) in enumerate(choices, 1):
        note(f"  {number:>2}  {name}" + (f"   {title}" if title and title.casefold() != name.casefold() else ""))
    while True:
        said = ask("  number or name", optional=optional)
        if optional and not said:
            return []
        typed = [said] if most == 1 else [one.strip() for one in said.split(",") if one.strip()]
        try:
            chosen = [numbered(one, choices) or (read or _one_of(choices))(one) for one in typed]
            if not chosen or len(set(chosen)) < len(chosen):
                raise Trouble("Name at least one, and each once.")
        except (Trouble, Refusal) as error:
            note(f"  {error.sentence.removeprefix(': ')}")
            continue
        titles = dict(choices)
        note(f"  → {', '.join(titles.get(one) or one for one in chosen)}")
        return chosen


def confirm(question: str) -> bool:
    """Ask yes or no; Enter means no."""
    while True:
        said = ask(f"{question} [y/N]", optional=True)
        if not said:
            return False
        if meant := yes_or_no(said):
            return meant == "yes"
        note(f"  {said[:40]!r} is neither yes nor no.")


def _one_of(choices: Sequence[Choice]) -> Callable[[str], str]:
    def read(said: str) -> str:
        if said not in dict(choices):
            raise Trouble(f"{said[:40]!r} is not one of them.")
        return said

    return read


def numbered(said: str, choices: Sequence[Choice]) -> str:
    """Return the choice that a number names; nothing for any other word."""
    return choices[int(said) - 1][0] if said.isdecimal() and 0 < int(said) <= len(choices) else ""
