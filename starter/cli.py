"""The list of commands. A command's own file is imported when it is used, so that `--help` is quick."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

import click

from starter.ending import ending

from .access import guarded

COMMANDS = {
    "start": ("start", "Open a case from a referral."),
    "list": ("listing", "See the open cases, the next due first."),
    "digest": ("digest", "See what is on people today."),
    "show": ("show", "See where one case stands, what it owes and what to type next."),
    "find": ("find", "Find cases by a word in them, or by an agency's own number."),
    "history": ("history", "Read everything that happened in one case, in order."),
    "explain": ("explain", "Explain how each deadline of a case came about."),
    "record": ("record", "Record what somebody did or said in a case."),
    "reopen": ("reopen", "Go on with a dispute that had ended."),
    "adopt": ("adopt", "Take another edition of the policy or calendar, shown first."),
    "link": ("link", "Note that two cases concern the same person."),
    "resume": ("resume", "Run on a case that Temporal lost."),
    "restore": ("restore", "Open again every case that Temporal lost."),
    "move-on": ("move_on", "Let running cases forget what an older version left."),
    "policy": ("policy", "Check, draw and rehearse policies."),
    "directory": ("directory", "Check who holds which role, or take a sheet over."),
    "rota": ("rota", "See, check and change who is on call."),
    "letter": ("letter", "Call back the links of a seat's letters, or send one again."),
    "export": ("export", "Give out one case, or all, so that others can check it."),
    "retention": ("retention", "Keep cases as long as was decided, and no longer."),
    "register": ("register", "Copy the register, or give it back what it has lost."),
    "verify": ("verify", "Go over the record for what was changed in it."),
    "checkpoint": ("checkpoint", "Sign where the record ends, and check such signatures."),
    "reads": ("reads", "See who looked at a case, and by what right."),
    "people": ("people", "Who uses this installation, and what each may do."),
    "token": ("token", "Tokens, by which programs use the interface."),
    "webhook": ("webhook", "Where programs are told of what happens."),
    "sign-in": ("sign_in", "Make a link by which you sign in to the pages, once."),
    "decrypt": ("decrypt", "Read on Temporal's own page what is encrypted there."),
    "keys": ("keys", "The keys with which what people wrote is encrypted."),
    "doctor": ("doctor", "See whether this installation is well."),
    "up": ("up", "Run everything on this machine."),
    "worker": ("worker", "Run a worker, which carries the cases."),
    "console": ("console", "Serve the pages: of the office, and behind the links in notices."),
    "watch": ("watch", "See that nothing is left undone, and tell it by another channel."),
}
"""Name to the file under `starter/commands/`, which defines it as `command`, and what it is for."""
_SUMMARIES = {name: summary for name, (_, summary) in COMMANDS.items()}


class Group(click.Group):
    """A group that lists its commands in a table's order, and suggests the nearest name for a mistyped one."""

    def __init__(self, *args: Any, table: Mapping[str, str], **kwargs: Any) -> None:
        """Take the names of the commands, each with what it is for."""
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the table's order."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, which sees first whether whoever types may."""
        found = super().get_command(ctx, cmd_name)
        return guarded(f"{self.name} {cmd_name}", found) if found else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; an unknown one is told with the nearest."""
        if args and args[0] not in self.table and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.table, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.table)}."
            ctx.fail(f"There is no command {args[0][:40]!r}: {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands from the table alone: none is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))


class Escalate(Group):
    """The group that `escalate` is: whatever happens inside ends as one sentence and an exit code."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command of that name, which sees first whether whoever types may."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"starter.commands.{COMMANDS[cmd_name][0]}").command
        return command if isinstance(command, Group) else guarded(cmd_name, command)

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run, and leave with the exit code."""
        kwargs["standalone_mode"] = False
        raise SystemExit(ending(lambda: super(Escalate, self).main(*args, **kwargs)))


@click.group(cls=Escalate, table=_SUMMARIES, name="escalate", invoke_without_command=True)
@click.version_option(package_name="safeguarding-escalation", message="%(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Run a safeguarding partnership's escalation policy: every deadline watched, every outcome recorded.

    Start with `escalate list`. Most commands take --json for programs: then stdout holds JSON and nothing else.
    Exit codes: 0 done, 1 a check found a problem, 2 what was typed cannot be used, 3 refused by the rules,
    4 Temporal or the register did not answer, 70 a mistake of ours.

    \b
    Examples:
      escalate start examples/referral.toml
      escalate list --overdue
      escalate show ESC-0000-0000
      escalate policy show lincolnshire
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
    elif ctx.invoked_subcommand != "up":  # which settles for itself whether it trains
        from services.installation import banner

        if said := banner():
            click.echo(said, err=True)
