"""`escalate retention` and its commands: how long cases are kept, holds, destruction lists, destroying."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from domain.base.words import say_date, say_instant
from services.cases import reference, unknown
from services.errors import PROBLEM, REFUSED, Trouble
from services.installation import installation
from services.rows import Row
from services.stores import count_of
from services.times import LONDON, now
from starter import access, screen
from starter.cli import Group

if TYPE_CHECKING:
    from adapters.register.disposal import Disposal, Disposals, Step
    from services.destruction_lists import Who
    from settings import Settings

COMMANDS = {
    "show": "How long the cases of each policy are kept, and how many have been kept long enough.",
    "due": "The cases that have been kept long enough.",
    "hold": "Keep a case whatever its time: for an inquiry, a court, a complaint.",
    "release": "End a hold.",
    "propose": "Make a destruction list.",
    "approve": "Approve a destruction list, as a second person.",
    "withdraw": "Take cases off a destruction list.",
    "destroy": "Destroy the cases of an approved list.",
    "lists": "The destruction lists; of one, everything that was said: its certificate.",
}

person = click.option(
    "--person", required=True, metavar="HANDLE", help="Who you are: a staff number, never a name. It is on the record."
)
reason = click.option("--reason", required=True, metavar="TEXT", help="Why. It is on the record, and names no child.")
as_json = click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")


@click.group("retention", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Keep cases as long as your partnership has decided, and no longer. docs/retention.md says how.

    Nothing is destroyed by itself: cases are proposed, a second person approves, and then they are destroyed, each
    step on the record.

    \b
    Examples:
      escalate retention show
      escalate retention due
      escalate retention hold ESC-0000-0000 --reason "Inquiry of the coroner" --person staff-0007
      escalate retention propose --all-due --person staff-0007
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("show")
@as_json
def show(as_json: bool) -> None:
    """See how long the cases of each policy are kept and why, and how many have been kept long enough.

    The numbers are your partnership's own: a table [retention] in the policy's file of local settings, with `keep` and
    `reason`. Cases of a policy without one are kept for good.

    \b
    Examples:
      escalate retention show
      escalate retention show --json
    """
    from adapters.register import reading
    from services import retention

    settings = installation()
    known = retention.numbers(settings, reading.list_policies(settings.register))
    cases, said = retention.closed_cases(settings), _disposals(settings)
    today, held = now().date(), said.held()
    told = [
        {
            "policy": policy,
            "keep": of.keep if of else None,
            "reason": of.reason if of else None,
            "keep_void": of.void.keep if of and of.void else None,
            "closed": sum(1 for one in cases if one.policy == policy),
            "due": sum(1 for one in cases if one.policy == policy and one.is_due(today)),
            "held": sum(1 for one in cases if one.policy == policy and one.case in held),
        }
        for policy, of in known.items()
    ]
    if as_json:
        screen.as_json(told)
        return
    screen.table(
        ("policy", "closed cases kept for", "opened in error", "closed", "due", "on hold", "why"),
        [
            Row(
                (
                    str(one["policy"]),
                    str(one["keep"] or "good"),
                    str(one["keep_void"] or "the same"),
                    str(one["closed"]),
                    str(one["due"]),
                    str(one["held"]),
                    str(one["reason"] or "no number is set"),
                )
            )
            for one in told
        ],
    )
    gone = len(said.destroyed())
    if gone:
        screen.say(f"Destroyed so far: {count_of(gone)}. `{screen.program()} retention lists` says by which lists.")


@command.command("due")
@as_json
def due(as_json: bool) -> None:
    """List the cases that have been kept long enough, and whether a hold or a list concerns them.

    \b
    Examples:
      escalate retention due
      escalate retention due --json
    """
    from services import retention

    settings = installation()
    said, today = _disposals(settings), now().date()
    held, listed = said.held(), said.listed()
    cases = [one for one in retention.closed_cases(settings) if one.is_due(today)]
    if as_json:
        screen.as_json(
            [
                {
                    "case": one.case,
                    "policy": one.policy,
                    "kept_until": one.until.isoformat() if one.until else None,
                    "why": one.why,
                    "held": one.case in held,
                    "list": listed.get(one.case),
                }
                for one in cases
            ]
        )
        return
    if not cases:
        screen.say("No case has been kept long enough.")
        return
    rows = [
        Row(
            (
                one.case,
                one.policy,
                say_date(one.until) if one.until else "",
                "on hold" if one.case in held else listed.get(one.case, ""),
                one.why,
            )
        )
        for one in cases
    ]
    screen.table(("case", "policy", "kept until the end of", "hold or list", "why"), rows)
    if any(retention.to_be_listed(cases, said)):
        screen.say(f"To list them for destruction:  {screen.program()} retention propose --all-due --person HANDLE")


@command.command("hold")
@click.argument("ref")
@reason
@person
def hold(ref: str, reason: str, person: str) -> None:
    """Keep the case REF until the hold is released, whatever its time and whatever list it stands in.

    \b
    Examples:
      escalate retention hold ESC-0000-0000 --reason "Inquiry of the coroner" --person staff-0007
    """
    settings = installation()
    case = _known(settings, ref)
    if case in _disposals(settings).held():
        screen.say(f"{case} is on hold already.")
        return
    _put(settings, [_said("held", case, person, reason)])
    screen.say(f"{case} is kept from now on, until `{screen.program()} retention release` is said.", "good")


@command.command("release")
@click.argument("ref")
@reason
@person
def release(ref: str, reason: str, person: str) -> None:
    """End the hold of the case REF: its time is its policy's again.

    \b
    Examples:
      escalate retention release ESC-0000-0000 --reason "The inquiry has ended" --person staff-0007
    """
    settings = installation()
    case = _known(settings, ref)
    if case not in _disposals(settings).held():
        raise Trouble(f"{case} is not on hold.", REFUSED)
    _put(settings, [_said("released", case, person, reason)])
    screen.say(f"{case} is on hold no more.", "good")


@command.command("propose")
@click.argument("refs", metavar="[REF]...", nargs=-1)
@click.option("--all-due", is_flag=True, help="Every case that has been kept long enough, is not held and not listed.")
@click.option(
    "--early", default="", metavar="TEXT", help="List the cases REF before their time; why, and who has decided it."
)
@person
@as_json
def propose(refs: tuple[str, ...], all_due: bool, early: str, person: str, as_json: bool) -> None:
    """Make a destruction list of closed cases. Nothing is destroyed by it: a second person approves it first.

    \b
    Examples:
      escalate retention propose --all-due --person staff-0007
      escalate retention propose ESC-0000-0000 --person staff-0007
      escalate retention propose ESC-0000-0000 --early "Erasure granted, decision 12 of 2026" --person staff-0007
    """
    from services import retention

    if bool(refs) == all_due:
        raise click.UsageError("Give the cases to list, or --all-due for all whose time has come.")
    if early and all_due:
        raise click.UsageError("--early is for cases that are named: give their references.")
    settings = installation()
    said = _disposals(settings)
    cases = {one.case: one for one in retention.closed_cases(settings)}
    if all_due:
        wanted = {one.case: one.why for one in retention.to_be_listed(list(cases.values()), said)}
        if not wanted:
            raise Trouble(
                "There is nothing to list: no case has been kept long enough that is not held or listed.", PROBLEM
            )
    else:
        wanted = {}
        for ref in refs:
            case = _known(settings, ref)
            _must_be_listable(case, cases.get(case), said, is_early=bool(early))
            wanted[case] = f"before its time: {early}" if early else cases[case].why
    number = said.next_list()
    _put(settings, [_said("proposed", case, person, why, number) for case, why in wanted.items()])
    if as_json:
        screen.as_json({"list": number, "cases": list(wanted)})
        return
    screen.say(f"{number} lists {count_of(len(wanted))} for destruction. Nothing is destroyed yet.", "good")
    screen.say(f"What stands in it:  {screen.program()} retention lists {number}")
    screen.say(f"A second person approves it:  {screen.program()} retention approve {number} --person HANDLE")


@command.command("approve")
@click.argument("list_ref", metavar="LIST")
@person
def approve(list_ref: str, person: str) -> None:
    """Approve the destruction list LIST, as another person than the one who proposed it.

    \b
    Examples:
      escalate retention approve DL-1 --person staff-0008
    """
    from services import destruction_lists

    name, _ = destruction_lists.list_of(_disposals(installation()), list_ref)
    cases = destruction_lists.approve(installation(), name, _who(person))
    screen.say(f"{name} is approved: {count_of(len(cases))}. Nothing is destroyed yet.", "good")
    screen.say(f"To destroy them:  {screen.program()} retention destroy {name} --person HANDLE")


@command.command("withdraw")
@click.argument("list_ref", metavar="LIST")
@click.argument("refs", metavar="[REF]...", nargs=-1)
@reason
@person
def withdraw(list_ref: str, refs: tuple[str, ...], reason: str, person: str) -> None:
    """Take the cases REF off the destruction list LIST, or all of them; what was destroyed stays destroyed.

    \b
    Examples:
      escalate retention withdraw DL-1 ESC-0000-0000 --reason "Still needed" --person staff-0008
      escalate retention withdraw DL-1 --reason "Made by mistake" --person staff-0008
    """
    from services import destruction_lists
    from starter.privacy import must_name_nobody

    settings = installation()
    must_name_nobody({"--reason": reason}, yes=False)
    wanted = [reference(ref, settings) for ref in refs]
    left = destruction_lists.withdraw(settings, list_ref, wanted, reason, _who(person))
    screen.say(f"Off {list_ref.strip().upper()}: {count_of(len(left))}. They are kept.", "good")


@command.command("destroy")
@click.argument("list_ref", metavar="LIST")
@person
@click.option("--yes", is_flag=True, help="Do it without being asked.")
@as_json
def destroy(list_ref: str, person: str, yes: bool, as_json: bool) -> int | None:
    """Destroy the cases of the approved destruction list LIST. There is no way back.

    Of each case goes: the key with which everything that people wrote was encrypted, what lists show of it, what
    Temporal still keeps, the copies of its notices in the outbox, and the addresses of people reached in it alone.
    Kinds and times of its entries stay, with their hashes, so that the rest of the record is proved as before.

    Copies of the register that were made before still hold the key: destroy those too, when their own time has come.
    A case that has gone on since it was listed, or is on hold, is kept and named, and the exit code is 1.

    \b
    Examples:
      escalate retention destroy DL-1 --person staff-0008
      escalate retention destroy DL-1 --person staff-0008 --yes
    """
    from starter import destroying, terminal

    settings = installation()
    who = _who(person)
    cases = _list(_disposals(settings), list_ref)
    approved = [case for case, rows in cases.items() if rows[-1].step == "approved"]
    if not approved:
        raise Trouble(f"Nothing in {list_ref} is approved for destruction, or all of it is destroyed already.", REFUSED)
    if not yes:
        if not terminal.can_ask():
            raise Trouble("Nothing was destroyed: give --yes where nobody can be asked.")
        if not terminal.confirm(f"Destroy {count_of(len(approved))} of {list_ref} for good?"):
            raise Trouble("Nothing was destroyed.")
    done, kept = destroying.destroy(settings, list_ref, approved, who.by)
    if as_json:
        screen.as_json({"list": list_ref, "destroyed": done, "kept": kept})
    else:
        for why in kept.values():
            screen.say(why, "late")
        tone = "late" if kept else "good"
        screen.say(f"Destroyed by {list_ref}: {count_of(len(done))}. Kept: {count_of(len(kept))}.", tone)
        screen.say(f"Its certificate:  {screen.program()} retention lists {list_ref}")
    return PROBLEM if kept else None


@command.command("lists")
@click.argument("list_ref", metavar="[LIST]", required=False, default="")
@as_json
def lists(list_ref: str, as_json: bool) -> None:
    """See the destruction lists; of the one called LIST everything that was said, as its certificate.

    \b
    Examples:
      escalate retention lists
      escalate retention lists DL-1
      escalate retention lists DL-1 --json
    """
    settings = installation()
    said = _disposals(settings)
    if list_ref:
        _certificate(list_ref, _list(said, list_ref), as_json=as_json)
        return
    told = [(name, [rows[-1].step for rows in cases.values()]) for name, cases in said.lists().items()]
    if as_json:
        screen.as_json([{"list": name, **{step: steps.count(step) for step in _STEPS}} for name, steps in told])
        return
    if not told:
        screen.say("There is no destruction list.")
        return
    rows = [Row((name, *(str(steps.count(step)) for step in _STEPS))) for name, steps in told]
    screen.table(("list", "proposed", "approved", "withdrawn", "destroyed"), rows)


_STEPS: "tuple[Step, ...]" = ("proposed", "approved", "withdrawn", "destroyed")


def _certificate(list_ref: str, cases: "dict[str, list[Disposal]]", *, as_json: bool) -> None:
    if as_json:
        told = {case: [one._asdict() | {"at": one.at.isoformat()} for one in rows] for case, rows in cases.items()}
        screen.as_json({"list": list_ref, "cases": told})
        return
    gone = sum(1 for rows in cases.values() if rows[-1].step == "destroyed")
    screen.heading(f"Destruction list {list_ref}: {count_of(len(cases))}, {gone} destroyed")
    for case, rows in cases.items():
        screen.say()
        screen.say(case)
        for one in rows:
            why = f": {one.reason}" if one.reason else ""
            by = f"{one.by} (account {one.account})" if one.account else one.by
            screen.say(screen.wrapped(f"  {one.step} on {say_instant(one.at, LONDON)} by {by}{why}", "    "))
        last = rows[-1]
        if last.step == "destroyed":
            screen.say(f"  its record: entries 1 to {last.entries}, the last with the hash")
            screen.say(f"  {last.entry_hash}")
    if gone:
        screen.say()
        screen.say(
            "Of what is destroyed, what people wrote can be read by nobody: the keys are gone from the register. Kinds "
            "and times of entries stay, so that the rest of the record is proved as before. Copies of the register "
            "that were made earlier, and exports that were given out, are not reached by it."
        )


def _must_be_listable(case: str, found: object, said: "Disposals", *, is_early: bool) -> None:
    from services.retention import Closed

    if not isinstance(found, Closed):
        raise Trouble(f"{case} is not closed, so it is kept.", REFUSED)
    if case in said.held():
        raise Trouble(f"{case} is on hold, so it is kept.", REFUSED)
    if (listed := said.listed().get(case)) is not None:
        raise Trouble(f"{case} stands in {listed} already.", REFUSED)
    if not is_early and not found.is_due(now().date()):
        until = f"until the end of {say_date(found.until)}" if found.until else "for good: its policy has no number"
        raise Trouble(f"{case} is kept {until}. --early lists it before its time, with the reason.", REFUSED)


def _known(settings: "Settings", ref: str) -> str:
    from adapters.register import reading

    case = reference(ref, settings)
    if not reading.has_case(settings.register, case):
        raise unknown(case)
    return case


def _list(said: "Disposals", list_ref: str) -> "dict[str, list[Disposal]]":
    from services.destruction_lists import list_of

    return list_of(said, list_ref)[1]


def _disposals(settings: "Settings") -> "Disposals":
    from adapters.register.register import Register

    with Register(settings.register) as register:
        return register.disposals()


def _said(step: "Step", case: str, person: str, reason: str, list_ref: str = "") -> "Disposal":
    from services.destruction_lists import said_now

    return said_now(step, case, _who(person), reason, list_ref)


def _who(person: str) -> "Who":
    from services.destruction_lists import Who, must_be_a_handle

    return Who(must_be_a_handle(person, "--person"), access.account())


def _put(settings: "Settings", said: "Sequence[Disposal]") -> None:
    from adapters.register.register import Register
    from starter.privacy import must_name_nobody

    words = {f"--reason {number}": one.reason for number, one in enumerate(said, 1) if one.reason}
    must_name_nobody(dict(list(words.items())[:1]), yes=False)
    with Register(settings.register) as register:
        register.dispose(said)
