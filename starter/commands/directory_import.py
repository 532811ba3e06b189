"""`escalate directory import`: the holders of a sheet."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from starter import screen
from starter.commands.directory import directory_file
from starter.exits import BAD_INPUT, Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from adapters.directory.shape import Seat
    from adapters.directory.writing import Difference

HEADERS = ("", "agency", "role", "title", "what changes")


@click.command("import")
@click.argument("policy")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--yes", is_flag=True, help="Write it. Without this it is only shown.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, policy: str, file: str, yes: bool, as_json: bool) -> None:
    """Put the holders of FILE, a sheet like that of `directory export`, in the place of all in POLICY's directory.

    It shows what would change; --yes writes it. Who is not in the sheet is taken out; agencies stay as they are. Each
    row that cannot be used is told with its line, and while there is one nothing is written.

    \b
    Examples:
      escalate directory import lincolnshire holders.csv
      escalate directory import lincolnshire holders.csv --yes
    """
    from adapters.directory.sheet import read_sheet
    from adapters.directory.tables import FileFault, write_whole
    from adapters.directory.writing import differences, with_seats, written

    name, place, directory = directory_file(installation(), policy)
    lost = 0
    try:
        sheet = read_sheet(Path(file), directory)
        found = () if sheet.faults else differences(directory, sheet.seats)
        if found:
            text, lost = written(with_seats(directory, sheet.seats), place.read_text(encoding="utf-8"), place)
            if yes:
                write_whole(place, text)
    except FileFault as fault:
        raise Trouble(str(fault)) from None
    wrote = bool(yes and found)
    if as_json:
        screen.as_json(
            {"policy": name, "file": str(place), "written": wrote, "comments_lost": lost}
            | {"differences": [_json(one) for one in found], "faults": list(sheet.faults)}
        )
    if sheet.faults:
        for sentence in sheet.faults:
            screen.note(sentence)
        screen.note("Nothing was written.")
        ctx.exit(BAD_INPUT)
    if lost:
        screen.note(
            f"{lost} {'comment' if lost == 1 else 'comments'} in the file {'are' if lost > 1 else 'is'} not kept."
        )
    if not as_json:
        _tell(found, place, wrote=wrote)


def _tell(found: "tuple[Difference, ...]", place: Path, *, wrote: bool) -> None:
    if not found:
        screen.say("The directory says all of it already.")
        return
    screen.table(HEADERS, [_row(one) for one in found])
    if wrote:
        screen.say(f"Written to {place}: {len(found)} changed. Give it a new edition there.", "good")
    else:
        screen.say("Nothing is written yet: say the same with --yes.")


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
