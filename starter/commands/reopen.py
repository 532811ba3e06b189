"""`escalate reopen`: a dispute that had ended goes on."""

from typing import Any
from uuid import uuid4

import click

from starter.answers import tell
from starter.cases import reference
from starter.command_options import texts
from starter.installation import installation
from starter.privacy import must_name_nobody
from starter.referrals import check_lengths
from starter.written import HELP, taken


@click.command(epilog=HELP)
@click.argument("ref")
@click.option("--by", default="", metavar="AGENCY", help="Agency of whoever reopens it.")
@click.option("--role", required=True, metavar="ROLE", help="Their role: practitioner, line-manager, slo …")
@click.option("--person", default="", metavar="HANDLE", help="A staff number, never a name.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it goes on.")
@click.option("--at", default="", metavar="TIME", help="When it was said, if not now: `today 15:00`, `friday 3pm`.")
@click.option("--id", "id_", default="", help="Id of this message: sent again with it, it counts once.")
@click.option("--yes", is_flag=True, help="Go on although a text looks as if it named a child.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, yes: bool, as_json: bool, **said: Any) -> None:
    """Go on with the dispute of the case REF, which had ended: at the step it was left at, as a new visit of it.

    The case keeps its reference, its policy edition and its record. What was decided by somebody with the say stays
    decided: then a new case is opened, and the two are linked. A closed case is brought back from its record.

    \b
    Examples:
      escalate reopen ESC-0000-0000 --by schools --role practitioner --reason "The plan fell apart."
    """
    from domain.events import Reopened
    from starter import temporal_client
    from starter.sending import actor, send
    from starter.times import read_time

    settings = installation()
    case = reference(ref, settings)
    said = taken(said)
    check_lengths(texts(said))
    must_name_nobody(texts(said), yes=yes)
    at = read_time(said["at"], "--at", ahead=False) if said["at"] else None
    by = actor(settings, case, said["by"], said["role"], said["person"])
    message = Reopened(by=by, reason=said["reason"], at=at, id=said["id_"] or str(uuid4()))
    tell(case, temporal_client.run(lambda: send(settings, case, message)), message.id, as_json=as_json)
