"""Cosigning: a second agency looks a checkpoint over, on its own machine and with its own key, and signs what it saw.

What its cosignature says: at that time it had seen this checkpoint with the heads that its root is over, and none of
the chains in the newest one it had cosigned before was gone, shorter, or of the same length with another end. That a
chain which has grown still begins as it did is proven by the register or an export of the case, not by this.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from .checkpoint import Checkpoint
from .keeping import COSIGNED, Kept, each, keep
from .leaves import Leaf
from .notes import NoteFaulty, Signer, VerifierKey


def gone_back(before: Iterable[Leaf], after: Iterable[Leaf]) -> Iterator[str]:
    """Yield in words which chains of an earlier checkpoint are gone from a later one, shorter, or other."""
    now = {(leaf.kind, leaf.case): leaf for leaf in after}
    for leaf in before:
        whose = {"ledger": "the ledger of cases", "attempts": f"the notices of {leaf.case}"}.get(leaf.kind, leaf.case)
        found = now.get((leaf.kind, leaf.case))
        if found is None:
            yield f"{whose} is not there any more"
        elif leaf.kind == "attempts":
            later = found.tries
            if any(later.get(ref, 0) < number for ref, number in leaf.tries.items()):
                yield f"{whose} have lost tries"
        elif found.number < leaf.number:
            yield f"{whose} ends at {found.number}, and ended at {leaf.number}"
        elif found.number == leaf.number and found.hash != leaf.hash:
            yield f"{whose} ends at {leaf.number} with another hash"


def cosigned(
    given: Kept, signer: Signer, known: Iterable[VerifierKey], folder: Path, at: datetime
) -> tuple[Path, list[str]]:
    """Cosign a checkpoint, keep it with its heads in the cosigner's *folder*, and return the note's file.

    Where it goes back behind one that was cosigned before, it is not signed: the list says in what.

    Raises NoteFaulty where it is not by a known key, or is older than the newest one; and NotWritten.
    """
    given.checkpoint.whose(known)
    before = [one for one in each(folder) if one.checkpoint.log == given.checkpoint.log]
    if before and before[-1].checkpoint.at > given.checkpoint.at:
        name = before[-1].checkpoint.name
        raise NoteFaulty(f"A newer checkpoint of {given.checkpoint.log} was cosigned already: {name}.")
    if before and before[-1].checkpoint.note.body == given.checkpoint.note.body:
        return before[-1].file, []  # cosigned already
    found = list(gone_back(before[-1].heads, given.heads)) if before else []
    if found:
        return given.file, found
    note = given.checkpoint.note
    signed = note._replace(lines=(*note.lines, signer.cosign(note.body, at)))
    checkpoint: Checkpoint = given.checkpoint._replace(note=signed)
    return keep(folder, checkpoint, given.heads, COSIGNED), []
