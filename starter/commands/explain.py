"""`escalate explain`: how each deadline of a case came about."""

from typing import TYPE_CHECKING

import click

from services.errors import Trouble
from services.installation import installation
from starter import screen

if TYPE_CHECKING:
    from domain.case.state import Escalation
    from domain.views.explanation import Explained

WIDTH = 13
"""Of the names before what is said."""


@click.command()
@click.argument("ref")
@click.argument("words", nargs=-1, metavar="[DUTY]…")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of duties, JSON alone on stdout.")
def command(ref: str, words: tuple[str, ...], as_json: bool) -> None:
    """Explain each deadline of the case REF: the rule, what the clock runs from, each day counted or skipped, and why.

    DUTY is the number that `escalate show` gives, or words of the act, the step or the rule; without it everything
    that is owed, done or was late is explained. It is worked out from the record alone, so it works while nothing else
    runs.

    \b
    Examples:
      escalate explain ESC-0000-0000
      escalate explain ESC-0000-0000 3
      escalate explain ESC-0000-0000 written follow-up --json
    """
    from services.cases import reference
    from starter.spoilt import or_spoilt

    settings = installation()
    ref = reference(ref, settings)
    with or_spoilt(settings.register, ref):
        _explain(settings.register, ref, words, as_json=as_json)


def _explain(url: str, ref: str, words: tuple[str, ...], *, as_json: bool) -> None:
    from domain.views.explanation import explain
    from services.explained import chosen
    from services.on_record import case_on_record

    case = case_on_record(url, ref)
    known = explain(case)
    found = chosen(known, " ".join(words))
    if not found and words:
        raise Trouble(_unknown(case.case, known, " ".join(words)))
    if as_json:
        screen.as_json([one.model_dump(mode="json") for one in found])
        return
    screen.say(f"{case.case}: {case.policy.title} ({case.policy.id}, edition {case.policy.edition_in_full})")
    screen.say(f"Calendar {case.calendar.edition}: {case.calendar.source}")
    for one in found:
        _tell(case, one)
    if not found:
        screen.say("Nothing is owed in this case, and nothing was done.")


def _unknown(case: str, known: "tuple[Explained, ...]", words: str) -> str:
    there = f"its duties are numbered 1 to {len(known)}" if known else "it has none yet"
    return f"No duty of {case} is {words[:60]!r}: {there}; `escalate show {case}` lists what is owed."


def _tell(case: "Escalation", one: "Explained") -> None:
    from services.explained import lines_of

    screen.heading(f"{one.number}  {one.what}, by {one.by}: {one.due_words}")
    for name, said in lines_of(case, one):
        line = f"  {f'{name}:' if name else '':{WIDTH}} {said}"
        tone = "late" if said.startswith("OVERDUE") else "warning" if name in {"Our reading", "Left open"} else ""
        screen.say(screen.wrapped(line, " " * (WIDTH + 3)), tone)
