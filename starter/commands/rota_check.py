"""`escalate rota check`: is somebody on call, and can they be reached?"""

import click

from starter import screen
from starter.commands.rota import rota_of
from starter.errors import PROBLEM
from starter.installation import installation


@click.command("check")
@click.argument("policy")
@click.option("--weeks", type=click.IntRange(1, 104), default=12, show_default=True, help="How far to look ahead.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, policy: str, weeks: int, as_json: bool) -> None:
    """Find what is wrong with the rota of POLICY, a name or a file, from now on.

    Looked for are times at which nobody is on call, people whom nothing reaches, who have left, or who are on call
    twice at once, and overrides that would leave nobody at all: those are passed over when an alert goes out.
    The exit code is 1 where something is a fault; a warning is for a person to judge.

    \b
    Examples:
      escalate rota check lincolnshire
      escalate rota check lincolnshire --weeks 26 --json
    """
    from adapters.rota import check_rota
    from starter.times import now

    name, path, rota = rota_of(installation(), policy)
    found = check_rota(rota, now(), weeks)
    faults = sum(one.severity == "fault" for one in found)
    if as_json:
        screen.as_json(
            {"policy": name, "file": str(path), "edition": rota.about.edition, "weeks": weeks}
            | {"well": not faults, "found": [one.model_dump() for one in found]}
        )
    else:
        said = f"{faults} {'fault' if faults == 1 else 'faults'}" if faults else "no faults"
        screen.say(
            f"{path}, edition {rota.about.edition}: {said} in the next {weeks} weeks.", "late" if faults else "good"
        )
        for one in found:
            tone = "late" if one.severity == "fault" else "warning"
            screen.say(f"  {one.severity}: {one.place}: {one.what}; {one.mend}.", tone)
    if faults:
        ctx.exit(PROBLEM)
