"""One command of a case: made from the table of commands, and from what was typed to the answer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.command_table import WORDS
from services import temporal_client
from services.cases import reference
from services.command_fields import RISK, rows_of, says_nothing, text_options, texts
from services.errors import Trouble
from services.installation import installation
from services.referrals import check_lengths, pairs
from services.remarks import note
from starter.privacy import must_name_nobody

from . import access, offered
from .answers import say_telephone, say_who_was_told, tell, unheard
from .command_options import of_command, of_everybody
from .written import HELP, taken

if TYPE_CHECKING:
    from domain.case.state import Answer
    from settings import Settings

    from .asked import Asking


class Recording(click.Command):
    """One command of a case, with its own options alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line; an option of another command is told with those it goes with."""
        try:
            return super().parse_args(ctx, [*args])
        except click.NoSuchOption as slip:
            trouble = says_nothing(slip.option_name.lstrip("-"))
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


def command_of(name: str) -> click.Command:
    """Make one command of a case: that of the table, or for any other word that of an act or an outcome.

    It is typed after the case; where it has a place of its own, the case is its argument.
    """
    rows = rows_of(name)
    row, way = rows[0], WORDS[name][1] if name in WORDS else None
    does = way.does if way else "an act or an outcome of the case's policy"
    words = "\n\n".join(part for part in (f"{does[:1].upper()}{does[1:]}.", row.told) if part)
    line = f"{name} {way.example}".strip() if way else row.example
    shown = line.replace(" --", " \\\n        --") if len(line) > 70 else line
    example = f"{row.place} ESC-0000-0000 {way.example}" if way and row.place else f"record ESC-0000-0000 {shown}"
    case = [click.Argument(["ref"])] if row.place else []
    return (Recording if way else OfPolicy)(
        name,
        params=[*case, *of_command(*rows), *of_everybody()],
        callback=_recorder(name),
        help=f"{words}\n\n\b\nExamples:\n  escalate {example}",
        epilog=HELP,
    )


def _recorder(name: str) -> Any:
    def recorded(*, yes: bool, as_json: bool, ref: str = "", **said: Any) -> None:
        above = click.get_current_context().parent
        ref = ref or (above.params["ref"] if above else "")
        if name == RISK:
            say_telephone()
        with unheard(name == RISK):
            _record(ref, name, said, yes=yes, as_json=as_json)

    return recorded


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
        note("Nothing was recorded.")
        return
    answer = _sent(case, name, said, settings)
    tell(case, answer, said["id"], as_json=as_json)
    if of_risk and not as_json:
        say_who_was_told(settings.register, case, answer.told or answer.entry)


def _asked(settings: "Settings", case: str, name: str, said: dict[str, Any], *, as_json: bool) -> "Asking | None":
    """Ask somebody at a terminal for what is missing; None where nothing had to be asked. Raises Trouble."""
    from . import terminal

    if as_json or not terminal.can_ask():
        return None
    from services.names import namer, view_of
    from services.sayable import with_sayable

    from .asked import Asking

    view = view_of(settings, case)
    asking = Asking(name, with_sayable(settings.register, view) if view else None, said, namer(settings, case))
    asking.rest()
    return asking if asking.has_asked else None


def _sent(case: str, name: str, said: dict[str, Any], settings: "Settings") -> "Answer":
    from services.recording import recorded

    return temporal_client.run(lambda: recorded(settings, case, name, said, access.sender(settings)))


def _offered_now(ctx: click.Context, name: str) -> list[str]:
    """Return the lines that are typed for one act or outcome in a case; none where the case cannot be read here."""
    from services.sayable import with_sayable

    try:
        settings = installation()
        found = reading.read_case(
            settings.register, reference(ctx.parent.params["ref"] if ctx.parent else "", settings)
        )
        view = with_sayable(settings.register, found["view"]) if found else None
    except (Trouble, RegisterError):
        return []
    return [line for one in offered.of_name(view, name) for line in one.lines] if view else []
