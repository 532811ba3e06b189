"""`escalate policy`: its commands lie in files of their own."""

import click

from starter.cli import Commands

COMMANDS = {
    "list": ("policy_list", "See which policies there are."),
    "check": ("policy_check", "Find what is wrong with a policy, and with its directory."),
    "show": ("policy_show", "Draw the ladder: steps, duties, ways on, our readings, the gaps."),
    "schema": ("policy_schema", "Print what an editor needs to complete and check a policy file."),
    "deadlines": ("policy_deadlines", "Every deadline of a ladder, if each step runs its full time."),
}


@click.group(cls=Commands, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check, draw and rehearse policies. Nothing here touches a running case.

    \b
    Examples:
      escalate policy check lincolnshire
      escalate policy show lincolnshire
      escalate policy deadlines lincolnshire --opened 2025-04-17T15:00
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
