"""`escalate history`: everything that happened in one case."""

import click

from adapters.register import reading
from starter import chronicle, screen
from starter.cases import reference, unknown
from starter.installation import installation


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
    entries = reading.read_entries(url, case)
    if not entries:
        raise unknown(case)
    found = reading.read_case(url, case)
    lines = chronicle.chronicle(entries, reading.read_attempts(url, case), found["view"]["owed"] if found else ())
    if as_json:
        screen.as_json(lines)
        return
    screen.heading(case)
    screen.table(chronicle.HEADERS, chronicle.rows(lines, words=words), indent=2)
    screen.say()
    screen.say(f"What a numbered duty is, and how its deadline came about: {screen.program()} explain {case} NUMBER")
