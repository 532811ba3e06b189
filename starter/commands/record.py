"""`escalate record`: what somebody did or said in a case. Its commands are made from the table of commands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from adapters.register import reading
from domain.command_table import COMMANDS, ELSEWHERE, GROUPS, TYPED
from services.cases import reference, unknown
from services.command_fields import RISK, is_risk
from services.errors import Trouble
from services.installation import installation
from services.remarks import note
from starter import offered, screen
from starter.access import TYPED as LINE
from starter.command_options import risk_after, with_values
from starter.recording import command_of
from starter.written import HELP

if TYPE_CHECKING:
    from settings import Settings

_KEPT = ("--note", "--by", "--role", "--person", "--at", "--id")
"""Options of immediate risk that are kept where something else on the line cannot be read."""
_POLICY = "ACT or OUTCOME"


class Record(click.Group):
    """`escalate record REF KIND`. Where the options stand does not matter, and nothing on a line holds up a risk."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the case; what comes after it is its command's."""
        ctx.meta[LINE] = [*args]
        return super().parse_args(ctx, in_order(args))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return what is typed as it is in every policy."""
        return list(TYPED)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002 - click's signature
        """Make the command of that name: the table's, or else one for an act or an outcome."""
        return command_of(RISK if is_risk(cmd_name) else cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed."""
        if place := ELSEWHERE.get(args[0]):
            raise Trouble(f"{args[0]} has a command of its own: type {screen.program()} {place} --help.")
        made = self.get_command(ctx, args[0])
        return made.name, made, args[1:]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a line that says immediate risk is taken whatever else on it cannot be read."""
        try:
            return super().invoke(ctx)
        except click.UsageError as slip:
            args = ctx.meta[LINE]
            pair = risk_after(args)
            if pair is None:
                raise
            note(f"{slip.format_message()} What cannot be read is left out, and the risk is raised.")
            kept = [f"{name}={value}" for name, value in _said(args) if name in _KEPT]
            ctx.params["ref"] = args[pair]
            risk = command_of(RISK)
            with risk.make_context(RISK, kept, parent=ctx) as below:
                return risk.invoke(below)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands in groups, each with one line."""
        for group in GROUPS:
            lines = [(one.name, one.does) for row in COMMANDS.values() if row.group == group for one in row.typed]
            named = [row.does for row in COMMANDS.values() if row.group == group and row.named]
            with formatter.section(group):
                formatter.write_dl([*((_POLICY, ", or ".join(named)) for _ in named[:1]), *lines])
        with formatter.section("By commands of their own, each as `escalate NAME`"):
            formatter.write_dl([(place, COMMANDS[kind].does) for kind, place in ELSEWHERE.items()])


def in_order(args: list[str]) -> list[str]:
    """Return a line with the case and its command first, wherever its options stand."""
    valued = with_values()
    words: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(args):
        word = args[at]
        if word.startswith("-") and len(word) > 1:
            far = 2 if word in valued else 1
            rest += args[at : at + far]
        else:
            far = 1
            (words if len(words) < 2 else rest).append(word)
        at += far
    return [*words, *rest] if len(words) > 1 else [*rest, *words]


def _said(args: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the options of a line with what stands after them."""
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if equals or at + 1 < len(args):
            yield name, value if equals else args[at + 1]


@click.group(cls=Record, epilog=HELP, invoke_without_command=True, subcommand_metavar="KIND [OPTIONS]")
@click.argument("ref")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, ref: str, as_json: bool) -> None:
    """Record in the case REF what somebody did or said.

    KIND is an act or an outcome of the case's policy, or one of those below; `escalate record REF KIND --help` shows
    what it takes. Without KIND it lists what may be recorded now, with the words to type. At a terminal, what KIND
    needs and was not typed is asked for, shown, and recorded with your yes. A closed case takes risk, corrections and
    what was done late; it comes back for them.

    \b
    Examples:
      escalate record ESC-0000-0000
      escalate record ESC-0000-0000 discussion --by schools --role practitioner \\
        --method telephone --at "today 15:00"
      escalate record ESC-0000-0000 confirm --by police --role practitioner
      escalate record ESC-0000-0000 not-agreed --by schools --role practitioner \\
        --reason "…" --interim-safety "…"
      escalate record ESC-0000-0000 panel-formed --role panel-secretary \\
        --appoint slo@police:staff-0042 --appoint slo@health-trust
      escalate record ESC-0000-0000 risk --note "what has happened, without names"
    """
    if ctx.invoked_subcommand is None:
        settings = installation()
        _list_open(settings, reference(ref, settings), as_json=as_json)


def _list_open(settings: "Settings", case: str, *, as_json: bool) -> None:
    found = reading.read_case(settings.register, case)
    if found is None:
        raise unknown(case)
    if as_json:
        from services.sayable import with_sayable  # it asks the rules: people at a terminal wait for no such import

        screen.as_json(with_sayable(settings.register, found["view"])["offers"])
        return
    for line in offered.lines(found["view"]):
        screen.say(line)
