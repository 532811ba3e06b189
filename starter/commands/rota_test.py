"""`escalate rota test`: does the telephone of somebody on call ring?"""

import click

from services.errors import PROBLEM
from services.installation import installation
from services.rotas import rota_of
from services.rows import Row
from starter import access, screen

HEADERS = ("as", "taken by", "")


@click.command("test")
@click.argument("policy")
@click.option("--person", default="", metavar="HANDLE", help="Whose telephone; your own where it is left out.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def test(ctx: click.Context, policy: str, person: str, as_json: bool) -> None:
    """Send a test alert to somebody in the rota of POLICY, by each of their ways: it asks whether it rang.

    It says that it is a test, and names no case. The link in it leads to a page with two buttons; what is pressed there
    is kept, and `escalate rota check` names those of whom none is known to have rung for 90 days. While training it
    goes into the outbox, as every notice does. The exit code is 1 where some way did not take it.

    \b
    Examples:
      escalate rota test lincolnshire
      escalate rota test lincolnshire --person staff-1001
    """
    from services.times import now
    from services.trial_alerts import send_test_alert

    settings = installation()
    name, _, found = rota_of(settings, policy)
    handle = person or access.typist(settings).person.stands_as
    sent = send_test_alert(settings, found, handle, now())
    if as_json:
        screen.as_json({"policy": name, "person": handle, "sent": [one._asdict() for one in sent]})
    else:
        rows = [
            Row((one.way, one.taken_by or "NOTHING", one.why_not), "good" if one.taken_by else "late") for one in sent
        ]
        screen.table(HEADERS, rows)
        screen.say(f"Ask {handle} to press on the page behind the link whether it rang.")
    if any(not one.taken_by for one in sent):
        ctx.exit(PROBLEM)
