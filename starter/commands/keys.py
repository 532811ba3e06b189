"""`escalate keys` and its commands."""

from typing import TYPE_CHECKING

import click

from adapters.register.address import sqlite_path
from adapters.register.errors import NothingThere
from services.errors import BAD_INPUT, PROBLEM, Trouble
from services.installation import installation
from services.remarks import note
from services.rows import Row
from starter import screen
from starter.cli import Group

if TYPE_CHECKING:
    from settings import Settings

COMMANDS = {
    "new": "Make the first key, in a file that is not there yet.",
    "rotate": "Put a new key before those there are, and wrap the keys of cases with it.",
    "rewrap": "Wrap the keys of all cases in the register with the first key.",
    "check": "See which keys there are, and whether cases need another.",
}
HEADERS = ("key", "for", "running cases begun with it", "cases in the register", "files of guests")


@click.group("keys", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """The keys with which what people wrote is encrypted: in Temporal, and in the register under a key for each case.

    They stand in one file, a line each, for its owner alone (ESCALATION_ENCRYPTION_KEYS, else `encryption.keys` in
    the data folder). Worker, page, watch and commands need the same. Keep a copy elsewhere, away from the copies of the
    register: without its key nobody reads what people wrote, in Temporal or in the register.

    \b
    Examples:
      escalate keys new
      escalate keys check
      escalate keys rotate
      escalate keys rewrap
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

    With a register in SQLite the keys of all cases are wrapped with it at once. With one in PostgreSQL, which other
    machines use too, give the file to all of them first, start their workers anew, and then type `rewrap`.

    A worker that runs reads the file again when it meets a key that it does not know, and encrypts with the new one
    from its next start. An old line may go once `check` says that no case in the register and no running case needs it,
    and Temporal has deleted the histories of closed ones (ESCALATION_RETENTION_DAYS).

    \b
    Examples:
      escalate keys rotate
    """
    from adapters.keyring import KeysFault, add_key

    settings = installation()
    path = settings.encryption_keys
    try:
        key = add_key(path)
    except KeysFault as fault:
        raise Trouble(str(fault)) from None
    screen.say(f"{path} begins with a new key, {key.id}. Keep a copy of the file elsewhere, and start the worker anew.")
    if sqlite_path(settings.register) is None:
        screen.say(
            "The register is one that other machines may use: once each has the file, wrap the keys of its cases with "
            f"the new one:  {screen.program()} keys rewrap"
        )
        return
    _rewrapped(settings)


@command.command("rewrap")
def rewrap() -> int | None:
    """Wrap the keys of all cases in the register with the first key of the file, so that an old one can go.

    Nothing that people wrote is encrypted anew: each case keeps its key. Guests' addresses, which lie in files of the
    data folder, are. It may be broken off and typed again, and workers may run. Ends with 1 where a key of a case does
    not open here.

    \b
    Examples:
      escalate keys rewrap
    """
    return _rewrapped(installation())


def _rewrapped(settings: "Settings") -> int | None:
    from adapters.directory import DirectoryFault
    from adapters.directory.guests import encrypt_anew
    from adapters.keyring import Keyring, KeysFault
    from adapters.register.register import Register
    from services.stores import count_of
    from starter.progress import progress

    try:
        keyring = Keyring(settings.encryption_keys)
    except KeysFault as fault:
        raise Trouble(str(fault)) from None
    newest = keyring.current.id
    older = sum(many for key, many in _wrapped(settings).items() if key != newest)
    code = None
    if older:
        with Register(settings.register) as register, progress("Keys wrapped anew", older) as one_more:
            became = register.rewrap(keyring, one_more)
        screen.say(f"The keys of {count_of(became.done)} are wrapped with {newest}.", "good")
        if became.locked:
            note(f"{count_of(len(became.locked))} not: of {became.locked[0].case_ref}, {became.locked[0].why}")
            code = PROBLEM
    else:
        screen.say(f"Every case in the register that has a key has it wrapped with {newest}.", "good")
    try:
        if guests := encrypt_anew(settings.data, settings.encryption_keys):
            screen.say(f"Guests' addresses in {count_of(guests)} are encrypted with {newest}.", "good")
    except DirectoryFault as fault:
        raise Trouble(str(fault), PROBLEM) from None
    return code


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def check(as_json: bool) -> int | None:
    """See which keys there are, and which the running cases and the register need. Ends with 1 where one is missing.

    \b
    Examples:
      escalate keys check
      escalate keys check --json
    """
    from adapters.directory.guests import keys_needed
    from adapters.keyring import Keyring, KeysFault
    from services import temporal_client

    settings = installation()
    try:
        there = Keyring(settings.encryption_keys).ids
    except KeysFault as fault:
        raise Trouble(str(fault)) from None
    kept, guests = _wrapped(settings), keys_needed(settings.data)
    needed = temporal_client.run(lambda: _needed(settings))
    missing = [key for key in dict.fromkeys((*needed, *kept, *guests)) if key and key not in there]
    if as_json:
        by = {"needed": needed, "register": kept, "guests": guests}
        screen.as_json({"keys": list(there), **by, "missing": missing})
        return PROBLEM if missing else None
    rows = [(key, "what is new" if key == there[0] else "what is there") for key in there]
    rows += [(key, "MISSING") for key in missing]
    rows += [("", "in clear")] if needed.get("") or guests.get("") else []
    shown = []
    for key, what in rows:
        numbers = (str(one.get(key, 0)) for one in (needed, kept, guests))
        shown.append(Row((key or "none", what, *numbers)))
    screen.table(HEADERS, shown)
    if missing:
        note(
            f"Nobody here can read what was encrypted with {', '.join(missing)}: put the line back into "
            f"{settings.encryption_keys} from where its copy is kept. Until then those cases stand still in Temporal, "
            "and nothing can be entered in them or read of what people wrote."
        )
    elif any(key != there[0] for key in (*kept, *guests)):
        note(f"`{screen.program()} keys rewrap` wraps all keys in the register with {there[0]}.")
    return PROBLEM if missing else None


def _wrapped(settings: "Settings") -> dict[str, int]:
    from adapters.register.reading import count_wrapped

    try:
        return count_wrapped(settings.register)
    except NothingThere:
        return {}


async def _needed(settings: "Settings") -> dict[str, int]:
    from services import temporal_client
    from workflows.soundness import keys_of_running

    async with temporal_client.connected(settings) as client:
        return await keys_of_running(client, settings.task_queue)
