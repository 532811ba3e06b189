"""`escalate directory add-guest`: somebody with no place in the directory, for one case."""

from typing import TYPE_CHECKING, Any

import click

from starter import screen
from starter.answers import tell
from starter.cases import reference, unknown
from starter.command_options import texts
from starter.errors import Trouble
from starter.installation import installation
from starter.privacy import must_name_nobody
from starter.written import HELP, taken

if TYPE_CHECKING:
    from adapters.directory import Agency
    from domain.escalation import Answer
    from settings import Settings


@click.command("add-guest", epilog=HELP)
@click.argument("ref")
@click.option("--agency", required=True, metavar="ID", help="Their agency: of the directory, or a new id in this case.")
@click.option("--title", required=True, help="What they are, such as `Childminder`; never their name.")
@click.option("--role", required=True, metavar="ROLE", help="As whom they are told: a role of the case's policy.")
@click.option("--email", multiple=True, metavar="ADDRESS", help="May be given again.")
@click.option("--text", multiple=True, metavar="NUMBER", help="A mobile number for texts. May be given again.")
@click.option("--person", required=True, metavar="HANDLE", help="Your own staff number: who added them.")
@click.option("--yes", is_flag=True, help="Go on although a text looks as if it named a child.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, yes: bool, as_json: bool, **said: Any) -> None:
    """Let somebody be reached in the case REF alone: a childminder, an agency over the border, a seat that is empty.

    Their address is kept in the data folder, in a file of its own for this case, and nowhere else: the record says
    that a contact was added for the seat, and no more. It is personal data: take it out with `remove-guest` once the
    case is closed. To make them a party, record `join` afterwards.

    \b
    Examples:
      escalate directory add-guest ESC-0000-0000 --agency childminder --title Childminder \\
        --role practitioner --email childminder@example.org --person staff-0007
      escalate directory add-guest ESC-0000-0000 --agency over-the-border --title "Care over the border" \\
        --role slo --email slo@example.org --text "+44 7700 900123" --person staff-0007
    """
    from uuid import uuid4

    from adapters.directory import DirectoryFault
    from adapters.directory.guests import added, change_guests, guest_of, guests_path, restored

    settings = installation()
    case = reference(ref, settings)
    said = taken(said)
    must_name_nobody(texts({name: said[name] for name in ("agency", "title", "role", "person")}), yes=yes)
    policy = _policy_of(settings, case)
    role = _role(settings, policy, said["role"])
    agency, title = _agency(settings, policy, said["agency"], said["title"], role)
    path = guests_path(settings.data, case)
    if path is None:  # a reference that was read has no other signs
        raise unknown(case)
    ways = {kind: list(said[kind]) for kind in ("email", "text") if said[kind]}
    try:
        guest = guest_of(agency, title, {"role": role, "title": said["title"], **ways})
        before, _ = change_guests(path, lambda there: added(there, guest))
    except DirectoryFault as fault:
        raise Trouble(f"The contact cannot be used. {fault}") from None
    id_ = str(uuid4())
    try:
        answer = _entered(settings, case, guest, said["person"], id_)
    except BaseException:  # what the case does not know of is not kept either
        change_guests(path, lambda there: restored(there, guest, before))
        raise
    tell(case, answer, id_, as_json=as_json)


def _entered(settings: "Settings", case: str, guest: "Agency", person: str, id_: str) -> "Answer":
    from pydantic import ValidationError

    from domain.events import GuestAdded
    from domain.people import Actor
    from starter import temporal_client
    from starter.sending import send
    from starter.unfit import unfit

    (seat,) = guest.holder
    try:
        by = Actor(role="operations", person=person)
        message = GuestAdded(by=by, agency=guest.id, role=seat.role, title=seat.title, id=id_)
    except ValidationError as error:
        raise Trouble(f"It cannot be sent: {unfit(error)}") from None
    return temporal_client.run(lambda: send(settings, case, message))


def _policy_of(settings: "Settings", case: str) -> str:
    from adapters.register import reading

    found = reading.read_case(settings.register, case)
    if found is None:
        raise unknown(case)
    return str(found["view"]["policy"])


def _role(settings: "Settings", policy: str, said: str) -> str:
    from starter import case_inputs
    from starter.openings import role_id

    return role_id(case_inputs.policy(settings, policy), said, "--role")


def _agency(settings: "Settings", policy: str, said: str, title: str, role: str) -> tuple[str, str]:
    """Return id and title of the agency that was typed: the directory's own, where it knows it."""
    from adapters.directory import UnknownAgency
    from starter import case_inputs

    directory = case_inputs.directory(settings, policy)
    try:
        known = directory.agency(said)
    except UnknownAgency:
        return said.strip(), title
    if known.abolished:
        raise Trouble(f"--agency: {known.title} no longer exists, and nobody is written to there: give another id.")
    if other := known.filled_by.get(role):
        raise Trouble(f"--agency: in {known.title} that role is filled by {other}: say --agency {other}.")
    screen.note(
        f"The directory knows {known.title}: this person is told beside those who sit there, in this case alone."
    )
    return known.id, known.title
