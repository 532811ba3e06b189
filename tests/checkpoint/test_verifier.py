"""The program in a bundle does its own sums: they are those of the standards, and those of ours."""

import json
from base64 import b64decode, b64encode

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from adapters.checkpoint.merkle import Tree
from adapters.checkpoint.notes import COSIGNER, LOG, Signer
from adapters.export import verify

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
"""Section 7.1, the first three: public key, message, signature."""


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_signatures_are_verified_as_rfc_8032_has_them(public: str, message: str, signature: str) -> None:
    key, text, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)

    assert verify.is_signed(key, text, signed)
    assert not verify.is_signed(key, text + b"x", signed)
    assert not verify.is_signed(key, text, signed[:32] + (1).to_bytes(32, "little"))
    assert not verify.is_signed(key, text, signed[:-1])
    too_great = int.from_bytes(signed[32:], "little") + verify.ORDER
    assert not verify.is_signed(key, text, signed[:32] + too_great.to_bytes(32, "little")), "no second form of one"


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.integers(0, 511))
def test_whatever_our_keys_sign_is_verified_and_a_bit_more_or_less_is_not(seed: bytes, text: str, bit: int) -> None:
    key = Signer("example.org", seed)
    line = key.sign(text)
    known = [("example.org", LOG, key.verifier(LOG).public)]
    assert verify.signatures(text, [line], known) == {"example.org": ""}

    head, _, held = line.rpartition(" ")
    signed = bytearray(b64decode(held))
    signed[4 + bit // 8] ^= 1 << bit % 8
    with pytest.raises(verify.Wrong):
        verify.signatures(text, [f"{head} {b64encode(signed).decode()}"], known)


def test_vkeys_are_read_as_ours_are_written() -> None:
    key = Signer("county.example.org", b"7" * 32)

    assert verify.vkeys_of(f"# the county\n\n{key.verifier(COSIGNER)}\n") == [
        ("county.example.org", COSIGNER, key.verifier(COSIGNER).public)
    ]


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=40), st.data())
def test_paths_through_the_tree_lead_to_its_root_from_their_own_leaf_alone(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = Tree(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = tree.path_to(index)

    assert verify.root_of(path, leaves[index], index, len(leaves)) == tree.root
    with pytest.raises(verify.Wrong):
        verify.root_of([*path, b"x" * 32], leaves[index], index, len(leaves))
    if path:
        with pytest.raises(verify.Wrong):
            verify.root_of(path[:-1], leaves[index], index, len(leaves))
    assert verify.root_of(path, leaves[index] + b"x", index, len(leaves)) != tree.root


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | FLOATS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_json_has_the_one_form_of_rfc_8785(value: object) -> None:
    try:
        meant = rfc8785.dumps(value)  # type: ignore[arg-type]
    except (ValueError, UnicodeError):  # it cannot hold a lone surrogate, and neither can a bundle
        return
    assert verify.canonical(value) == meant
    assert verify.canonical(json.loads(meant)) == meant


@pytest.mark.parametrize("text", [b'{"a": 1, "a": 2}', b'{"x": {"b": 1, "b": 1}}'])
def test_a_name_that_stands_twice_is_no_json_of_ours(text: bytes) -> None:
    with pytest.raises(verify.Wrong, match="stands twice"):
        verify.read_json(text)
