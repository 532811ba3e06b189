"""`escalate link`: two cases concern the same person."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from services import temporal_client
from services.cases import reference
from services.command_fields import texts
from services.installation import installation
from services.referrals import check_lengths
from starter import screen
from starter.privacy import must_name_nobody
from starter.written import HELP, taken

if TYPE_CHECKING:
    pass


@click.command(epilog=HELP)
@click.argument("ref")
@click.argument("other")
@click.option("--by", default="", metavar="AGENCY", help="Agency of whoever says so.")
@click.option("--role", required=True, metavar="ROLE", help="Their role: practitioner, line-manager, slo …")
@click.option("--reason", default="", metavar="TEXT", help="Why, without names.")
@click.option("--other-by", default="", metavar="AGENCY", help="Who says so in OTHER, where REF's agency has no part.")
@click.option("--other-role", default="", metavar="ROLE", help="Their role there, if it is another.")
@click.option("--yes", is_flag=True, help="Go on although a text looks as if it named a child.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, other: str, yes: bool, as_json: bool, **said: Any) -> None:
    """Note in the cases REF and OTHER that they concern the same person.

    No clock, party or outcome is shared: each case shows that the other exists, and nothing more. Typing it again is
    harmless.

    \b
    Examples:
      escalate link ESC-0000-0000 ESC-1111-1115 --by schools --role slo --reason "The same person."
    """
    from services.linking import linked, other_case
    from starter import access

    settings = installation()
    first = reference(ref, settings)
    second = other_case(settings, first, other)
    said = taken(said)
    check_lengths(texts(said))
    must_name_nobody(texts(said), yes=yes)
    answers = temporal_client.run(lambda: linked(settings, first, second, said, access.sender(settings), str(uuid4())))
    if as_json:
        screen.as_json([{"case": case} | answers[case].model_dump(mode="json") for case in answers])
        return
    for answer in answers.values():
        screen.say(answer.sentence)
