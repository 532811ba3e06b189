"""`escalate export`: a case as it leaves the building."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.errors import PROBLEM, Trouble
from services.installation import installation
from services.rows import Row
from starter import access, screen

if TYPE_CHECKING:
    from services.exporting import Made

HEADERS = ("case", "what became of it")


@click.command()
@click.argument("ref", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every case: a bundle each, and an index. May be said again.")
@click.option("--for-subject", is_flag=True, help="A draft for the person it concerns, without words of others.")
@click.option("--template", type=click.Path(path_type=Path), help="With --for-subject: another template than ours.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder, or a file that ends with .zip; else this folder.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(
    ref: str, every: bool, for_subject: bool, template: Path | None, out: Path | None, as_json: bool
) -> int | None:
    """Give out the case REF as one bundle, for an inspector who has no access here.

    It holds a chronology to read and to print, proof of who was told, every entry as it stands in the record, the
    policy as it stood, the checkpoints that cover the case, and a short program that checks all of it anywhere. It is
    made whole or not at all, for its owner alone, and never over another file. The record alone is read, so it works
    while nothing else runs. The exit code is 1 where the record of the case is not as it was written: the bundle says
    so on its page.

    --for-subject makes a draft of what a person is given who asks for their own data: words that others wrote are left
    out, and listed with the reason. A person reviews it before it goes.

    --all goes over every case and leaves bundles that are there. One that cannot be made holds up no other: it is named
    at the end, and the exit code is 1.

    \b
    Examples:
      escalate export ESC-0000-0000
      escalate export ESC-0000-0000 --out /mnt/inspection
      escalate export ESC-0000-0000 --for-subject
      escalate export --all --out /mnt/inspection
    """
    if bool(ref) == every:
        raise click.UsageError("Give the reference of one case, or --all.")
    if template and not for_subject:
        raise click.UsageError("--template is for --for-subject.")
    if every and for_subject:
        raise click.UsageError("--for-subject is for one case: a person reviews each.")
    from adapters.register import reading
    from services.cases import reference
    from services.exporting import export_all, export_one, export_subject
    from services.times import now
    from starter.progress import progress

    settings = installation()
    reading.must_be_there(settings.register)
    if every:
        access.listed(
            settings, "export", {"all": "yes"}, len(reading.list_references(settings.register)), exported=True
        )
        if out and out.suffix == ".zip":
            raise Trouble("--all makes many files: give --out a folder.")
        return _every(export_all(settings, out or Path.cwd(), now(), progress), out or Path.cwd(), as_json=as_json)
    case = reference(ref, settings)
    made = (
        export_subject(settings, case, out or Path.cwd(), now(), template)
        if for_subject
        else export_one(settings, case, out or Path.cwd(), now())
    )
    if as_json:
        screen.as_json({"case": made.case, "file": str(made.file), "state": made.state, "faults": list(made.faults)})
    elif for_subject:
        screen.say(f"{made.file} is a draft for review. What was left out is listed in it, with the reason.")
    else:
        screen.say(f"{made.file} holds the case. Whoever has it takes verify.py out of it and types:", "good")
        screen.say(f"  python verify.py {made.file.name}")
    for fault in () if as_json else made.faults:
        screen.say(fault, "late")
    return PROBLEM if made.faults else None


def _every(found: "list[Made]", folder: Path, *, as_json: bool) -> int | None:
    amiss = [one for one in found if one.is_amiss]
    if as_json:
        told = [
            {"case": one.case, "file": str(one.file), "state": one.state, "faults": list(one.faults)} for one in found
        ]
        screen.as_json({"cases": told, "sound": not amiss})
        return PROBLEM if amiss else None
    counts = {state: sum(one.state == state for one in found) for state in dict.fromkeys(one.state for one in found)}
    said = ", ".join(f"{count} {state}" for state, count in counts.items()) or "there is no case yet"
    screen.say(f"{folder}: {said}. index.csv lists them.", "late" if amiss else "good")
    if amiss:
        rows = [Row((one.case, one.says), "late") for one in amiss]
        screen.table(HEADERS, rows, indent=2)
    return PROBLEM if amiss else None
