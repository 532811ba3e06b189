"""`escalate digest`: what is on people today."""

from typing import TYPE_CHECKING, Any

import click

from services import temporal_client
from services.errors import BAD_INPUT, Trouble
from services.installation import installation
from services.remarks import note
from services.rows import Row
from settings import Settings
from starter import access, screen

if TYPE_CHECKING:
    from domain.case.effects import Recipient
    from domain.policy import Policy
    from domain.views.digest import Item

HEADERS = ("", "case", "what", "by whom", "when", "step")
BANDS = {"late": "LATE", "answer": "waits for an answer", "today": "today", "coming": "next working day"}


@click.command("digest")
@click.option("--policy", "name", default="", metavar="POLICY", help="Of this policy, by its id.")
@click.option("--agency", default="", help="Only what seats of this agency owe, by its id or name.")
@click.option("--role", default="", help="Only what seats of this role owe, by its id or title.")
@click.option("--send-now", "now", is_flag=True, help="Send today's digests now, to all who have not had theirs.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(name: str, agency: str, role: str, now: bool, as_json: bool) -> None:
    """See what is late, due today, or due by the end of the next working day: what the daily digest would say.

    It reads the register and sends nothing, unless --send-now is given: that has a worker send to everybody, as it does
    each morning; whoever has had today's gets none again.

    \b
    Examples:
      escalate digest --policy lincolnshire
      escalate digest --policy lincolnshire --agency police --role line-manager
      escalate digest --send-now
    """
    settings = installation()
    if now:
        temporal_client.run(lambda: send_now(settings))
        screen.say("A worker sends it now. Whoever has had today's digest gets none again.", "good")
        return
    if not name:
        raise Trouble("Say of which policy: --policy lincolnshire. `escalate policy list` shows those there are.")
    found = _found(settings, name, agency, role)
    count = len({item.case for item, _ in found})
    access.listed(settings, "digest", {"policy": name, "agency": agency, "role": role}, count, exported=as_json)
    if as_json:
        screen.as_json([_told(item) | {"owed_by": [one.model_dump() for one in seats]} for item, seats in found])
    elif found:
        screen.table(HEADERS, [_row(item) for item, _ in found])
    else:
        screen.say("Nothing is late, due today, or due by the end of the next working day.", "good")


async def send_now(settings: Settings) -> None:
    """Have a worker send today's digests now.

    Raises:
        Trouble: Temporal is away, or there is no schedule: none is wanted, or no worker has run yet.
    """
    from temporalio.service import RPCError, RPCStatusCode

    from workflows.morning import schedule_id

    async with temporal_client.connected(settings) as client:
        try:
            await client.get_schedule_handle(schedule_id(settings.task_queue)).trigger()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            raise Trouble(
                "There is no digest to send: ESCALATION_DIGEST_AT is no, or no worker has run yet (`escalate worker`)."
            ) from None


def _found(settings: Settings, name: str, agency: str, role: str) -> "list[tuple[Item, tuple[Recipient, ...]]]":
    from adapters.digest import Ground, on_hand
    from domain.views.digest import rank
    from services import case_inputs
    from services.times import now

    policy = case_inputs.policy(settings, name)
    of_agency, of_role = _agency(settings, policy, agency), _role(policy, role)
    ground = Ground(policy.title, policy.standing_seats, case_inputs.calendar(policy, now(), settings))
    found = on_hand(settings.register, policy.id, ground, now())
    for case in found.unreadable:
        note(f"{case} cannot be read: run `escalate verify {case}`.")
    kept = [
        (item, seats)
        for item, seats in found.items
        if not (of_agency or of_role)
        or any(of_agency in {"", one.agency} and of_role in {"", one.role} for one in seats)
    ]
    return sorted(kept, key=lambda pair: rank(pair[0]))


def _agency(settings: Settings, policy: "Policy", said: str) -> str:
    """Return the id of an agency. Raises Trouble where the directory knows none such."""
    from adapters.directory import UnknownAgency
    from services import case_inputs

    try:
        return case_inputs.directory(settings, policy.id).agency(said).id if said else ""
    except UnknownAgency as error:
        raise Trouble(str(error), BAD_INPUT) from None


def _role(policy: "Policy", said: str) -> str:
    """Return the id of a role or body. Raises Trouble where the policy knows none such."""
    from domain.engine.seats import role_named

    role = role_named(policy, said)
    if said and role.partition(".")[0] not in {*policy.roles, *policy.bodies}:
        known = ", ".join((*policy.roles, *policy.bodies))
        raise Trouble(f"The policy {policy.id} has no role {said[:40]!r}; it has: {known}.", BAD_INPUT)
    return role


def _told(item: "Item") -> dict[str, Any]:
    return item.model_dump(mode="json", exclude={"seat"})


def _row(item: "Item") -> Row:
    cells = (BANDS[item.band], item.case, item.what, item.by, item.when, item.step)
    return Row(cells, "late" if item.band == "late" else "")
