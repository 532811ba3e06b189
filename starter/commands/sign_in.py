"""`escalate sign-in`: a link by which whoever types signs in to the pages, once."""

from typing import TYPE_CHECKING

import click

from services.errors import Trouble
from services.installation import installation
from starter import access, screen

if TYPE_CHECKING:
    from settings import Settings


@click.command("sign-in")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(as_json: bool) -> None:
    """Make a link by which you sign in to the pages, as the account that you type under.

    It is good once and for five minutes; whoever has it is taken for you. You are signed out after half an hour
    without a page. `escalate console`, or `escalate up`, serves the pages.

    \b
    Examples:
      escalate sign-in
      escalate sign-in --json
    """
    link = link_for(installation())
    if as_json:
        screen.as_json({"link": link})
        return
    screen.say("Open this within five minutes, in your browser:")
    screen.say(f"  {link}")


def link_for(settings: "Settings") -> str:
    """Return a link good once and for five minutes, for whoever types. Raises Trouble where there are no keys."""
    from adapters.keyring import Keyring, KeysFault
    from adapters.people.passes import new_pass
    from services.times import now

    try:
        keyring = Keyring(settings.encryption_keys)
    except KeysFault as fault:
        raise Trouble(str(fault)) from None
    address = settings.console.address or f"http://127.0.0.1:{settings.console.port}"
    return f"{address}/sign-in/once/{new_pass(keyring, access.typist(settings).person.account, 'console', now())}"
