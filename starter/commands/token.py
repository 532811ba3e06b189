"""`escalate token` and its commands: what lets a program use the interface."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from services.errors import BAD_INPUT, Trouble
from services.installation import installation
from services.rows import Row
from services.times import LONDON, now
from starter import screen
from starter.cli import Group

if TYPE_CHECKING:
    from adapters.people.tokens import Scope, Token, Tokens
    from settings import Settings

COMMANDS = {
    "new": "Make a token for an account, and show it once.",
    "list": "See which tokens there are.",
    "revoke": "Let a token be used no more.",
}
HEADERS = ("token", "for", "account", "scopes", "until", "last used", "")
SCOPES = ("read", "record", "open", "export")
DOES = (
    "read: see cases. record: record in them. open: open new ones. export: take the bundle of one. Each only as far as "
    "the account's role may."
)


@click.group("token", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Tokens, by which programs use the interface (docs/interface.md).

    A token belongs to an account of the file of people, and may what that account may, within its scopes. What is done
    by it is on record as that account's, with the token's label. Only its digest is kept here.

    \b
    Examples:
      escalate token new school-system --label "the school's own records" --scope read --scope record
      escalate token list
      escalate token revoke 0a1b2c3d
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("new")
@click.argument("account")
@click.option("--label", required=True, metavar="TEXT", help="What it is for; never a name.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help=f"{DOES} May be given again.")
@click.option("--days", default=90, type=click.IntRange(1, 366), help="For how many days it is good (90).")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def new(account: str, label: str, scopes: "tuple[Scope, ...]", days: int, as_json: bool) -> None:
    """Make a token for ACCOUNT, which stands in the file of people. It is shown once, and kept nowhere.

    Give a program an account of its own there, with the role and the agency that it acts for: the account need not be
    one of this machine.

    \b
    Examples:
      escalate token new school-system --label "the school's own records" --scope read --scope record
      escalate token new inspector --label "figures for the board" --scope read --days 30 --json
    """
    settings = installation()
    _must_have_a_role(settings, account)
    label = _label(label)
    if not scopes:
        raise Trouble("Say what it is for: --scope read, and record, open or export where it needs them.")
    until = now() + timedelta(days=days)
    made, text = _tokens(settings).new(account, label, sorted(set(scopes)), now(), until)
    if as_json:
        screen.as_json({"token": text, **_told(made)})
        return
    screen.say(text)
    screen.say()
    screen.say(f"This is the token {made.id}, good until {_day(made.ends)}. It is shown this once and kept nowhere:")
    screen.say("put it where the program keeps its secrets. Whoever has it may do all that is said above.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def list_(as_json: bool) -> None:
    """See which tokens there are, whose they are, until when they are good and on which day each was used last.

    \b
    Examples:
      escalate token list
      escalate token list --json
    """
    every = _tokens(installation()).all()
    if as_json:
        screen.as_json([_told(one) for one in every])
    elif every:
        screen.table(HEADERS, [_row(one) for one in every])
    else:
        screen.say("There is no token. To make one:  escalate token new --help")


@command.command("revoke")
@click.argument("token")
def revoke(token: str) -> None:
    """Let TOKEN, an id as `list` shows it, be used no more: from its next request on.

    \b
    Examples:
      escalate token revoke 0a1b2c3d
    """
    written = re.fullmatch(r"esct_([0-9a-f]{8})_.*", token.strip())  # somebody who has it whole may give it whole
    id_ = written[1] if written else token.strip()
    found = _tokens(installation()).revoke(id_, now())
    if found is None:
        raise Trouble(f"There is no token {id_[:20]!r}: `escalate token list` shows those there are.", BAD_INPUT)
    screen.say(f"The token {found.id} ({found.label}, of {found.account}) is used no more.", "good")


def _tokens(settings: "Settings") -> "Tokens":
    from adapters.people.tokens import FILE, Tokens

    return Tokens(settings.data / FILE)


def _must_have_a_role(settings: "Settings", account: str) -> None:
    from services.accounts import somebody
    from starter.access import account as own

    who, why_not = somebody(settings, account)
    if not who.role:
        raise Trouble(why_not)
    if not settings.people.exists() and account != own():
        raise Trouble(
            f"There is no file of people, so no account but {own()} is known: begin one with `escalate people new`."
        )


def _label(said: str) -> str:
    from adapters.people.tokens import LONGEST_LABEL
    from services.privacy import findings

    label = " ".join(said.split())
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise Trouble(f"--label: say in at most {LONGEST_LABEL} characters what the token is for.")
    for found in findings({"--label": label}, now().date()):
        raise Trouble(f"{found} Say what it is for, in small letters.")
    return label


def _told(one: "Token") -> dict[str, object]:
    kept = {"id": one.id, "label": one.label, "account": one.account, "scopes": list(one.scopes)}
    return kept | {"made": one.made, "ends": one.ends, "used": one.used or None, "state": one.state(now())}


def _row(one: "Token") -> Row:
    state = one.state(now())
    shown = "" if state == "good" else state
    cells = (one.id, one.label, one.account, ", ".join(one.scopes), _day(one.ends), one.used or "never", shown)
    return Row(cells, "" if state == "good" else "warning")


def _day(instant: str) -> str:
    from domain.base.words import say_instant

    return say_instant(datetime.fromisoformat(instant), LONDON)
