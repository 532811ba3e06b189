"""`escalate webhook` and its commands: programs elsewhere that are told of what happens."""

from typing import TYPE_CHECKING
from uuid import uuid4

import click

from services.errors import AWAY, PROBLEM, Trouble
from services.installation import installation
from services.rows import Row
from services.times import now
from starter import screen
from starter.cli import Group

if TYPE_CHECKING:
    from adapters.webhooks.file import Hook
    from settings import Settings

COMMANDS = {
    "check": "See whether each program can be told, and has been.",
    "test": "Send one program a message that is of no case.",
    "secret": "Make a new secret for one program, and show it once.",
}
TONES = {"ok": "good", "warning": "warning", "problem": "late"}


@click.group("webhook", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Programs elsewhere that are told of what happens, by signed messages of ids, kinds and times.

    They stand in webhooks.toml in the data folder (ESCALATION_WEBHOOKS); examples/webhooks.toml shows one. A worker
    sends them, in order for each case, and tries again until they are taken (docs/interface.md).

    \b
    Examples:
      escalate webhook secret records
      escalate webhook check
      escalate webhook test records
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def check(as_json: bool) -> int | None:
    """See whether the file of webhooks can be used, and how far each program has been told. Nothing is sent.

    Ends with 1 where something is wrong.

    \b
    Examples:
      escalate webhook check
      escalate webhook check --json
    """
    from starter.checks.programs import webhooks

    found = list(webhooks(installation()))
    if as_json:
        screen.as_json([one._asdict() for one in found])
    elif found:
        screen.table(("", ""), [Row((one.state, f"{one.says} {one.mend}".strip()), TONES[one.state]) for one in found])
    else:
        screen.say("No program is told of anything: examples/webhooks.toml shows how one is.")
    return PROBLEM if any(one.state == "problem" for one in found) else None


@command.command("test")
@click.argument("name")
def test(name: str) -> None:
    """Send the program NAME a message of the type `test`, once, and say whether it took it.

    \b
    Examples:
      escalate webhook test records
    """
    from adapters.web import is_loopback
    from adapters.webhooks.file import WebhooksFaulty
    from adapters.webhooks.following import NotTaken, send
    from adapters.webhooks.happenings import Happening

    settings = installation()
    hook = _hook(settings, name)
    if settings.training == "yes" and not is_loopback(hook.address):
        raise Trouble("This is training: nothing leaves this machine.")
    at = now()
    try:
        send(hook, Happening(f"test/{uuid4()}", "test", at.isoformat(timespec="seconds"), {}), at)
    except WebhooksFaulty as fault:
        raise Trouble(str(fault)) from None
    except NotTaken as error:
        raise Trouble(f"{name} did not take it ({error}): see that program, and its address.", AWAY) from None
    screen.say(f"{name} took it.", "good")


@command.command("secret")
@click.argument("name")
def secret(name: str) -> None:
    """Make a new secret for the program NAME, and show it. It signs from now on, and so does the one before.

    So a secret is changed without a message lost: make one, give it to the program, and make one again once it has it.

    \b
    Examples:
      escalate webhook secret records
    """
    from adapters.webhooks.file import new_secret

    hook = _hook(installation(), name)
    made = new_secret(hook)
    screen.say(made)
    screen.say()
    screen.say(f"This is the secret that {name} sees by whether a message is ours. It stands in {hook.secret_file}.")


def _hook(settings: "Settings", name: str) -> "Hook":
    from adapters.webhooks.file import WebhooksFaulty, load_hooks

    try:
        hooks = {one.name: one for one in load_hooks(settings.webhooks)}
    except WebhooksFaulty as fault:
        raise Trouble(str(fault)) from None
    if name not in hooks:
        raise Trouble(f"{settings.webhooks} names no program {name[:40]!r}: it has {', '.join(hooks) or 'none'}.")
    return hooks[name]
