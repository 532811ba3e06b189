"""`escalate rota export`: one person's turns for their own diary."""

from contextlib import suppress
from datetime import timedelta

import click

from starter import screen
from starter.commands.rota import rota_of
from starter.errors import Trouble
from starter.installation import installation


@click.command("export")
@click.argument("policy")
@click.option("--person", required=True, metavar="HANDLE", help="Whose turns, by the handle of the rota.")
@click.option("--weeks", type=click.IntRange(1, 104), default=26, show_default=True, help="How far to look ahead.")
@click.option(
    "--out", type=click.Path(dir_okay=False), default="", metavar="FILE", help="Where to write it; else on the screen."
)
@click.option("--json", "as_json", is_flag=True, help="For programs: the turns as JSON alone on stdout.")
def command(policy: str, person: str, weeks: int, out: str, as_json: bool) -> None:
    """Write the turns of one person in the rota of POLICY as an iCalendar file, which every diary can take over.

    A later file takes the place of those before it: a turn that was moved is moved, and one that was given away is in
    it as called off. Write to the same FILE each time, and what it had before and is not theirs any more is too.

    \b
    Examples:
      escalate rota export lincolnshire --person staff-1001 --out staff-1001.ics
      escalate rota export lincolnshire --person staff-1001 --weeks 52 --json
    """
    from pathlib import Path

    from adapters.files import write_whole
    from adapters.rota import RotaFault
    from adapters.rota.calendar_file import calendar_file, given_away, gone_since, turns_of
    from adapters.rota.events import read_events
    from starter.times import now

    name, _, rota = rota_of(installation(), policy)
    if person not in rota.people:
        raise Trouble(
            f"--person: nobody in the rota has the handle {person[:60]!r}. They are: {', '.join(rota.people)}."
        )
    span = now(), now() + timedelta(weeks=weeks)
    entries = (*turns_of(rota, person, *span), *given_away(rota, person, *span))
    with suppress(RotaFault):  # what is no calendar of ours is written over
        before = read_events(Path(out)) if out and Path(out).exists() else ()
        entries += tuple(gone_since(before, name, person, {one.uid(name) for one in entries}, *span))
    turns = [one.turn for one in entries if one.turn and one.until > now()]
    text = calendar_file(name, entries, now()).decode()
    if out:
        write_whole(Path(out), text)
    if as_json:
        screen.as_json([turn.model_dump(mode="json", exclude={"channels"}) for turn in turns])
    elif out:
        screen.say(
            f"{out}: {len(turns)} {'turn' if len(turns) == 1 else 'turns'} of {person} in the next {weeks} weeks.",
            "good",
        )
    else:
        screen.exported(text)
    if not turns:
        screen.note(f"{person} has no turn in the next {weeks} weeks.")
