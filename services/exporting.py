"""Bundles on their way to the disk: one case, every case, or the draft for the person whom a case concerns."""

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from activities.proof import Proof
from adapters.checkpoint.covering import Proofs, covering
from adapters.checkpoint.keeping import each
from adapters.export.bundle import read_manifest, with_manifest, write_zip
from adapters.export.page import write_page
from adapters.export.pdf import CannotMakePdf, PdfWriter
from adapters.export.sheet import write_sheet
from adapters.files import NotWritten, write_whole
from adapters.given import reason_of
from adapters.private import make_folder
from adapters.register import raw
from adapters.register.errors import RegisterError, RegisterUnreachable
from adapters.register.register import Register
from domain.case.patch import Unreadable
from settings import Settings

from . import bundles, chronology, subject
from .errors import Trouble
from .stores import Progress, our_mistake

MADE, THERE, OLDER, FAILED = "made", "there already", "older than the record", "not made"
NO_PDF = "there already without a PDF"
INDEX = "index.csv"
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_OF_THE_RECORD = frozenset({"record", "edition", "reading"})


class Made(NamedTuple):
    """What became of one case."""

    case: str
    file: Path
    state: str
    faults: tuple[str, ...] = ()
    """What is wrong with its record, or why it was not made."""
    entries: int = 0
    head: str = ""

    @property
    def is_amiss(self) -> bool:
        """Is it to be told at the end?"""
        return bool(self.faults) or self.state in {OLDER, NO_PDF, FAILED}

    @property
    def says(self) -> str:
        """Say what became of it."""
        if self.state == OLDER:
            return "a bundle of it is there, and the case has gone on since: name another folder for a new one"
        if self.state == NO_PDF:
            return "a bundle of it is there, and holds no PDF: name another folder for one that does"
        if self.state == FAILED:
            return f"not made: {' '.join(self.faults)}"
        return f"made; its record is not as it was written: {'; '.join(self.faults)}"


def pdf_writer() -> PdfWriter:
    """Return what makes PDFs. Raises Trouble where this machine lacks what it needs."""
    try:
        return PdfWriter()
    except CannotMakePdf as error:
        raise Trouble(str(error)) from None


def export_one(settings: Settings, ref: str, out: Path, now: datetime, pdf: PdfWriter | None = None) -> Made:
    """Write the bundle of one case into a folder, or as a file that ends with `.zip`; with *pdf*, its page as one too.

    Raises Trouble, RegisterError and NotWritten.
    """
    with Register(settings.register) as register:
        proof = Proof(register, settings.register)
        proofs = covering(each(settings.checkpoints.folder), ref)
        return _made(settings, proof, ref, proofs, _place(out, f"{ref}.zip"), now, pdf)


def export_subject(
    settings: Settings, ref: str, out: Path, now: datetime, template: Path | None, pdf: PdfWriter | None = None
) -> Made:
    """Write the draft for the person whom a case concerns. Raises as `export_one`."""
    place, rules = _place(out, f"{ref}-draft.zip"), subject.read_template(template)
    known, withheld = subject.for_subject(chronology.known(settings.register, ref), rules)
    with Register(settings.register) as register:
        faults = _faults(Proof(register, settings.register), ref, now)
    facts = chronology.page_of(known, now, faults=faults)
    listed = [one._asdict() for one in subject.by_entry(withheld)]
    page = write_page({**facts, "draft": rules.says, "withheld": listed})
    held = {
        **dict(bundles.as_files(page, pdf)),
        "withheld.csv": write_sheet(subject.Withheld._fields, withheld),
    }
    says = {"case": ref, "made": now.isoformat(timespec="seconds"), "draft": True, "template": rules.template.id}
    write_zip(place, with_manifest(held, says), now)
    return Made(ref, place, MADE, faults)


def export_all(
    settings: Settings, folder: Path, now: datetime, progress: Progress, pdf: PdfWriter | None = None
) -> list[Made]:
    """Write a bundle of every case into a folder, and an index. Those that are there are left; one that fails holds up
    no other.

    Raises RegisterUnreachable where the register goes away meanwhile, and NotWritten for the folder or the index.
    """
    _folder(folder)
    found: list[Made] = []
    try:
        with Register(settings.register) as register:
            proof, refs = Proof(register, settings.register), register.references()
            proofs = covering(each(settings.checkpoints.folder))
            with progress("Cases given out", len(refs)) as done:
                for ref in refs:
                    found.append(_one_of_all(settings, proof, ref, proofs, folder, now, pdf))
                    done()
    finally:
        rows = [(one.case, one.file.name, one.state, one.entries, one.head, "; ".join(one.faults)) for one in found]
        index = write_sheet(("case", "file", "state", "entries", "last hash", "faults"), rows)
        write_whole(folder / INDEX, index.decode())
    return found


def _one_of_all(
    settings: Settings, proof: Proof, ref: str, proofs: Proofs, folder: Path, now: datetime, pdf: PdfWriter | None
) -> Made:
    if not _REFERENCE.fullmatch(ref):  # it becomes the name of a file
        return Made(raw.shown(ref), folder, FAILED, ("That is no reference of a case. `escalate verify` says more.",))
    place = folder / f"{ref}.zip"
    try:
        if place.exists():
            return _there(settings, ref, place, has_pdf=pdf is not None)
        return _made(settings, proof, ref, proofs, place, now, pdf)
    except RegisterUnreachable:
        raise
    except Trouble as trouble:
        return Made(ref, place, FAILED, (trouble.sentence,))
    except (RegisterError, NotWritten, Unreadable) as error:
        return Made(ref, place, FAILED, (str(error),))
    except Exception as error:  # whatever somebody has put into one case, the others are given out
        return Made(ref, place, FAILED, (our_mistake(ref, error),))


def _made(
    settings: Settings, proof: Proof, ref: str, proofs: Proofs, place: Path, now: datetime, pdf: PdfWriter | None
) -> Made:
    faults = _faults(proof, ref, now)
    held = bundles.bundle_of(settings, ref, proofs.get(ref, {}), faults, now, pdf)
    write_zip(place, held, now)
    manifest = read_manifest(place) or {}
    return Made(ref, place, MADE, faults, int(manifest.get("entries", 0)), str(manifest.get("head", "")))


def _faults(proof: Proof, ref: str, now: datetime) -> tuple[str, ...]:
    return tuple(str(one) for one in proof.faults(ref, now) if one.of in _OF_THE_RECORD)


def _there(settings: Settings, ref: str, place: Path, *, has_pdf: bool) -> Made:
    from adapters.register.reading import last_hash

    manifest = read_manifest(place)
    if manifest is None or not bundles.is_of(manifest, ref):
        return Made(
            ref, place, FAILED, (f"{place.name} is there already and is no bundle of this case: move it away.",)
        )
    is_newest = last_hash(settings.register, ref) == manifest["head"]
    state = OLDER if not is_newest else THERE if not has_pdf or bundles.PDF in manifest.get("files", {}) else NO_PDF
    return Made(ref, place, state, (), int(manifest.get("entries", 0)), str(manifest["head"]))


def _place(out: Path, name: str) -> Path:
    if out.suffix == ".zip":
        _folder(out.parent)
        return out
    _folder(out)
    return out / name


def _folder(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as error:
        raise NotWritten(f"{folder} cannot be made ({reason_of(error)}): name another with --out.") from None
