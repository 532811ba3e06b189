"""`escalate rota`: its commands lie in files of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from starter.cli import Commands
from starter.errors import Trouble

if TYPE_CHECKING:
    from adapters.rota import Rota
    from settings import Settings

COMMANDS = {
    "check": ("rota_check", "Find gaps and people who cannot be reached."),
    "show": ("rota_show", "See who is on call, until when, and why."),
    "export": ("rota_export", "Write one person's turns for their diary."),
    "import": ("rota_import", "Take overrides over from a calendar file."),
    "hand-over": ("rota_hand_over", "Let a colleague take a rank for a time."),
    "swap": ("rota_swap", "Swap two weeks of a rank."),
}


@click.group(cls=Commands, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """See, check and change who is on call. directories/README.md says how to write a rota.

    \b
    Examples:
      escalate rota show lincolnshire
      escalate rota check lincolnshire --weeks 12
      escalate rota export lincolnshire --person staff-1001
      escalate rota hand-over lincolnshire --rank first --to staff-1004 --until "2026-11-24 09:00" --why "ill today"
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def rota_of(settings: "Settings", policy: str) -> "tuple[str, Path, Rota]":
    """Return a policy's id, its rota's file and the rota. Raises Trouble where there is none that can be used."""
    from adapters.rota import RotaFault, load_rota

    name, path = _path_of(settings, policy)
    try:
        return name, path, load_rota(path)
    except RotaFault as fault:
        raise Trouble(f"The rota of {name} cannot be used. {fault}") from None


class Changeable(NamedTuple):
    """A rota that is to be changed, as its file says it."""

    policy: str
    place: Path
    """The file that is written: another rota's, where this one has its own `same_as`."""
    text: str
    rota: "Rota"


def rota_to_change(ctx: click.Context, settings: "Settings", policy: str, *, writes: bool) -> Changeable:
    """Read a rota that is to be changed. With *writes* nobody else changes it until the command ends.

    Raises Trouble where there is none that can be used, NotWritten where another one keeps it.
    """
    from adapters.directory.tables import FileFault
    from adapters.files import one_at_a_time
    from adapters.rota.file import read_rota, rota_source

    name, path = _path_of(settings, policy)
    try:
        place = rota_source(path)
        if writes:
            ctx.with_resource(one_at_a_time(place))
        text, rota = read_rota(place)
    except FileFault as fault:
        raise Trouble(f"The rota of {name} cannot be used. {fault}") from None
    return Changeable(name, place, text, rota)


def _path_of(settings: "Settings", policy: str) -> tuple[str, Path]:
    from adapters.rota import rota_path
    from starter import case_inputs

    name = case_inputs.policy_path(settings, policy).stem
    path = rota_path(settings.directories, name)
    if not path.is_file():
        raise Trouble(f"{name} has no rota: write {path}. directories/README.md says how.")
    return name, path
