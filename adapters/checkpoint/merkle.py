"""The Merkle tree of RFC 6962, section 2.1: its root, and the path that proves one leaf."""

from collections.abc import Sequence
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"
"""What is hashed before a leaf, and before two nodes: so that neither passes for the other."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(_LEAF + leaf).digest()


class Tree:
    """The tree over some leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Hash them level by level, an odd one going up as it is: the left part is then the largest power of two."""
        self._levels = [[leaf_hash(leaf) for leaf in leaves]]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            level = [sha256(_NODE + below[n] + below[n + 1]).digest() for n in range(0, len(below) - 1, 2)]
            self._levels.append(level + below[len(level) * 2 :])

    @property
    def root(self) -> bytes:
        """32 bytes; over no leaf the SHA-256 of nothing."""
        return self._levels[-1][0] if self._levels[-1] else sha256().digest()

    def path_to(self, index: int) -> list[bytes]:
        """Return the audit path of the leaf at *index* (from 0): from its sibling up to the child of the root."""
        found = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                found.append(level[beside])
            index //= 2
        return found
