"""`escalate directory check`: can everybody be reached?"""

import click

from starter import screen
from starter.commands.directory import directory_file
from starter.errors import PROBLEM
from starter.installation import installation


@click.command("check")
@click.argument("policy")
@click.option(
    "--months",
    type=click.IntRange(0, 120),
    default=12,
    show_default=True,
    help="After how many months somebody should have made sure of a holder again; 0 for never.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, policy: str, months: int, as_json: bool) -> None:
    """Find what is wrong or stale in the directory of POLICY, a name or a file, as of today.

    Looked for are addresses and numbers that cannot work, roles that nobody holds, holders nobody has verified for
    long, bodies that are gone, and names used twice. The exit code is 1 where something is a fault; a warning is for a
    person to judge.

    \b
    Examples:
      escalate directory check lincolnshire
      escalate directory check lincolnshire --months 6 --json
    """
    from adapters.directory import check_directory
    from adapters.directory.file import directory_of
    from starter import case_inputs
    from starter.times import now

    settings = installation()
    name, path, file = directory_file(settings, policy)
    roles = case_inputs.policy(settings, policy).standing_seats
    found = check_directory(directory_of(file), roles, now().date(), months)
    faults = sum(one.severity == "fault" for one in found)
    if as_json:
        screen.as_json(
            {"policy": name, "file": str(path), "edition": file.directory.edition}
            | {"well": not faults, "found": [one.model_dump() for one in found]}
        )
    else:
        said = f"{faults} {'fault' if faults == 1 else 'faults'}" if faults else "no faults"
        screen.say(f"{path}, edition {file.directory.edition}: {said}.", "late" if faults else "good")
        for one in found:
            tone = "late" if one.severity == "fault" else "warning"
            screen.say(f"  {one.severity}: {one.place}: {one.what.rstrip('.')}; {one.mend}.", tone)
    if faults:
        ctx.exit(PROBLEM)
