"""`escalate resume`: run on a case that Temporal lost."""

import click

from starter import screen
from starter.cases import reference
from starter.exits import AWAY, BAD_INPUT, Trouble
from starter.installation import installation


@click.command()
@click.argument("ref")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, as_json: bool) -> None:
    """Run on the case REF, which is open by its record while Temporal does not run it: `doctor` finds such cases.

    It happens when somebody terminated it in Temporal's page, or when a server's data was lost. The case goes on from
    its last entry; what should have been alerted meanwhile is alerted at once.

    \b
    Examples:
      escalate resume ESC-0000-0000
    """
    from starter import door
    from starter.replayed import replayed
    from workflows.connection import ServerAway
    from workflows.revival import StillRunning, resume

    settings = installation()
    case = replayed(settings.register, reference(ref, settings))
    if case.closed_at is not None:
        raise Trouble(
            f"{case.case} is closed, so there is nothing to run on. `reopen` goes on with a dispute.", BAD_INPUT
        )

    async def again() -> None:
        await resume(await door.client(settings), settings.task_queue, case)

    try:
        door.run(again)
    except StillRunning as error:
        raise Trouble(f"{error} Nothing was changed.", BAD_INPUT) from None
    except ServerAway as error:
        raise Trouble(str(error), AWAY) from None
    if as_json:
        screen.as_json({"case": case.case, "resumed": True})
        return
    screen.say(f"{case.case} runs on from entry {case.entries}.")
    screen.say(f"To see where it stands now:  {screen.program()} show {case.case}")
