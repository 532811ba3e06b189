"""`escalate export`: a case as it leaves the building."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.errors import PROBLEM, Trouble
from services.installation import installation
from services.rows import Row
from starter import access, screen

if TYPE_CHECKING:
    from adapters.export.pdf import PdfWriter
    from services.exporting import Made

HEADERS = ("case", "what became of it")


def _pdf_writer(_ctx: click.Context, _option: click.Parameter, is_asked: bool) -> "PdfWriter | None":
    """Look for what a PDF needs while the words are read: nobody has looked at a case then, and nothing is written."""
    if not is_asked:
        return None
    from services.exporting import pdf_writer

    return pdf_writer()


@click.command()
@click.argument("ref", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every case: a bundle each, and an index. May be said again.")
@click.option("--for-subject", is_flag=True, help="A draft for the person it concerns, without words of others.")
@click.option("--template", type=click.Path(path_type=Path), help="With --for-subject: another template than ours.")
@click.option("--pdf", is_flag=True, callback=_pdf_writer, help="With the chronology as a PDF too.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder, or a file that ends with .zip; else this folder.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(
    ref: str,
    every: bool,
    for_subject: bool,
    template: Path | None,
    pdf: "PdfWriter | None",
    out: Path | None,
    as_json: bool,
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

    --pdf puts the chronology in as a PDF too, beside the page that it is made of: a copy to read and to pass on. It
    needs this program's extra `pdf`, and Pango on this machine.

    \b
    Examples:
      escalate export ESC-0000-0000
      escalate export ESC-0000-0000 --out /mnt/inspection
      escalate export ESC-0000-0000 --for-subject
      escalate export ESC-0000-0000 --pdf
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
        found = export_all(settings, out or Path.cwd(), now(), progress, pdf)
        code = _every(found, out or Path.cwd(), as_json=as_json)
        _say_boxes(pdf)
        return code
    case = reference(ref, settings)
    made = (
        export_subject(settings, case, out or Path.cwd(), now(), template, pdf)
        if for_subject
        else export_one(settings, case, out or Path.cwd(), now(), pdf)
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
    _say_boxes(pdf)
    return PROBLEM if made.faults else None


def _say_boxes(pdf: "PdfWriter | None") -> None:
    if pdf and pdf.missing:
        several = (
            "a character, which is a box" if len(pdf.missing) == 1 else f"{len(pdf.missing)} characters, each a box"
        )
        click.echo(
            f"This machine has no font for {several} in the PDF: chronology.html beside it has what was written. "
            "Install fonts (on Debian `fonts-noto-core`), and make it again.",
            err=True,
        )


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
