"""`escalate directory import`: the holders of a sheet."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from starter import screen
from starter.commands.directory import directory_to_change
from starter.errors import BAD_INPUT, REFUSED, Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from adapters.directory.shape import Seat
    from adapters.directory.writing import Difference, Losses

SHOWN = 12
"""Seats that are named one by one."""
HEADERS = ("", "agency", "role", "title", "what changes")


@click.command("import")
@click.argument("policy")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--yes", is_flag=True, help="Write it. Without this it is only shown.")
@click.option("--unreachable", type=int, metavar="N", help="Yes, in N seats nobody can be reached any more.")
@click.option("--fewer", type=int, metavar="N", help="Yes, there are N addresses fewer.")
@click.option("--moved", type=int, metavar="N", help="Yes, N addresses are in other seats than before.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(
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
    from starter.times import now

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
            screen.note(sentence)
        screen.note("Nothing was written.")
        ctx.exit(BAD_INPUT)
    if comments:
        screen.note(
            f"{comments} {'comment' if comments == 1 else 'comments'} in the file "
            f"{'are' if comments > 1 else 'is'} not kept."
        )
    if not as_json:
        _tell(found, place, wrote=wrote, more="".join(_agreed(lost)))
    for sentence in _lost(lost):
        screen.note(f"Take care: {sentence}")
    if yes and refused:
        for sentence in refused:
            screen.note(sentence)
        screen.note("Nothing was written.")
        ctx.exit(REFUSED)


def _lost(lost: "Losses") -> Iterator[str]:
    """Yield what a change takes away."""
    if lost.unreachable:
        some = ", ".join(lost.unreachable[:SHOWN])
        more = f" and {len(lost.unreachable) - SHOWN} more" if len(lost.unreachable) > SHOWN else ""
        yield f"nobody could be reached any more in {some}{more}."
    if lost.fewer:
        yield f"there would be {lost.fewer} addresses fewer."
    if lost.moved:
        yield f"{lost.moved} addresses would be in other seats than before: was a column sorted without the others?"


def _agreed(lost: "Losses") -> Iterator[str]:
    """Yield the options that agree to it."""
    if lost.unreachable:
        yield f" --unreachable {len(lost.unreachable)}"
    if lost.fewer:
        yield f" --fewer {lost.fewer}"
    if lost.moved:
        yield f" --moved {lost.moved}"


def _unsaid(lost: "Losses", unreachable: int | None, fewer: int | None, moved: int | None) -> list[str]:
    """Return a sentence for each loss that was not agreed to with its number."""
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


def _row(one: "Difference") -> screen.Row:
    seat = one.after or one.before
    assert seat is not None  # noqa: S101 - a difference has one of them
    tone = {"added": "good", "changed": "", "taken out": "warning"}[one.kind]
    return screen.Row((one.kind, one.agency or "(partnership)", seat.role, seat.title, _changes(one)), tone)


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
