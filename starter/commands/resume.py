"""`escalate resume`: run on a case that Temporal lost, or all of them; enter again what a record has lost."""

from typing import TYPE_CHECKING

import click

from adapters.register import reading
from starter import screen
from starter.cases import reference
from starter.errors import AWAY, BAD_INPUT, PROBLEM, Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from domain.case.decided import OnRecord
    from settings import Settings


@click.command()
@click.argument("ref", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every case that is open by its record and that Temporal lost.")
@click.option(
    "--from-record",
    is_flag=True,
    help="End its run in Temporal, and go on from its record: where that holds other entries than Temporal decided.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, every: bool, from_record: bool, as_json: bool) -> int | None:
    """Run on the case REF, which is open by its record while Temporal does not run it: `doctor` finds such cases.

    It happens when somebody terminated it in Temporal's page, or when a server's data was lost. The case goes on from
    its last entry; notices that were decided and never sent go now, and what should have been alerted meanwhile is
    alerted at once.

    A case that Temporal runs, and of which the record has lost entries, gets them back from Temporal's history: the
    register was put back to an older copy, say. Any other case that Temporal runs is left alone.

    \b
    Examples:
      escalate resume ESC-0000-0000
      escalate resume --all
      escalate resume ESC-0000-0000 --from-record
    """
    settings = installation()
    if bool(ref) == every:
        raise click.UsageError("Give the reference of one case, or --all.")
    if every and from_record:
        raise click.UsageError("--from-record goes with one reference: it takes back what Temporal decided in it.")
    if every:
        return _all(settings, as_json=as_json)
    _one(settings, reference(ref, settings), from_record=from_record, as_json=as_json)
    return None


def _one(settings: "Settings", ref: str, *, from_record: bool, as_json: bool) -> None:
    from starter import temporal_client
    from starter.on_record import kept
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
    screen.say(_said(whole))
    screen.say(f"To see where it stands now:  {screen.program()} show {ref}")


def _all(settings: "Settings", *, as_json: bool) -> int | None:
    """Resume what is lost, one after the other; one that does not come back holds up no other."""
    from starter import temporal_client
    from starter.on_record import kept
    from workflows.revival import StillRunning

    lost = temporal_client.run(lambda: _lost(settings))
    came_back: list[OnRecord] = []
    failed: list[str] = []
    for ref in lost:
        try:
            whole = kept(settings.register, ref)
            temporal_client.run(lambda whole=whole: _resume(settings, whole))  # type: ignore[misc]
        except StillRunning:
            continue
        except Trouble as trouble:
            if trouble.code == AWAY:
                raise
            failed.append(ref)
            screen.note(trouble.sentence)
        else:
            came_back.append(whole)
    if as_json:
        screen.as_json({"resumed": [whole.case.case for whole in came_back], "failed": failed})
    elif not lost:
        screen.say("Temporal runs every case that is open by its record: there is nothing to resume.")
    else:
        for whole in came_back:
            screen.say(_said(whole))
    return PROBLEM if failed else None


def _said(whole: "OnRecord") -> str:
    count = len(whole.notices)
    notices = f" Notices that had not gone before, and go now: {count}." if count else ""
    return f"{whole.case.case} runs on from entry {whole.case.entries}.{notices}"


async def _lost(settings: "Settings") -> list[str]:
    from starter import temporal_client
    from workflows.soundness import unsound

    open_cases = [row["case_ref"] for row in reading.list_cases(settings.register)]
    async with temporal_client.connected(settings) as client:
        return (await unsound(client, open_cases)).lost


async def _end_run(settings: "Settings", ref: str) -> None:
    from temporalio.service import RPCError, RPCStatusCode

    from starter import temporal_client

    async with temporal_client.connected(settings) as client:
        try:
            await client.get_workflow_handle(ref).terminate("It goes on from its record.")
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise


async def _enter_again(settings: "Settings", ref: str) -> bool:
    """Have a case that runs get back what its record has lost; False where its record takes its entries."""
    from activities.entries import Entries
    from adapters.register.errors import EntryConflict, RegisterError
    from adapters.register.register import Register
    from starter import temporal_client
    from workflows.entering_again import enter_again, refused

    try:
        async with temporal_client.connected(settings) as client:
            if not await refused(client, ref):
                return False
            with Register(settings.register) as register:
                entries = Entries(register)
                await enter_again(
                    client, ref, lambda one: entries.enter(one.decided, one.policy_edition, one.calendar_edition)
                )
    except EntryConflict as error:
        raise Trouble(
            f"{ref}: its record holds another entry {error.number} than Temporal decided, so it cannot be entered: the "
            "case was put back in Temporal, or ran twice. See what stands there (`escalate history`). "
            f"`escalate resume {ref} --from-record` ends its run and goes on from the record; what Temporal decided "
            "since is lost, and people record it anew.",
            BAD_INPUT,
        ) from None
    except RegisterError as error:
        raise Trouble(str(error), AWAY) from None
    return True


async def _resume(settings: "Settings", whole: "OnRecord") -> None:
    from starter import temporal_client
    from workflows.revival import resume

    async with temporal_client.connected(settings) as client:
        await resume(client, settings.task_queue, whole.case, notices=whole.notices)
