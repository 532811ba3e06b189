"""`escalate record`: what somebody did or said in a case. Its commands are made from the table of commands."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.commands import COMMANDS, ELSEWHERE, GROUPS, TYPED
from starter import offered, screen, temporal_client
from starter.answers import say_telephone, say_who_was_told, tell, unheard
from starter.cases import reference, unknown
from starter.command_options import (
    RISK,
    of_command,
    of_everybody,
    rows_of,
    says_nothing,
    text_options,
    texts,
    with_values,
)
from starter.errors import Trouble
from starter.installation import installation
from starter.privacy import must_name_nobody
from starter.referrals import check_lengths, pairs
from starter.written import HELP, taken

if TYPE_CHECKING:
    from domain.escalation import Answer
    from settings import Settings
    from starter.asked import Asking


_ALSO_RISK = frozenset({RISK, "immediate-risk", "immediate risk", "immediate_risk"})
_KEPT = ("--note", "--by", "--role", "--person", "--at", "--id")
"""Options of immediate risk that are kept where something else on the line cannot be read."""
_POLICY = "ACT or OUTCOME"
_TYPED = "typed"
"""Under which the whole line is kept, for immediate risk."""


def is_risk(word: str) -> bool:
    """Is a word one of those that mean immediate risk?"""
    return word.strip().casefold() in _ALSO_RISK


class Recording(click.Command):
    """One command of a case, with its own options alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line; an option of another command is told with those it goes with."""
        try:
            return super().parse_args(ctx, [*args])
        except click.NoSuchOption as slip:
            trouble = says_nothing(slip.option_name)
            if trouble is None or self.name == RISK:
                raise
            raise trouble from None


class OfPolicy(Recording):
    """An act or an outcome, which the policy of the case names; its help says what it needs in that case now."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it is, and what the case offers under its name."""
        super().format_help_text(ctx, formatter)
        if lines := _offered_now(ctx, self.name or ""):
            with formatter.section("What may be typed for it now"):
                formatter.write("".join(f"{line}\n" for line in lines))


class Record(click.Group):
    """`escalate record REF KIND`. Where the options stand does not matter, and nothing on a line holds up a risk."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the case; what comes after it is its command's."""
        ctx.meta[_TYPED] = [*args]
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
            args = ctx.meta[_TYPED]
            pair = next((at for at in range(len(args) - 1) if is_risk(args[at + 1]) and args[at][:1] != "-"), None)
            if pair is None:
                raise
            screen.note(f"{slip.format_message()} What cannot be read is left out, and the risk is raised.")
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


def command_of(name: str) -> click.Command:
    """Make one command of a case: that of the table, or for any other word that of an act or an outcome."""
    rows = rows_of(name)
    row, kind = rows[0], Recording if name in TYPED else OfPolicy
    does = TYPED[name][1].does if name in TYPED else "an act or an outcome of the case's policy"
    example = f"{name} {TYPED[name][1].example}".strip() if name in TYPED else row.example
    words = "\n\n".join(part for part in (f"{does[:1].upper()}{does[1:]}.", row.told) if part)
    shown = example.replace(" --", " \\\n        --") if len(example) > 70 else example
    return kind(
        name,
        params=[*of_command(*rows), *of_everybody()],
        callback=_recorder(name),
        help=f"{words}\n\n\b\nExamples:\n  escalate record ESC-0000-0000 {shown}",
        epilog=HELP,
    )


def _recorder(name: str) -> Any:
    def recorded(*, yes: bool, as_json: bool, **said: Any) -> None:
        above = click.get_current_context().parent
        ref = above.params["ref"] if above else ""
        if name == RISK:
            say_telephone()
        with unheard(name == RISK):
            _record(ref, name, said, yes=yes, as_json=as_json)

    return recorded


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


def _record(ref: str, name: str, typed: Mapping[str, Any], *, yes: bool, as_json: bool) -> None:
    settings = installation()
    case = reference(ref, settings)
    of_risk, rows = name == RISK, rows_of(name)
    said = dict(typed)
    for field in (field for row in rows for field in row.fields if field.answer == "name=text"):
        said[field.key] = pairs(typed[field.key], f"--{field.option}")
    said = taken(said, text_options(rows), may_stop=not of_risk)
    wanted = None
    if not of_risk:
        wanted = _asked(settings, case, name, said, as_json=as_json)
        said = wanted.said if wanted else said
    said["id"] = said["id"] or str(uuid4())
    if not of_risk:
        check_lengths(texts(said))
    must_name_nobody(texts(said), yes=yes, may_stop=not of_risk)
    if wanted and not wanted.is_wanted(case):
        screen.note("Nothing was recorded.")
        return
    answer = _sent(case, name, said, settings)
    tell(case, answer, said["id"], as_json=as_json)
    if of_risk and not as_json:
        say_who_was_told(settings.register, case, answer.told or answer.entry)


def _asked(settings: "Settings", case: str, name: str, said: dict[str, Any], *, as_json: bool) -> "Asking | None":
    """Ask somebody at a terminal for what is missing; None where nothing had to be asked. Raises Trouble."""
    from starter import questions

    if as_json or not questions.can_ask():
        return None
    from starter.asked import Asking
    from starter.names import namer, view_of

    asking = Asking(name, view_of(settings, case), said, namer(settings, case))
    asking.rest()
    return asking if asking.has_asked else None


def _sent(case: str, name: str, said: dict[str, Any], settings: "Settings") -> "Answer":
    from starter.messages import message_of, risk_of
    from starter.names import facts_meant, kind_of, must_be_an_agency, namer
    from starter.sending import send_to
    from starter.waking import raise_risk

    async def send() -> "Answer":
        if name == RISK:
            return await raise_risk(settings, case, risk_of(said, namer(settings, case)))
        async with temporal_client.caseload(settings) as cases:
            kind = await kind_of(name, case, settings, cases, said)
            if kind == "fact":
                said["fact"] = facts_meant(settings, case, said["fact"])
            if kind == "join" and said["agency"]:
                must_be_an_agency(settings, case, said["agency"])
            return await send_to(settings, cases, case, message_of(kind, name, said, namer(settings, case)))

    return temporal_client.run(send)


def _list_open(settings: "Settings", case: str, *, as_json: bool) -> None:
    found = reading.read_case(settings.register, case)
    if found is None:
        raise unknown(case)
    if as_json:
        screen.as_json(found["view"]["offers"])
        return
    for one in offered.commands(found["view"]):
        for line in one.lines:
            screen.say(line)


def _offered_now(ctx: click.Context, name: str) -> list[str]:
    """Return the lines that are typed for one act or outcome in a case; none where the case cannot be read here."""
    try:
        settings = installation()
        found = reading.read_case(
            settings.register, reference(ctx.parent.params["ref"] if ctx.parent else "", settings)
        )
    except (Trouble, RegisterError):
        return []
    return [line for one in offered.of_name(found["view"], name) for line in one.lines] if found else []
