"""`escalate people` and its commands: who uses this installation."""

from typing import Any

import click

from adapters.people.roles import COMMANDS as MAY
from adapters.people.roles import DOES, Role, sees_all
from services.errors import PROBLEM, Trouble
from services.installation import installation
from services.rows import Row
from starter import screen
from starter.cli import Group
from starter.people_faults import found_in

COMMANDS = {
    "show": "See who you are here, and who may what.",
    "check": "Find what is wrong with the file of people.",
    "new": "Begin the file, with this account as administrator.",
}
HEADERS = ("account", "who", "role", "agency", "speaks as")
FIRST = """\
# Who uses this installation: a table for each account of the machine (`id -un` prints its name).
#   title   who it is, as a role title and never a name
#   role    operations, agency manager, on-call lead, auditor or administrator
#   agency  for those of an agency: its id, as the directory has it
#   seat    for those who speak for their agency themselves: a role of its policies
# examples/people.toml shows more. `escalate people check` looks at it.

[{account}]
title = "administrator of the installation"
role = "administrator"
"""


@click.group("people", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Who uses this installation: a file says which account of the machine is who, in which role, for which agency.

    It is people.toml in the data folder (ESCALATION_PEOPLE). Without it, whoever runs a trial is its administrator;
    anywhere else nobody may do anything that shows or changes a case, but to raise immediate risk. A table of it:

    \b
      [police-lead]
      title = "safeguarding lead of the police"
      role = "agency manager"
      agency = "police"
      seat = "line-manager"

    \b
    Examples:
      escalate people new
      escalate people check
      escalate people show
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def show(as_json: bool) -> None:
    """See who you are here, and what each role may do; those who see every case see everybody in the file too.

    \b
    Examples:
      escalate people show
      escalate people show --json
    """
    from adapters.people.file import PeopleFaulty, load_people
    from starter.access import typist

    settings = installation()
    who, why_not = typist(settings)
    try:
        people = list(load_people(settings.people).values()) if sees_all(who.role) else []
    except (FileNotFoundError, PeopleFaulty):
        people = []
    if as_json:
        roles = {role: {"for": DOES[role], "commands": _commands(role)} for role in DOES}
        told = [one._asdict() for one in people]
        screen.as_json({"you": who._asdict() | {"why_not": why_not}, "people": told, "roles": roles})
        return
    screen.say(f"You are {who.who}, in the role {who.role}." if who.role else f"You are {who.who}. {why_not}")
    if people:
        screen.heading("In the file of people")
        screen.table(HEADERS, [Row(_cells(one)) for one in people], indent=2)
    for role in DOES:
        screen.heading(f"{role[:1].upper()}{role[1:]}")
        _say(DOES[role])
        _say(f"Commands: {', '.join(_commands(role))}.")
    screen.heading("Anybody at all")
    _say(f"Commands: {', '.join(words for words, right in MAY.items() if not right.roles)}.")
    _say("And to raise immediate risk, in a case or with a new one: nobody is asked who they are for that.")


def _say(text: str) -> None:
    screen.say(screen.wrapped(f"  {text}", "    "))


def _cells(one: Any) -> tuple[str, ...]:
    return (one.account, one.title, one.role, one.agency, one.seat)


def _commands(role: Role) -> list[str]:
    return [words for words, right in MAY.items() if role in right.roles]


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def check(as_json: bool) -> int | None:
    """Find what is wrong with the file of people: mistakes in it, agencies that no directory knows, nobody who looks
    after the installation. Leads whom no rota knows by their handle are told too. Ends with 1 where there is a fault.

    \b
    Examples:
      escalate people check
      escalate people check --json
    """
    from services.joining import leads_in_no_rota

    settings = installation()
    people, faults = found_in(settings)
    warnings = leads_in_no_rota(settings)
    if as_json:
        screen.as_json({"file": str(settings.people), "people": people, "faults": faults, "warnings": warnings})
    else:
        told = [*(("fault", one) for one in faults), *(("warning", one) for one in warnings)]
        screen.findings(str(settings.people), told, f" among {people} accounts" * bool(people))
    return PROBLEM if faults else None


@command.command("new")
def new() -> None:
    """Begin the file of people with this account as administrator. A file that is there is left as it is.

    \b
    Examples:
      escalate people new
    """
    from adapters.files import write_first
    from starter.access import account

    path = installation().people
    if path.exists():
        raise Trouble(f"{path} is there already, and was left as it is: add people to it with an editor.")
    write_first(path, FIRST.format(account=account()))
    screen.say(f"{path} begins with this account as administrator. Add everybody else, then: escalate people check")
