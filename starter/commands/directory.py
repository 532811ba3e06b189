"""`escalate directory` and its commands."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.errors import BAD_INPUT, PROBLEM, REFUSED, Trouble
from services.installation import installation
from services.remarks import note
from services.rows import Row
from starter import screen
from starter.cli import Group
from starter.written import HELP, taken

if TYPE_CHECKING:
    from adapters.directory.shape import DirectoryFile, Seat
    from adapters.directory.writing import Difference, Losses
    from settings import Settings

COMMANDS = {
    "check": "Find addresses that cannot work, empty seats and stale entries.",
    "export": "Write every holder into a sheet.",
    "import": "Take a sheet over, shown first.",
    "add-guest": "Reach somebody with no place in the directory, in one case.",
    "remove-guest": "Delete the address of such a person.",
}
SHOWN = 12
"""Seats that are named one by one."""
HEADERS = ("", "agency", "role", "title", "what changes")


@click.group("directory", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """See and check who holds which role. directories/README.md says how to write a directory.

    \b
    Examples:
      escalate directory check lincolnshire
      escalate directory export lincolnshire --csv holders.csv
      escalate directory import lincolnshire holders.csv
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def directory_file(settings: "Settings", policy: str) -> "tuple[str, Path, DirectoryFile]":
    """Return a policy's id, the file that holds its directory, and the file's content. Raises Trouble."""
    from adapters.directory.file import KIND, read_directory
    from adapters.directory.tables import FileFault, source_of
    from services import case_inputs

    name = case_inputs.policy_path(settings, policy).stem
    try:
        place = source_of(case_inputs.directory_path(settings, name), KIND)
        return name, place, read_directory(place)
    except FileFault as fault:
        raise Trouble(f"The directory of {name} cannot be used. {fault}") from None


def directory_to_change(
    ctx: click.Context, settings: "Settings", policy: str, *, writes: bool
) -> "tuple[str, Path, str, DirectoryFile]":
    """Return what `directory_file` returns, with the file's text. With *writes* the file is locked until the command
    ends.

    Raises Trouble, and NotWritten where somebody else keeps it locked.
    """
    from adapters.directory.file import KIND, directory_in
    from adapters.directory.tables import FileFault, read_text
    from adapters.files import one_at_a_time

    name, place, _ = directory_file(settings, policy)
    if writes:
        ctx.with_resource(one_at_a_time(place))
    try:
        text = read_text(place, KIND)
        return name, place, text, directory_in(text, place)
    except FileFault as fault:
        raise Trouble(f"The directory of {name} cannot be used. {fault}") from None


