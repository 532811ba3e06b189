"""`escalate move-on`: let running cases go on in a new run, so that the newest version alone has to know them."""

from typing import TYPE_CHECKING

import click

from services.cases import reference
from services.errors import BAD_INPUT, Trouble
from services.installation import installation
from services.remarks import note
from services.stores import count_of
from starter import screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settings import Settings


@click.command()
@click.argument("ref", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every case that Temporal runs.")
@click.option(
    "--wait",
    "seconds",
    type=click.FloatRange(0, 86_400),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait and see which have moved on; 0 asks and does not wait.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, every: bool, seconds: float, as_json: bool) -> None:
    """Ask the case REF, or every running case, to go on in a new run: after a new version has been put in place.

    Nothing changes in the case, and nobody is told. It goes on at its next quiet moment, when all that it has decided
    is recorded and sent; one that waits for the register or the post goes on later, by itself. From then on Temporal
    holds nothing of it that an older version has left, and the older version is not needed any more.

    \b
    Examples:
      escalate move-on ESC-0000-0000
      escalate move-on --all
      escalate move-on --all --wait 600 --json
    """
    from services import temporal_client

    settings = installation()
    if bool(ref) == every:
        raise click.UsageError("Give the reference of one case, or --all.")
    cases = None if every else [reference(ref, settings)]
    moved, waiting = temporal_client.run(lambda: _ask(settings, cases, seconds))
    if as_json:
        screen.as_json({"moved_on": list(moved), "not_yet": list(waiting)})
    else:
        _tell(moved, waiting)


async def _ask(settings: "Settings", cases: list[str] | None, seconds: float) -> "tuple[Sequence[str], Sequence[str]]":
    from services import temporal_client
    from workflows import moving_on

    async with temporal_client.connected(settings) as client:
        wanted = await moving_on.running(client, settings.task_queue) if cases is None else cases
        asked = await moving_on.ask(client, wanted)
        for case in set(cases or ()) - set(asked):
            raise Trouble(f"Temporal runs no case {case}: `escalate show {case}` says where it stands.", BAD_INPUT)
        return await moving_on.moved(client, asked, seconds, _Progress(len(asked)))


class _Progress:
    """Says how far it has come, on a line of its own each time that more have moved on."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._last = -1

    def __call__(self, count: int) -> None:
        if count != self._last and self._total > 1:
            note(f"{count} of {self._total} cases have moved on.")
        self._last = count


def _tell(moved: "Sequence[str]", waiting: "Sequence[str]") -> None:
    if not (moved or waiting):
        screen.say("Temporal runs no case: there is nothing to move on.")
        return
    if moved:
        screen.say(f"In a new run now: {count_of(len(moved))}.", "good")
    if waiting:
        screen.say(
            f"Asked, and not there yet: {count_of(len(waiting))}. Each goes on at its next quiet moment, by itself:"
        )
        for case in waiting:
            screen.say(f"  {case}")
