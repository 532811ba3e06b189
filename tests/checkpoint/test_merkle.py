"""The tree is that of RFC 6962: known roots, and the definition itself beside ours."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.checkpoint.merkle import Tree, leaf_hash

KNOWN = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The leaves that implementations of Certificate Transparency are tried with."""
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_those_that_others_have(size: int) -> None:
    assert Tree(KNOWN[:size]).root.hex() == ROOTS[size]


def as_defined(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return sha256(b"\x01" + as_defined(leaves[:left]) + as_defined(leaves[left:])).digest()


def root_by(path: Sequence[bytes], leaf: bytes, index: int, size: int) -> bytes:
    """As the RFC's own algorithm for the path goes, from its definition of PATH."""
    if size == 1:
        assert not path
        return leaf_hash(leaf)
    left = 1
    while left * 2 < size:
        left *= 2
    *lower, beside = path
    if index < left:
        return sha256(b"\x01" + root_by(lower, leaf, index, left) + beside).digest()
    return sha256(b"\x01" + beside + root_by(lower, leaf, index - left, size - left)).digest()


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70))
def test_every_root_is_as_defined_and_every_leaf_has_a_path_to_it(leaves: list[bytes]) -> None:
    tree = Tree(leaves)
    root = tree.root

    assert root == as_defined(leaves)
    for index, leaf in enumerate(leaves):
        assert root_by(tree.path_to(index), leaf, index, len(leaves)) == root
