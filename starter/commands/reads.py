"""`escalate reads`: who looked at a case."""

from typing import TYPE_CHECKING, Any

import click

from adapters.register import reading
from adapters.register.reads import list_reads
from services.cases import reference, said_time, unknown
from services.errors import REFUSED, Trouble
from services.installation import installation
from services.rows import Row
from services.times import read_time
from starter import access, screen

if TYPE_CHECKING:
    from settings import Settings

HEADERS = ("when", "who", "role", "what", "case")
NOT_OF_A_PARTY = "of no party"
_LOOKS = {"failed to open": "late"}


@click.command("reads")
@click.argument("ref", required=False, default="")
@click.option("--by", "name", default="", metavar="ACCOUNT", help="Only looks by this account of the machine.")
@click.option("--of-no-party", is_flag=True, help="Only looks at a case by people whose agency is no party of it.")
@click.option("--since", default="", metavar="TIME", help="Only looks from then on: `monday`, `2026-11-01`.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, name: str, of_no_party: bool, since: str, as_json: bool) -> None:
    """See who looked at the case REF, or at any case: who, how they were known, when, what, and by what right.

    A look is on record when a case was shown, listed, explained or taken out (exported), behind a link too, and when
    somebody failed to open one. A list of many cases is one line. Looks by people whose agency is no party are marked;
    those opened with --break-glass say why. This look is on record as well.

    \b
    Examples:
      escalate reads ESC-0000-0000
      escalate reads --by police-lead --since "1 november"
      escalate reads --of-no-party --json
    """
    settings = installation()
    case = reference(ref, settings) if ref else ""
    from_then = read_time(since, "--since", whole_day=True, ahead=False) if since else None
    _must_be_theirs(settings, case)
    found = list_reads(settings.register, case=case, account=name, of_no_party=of_no_party, since=from_then)
    narrowed = {"case": case, "by": name, "of no party": "yes" * of_no_party, "since": since}
    access.listed(settings, "reads", narrowed, len(found), "look", "looks", exported=as_json)
    if as_json:
        screen.as_json(found)
    elif found:
        screen.table(HEADERS, [_row(one) for one in found])
    else:
        screen.say("No look fits that.")


def _must_be_theirs(settings: "Settings", case: str) -> None:
    """Let an agency manager see the looks at a case of their agency alone."""
    who = access.typist(settings).person
    if who.role != "agency manager":
        return
    if not case:
        raise Trouble("Say which case: an agency manager sees the looks at the cases of their agency.", REFUSED)
    standing = reading.read_standing(settings.register, case)
    if standing is None:
        raise unknown(case)
    if not access.visible(settings, [standing]):
        raise Trouble(f"{case} is not for the agency manager of {who.agency} to see.", REFUSED)


def _row(one: dict[str, Any]) -> Row:
    who = f"{one['title']} (account {one['account']})" if one["account"] else f"{one['title']} ({one['known']})"
    agency = f", {one['agency']}" if one["agency"] else ""
    stranger = f"; {NOT_OF_A_PARTY}" if one["case_ref"] and not one["of_party"] else ""
    what = f"{one['what']} ({one['detail']})" if one["detail"] else one["what"]
    if one["reason"]:
        what += f"; BROKE GLASS: {one['reason']}"
    tone = "late" if one["reason"] else _LOOKS.get(one["what"], "")
    role = one["role"] or "none"
    return Row((said_time(one["at"]), who, f"{role}{agency}{stranger}", what, one["case_ref"]), tone)
