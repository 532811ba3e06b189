"""`escalate find`: cases by a word in them, or by an agency's own number."""

import sys

import click

from adapters.register import reading
from services.errors import PROBLEM, Trouble
from services.finding import OWN_RECORD, Found, Locked, Place, find
from services.installation import installation
from services.rows import Row
from services.stores import count_of
from starter import access, screen
from starter.progress import progress

HEADERS = ("case", "their record", "policy", "stage", "where it stands")
_MOST = 4
"""Places of a case that are shown on a screen."""


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--open", "only_open", is_flag=True, help="Only cases that are open.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(words: tuple[str, ...], only_open: bool, as_json: bool) -> int | None:
    """Find cases by the raising agency's own number, or by any words that people wrote in them.

    Each of WORDS must stand in the case; put what belongs together into quotes. Capitals do not matter. It says which
    case and which entry, never what stands there: `history REF --words` shows that. Only cases that your role may see
    are looked through. That you looked is on record, and how many cases it held; what you looked for is not.

    What is typed here is seen by everybody on this machine who lists its processes: give - to be asked for it, or to
    have it read from standard input.

    \b
    Examples:
      escalate find EXAMPLE-0001
      escalate find "daily contact" school --open
      escalate find - < words.txt
    """
    settings = installation()
    wanted = _asked() if words == ("-",) else [word for word in words if word.strip()]
    if not wanted:
        raise Trouble("Say what to look for: a number, or words that stand in the case.")
    cases = access.visible(settings, reading.list_cases(settings.register, include_closed=not only_open))
    found: list[Found] = []
    locked: list[Locked] = []
    with progress("Cases looked through", len(cases)) as one_more:
        for one in find(settings.register, cases, wanted):
            one_more()
            if isinstance(one, Locked):
                locked.append(one)
            elif one is not None:
                found.append(one)
    access.listed(settings, "find", {"open": "yes" if only_open else ""}, len(found), exported=as_json)
    if as_json:
        screen.as_json(
            {
                "found": [one._asdict() | {"places": [place._asdict() for place in one.places]} for one in found],
                "not_read": [one._asdict() for one in locked],
            }
        )
        return PROBLEM if locked else None
    if found:
        rows = [(one.case, one.own_record, one.policy, one.stage, _where(one.places)) for one in found]
        screen.table(HEADERS, [Row(row) for row in rows])
    else:
        screen.say(f"Nothing of that stands in {count_of(len(cases))} that you may see.")
    for one in locked:
        screen.say(f"Not looked through: {one.why}", "late")
    return PROBLEM if locked else None


def _asked() -> list[str]:
    text = click.prompt("What to look for") if sys.stdin.isatty() else sys.stdin.read()
    return [line for line in map(str.strip, str(text).splitlines()) if line]


def _where(places: tuple[Place, ...]) -> str:
    said = [f"entry {one.entry} ({one.name})" if one.entry else OWN_RECORD for one in places]
    more = f" and {len(said) - _MOST} more" if len(said) > _MOST else ""
    return ", ".join(said[:_MOST]) + more
