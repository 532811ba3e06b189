"""`escalate decrypt` and its commands: reading on Temporal's page what is encrypted there."""

from typing import TYPE_CHECKING

import click

from services.errors import Trouble
from services.installation import installation
from starter import access, screen
from starter.cli import Group

if TYPE_CHECKING:
    from settings import Settings

COMMANDS = {
    "serve": "Answer Temporal's page for those who have signed in.",
    "link": "Make a link by which you sign in, once.",
}


@click.group("decrypt", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Let authorised people read on Temporal's own page what is encrypted there.

    Temporal calls what `serve` is a codec server. It answers that page alone, and only those who have signed in by a
    link that they made in a terminal; what each of them reads is in the record of reads. docs/access.md says how.

    \b
    Examples:
      escalate decrypt serve
      escalate decrypt link
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("serve")
def serve() -> None:
    """Answer Temporal's page, on this machine alone, at ESCALATION_DECRYPT_PORT, until SIGTERM or Ctrl-C.

    It needs the keys of encryption, and speaks no TLS: put a web server of yours before it where Temporal's page stands
    on another machine, and name that page in ESCALATION_TEMPORAL_PAGE.

    \b
    Examples:
      escalate decrypt serve
      ESCALATION_TEMPORAL_PAGE=https://temporal.example.org escalate decrypt serve
    """
    import asyncio

    from adapters.keyring import KeysFault
    from adapters.logs import set_up_logging

    try:
        from console.serving import PortTaken
    except ImportError:
        raise Trouble("It needs the extra `console`: install this program with it.") from None
    set_up_logging()
    settings = installation()
    try:
        asyncio.run(_serve(settings))
    except (PortTaken, KeysFault) as fault:
        raise Trouble(str(fault)) from None


async def _serve(settings: "Settings") -> None:
    import asyncio

    import structlog

    from console.serving import decrypting
    from worker import stopping

    stop = asyncio.Event()
    log = structlog.get_logger()
    with stopping(stop):
        async with decrypting(settings):
            log.info("decrypting_started", port=settings.decrypt.port)
            await stop.wait()
            log.info("decrypting_stopping")


@command.command("link")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def link(as_json: bool) -> None:
    """Make a link by which you sign in to `decrypt serve`, in the browser in which you have Temporal's page.

    It is good once and for five minutes; whoever has it is taken for you. You are then signed in for eight hours.

    \b
    Examples:
      escalate decrypt link
    """
    from adapters.keyring import Keyring, KeysFault
    from adapters.people.passes import new_pass
    from services.times import now

    settings = installation()
    try:
        keyring = Keyring(settings.encryption_keys)
    except KeysFault as fault:
        raise Trouble(str(fault)) from None
    given = new_pass(keyring, access.typist(settings).person.account, "decrypt", now())
    address = f"{settings.decrypt.address}/sign-in/{given}"
    if as_json:
        screen.as_json({"link": address, "server": settings.decrypt.address})
        return
    screen.say("Open this within five minutes, in the browser in which you have Temporal's page:")
    screen.say(f"  {address}")
    screen.say("Then, in Temporal's page, open the settings of the codec server (at the top, the glasses), and give:")
    screen.say(f"  {settings.decrypt.address}")
    screen.say("and let it include cross-origin credentials.")
