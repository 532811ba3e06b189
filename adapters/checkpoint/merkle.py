"""The Merkle tree of RFC 6962, section 2.1: its root, and the path that proves one leaf."""

from collections.abc import Sequence
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"
"""What is hashed before a leaf, and before two nodes: so that neither passes for the other."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(_LEAF + leaf).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over *leaves*, 32 bytes; over none the SHA-256 of nothing."""
    return _root([leaf_hash(leaf) for leaf in leaves])


def path_to(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of the leaf at *index* (from 0): from its sibling up to the child of the root."""
    return _path([leaf_hash(leaf) for leaf in leaves], index)


def _root(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return sha256().digest()
    level = list(hashes)
    # Level by level, an odd one going up as it is: the tree of the RFC, whose left part is the largest power of two.
    while len(level) > 1:
        pairs = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    if len(hashes) == 1:
        return []
    left = 1 << (len(hashes) - 1).bit_length() - 1
    if index < left:
        return [*_path(hashes[:left], index), _root(hashes[left:])]
    return [*_path(hashes[left:], index - left), _root(hashes[:left])]


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
