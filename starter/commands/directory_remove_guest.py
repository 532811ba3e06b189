"""`escalate directory remove-guest`: an address that was kept for one case is deleted."""

from typing import TYPE_CHECKING

import click

from starter import screen
from starter.cases import reference
from starter.errors import Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from adapters.directory import Agency


@click.command("remove-guest")
@click.argument("ref")
@click.option("--agency", default="", metavar="ID", help="Whose people; without it everybody who was added.")
@click.option("--role", default="", metavar="ROLE", help="Of that agency only those of this role.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, agency: str, role: str, as_json: bool) -> None:
    """Delete the addresses that were kept for the case REF alone, at once.

    Notices for them then go to the partnership's fallback contact. That they could be reached stays in the record,
    which never held their addresses.

    \b
    Examples:
      escalate directory remove-guest ESC-0000-0000
      escalate directory remove-guest ESC-0000-0000 --agency childminder
    """
    from adapters.directory import DirectoryFault
    from adapters.directory.guests import change_guests, guests_path, removed

    if role and not agency:
        raise Trouble("--role says nothing without --agency: say whose people.")
    settings = installation()
    case = reference(ref, settings)
    path = guests_path(settings.data, case)
    try:
        before: tuple[Agency, ...] = ()
        after: tuple[Agency, ...] = ()
        if path and path.is_file():
            before, after = change_guests(path, lambda there: removed(there, agency, role) if agency else ())
        gone = sum(len(one.holder) for one in before) - sum(len(one.holder) for one in after)
    except DirectoryFault as fault:
        raise Trouble(str(fault)) from None
    if not gone:
        known = ", ".join(f"{seat.role}@{one.id}" for one in before for seat in one.holder) or "nobody"
        raise Trouble(f"There is nothing to delete: added to {case} for itself alone is {known}.")
    if as_json:
        screen.as_json({"case": case, "deleted": gone, "left": [one.id for one in after]})
    else:
        screen.say(f"Deleted: {gone} {'contact' if gone == 1 else 'contacts'} of {case}.", "good")
