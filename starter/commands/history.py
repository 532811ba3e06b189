"""`escalate history`: everything that happened in one case."""

import click

from services import history
from services.cases import reference
from services.installation import installation
from starter import screen
from starter.spoilt import or_spoilt


@click.command()
@click.argument("ref")
@click.option("--words", is_flag=True, help="Also what people wrote: reasons, plans, what the referral says.")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of lines with all they hold, JSON alone.")
def command(ref: str, words: bool, as_json: bool) -> None:
    """Read everything that happened in the case REF, in the order in which it was entered.

    When it happened, by whom, what became owed, done or not owed any more by it, and between the entries every try to
    send a notice. An entry that was corrected or contested says so; nothing is ever taken out. It reads the register,
    so it works while nothing else runs.

    \b
    Examples:
      escalate history ESC-0000-0000
      escalate history ESC-0000-0000 --words
      escalate history ESC-0000-0000 --json
    """
    settings = installation()
    url, case = settings.register, reference(ref, settings)
    with or_spoilt(url, case):
        _tell(url, case, words=words, as_json=as_json)


def _tell(url: str, case: str, *, words: bool, as_json: bool) -> None:
    lines = history.read_lines(url, case)
    if as_json:
        screen.as_json(lines)
        return
    screen.heading(case)
    screen.table(history.HEADERS, history.rows(lines, words=words), indent=2)
    screen.say()
    screen.say(f"What a numbered duty is, and how its deadline came about: {screen.program()} explain {case} NUMBER")
