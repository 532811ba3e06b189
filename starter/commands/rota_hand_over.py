"""`escalate rota hand-over`: a colleague takes a rank for a time."""

from datetime import timedelta

import click

from starter.commands.rota import rota_of, rota_to_change
from starter.errors import Trouble
from starter.installation import installation
from starter.written import taken


@click.command("hand-over")
@click.argument("policy")
@click.option("--rank", required=True, help="Which rank: first, second, deputy, duty-manager.")
@click.option("--to", required=True, metavar="HANDLE", help="Who takes it, by the handle of the rota.")
@click.option("--until", required=True, metavar="TIME", help="Until when: `2026-11-24 09:00`, `tomorrow 9am`.")
@click.option("--from", "since", default="", metavar="TIME", help="From when; now where it is left out.")
@click.option("--why", required=True, metavar="WORDS", help="The reason, without anybody's name: the rota shows it.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(
    ctx: click.Context, policy: str, rank: str, to: str, until: str, since: str, why: str, dry_run: bool, as_json: bool
) -> None:
    """Hand a rank of the rota of POLICY over to a colleague for a time: it is written as an override.

    Who has the rank before and after is shown, and the alerts that nobody has acknowledged: tell your colleague of
    them. It is refused where no alert would reach the colleague, or they are not in the service then. Times are on
    the clocks of the rota's zone.

    \b
    Examples:
      escalate rota hand-over lincolnshire --rank first --to staff-1004 --until "2026-11-24 09:00" --why "ill today"
      escalate rota hand-over lincolnshire --rank second --to staff-1005 --from "2026-12-01 09:00" \\
        --until "2026-12-03 09:00" --why "training days" --dry-run
    """
    from adapters.directory.tables import FileFault
    from adapters.rota.file import rota_source
    from adapters.rota.hand_overs import CannotHandOver, Change, changed, compared, handed_over
    from starter import handovers
    from starter.times import now, read_time

    settings = installation()
    _, path, rota = rota_of(settings, policy)
    why = taken({"why": why})["why"]
    handovers.must_fit(rota, rank, why)
    starts = read_time(since, "--from", rota.about.zone, ahead=True) if since else now().replace(microsecond=0)
    if starts < now() - timedelta(minutes=1):
        raise Trouble("--from lies in the past: leave it out to hand over now.")
    ends = read_time(until, "--until", rota.about.zone, ahead=True)
    waiting = handovers.alerts_waiting(settings, handovers.policies_of(settings, rota_source(path)))
    # The register may be slow to answer: nobody else is kept waiting for that.
    name, place, old, rota = rota_to_change(ctx, settings, policy, writes=not dry_run)
    try:
        override = handed_over(rota, rank, to, starts, ends, why)
        text, made = changed(old, rota, [Change("added", 0, None, override)], place)
    except (CannotHandOver, FileFault) as error:
        raise Trouble(str(error)) from None
    held = compared(rota, made, rank, starts, ends)
    change = handovers.Change(name, place, old, text, rota, made, rank, held)
    handovers.settle(ctx, change, dry_run=dry_run, as_json=as_json, waiting=waiting)
