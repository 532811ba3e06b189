"""`escalate letter` and its commands: links of letters that must open nothing any more, and letters that were lost."""

from typing import TYPE_CHECKING

import click

from services.errors import Trouble
from services.installation import installation
from starter import screen
from starter.cli import Group

if TYPE_CHECKING:
    from domain.base.people import Actor
    from settings import Settings

COMMANDS = {
    "revoke": "Let the links of a seat's letters open nothing any more.",
    "again": "Send a seat its page again, to the directory's address.",
}
_SEAT = "A seat of the case: ROLE@AGENCY, or the ROLE alone of a seat of the partnership."


@click.group("letter", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Links of letters: call back those that fell into wrong hands, and send a letter again that was lost.

    A link opens one case for one seat. Whoever has it may read that page and acknowledge an alert; to record more they
    need a code that goes to the seat's own addresses.

    \b
    Examples:
      escalate letter revoke ESC-0000-0000 --seat practitioner@police
      escalate letter again ESC-0000-0000 --seat practitioner@police
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("revoke", short_help=COMMANDS["revoke"])
@click.argument("ref")
@click.option("--seat", required=True, metavar="ROLE@AGENCY", help=_SEAT)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def revoke(ref: str, seat: str, as_json: bool) -> None:
    """Let the links of every letter that a seat has had in the case REF open nothing any more, at once.

    Letters about what happens later have links of their own, which open. Who sits in the seat now may have one sent
    from the page of a link that was called back, or by `escalate letter again`: it goes to the directory's address.

    \b
    Examples:
      escalate letter revoke ESC-0000-0000 --seat practitioner@police
      escalate letter revoke ESC-0000-0000 --seat on-call
    """
    settings, case, at, by = _asked(ref, seat)
    from services import letters

    entry = letters.revoke(settings, case, at, by)
    if as_json:
        screen.as_json({"case": case, "role": at.role, "agency": at.agency, "up_to_entry": entry})
        return
    screen.say(f"Links of letters to {seat} up to entry {entry} of {case} open nothing any more.")
    screen.say(f"To send that seat a new one:  {screen.program()} letter again {case} --seat {seat}")


@command.command("again", short_help=COMMANDS["again"])
@click.argument("ref")
@click.option("--seat", required=True, metavar="ROLE@AGENCY", help=_SEAT)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def again(ref: str, seat: str, as_json: bool) -> None:
    """Send a seat a letter with a new link to its page in the case REF.

    It goes to the addresses that the directory has for the seat now, and to no other: mend the directory first where
    somebody else sits there.

    \b
    Examples:
      escalate letter again ESC-0000-0000 --seat practitioner@police
      escalate letter again ESC-0000-0000 --seat on-call --json
    """
    settings, case, at, by = _asked(ref, seat)
    from services import letters

    channel = letters.send_again(settings, case, at, by)
    if as_json:
        screen.as_json({"case": case, "role": at.role, "agency": at.agency, "channel": channel})
        return
    screen.say(f"A letter with a new link went to {seat} ({channel}).")


def _asked(ref: str, seat: str) -> "tuple[Settings, str, Actor, str]":
    """Read what was typed, and see that whoever types may speak for that seat. Raises Trouble."""
    from services.cases import reference
    from services.messages import read_seat
    from services.names import namer
    from services.rights import must_speak_for
    from starter import access

    settings = installation()
    if not settings.console.address:
        raise Trouble("Letters carry no links here: ESCALATION_CONSOLE_ADDRESS is not set.")
    case = reference(ref, settings)
    at = read_seat(seat, "--seat", namer(settings, case))
    who = access.typist(settings).person
    must_speak_for(who, at.agency, at.role)
    return settings, case, at.but(person=""), who.who
