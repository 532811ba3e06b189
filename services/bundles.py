"""The bundle of a case for an inspector: what is in it, file by file. It reads the register and nothing else."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

from adapters.export.bundle import with_manifest
from adapters.export.page import write_page
from adapters.export.pdf import PdfWriter
from adapters.export.rows import Taken, entry_lines, row_lines, take
from adapters.export.sheet import write_sheet
from adapters.given import read_text
from adapters.register.reads import Read
from settings import Settings

from . import chronology
from .errors import AWAY, Trouble
from .telling import Told

READ_ME = """\
The record of the case {ref}, made from the register of the partnership on {made}.

  chronology.html   what happened, what was late and why, who was told: open it in a browser, or print it
{pdf}  telling.csv       of each notice: when it was due, tried, accepted, delivered, acknowledged (times in UTC)
  looks.csv         who looked at the case, how they were known, and by what right (times in UTC)
  entries.jsonl     every entry as it stands in the register, a line each: its columns as they are hashed, and its body
  attempts.jsonl    every try to send a notice, likewise
  ledger.json       the case's line in the ledger of all cases
  editions          the policies and calendars that the case was under, each named by its digest
  checkpoints       proofs that the case's record ended as it did on days on which that was signed
  manifest.json     the digest of each file
  verify.py         checks all of this:  python verify.py {ref}.zip

verify.py needs Python 3.9 or newer, no network and nothing else. It is short, so that you can read it. If you trust the
public keys in this bundle no more than the bundle, have them given to you by another way, and say --known FILE.

It holds what people wrote about a child. Keep it as you keep such records.
"""


OF_THE_PDF = """\
  chronology.pdf    the same page to pass on: a copy for reading, that proves nothing by itself
"""
PDF = "chronology.pdf"
TRIES = 10
"""While something is entered in the case."""


class Source(NamedTuple):
    """What the files of one bundle are made of."""

    settings: Settings
    ref: str
    taken: Taken
    known: chronology.Known
    proofs: Mapping[str, str]
    faults: Sequence[str]
    now: datetime
    pdf: PdfWriter | None
    """Makes the page a PDF too."""


def bundle_of(
    settings: Settings,
    ref: str,
    proofs: Mapping[str, str],
    faults: Sequence[str],
    now: datetime,
    pdf: PdfWriter | None = None,
) -> dict[str, bytes]:
    """Return the files of a bundle, by name: with the *proofs* of checkpoints; *faults* of the record are told on its
    page, which is made a *pdf* too where that is given.

    Raises Trouble where the register knows no such case or does not give it, and RegisterError.
    """
    taken, known = _of_one_moment(settings.register, ref)
    source = Source(settings, ref, taken, known, proofs, faults, now, pdf)
    made = {name: held for part in _PARTS for name, held in part(source)}
    head = source.taken.entries[-1]
    says = {"case": ref, "made": now.isoformat(timespec="seconds"), "entries": head["number"], "head": head["hash"]}
    return with_manifest(made, says)


def _of_one_moment(url: str, ref: str) -> tuple[Taken, chronology.Known]:
    """Read a case until the page and the rows tell the same: it may go on meanwhile.

    Raises Trouble where it goes on all the time.
    """
    for _ in range(TRIES):
        taken, known = take(url, ref), chronology.known(url, ref)
        if len(taken.entries) == len(known.entries) and len(taken.attempts) == len(known.attempts):
            return taken, known
    raise Trouble(f"{ref} goes on while it is read: nothing was written, so say the same again.", AWAY)


def _read_me(source: Source) -> Iterator[tuple[str, bytes]]:
    made = f"{source.now:%Y-%m-%d %H:%M} UTC"
    yield "README.txt", READ_ME.format(ref=source.ref, made=made, pdf=OF_THE_PDF if source.pdf else "").encode()


def _page(source: Source) -> Iterator[tuple[str, bytes]]:
    page = write_page(chronology.page_of(source.known, source.now, faults=source.faults))
    yield from as_files(page, source.pdf)


def as_files(page: bytes, pdf: PdfWriter | None) -> Iterator[tuple[str, bytes]]:
    """Yield the page of a case, and the same as a PDF where that can be made."""
    yield "chronology.html", page
    if pdf:
        yield PDF, pdf.write(page)


def _telling(source: Source) -> Iterator[tuple[str, bytes]]:
    yield "telling.csv", write_sheet(Told._fields, source.known.told)


def _looks(source: Source) -> Iterator[tuple[str, bytes]]:
    names = tuple(name for name in Read._fields if name not in {"id", "case_ref"})
    yield "looks.csv", write_sheet(names, ([one[name] for name in names] for one in source.known.looks))


def _rows(source: Source) -> Iterator[tuple[str, bytes]]:
    taken = source.taken
    yield "entries.jsonl", entry_lines(taken)
    own = [row for row in taken.attempts if row["case_ref"] == source.ref]
    yield "attempts.jsonl", row_lines(own)
    if taken.ledger is not None:
        yield "ledger.json", row_lines([taken.ledger])


def _editions(source: Source) -> Iterator[tuple[str, bytes]]:
    for digest, held in source.taken.editions.items():
        yield f"editions/{digest}.json", json.dumps(json.loads(held), indent=1, ensure_ascii=False).encode()


def _checkpoints(source: Source) -> Iterator[tuple[str, bytes]]:
    for name, proof in source.proofs.items():
        yield f"checkpoints/{name}.tlog-proof", proof.encode()
    vkeys = source.settings.checkpoints.vkeys
    if source.proofs and vkeys.exists():
        yield "checkpoints/known.vkeys", read_text(vkeys).encode()


def _verifier(_: Source) -> Iterator[tuple[str, bytes]]:
    yield "verify.py", files("adapters.export").joinpath("verify.py").read_bytes()


_PARTS: tuple[Callable[[Source], Iterator[tuple[str, bytes]]], ...] = (
    _read_me,
    _page,
    _telling,
    _looks,
    _rows,
    _editions,
    _checkpoints,
    _verifier,
)
"""Each yields files by name. What else is to go out about a case is one more."""


def is_of(manifest: Mapping[str, object] | None, ref: str) -> bool:
    """Is a manifest that of a bundle of this case?"""
    return manifest is not None and manifest.get("case") == ref and "head" in manifest
