"""`escalate keys` and its commands."""

from typing import TYPE_CHECKING

import click

from starter import screen
from starter.cli import Group
from starter.errors import BAD_INPUT, PROBLEM, Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from settings import Settings

COMMANDS = {
    "new": "Make the first key, in a file that is not there yet.",
    "rotate": "Put a new key before those there are.",
    "check": "See which keys there are, and whether running cases need another.",
}
HEADERS = ("key", "for", "running cases begun with it")


@click.group("keys", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """The keys with which what Temporal keeps of a case is encrypted: its messages, what was decided, its state.

    They stand in one file, a line each, for its owner alone (ESCALATION_ENCRYPTION_KEYS, else `encryption.keys` in
    the data folder). Worker, page and commands need the same. Keep a copy elsewhere: without its key nobody reads what
    Temporal keeps, and a case goes on from the register alone.

    \b
    Examples:
      escalate keys new
      escalate keys check
      escalate keys rotate
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("new")
def new() -> None:
    """Make the first key. A file that is there is left as it is.

    \b
    Examples:
      escalate keys new
    """
    from adapters.keyring import Keyring, KeysFault, make_keys

    path = installation().encryption_keys
    try:
        if not make_keys(path):
            raise Trouble(f"{path} is there already: `rotate` puts a new key before those in it.", BAD_INPUT)
        screen.say(f"{path} holds a new key, {Keyring(path).current.id}. Keep a copy of the file elsewhere.")
    except KeysFault as fault:
        raise Trouble(str(fault)) from None


@command.command("rotate")
def rotate() -> None:
    """Put a new key before those there are: what is encrypted from now on needs it, what was before keeps its own.

    A worker that runs reads the file again when it meets a key that it does not know, and encrypts with the new one
    from its next start. On several machines give the file to all of them, then start the workers anew. An old line may
    go once `check` says that no running case began with it and Temporal has deleted the histories of closed ones
    (ESCALATION_RETENTION_DAYS).

    \b
    Examples:
      escalate keys rotate
    """
    from adapters.keyring import KeysFault, add_key

    path = installation().encryption_keys
    try:
        key = add_key(path)
    except KeysFault as fault:
        raise Trouble(str(fault)) from None
    screen.say(f"{path} begins with a new key, {key.id}. Keep a copy of the file elsewhere, and start the worker anew.")


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def check(as_json: bool) -> int | None:
    """See which keys there are, and by which the running cases were begun. Ends with 1 where one is missing.

    \b
    Examples:
      escalate keys check
      escalate keys check --json
    """
    from adapters.keyring import Keyring, KeysFault
    from starter import temporal_client

    settings = installation()
    try:
        there = Keyring(settings.encryption_keys).ids
    except KeysFault as fault:
        raise Trouble(str(fault)) from None
    needed = temporal_client.run(lambda: _needed(settings))
    missing = [key for key in needed if key and key not in there]
    if as_json:
        screen.as_json({"keys": list(there), "needed": needed, "missing": missing})
        return PROBLEM if missing else None
    rows = [(key, "what is new" if key == there[0] else "what is there", needed.get(key, 0)) for key in there]
    rows += [(key, "MISSING", needed[key]) for key in missing]
    rows += [("none", "begun in clear", needed[""])] if needed.get("") else []
    screen.table(HEADERS, [screen.Row((key, what, str(count))) for key, what, count in rows])
    if missing:
        screen.note(
            f"Nobody here can read what was encrypted with {', '.join(missing)}: put the line back into "
            f"{settings.encryption_keys} from where its copy is kept. Until then those cases stand still."
        )
    return PROBLEM if missing else None


async def _needed(settings: "Settings") -> dict[str, int]:
    from starter import temporal_client
    from workflows.soundness import keys_of_running

    async with temporal_client.connected(settings) as client:
        return await keys_of_running(client, settings.task_queue)
