"""`escalate link`: two cases concern the same person."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from adapters.register import reading
from adapters.register.errors import RegisterError
from services import temporal_client
from services.cases import reference, unknown
from services.command_fields import texts
from services.errors import REFUSED, Trouble
from services.installation import installation
from services.referrals import check_lengths
from starter import screen
from starter.privacy import must_name_nobody
from starter.written import HELP, taken

if TYPE_CHECKING:
    from domain.case.state import Answer
    from settings import Settings


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
    settings = installation()
    first, second = reference(ref, settings), reference(other, settings)
    if first == second:
        raise Trouble("A case is not linked with itself: give the reference of the other one.")
    for case in (first, second):
        _must_be_known(settings, case)
    said = taken(said)
    check_lengths(texts(said))
    must_name_nobody(texts(said), yes=yes)
    answers = temporal_client.run(lambda: _both(settings, first, second, said))
    if as_json:
        screen.as_json([{"case": case} | answers[case].model_dump(mode="json") for case in answers])
        return
    for answer in answers.values():
        screen.say(answer.sentence)


def _must_be_known(settings: "Settings", case: str) -> None:
    try:
        known = reading.has_case(settings.register, case)
    except RegisterError:
        return  # the cases themselves will say
    if not known:
        raise unknown(case)


async def _both(settings: "Settings", first: str, second: str, said: dict[str, Any]) -> "dict[str, Answer]":
    """Write the link in one case, then in the other; where that fails, say what is done and what is not."""
    from domain.base.refusals import Refusal
    from domain.commands import Linked
    from services.sending import actor, send
    from starter import access

    by = actor(settings, first, said["by"], said["role"])
    there = actor(settings, second, said["other_by"] or said["by"], said["other_role"] or said["role"])
    sender = access.sender(settings)
    ours = Linked(by=by, other=second, reason=said["reason"], id=str(uuid4()))
    theirs = Linked(by=there, other=first, reason=said["reason"], id=str(uuid4()))
    answers = {first: await send(settings, first, ours, sender)}
    try:
        answers[second] = await send(settings, second, theirs, sender)
    except (Refusal, Trouble) as error:
        code = error.code if isinstance(error, Trouble) else REFUSED
        raise Trouble(
            f"{answers[first].sentence} But {second} does not know of it yet: {error} "
            "Type it again once that is mended (--other-by and --other-role say who speaks there).",
            code,
        ) from None
    return answers
