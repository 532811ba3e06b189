"""`escalate adopt`: a running case takes another edition of its policy or its calendar."""

from typing import TYPE_CHECKING, Any

import click

from services.cases import reference
from services.command_fields import texts
from services.installation import installation
from services.referrals import check_lengths
from services.remarks import note
from services.rows import Row
from starter import screen
from starter.answers import tell
from starter.privacy import must_name_nobody
from starter.written import HELP, taken

if TYPE_CHECKING:
    from domain.case.state import Escalation
    from domain.commands import CalendarAdopted, EditionAdopted
    from domain.commands.editions import Moved

HEADERS = ("duty", "what", "by whom", "before", "after")


@click.command(epilog=HELP)
@click.argument("ref")
@click.option("--policy", default="", metavar="FILE", help="The new edition of the case's policy, by name or file.")
@click.option("--calendar", is_flag=True, help="The calendar as this program now knows it, new bank holidays included.")
@click.option("--by", default="", metavar="AGENCY", help="Agency of whoever decides it.")
@click.option("--role", default="", metavar="ROLE", help="Their role: slo …, or `operations` with --person.")
@click.option("--person", default="", metavar="HANDLE", help="A staff number, never a name.")
@click.option("--reason", default="", metavar="TEXT", help="Why; needed with --policy.")
@click.option("--id", "id_", default="", help="Id of this message: sent again with it, it counts once.")
@click.option("--yes", is_flag=True, help="Do it; without this it is only shown.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, yes: bool, as_json: bool, **said: Any) -> None:
    """Let the case REF go on under another edition of its policy or its calendar; first show what that moves.

    A case keeps the editions it was opened with until somebody says otherwise. What would change is listed, each duty
    with its time before and after; nothing is done without --yes, or a yes at the question. What was done stays as it
    was judged, and what is late stays late.

    \b
    Examples:
      escalate adopt ESC-0000-0000 --calendar --by schools --role slo
      escalate adopt ESC-0000-0000 --calendar --role operations --person staff-0042 --yes
      escalate adopt ESC-0000-0000 --policy policies/lincolnshire.toml --by schools --role slo \\
        --reason "The partnership put its new edition in force." --yes
    """
    from services import adopting, temporal_client
    from services.on_record import case_on_record
    from services.sending import send
    from starter import access

    said = taken(said)
    adopting.must_fit(said)
    check_lengths(texts(said))
    must_name_nobody(texts(said), yes=yes)
    settings = installation()
    case = case_on_record(settings.register, reference(ref, settings))
    message, changes, before = adopting.adoption(settings, case, {**said, "id": said["id_"]})
    told = {"case": case.case, "adopted": False, "changes": [one.model_dump(mode="json") for one in changes]}
    if not (as_json or before):
        _show(case, message, changes)
    if not (yes or before or _is_wanted(as_json=as_json)):
        if as_json:
            screen.as_json(told)
        else:
            note("Nothing was changed: type it again with --yes to do it.")
        return
    answer = before or temporal_client.run(lambda: send(settings, case.case, message, access.sender(settings)))
    if as_json:
        screen.as_json(told | {"adopted": True, "id": message.id} | answer.model_dump(mode="json"))
    else:
        tell(case.case, answer, message.id, as_json=False)


def _show(case: "Escalation", message: "EditionAdopted | CalendarAdopted", changes: "tuple[Moved, ...]") -> None:
    """Print what it would change."""
    from domain.commands import EditionAdopted

    if isinstance(message, EditionAdopted):
        screen.heading(f"{case.case}: policy edition {case.policy.edition} → {message.policy.edition}")
    else:
        screen.heading(f"{case.case}: calendar {case.calendar.edition} → {message.calendar.edition}")
    if changes:
        screen.table(HEADERS, [_row(one, case.policy.zone) for one in changes], indent=2)
    else:
        screen.say("  No deadline that is open now moves.")


def _row(one: "Moved", zone: str) -> Row:
    from domain.base.words import say_due

    before, after = (say_due(when, zone) if when else "no time" for when in (one.before, one.after))
    before = "new" if one.how == "arose" else before
    after = "not owed any more" if one.how == "lapsed" else after
    return Row((str(one.duty), one.what, one.by, before, after))


def _is_wanted(*, as_json: bool) -> bool:
    from starter import terminal

    return not as_json and terminal.can_ask() and terminal.confirm("Take it?")
