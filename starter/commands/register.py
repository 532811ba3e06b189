"""`escalate register` and its commands: a copy of the register, and what it has lost back from Temporal."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from adapters.register.address import shown, sqlite_path
from services.errors import BAD_INPUT, PROBLEM, Trouble
from services.installation import installation
from services.stores import count_of, other_entry, our_mistake
from starter import access, screen
from starter.cli import Group
from starter.progress import progress

if TYPE_CHECKING:
    from activities.refilling import Filled
    from settings import Settings

COMMANDS = {
    "backup": "Copy the register while it is in use.",
    "rebuild": "Give the register back what it has lost, from Temporal.",
}


@click.group("register", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Copy the register, or give it back what it has lost. docs/deployment.md says how often to copy it.

    \b
    Examples:
      escalate register backup /mnt/backups/register-2026-11-30.db
      escalate register rebuild
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def backup(file: Path, as_json: bool) -> int | None:
    """Copy the register into FILE, while workers go on writing: the copy is of one moment, and proved like `verify`.

    FILE must not be there yet. It holds what people wrote, so its owner alone may read it: keep it encrypted, on
    another machine. Nothing is left of a copy that fails. The exit code is 1 where the copy was made and has faults,
    as the register itself then has.

    A register in PostgreSQL is copied by PostgreSQL's own program: the command says how. What consoles remember (who
    signed out, what was used) is in no copy, for it is worth nothing there: people sign in again.

    \b
    Examples:
      escalate register backup /mnt/backups/register-2026-11-30.db
      escalate register backup register-2026-11-30.db --json
    """
    from activities.proof import Proof
    from adapters.register import reading
    from adapters.register.copying import copy_register
    from adapters.register.register import Register
    from services.times import now
    from settings import RegisterAddress

    settings = installation()
    if sqlite_path(settings.register) is None:
        raise Trouble(_by_postgres(settings.register, file), BAD_INPUT)
    found: list[str] = []
    cases: list[str] = []

    def looked(url: str) -> None:
        cases.extend(reading.list_references(url))
        with Register(RegisterAddress(url, settings.encryption_keys)) as copy:
            found.extend(str(one) for one in Proof(copy, url).faults(None, now()))

    copy_register(settings.register, file, looked)
    access.listed(settings, "register backup", {}, len(cases), exported=True)
    if as_json:
        screen.as_json({"file": str(file), "cases": len(cases), "sound": not found, "faults": found})
    elif found:
        for one in found:
            screen.say(one, "late")
        screen.say(f"Copied to {file}, with these faults: the register has them too. See `escalate verify`.", "late")
    else:
        screen.say(f"Copied to {file}: {count_of(len(cases))}, and the record in it is whole.", "good")
    return PROBLEM if found else None


def _by_postgres(url: str, file: Path) -> str:
    parts = urlsplit(url)
    place = f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return (
        f"The register is {shown(url)}, which PostgreSQL's own program copies while it is in use: "
        f"`pg_dump --format=custom --file={file} --dbname={place} --exclude-table-data='console_*'`, with the user "
        "that owns the register."
    )


@command.command("rebuild")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def rebuild(as_json: bool) -> int | None:
    """Give the register back, from Temporal, what it lacks of every case that Temporal still remembers, open or closed.

    It is for a register that was lost, or put back to an older copy: entries, what they changed, the policies and
    calendars that cases go by, what lists show, and which notices have gone, so that nobody is told twice. It is
    harmless to say again, and while workers run.

    Nothing that stands in the register is ever written over. A case is left as it is and named, and the exit code is 1,
    where its record holds another entry than Temporal decided, or Temporal does not remember its beginning any more.

    \b
    Examples:
      escalate register rebuild
      escalate register rebuild --json
    """
    from services import temporal_client

    settings = installation()
    filled: dict[str, Filled] = {}
    failed: dict[str, str] = {}
    temporal_client.run(lambda: _rebuild(settings, filled, failed))
    got = {case: one for case, one in filled.items() if one.entries or one.notices}
    if as_json:
        screen.as_json(
            {
                "cases": len(filled) + len(failed),
                "rebuilt": [
                    {"case": ref, "entries": one.entries, "notices": one.notices, "void": one.void}
                    for ref, one in got.items()
                ],
                "failed": [{"case": ref, "reason": reason} for ref, reason in failed.items()],
            }
        )
    else:
        _tell(len(filled), got, failed)
    return PROBLEM if failed else None


def _tell(whole: int, got: "dict[str, Filled]", failed: dict[str, str]) -> None:
    for ref, one in got.items():
        notices = f", and that {count_of(one.notices, 'notice', 'notices')} had gone" if one.notices else ""
        screen.say(f"{ref}: {count_of(one.entries, 'entry', 'entries')} came back{notices}.")
        if one.void:
            left = count_of(one.void, "entry stays", "entries stay")
            screen.say(f"  {left} out: decided in Temporal before {ref} went on from its record without.")
    for reason in failed.values():
        screen.say(reason, "late")
    if failed:
        screen.say(f"Left as they are: {count_of(len(failed))}. Of the rest, {len(got)} got something back.", "late")
    elif got:
        screen.say(f"The register has again what Temporal remembers of {count_of(len(got))}.", "good")
        screen.say(f"To see that it is whole:  {screen.program()} verify")
    elif whole:
        screen.say(f"The register lacks nothing of the {count_of(whole)} that Temporal remembers.", "good")
    else:
        screen.say("Temporal remembers no case, so there is nothing to bring back.")


async def _rebuild(settings: "Settings", filled: "dict[str, Filled]", failed: dict[str, str]) -> None:
    import asyncio

    from activities.refilling import CannotBeFilled, Refill
    from adapters.register.errors import EntryConflict, RegisterError
    from adapters.register.register import Register
    from adapters.training import must_not_mix
    from services import temporal_client
    from workflows.rebuilding import kept_cases, rebuild

    async with temporal_client.connected(settings) as client:
        cases = await kept_cases(client, settings.task_queue)
        if not cases:
            return
        with Register(settings.register) as register, progress("Cases gone through", len(cases)) as one_more:
            await asyncio.to_thread(register.prepare)
            training = settings.training == "yes"
            must_not_mix([*cases, *register.cases()], settings.register, training=training)

            def ended(case: str, became: "Filled | Exception") -> None:
                one_more()
                match became:
                    case EntryConflict():
                        failed[case] = other_entry(case, became.number)
                    case CannotBeFilled():
                        failed[case] = str(became)
                    case RegisterError() | ValueError():
                        failed[case] = f"{case}: {became}"
                    case Exception():
                        failed[case] = our_mistake(case, became)
                    case _:
                        filled[case] = became

            await rebuild(client, settings.task_queue, cases, Refill(register), ended)
