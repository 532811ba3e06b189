"""`escalate watch`: looks from outside, by the register alone, whether the program itself left anything undone."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.rows import Row
from starter import screen

if TYPE_CHECKING:
    from adapters.watch.rounds import Report, Watch
    from settings import Settings


@click.command("watch", short_help="See that nothing is left undone, and tell it by another channel.")
@click.option("--once", is_flag=True, help="Go round once. The exit code is 1 where anything was found.")
@click.option("--every", type=click.IntRange(5, 300), help="Seconds between two rounds.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Write each alarm into this folder.")
@click.option("--mail-host", metavar="HOST[:PORT]", default="", help="Mail each alarm by this host; needs --to.")
@click.option("--to", metavar="ADDRESS", default="", help="The one e-mail address that is told.")
@click.option("--webhook", metavar="URL", default="", help="Send each alarm there as JSON.")
@click.option("--ping", metavar="URL", default="", help="Call this address after each sound round.")
@click.option("--json", "as_json", is_flag=True, help="With --once, for programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, /, once: bool, every: int | None, as_json: bool, **said: str | Path | None) -> None:
    """See that nothing is left undone: deadlines that nobody took, alerts that reached nobody, nobody on call.

    It runs beside the worker, best on another machine, and reads the register alone, so that it goes on when Temporal
    and every worker are gone. Each thing it finds is told when found, again each hour, and when it is mended. Each
    option stands over its setting, ESCALATION_WATCH_…; docs/settings.md lists them. It runs until SIGTERM or Ctrl-C.

    \b
    Examples:
      escalate watch --folder /var/spool/escalation
      escalate watch --mail-host mail2.example.org:587 --to systems@example.org
      escalate watch --ping https://switch.example.org/escalation
      escalate watch --once --json
    """
    from adapters.logs import set_up_logging
    from services.errors import PROBLEM, Trouble
    from services.installation import installation
    from services.times import now
    from starter.watching import channels_of, watch_of

    if as_json and not once:
        raise Trouble("--json goes with --once: a watch that runs on has its log.")
    set_up_logging()
    settings = _with(installation(), every, said)
    watch = watch_of(settings, every_seconds=0 if once else settings.watch.every_seconds)
    if once:
        report = watch.round(now())
        _show(report, as_json=as_json)
        ctx.exit(PROBLEM if report.found else 0)
    if not channels_of(settings):
        raise Trouble(
            "The watch has no way to tell what it finds: give --folder, --mail-host with --to, or --webhook, or their "
            "settings (ESCALATION_WATCH_FOLDER …)."
        )
    _go_round(watch, settings.watch.every_seconds)


def _with(settings: "Settings", every: int | None, said: "dict[str, str | Path | None]") -> "Settings":
    """Return the settings with what was typed over them. Raises SettingsFaulty and Trouble."""
    from services.errors import Trouble
    from settings import web_address

    host, _, port = str(said["mail_host"]).partition(":")
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise Trouble(f"--mail-host {said['mail_host']!r} cannot be used: write a name, or a name, a colon and a port.")
    old = settings.watch
    folder = said["folder"]
    new = replace(
        old,
        every_seconds=every or old.every_seconds,
        folder=folder.expanduser().absolute() if isinstance(folder, Path) else old.folder,
        smtp_host=host or old.smtp_host,
        smtp_port=int(port) if port else old.smtp_port,
        to=str(said["to"]) or old.to,
        webhook=web_address("--webhook", str(said["webhook"])) or old.webhook,
        ping=web_address("--ping", str(said["ping"])) or old.ping,
    )
    return replace(settings, watch=new)


def _go_round(watch: "Watch", every: int) -> None:
    """Go round until SIGTERM or Ctrl-C; a round that has begun is finished first."""
    import asyncio
    import contextlib
    import signal

    import structlog

    from services.times import now

    async def rounds() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        structlog.get_logger().info("watch_started", every_seconds=every)
        while not stop.is_set():
            report = await asyncio.to_thread(watch.round, now())
            structlog.get_logger().info("watch_round", found=len(report.found), sound=report.is_sound)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every)
        structlog.get_logger().info("watch_stopping")

    asyncio.run(rounds())


def _show(report: "Report", *, as_json: bool) -> None:
    if as_json:
        found = [
            {"reference": one.ref, "what": one.what, "case": one.case, "says": one.says, "mend": one.mend}
            for one in report.found
        ]
        screen.as_json({"sound": report.is_sound, "ping": report.ping, "found": found})
    elif not report.found:
        screen.say("Nothing was found.", "good")
    else:
        screen.table(("", ""), [Row((one.what, f"{one.says} {one.mend}"), "late") for one in report.found])