@command.command("check")
@click.argument("policy")
@click.option(
    "--months",
    type=click.IntRange(0, 120),
    default=12,
    show_default=True,
    help="After how many months somebody should have made sure of a holder again; 0 for never.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def check(ctx: click.Context, policy: str, months: int, as_json: bool) -> None:
    """Find what is wrong or stale in the directory of POLICY, a name or a file, as of today.

    Looked for are addresses and numbers that cannot work, roles that nobody holds, seats, the office and services
    that nobody could be told how to ring, holders nobody has verified for long, bodies that are gone, and names used
    twice. The exit code is 1 where something is a fault; a warning is for a person to judge.

    \b
    Examples:
      escalate directory check lincolnshire
      escalate directory check lincolnshire --months 6 --json
    """
    from adapters.directory import check_directory
    from adapters.directory.file import directory_of
    from services import case_inputs
    from services.times import now

    settings = installation()
    name, path, file = directory_file(settings, policy)
    roles = case_inputs.policy(settings, policy).standing_seats
    found = check_directory(directory_of(file), roles, now().date(), months)
    faults = sum(one.severity == "fault" for one in found)
    if as_json:
        screen.as_json(
            {"policy": name, "file": str(path), "edition": file.directory.edition}
            | {"well": not faults, "found": [one.model_dump() for one in found]}
        )
    else:
        screen.findings(f"{path}, edition {file.directory.edition}", [(one.severity, str(one)) for one in found])
    if faults:
        ctx.exit(PROBLEM)


@command.command("export")
@click.argument("policy")
@click.option(
    "--csv",
    "sheet",
    type=click.Path(dir_okay=False),
    default="",
    metavar="FILE",
    help="Where to write it; else on the screen.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: the holders as JSON alone on stdout.")
def export(policy: str, sheet: str, as_json: bool) -> None:
    """Write every holder in the directory of POLICY into a sheet (CSV), to be changed in a spreadsheet and taken back.

    The sheet holds addresses: keep it where the directory may be kept.

    \b
    Examples:
      escalate directory export lincolnshire --csv holders.csv
      escalate directory export lincolnshire --json
    """
    from pathlib import Path

    from adapters.directory.sheet import seats_of, write_sheet
    from adapters.files import write_whole

    _, _, file = directory_file(installation(), policy)
    seats = seats_of(file)
    text = write_sheet(file)
    if sheet:
        write_whole(Path(sheet), text)
    if as_json:
        screen.as_json([{"agency": agency, **seat.model_dump(mode="json", by_alias=True)} for agency, seat in seats])
    elif sheet:
        screen.say(f"{sheet}: {len(seats)} holders.", "good")
    else:
        screen.exported(text)


@command.command("import")
@click.argument("policy")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--yes", is_flag=True, help="Write it. Without this it is only shown.")
@click.option("--unreachable", type=int, metavar="N", help="Yes, in N seats nobody can be reached any more.")
@click.option("--fewer", type=int, metavar="N", help="Yes, there are N addresses fewer.")
@click.option("--moved", type=int, metavar="N", help="Yes, N addresses are in other seats than before.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def import_(
    ctx: click.Context,
    policy: str,
    file: str,
    yes: bool,
    unreachable: int | None,
    fewer: int | None,
    moved: int | None,
    as_json: bool,
) -> None:
    """Put the holders of FILE, a sheet like that of `directory export`, in the place of all in POLICY's directory.

    It shows what would change; --yes writes it. Who is not in the sheet is taken out; agencies stay as they are. Each
    row that cannot be used is told with its line, and while there is one nothing is written. Where the change leaves
    seats in which nobody can be reached, many addresses fewer, or many in other seats than before, --yes is not
    enough: say how many, as it tells you.

    \b
    Examples:
      escalate directory import lincolnshire holders.csv
      escalate directory import lincolnshire holders.csv --yes
      escalate directory import lincolnshire holders.csv --yes --unreachable 2
    """
    from adapters.directory.file import directory_of
    from adapters.directory.sheet import columns_left_out, read_sheet
    from adapters.directory.tables import FileFault
    from adapters.directory.writing import Losses, differences, losses, with_seats, written
    from adapters.files import write_whole
    from services.times import now

    name, place, old, directory = directory_to_change(ctx, installation(), policy, writes=yes)
    comments, lost = 0, Losses((), 0)
    try:
        sheet = read_sheet(Path(file), directory)
        for column, holders in columns_left_out(sheet, directory).items():
            raise Trouble(
                f"{file}, line 1: the sheet has no column {column}, and {holders} holders have something there: "
                f"export it again, or add an empty column {column} to take that out."
            )
        found = () if sheet.faults else differences(directory, sheet.seats)
        refused = []
        if found:
            made = with_seats(directory, sheet.seats)
            text, comments = written(made, old, place)
            lost = losses(directory_of(directory), directory_of(made), now().date())
            refused = _unsaid(lost, unreachable, fewer, moved)
            if yes and not refused:
                write_whole(place, text, instead_of=old)
    except FileFault as fault:
        raise Trouble(str(fault)) from None
    wrote = bool(yes and found and not refused)
    if as_json:
        screen.as_json(
            {"policy": name, "file": str(place), "written": wrote, "comments_lost": comments}
            | {"differences": [_json(one) for one in found], "faults": list(sheet.faults)}
            | {"unreachable": list(lost.unreachable), "fewer": lost.fewer, "moved": lost.moved, "refused": refused}
        )
    if sheet.faults:
        for sentence in sheet.faults:
            note(sentence)
        note("Nothing was written.")
        ctx.exit(BAD_INPUT)
    if comments:
        note(
            f"{comments} {'comment' if comments == 1 else 'comments'} in the file "
            f"{'are' if comments > 1 else 'is'} not kept."
        )
    if not as_json:
        _tell(found, place, wrote=wrote, more="".join(_agreed(lost)))
    for sentence in _lost(lost):
        note(f"Take care: {sentence}")
    if yes and refused:
        for sentence in refused:
            note(sentence)
        note("Nothing was written.")
        ctx.exit(REFUSED)


def _lost(lost: "Losses") -> Iterator[str]:
    """Yield a sentence for each thing that a change takes away."""
    if lost.unreachable:
        some = ", ".join(lost.unreachable[:SHOWN])
        more = f" and {len(lost.unreachable) - SHOWN} more" if len(lost.unreachable) > SHOWN else ""
        yield f"nobody could be reached any more in {some}{more}."
    if lost.fewer:
        yield f"there would be {lost.fewer} addresses fewer."
    if lost.moved:
        yield f"{lost.moved} addresses would be in other seats than before: was a column sorted without the others?"


def _agreed(lost: "Losses") -> Iterator[str]:
    """Yield the options with which somebody agrees to it."""
    if lost.unreachable:
        yield f" --unreachable {len(lost.unreachable)}"
    if lost.fewer:
        yield f" --fewer {lost.fewer}"
    if lost.moved:
        yield f" --moved {lost.moved}"


def _unsaid(lost: "Losses", unreachable: int | None, fewer: int | None, moved: int | None) -> list[str]:
    """Return a sentence for each loss that no option with its number agreed to."""
    told = (
        (len(lost.unreachable), unreachable, "unreachable"),
        (lost.fewer, fewer, "fewer"),
        (lost.moved, moved, "moved"),
    )
    return [
        f"--{option} {number} is missing: say it where that is meant."
        if said is None
        else f"--{option} {said} is not what it would be: say --{option} {number} where that is meant."
        for number, said, option in told
        if number and said != number
    ]


def _tell(found: "tuple[Difference, ...]", place: Path, *, wrote: bool, more: str) -> None:
    if not found:
        screen.say("The directory says all of it already.")
        return
    screen.table(HEADERS, [_row(one) for one in found])
    if wrote:
        screen.say(f"Written to {place}: {len(found)} changed. Give it a new edition there.", "good")
    else:
        screen.say(f"Nothing is written yet: say the same with --yes{more}.")


def _row(one: "Difference") -> Row:
    seat = one.after or one.before
    assert seat is not None  # noqa: S101 - a difference has one of them
    tone = {"added": "good", "changed": "", "taken out": "warning"}[one.kind]
    return Row((one.kind, one.agency or "(partnership)", seat.role, seat.title, _changes(one)), tone)


def _changes(one: "Difference") -> str:
    before, after = _said(one.before), _said(one.after)
    if one.kind == "taken out":
        return ""
    changed = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    told = (name for name in changed if one.kind == "changed" or name not in {"role", "title"})
    return "; ".join(
        f"{name}: {before[name]} → {after.get(name, 'none')}" if name in before else f"{name}: {after[name]}"
        for name in told
    )


def _said(seat: "Seat | None") -> dict[str, str]:
    said = seat.model_dump(mode="json", by_alias=True, exclude_defaults=True) if seat else {}
    words: dict[str, Any] = {
        name: ", ".join(value) if isinstance(value, list) else value for name, value in said.items()
    }
    return {name: "yes" if value is True else str(value) for name, value in words.items()}


def _json(one: "Difference") -> dict[str, Any]:
    before, after = (
        seat.model_dump(mode="json", by_alias=True, exclude_defaults=True) if seat else None
        for seat in (one.before, one.after)
    )
    return {"change": one.kind, "agency": one.agency, "before": before, "after": after}


@command.command("add-guest", epilog=HELP)
@click.argument("ref")
@click.option("--agency", required=True, metavar="ID", help="Their agency: of the directory, or a new id in this case.")
@click.option("--title", required=True, help="What they are, such as `Childminder`; never their name.")
@click.option("--role", required=True, metavar="ROLE", help="As whom they are told: a role of the case's policy.")
@click.option("--email", multiple=True, metavar="ADDRESS", help="May be given again.")
@click.option("--text", multiple=True, metavar="NUMBER", help="A mobile number for texts. May be given again.")
@click.option("--telephone", multiple=True, metavar="NUMBER", help="A number for people to ring. May be given again.")
@click.option("--person", required=True, metavar="HANDLE", help="Your own staff number: who added them.")
@click.option("--yes", is_flag=True, help="Go on although a text looks as if it named a child.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def add_guest(ref: str, yes: bool, as_json: bool, **said: Any) -> None:
    """Let somebody be reached in the case REF alone: a childminder, an agency over the border, a seat that is empty.

    Their address is kept in the data folder, in a file of its own for this case, and nowhere else: the record says
    that a contact was added for the seat, and no more. It is personal data: take it out with `remove-guest` once the
    case is closed. To make them a party, record `join` afterwards.

    \b
    Examples:
      escalate directory add-guest ESC-0000-0000 --agency childminder --title Childminder \\
        --role practitioner --email childminder@example.org --person staff-0007
      escalate directory add-guest ESC-0000-0000 --agency over-the-border --title "Care over the border" \\
        --role slo --email slo@example.org --text "+44 7700 900123" --person staff-0007
    """
    from uuid import uuid4

    from services import guests, temporal_client
    from services.cases import reference
    from services.command_fields import texts
    from starter import access
    from starter.answers import tell
    from starter.privacy import must_name_nobody

    settings = installation()
    case = reference(ref, settings)
    said = taken(said)
    words = {name: said[name] for name in ("agency", "title", "role", "person")}
    must_name_nobody(texts(words), yes=yes)
    wanted = guests.wanted(settings, case, words, {kind: said[kind] for kind in guests.WAYS}, str(uuid4()))
    answer = temporal_client.run(lambda: guests.guest_added(settings, case, wanted, access.sender(settings)))
    tell(case, answer, wanted.message.id, as_json=as_json)


@command.command("remove-guest")
@click.argument("ref")
@click.option("--agency", default="", metavar="ID", help="Whose people; without it everybody who was added.")
@click.option("--role", default="", metavar="ROLE", help="Of that agency only those of this role.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def remove_guest(ref: str, agency: str, role: str, as_json: bool) -> None:
    """Delete the addresses that were kept for the case REF alone, at once.

    Notices for them then go to the partnership's fallback contact. That they could be reached stays in the record,
    which never held their addresses.

    \b
    Examples:
      escalate directory remove-guest ESC-0000-0000
      escalate directory remove-guest ESC-0000-0000 --agency childminder
    """
    from services.cases import reference
    from services.guests import guests_removed

    settings = installation()
    case = reference(ref, settings)
    deleted = guests_removed(settings, case, agency, role)
    if deleted.sentence:
        raise Trouble(deleted.sentence)
    if as_json:
        screen.as_json({"case": case, "deleted": deleted.contacts, "left": [*deleted.left]})
    else:
        screen.say(
            f"Deleted: {deleted.contacts} {'contact' if deleted.contacts == 1 else 'contacts'} of {case}.", "good"
        )
