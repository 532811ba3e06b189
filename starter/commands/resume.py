"""`escalate resume`: run on a case that Temporal lost; enter again what its record has lost."""

from typing import TYPE_CHECKING

import click

from services.cases import reference
from services.errors import AWAY, BAD_INPUT, PROBLEM, Trouble
from services.installation import installation
from services.stores import other_entry, said_resumed
from starter import screen

if TYPE_CHECKING:
    from domain.case.decided import OnRecord
    from settings import Settings


@click.command()
@click.argument("ref")
@click.option(
    "--from-record",
    is_flag=True,
    help="End its run in Temporal, and go on from its record: where that holds other entries than Temporal decided.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, from_record: bool, as_json: bool) -> None:
    """Run on the case REF, which is open by its record while Temporal does not run it: `doctor` finds such cases.

    It happens when somebody terminated it in Temporal's page, or when a server's data was lost. The case goes on from
    its last entry; notices that were decided and never sent go now, and what should have been alerted meanwhile is
    alerted at once.

    A case that Temporal runs, and of which the record has lost entries, gets them back from Temporal's history: the
    register was put back to an older copy, say. Any other case that Temporal runs is left alone. `escalate restore`
    runs on every case that Temporal lost.

    \b
    Examples:
      escalate resume ESC-0000-0000
      escalate resume ESC-0000-0000 --from-record
    """
    settings = installation()
    _one(settings, reference(ref, settings), from_record=from_record, as_json=as_json)


def _one(settings: "Settings", ref: str, *, from_record: bool, as_json: bool) -> None:
    from services import temporal_client
    from services.on_record import kept
    from workflows.revival import StillRunning

    whole = kept(settings.register, ref)
    if whole.case.closed_at is not None:
        raise Trouble(f"{ref} is closed, so there is nothing to run on. `reopen` goes on with a dispute.", BAD_INPUT)
    if from_record:
        temporal_client.run(lambda: _end_run(settings, ref))
    try:
        temporal_client.run(lambda: _resume(settings, whole))
    except StillRunning as error:
        before = whole.case.entries
        if not temporal_client.run(lambda: _enter_again(settings, ref)):
            raise Trouble(f"{error} Nothing was changed.", BAD_INPUT) from None
        got_back = kept(settings.register, ref).case.entries - before
        if as_json:
            screen.as_json({"case": ref, "resumed": False, "entered": got_back})
        else:
            screen.say(f"{ref} runs in Temporal. Entries that its record had lost and has again: {got_back}.")
        return
    if as_json:
        screen.as_json({"case": ref, "resumed": True, "notices": len(whole.notices)})
        return
    screen.say(said_resumed(whole))
    screen.say(f"To see where it stands now:  {screen.program()} show {ref}")


async def _end_run(settings: "Settings", ref: str) -> None:
    from temporalio.service import RPCError, RPCStatusCode

    from services import temporal_client

    async with temporal_client.connected(settings) as client:
        try:
            await client.get_workflow_handle(ref).terminate("It goes on from its record.")
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise


async def _enter_again(settings: "Settings", ref: str) -> bool:
    """Have a case that runs get back what its record has lost; False where its record takes its entries."""
    from activities.refilling import CannotBeFilled, Refill
    from adapters.register.errors import EntryConflict, RegisterError
    from adapters.register.register import Register
    from services import temporal_client
    from workflows.rebuilding import AlertBatches, fill_case, refused

    try:
        async with temporal_client.connected(settings) as client:
            if not await refused(client, ref):
                return False
            with Register(settings.register) as register:
                await fill_case(client, AlertBatches(client, settings.task_queue), ref, Refill(register))
    except EntryConflict as error:
        raise Trouble(other_entry(ref, error.number), BAD_INPUT) from None
    except CannotBeFilled as error:
        raise Trouble(str(error), PROBLEM) from None
    except RegisterError as error:
        raise Trouble(str(error), AWAY) from None
    return True


async def _resume(settings: "Settings", whole: "OnRecord") -> None:
    from services import temporal_client
    from workflows.revival import resume

    async with temporal_client.connected(settings) as client:
        await resume(client, settings.task_queue, whole.case, notices=whole.notices, case_key=whole.case_key)
