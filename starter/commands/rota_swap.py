"""`escalate rota swap`: two weeks of a rank change places."""

import click

from starter.commands.rota import rota_to_change
from starter.errors import Trouble
from starter.installation import installation
from starter.written import taken


@click.command("swap")
@click.argument("policy")
@click.option("--rank", required=True, help="Which rank: first, second, deputy, duty-manager.")
@click.option("--week", required=True, metavar="DATE", help="The day on which the one week is handed over.")
@click.option("--with", "other", required=True, metavar="DATE", help="The same of the week it is swapped with.")
@click.option("--why", required=True, metavar="WORDS", help="The reason, without anybody's name: the rota shows it.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(
    ctx: click.Context, policy: str, rank: str, week: str, other: str, why: str, dry_run: bool, as_json: bool
) -> None:
    """Swap two weeks of a rank in the rota of POLICY: whoever has the one takes the other.

    A week is named by the day on which it is handed over. An override in it stays. It is refused where no alert would
    reach one of the two in their new week, or they are not in the service then.

    \b
    Examples:
      escalate rota swap lincolnshire --rank first --week 2026-11-23 --with 2026-12-07 --why "agreed between the two"
      escalate rota swap lincolnshire --rank first --week 2026-11-30 --with 2026-12-14 --why "leave" --dry-run
    """
    from adapters.directory.tables import FileFault
    from adapters.rota.hand_overs import CannotHandOver, compared, swapped, with_swap
    from adapters.rota.rota import WEEK
    from starter import handovers
    from starter.times import now, read_day

    name, place, old, rota = rota_to_change(ctx, installation(), policy, writes=not dry_run)
    why = taken({"why": why})["why"]
    handovers.must_fit(rota, rank, why)
    weeks = read_day(week, "--week"), read_day(other, "--with")
    try:
        swap = swapped(rota, rank, weeks, why, now())
        text, made = with_swap(old, rota, swap, place)
    except (CannotHandOver, FileFault) as error:
        raise Trouble(str(error)) from None
    held = [
        one
        for day in sorted(weeks)
        for one in compared(rota, made, rank, max(rota.handover.on(day), now()), rota.handover.on(day + WEEK))
    ]
    change = handovers.Change(name, place, old, text, rota, made, rank, tuple(held))
    handovers.settle(ctx, change, dry_run=dry_run, as_json=as_json, waiting=[])
