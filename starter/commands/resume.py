"""`escalate resume`: run on a case that Temporal lost, or all of them."""

from typing import TYPE_CHECKING

import click

from adapters.register import reading
from starter import screen
from starter.cases import reference
from starter.errors import AWAY, BAD_INPUT, PROBLEM, Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from domain.decided import OnRecord
    from settings import Settings


@click.command()
@click.argument("ref", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every case that is open by its record and that Temporal lost.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, every: bool, as_json: bool) -> int | None:
    """Run on the case REF, which is open by its record while Temporal does not run it: `doctor` finds such cases.

    It happens when somebody terminated it in Temporal's page, or when a server's data was lost. The case goes on from
    its last entry; notices that were decided and never sent go now, and what should have been alerted meanwhile is
    alerted at once. A case that Temporal runs is left alone.

    \b
    Examples:
      escalate resume ESC-0000-0000
      escalate resume --all
    """
    settings = installation()
    if bool(ref) == every:
        raise click.UsageError("Give the reference of one case, or --all.")
    if every:
        return _all(settings, as_json=as_json)
    _one(settings, reference(ref, settings), as_json=as_json)
    return None


def _one(settings: "Settings", ref: str, *, as_json: bool) -> None:
    from starter import temporal_client
    from starter.on_record import kept
    from workflows.revival import StillRunning

    whole = kept(settings.register, ref)
    if whole.case.closed_at is not None:
        raise Trouble(f"{ref} is closed, so there is nothing to run on. `reopen` goes on with a dispute.", BAD_INPUT)
    try:
        temporal_client.run(lambda: _resume(settings, whole))
    except StillRunning as error:
        raise Trouble(f"{error} Nothing was changed.", BAD_INPUT) from None
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
    from temporalio.service import RPCError

    from starter import temporal_client
    from workflows.connection import ServerAway
    from workflows.soundness import unsound
    from workflows.starting import away

    open_cases = [row["case_ref"] for row in reading.list_cases(settings.register)]
    try:
        return (await unsound(await temporal_client.client(settings), open_cases)).lost
    except ServerAway as error:
        raise Trouble(str(error), AWAY) from None
    except RPCError as error:
        raise Trouble(str(away(error)), AWAY) from None


async def _resume(settings: "Settings", whole: "OnRecord") -> None:
    from starter import temporal_client
    from workflows.connection import ServerAway
    from workflows.revival import resume

    try:
        client = await temporal_client.client(settings)
        await resume(client, settings.task_queue, whole.case, notices=whole.notices)
    except ServerAway as error:
        raise Trouble(str(error), AWAY) from None
