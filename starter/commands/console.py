"""`escalate console`: serve the pages of the office, and those behind the links in notices."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from settings import Settings


@click.command("console", short_help="Serve the pages: of the office, and behind the links in notices.")
@click.option(
    "--in-container", is_flag=True, help="Listen beyond this machine too: only where the port is published on loopback."
)
def command(in_container: bool) -> None:
    """Serve the pages on which the office runs its day, and those behind the links in notices, where alerts are
    acknowledged. People sign in by a link that `escalate sign-in` makes, or at a provider of yours
    (ESCALATION_OIDC_ISSUER).

    It listens on this machine alone, at ESCALATION_CONSOLE_PORT, and speaks no TLS: put a web server of yours before it
    (docs/deployment.md). ESCALATION_CONSOLE_ADDRESS is where people reach it, and ESCALATION_LINK_KEY_FILE holds the
    key that links are signed with; workers must have the same. It runs until SIGTERM or Ctrl-C.

    \b
    Examples:
      escalate console
      ESCALATION_CONSOLE_PORT=8400 escalate console
    """
    import asyncio

    from adapters.logs import set_up_logging
    from services.errors import Trouble
    from services.installation import installation

    try:
        from console.serving import LOOPBACK, PortTaken
    except ImportError:
        raise Trouble("The page needs the extra `console`: install this program with it.") from None
    set_up_logging()
    settings = installation()
    try:
        asyncio.run(_serve(settings, "" if in_container else LOOPBACK))
    except PortTaken as taken:
        raise Trouble(str(taken)) from None


async def _serve(settings: "Settings", host: str) -> None:
    """Serve until stopped; whatever ended it, pause before the process may end."""
    import asyncio

    import structlog

    from console.serving import serving
    from worker import stopping
    from workflows.connection import pause

    stop = asyncio.Event()
    log = structlog.get_logger()
    try:
        with stopping(stop):
            async with serving(settings, host):
                log.info("console_started", port=settings.console.port, sign_in=f"{settings.console.address}/sign-in")
                await stop.wait()
                log.info("console_stopping")
    finally:
        await pause()
