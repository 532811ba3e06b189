"""`escalate directory`: its commands lie in files of their own."""

from typing import TYPE_CHECKING

import click

from starter.cli import Commands
from starter.errors import Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.directory.shape import DirectoryFile
    from settings import Settings

COMMANDS = {
    "check": ("directory_check", "Find addresses that cannot work, empty seats and stale entries."),
    "export": ("directory_export", "Write every holder into a sheet."),
    "import": ("directory_import", "Take a sheet over, shown first."),
    "add-guest": ("directory_add_guest", "Reach somebody with no place in the directory, in one case."),
    "remove-guest": ("directory_remove_guest", "Delete the address of such a person."),
}


@click.group(cls=Commands, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """See and check who holds which role. directories/README.md says how to write a directory.

    \b
    Examples:
      escalate directory check lincolnshire
      escalate directory export lincolnshire --csv holders.csv
      escalate directory import lincolnshire holders.csv
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def directory_file(settings: "Settings", policy: str) -> "tuple[str, Path, DirectoryFile]":
    """Return a policy's id, the file that its directory is written in, and what that says. Raises Trouble."""
    from adapters.directory.file import KIND, read_directory
    from adapters.directory.tables import FileFault, source_of
    from starter import case_inputs

    name = case_inputs.policy_path(settings, policy).stem
    try:
        place = source_of(case_inputs.directory_path(settings, name), KIND)
        return name, place, read_directory(place)
    except FileFault as fault:
        raise Trouble(f"The directory of {name} cannot be used. {fault}") from None


def directory_to_change(
    ctx: click.Context, settings: "Settings", policy: str, *, writes: bool
) -> "tuple[str, Path, str, DirectoryFile]":
    """Return what `directory_file` does, with the text of the file before what that says.

    With *writes* nobody else changes it until the command ends. Raises Trouble, and NotWritten where another one keeps
    it.
    """
    from adapters.directory.file import KIND, directory_in
    from adapters.directory.tables import FileFault, read_text
    from adapters.files import one_at_a_time

    name, place, _ = directory_file(settings, policy)
    if writes:
        ctx.with_resource(one_at_a_time(place))
    try:
        text = read_text(place, KIND)
        return name, place, text, directory_in(text, place)
    except FileFault as fault:
        raise Trouble(f"The directory of {name} cannot be used. {fault}") from None
