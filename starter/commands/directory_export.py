"""`escalate directory export`: every holder in a sheet."""

import click

from starter import screen
from starter.commands.directory import directory_file
from starter.installation import installation


@click.command("export")
@click.argument("policy")
@click.option(
    "--csv",
    "sheet",
    type=click.Path(dir_okay=False),
    default="",
    metavar="FILE",
    help="Where to write it; else on the screen.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: the holders as JSON alone on stdout.")
def command(policy: str, sheet: str, as_json: bool) -> None:
    """Write every holder in the directory of POLICY into a sheet (CSV), to be changed in a spreadsheet and taken back.

    The sheet holds addresses: keep it where the directory may be kept.

    \b
    Examples:
      escalate directory export lincolnshire --csv holders.csv
      escalate directory export lincolnshire --json
    """
    from pathlib import Path

    from adapters.directory.sheet import seats_of, write_sheet
    from adapters.files import write_whole

    _, _, file = directory_file(installation(), policy)
    seats = seats_of(file)
    text = write_sheet(file)
    if sheet:
        write_whole(Path(sheet), text)
    if as_json:
        screen.as_json([{"agency": agency, **seat.model_dump(mode="json", by_alias=True)} for agency, seat in seats])
    elif sheet:
        screen.say(f"{sheet}: {len(seats)} holders.", "good")
    else:
        screen.exported(text)
