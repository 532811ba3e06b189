"""The proofs that checkpoints give of cases: for each end that a case ever had, and from the newest."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .checkpoint import proof_of
from .keeping import Kept
from .leaves import Leaf, lines_of
from .merkle import Tree

Proofs = Mapping[str, Mapping[str, str]]
"""By case the proofs by their names, such as `2026-11-30T032000Z.case`."""


class _Covered(NamedTuple):
    """What is known of one case so far."""

    ends: set[str]
    proofs: dict[str, str]
    newest: dict[str, str]


def covering(kept: Iterable[Kept], only: str | None = None) -> Proofs:
    """Return the proofs that are given of each case, or of one.

    *kept* come in the order of their files. Of several notes of one moment the last counts, which is cosigned. A
    checkpoint is read once, however many cases there are.
    """
    found: dict[str, _Covered] = {}
    for one in _last_of_each_moment(kept):
        lines = lines_of(one.heads)
        tree, index = Tree(lines), {line: place for place, line in enumerate(lines)}
        by_case: dict[str, list[Leaf]] = {}
        for leaf in one.heads:
            if leaf.case and (only is None or leaf.case == only):
                by_case.setdefault(leaf.case, []).append(leaf)
        for case, leaves in by_case.items():
            known = found.setdefault(case, _Covered(set(), {}, {}))
            proofs = {
                f"{one.checkpoint.name}.{leaf.kind}": proof_of(one.checkpoint, tree, index[line], line)
                for leaf in leaves
                for line in [str(leaf).encode()]
            }
            known.newest.clear()
            known.newest.update(proofs)
            ends = {leaf.hash for leaf in leaves if leaf.kind == "case"}
            if ends - known.ends:
                known.ends.update(ends)
                known.proofs.update(proofs)
    return {case: {**known.proofs, **known.newest} for case, known in found.items()}


def _last_of_each_moment(kept: Iterable[Kept]) -> Iterator[Kept]:
    before: Kept | None = None
    for one in kept:
        if before is not None and before.checkpoint.name != one.checkpoint.name:
            yield before
        before = one
    if before is not None:
        yield before
