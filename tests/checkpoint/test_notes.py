"""Notes are signed as c2sp.org has them: its own examples, and whatever is changed shows."""

from base64 import b64decode, b64encode
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.checkpoint.notes import (
    COSIGNER,
    LOG,
    Note,
    NoteFaulty,
    Signer,
    read_note,
    read_vkey,
    read_vkeys,
    signatures,
)

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
MAKER, SECOND = Signer("example.org", bytes(32)), Signer("county.example.org", b"2" * 32)
BODY = "example.org/2026-11-30T120000Z\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def note() -> Note:
    return Note(BODY, (MAKER.sign(BODY), SECOND.cosign(BODY, NOON)))


def test_the_public_key_of_go_is_written_as_go_writes_it() -> None:
    """From the documentation of golang.org/x/mod/sumdb/note."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    assert str(read_vkey(vkey)) == vkey
    signed = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert [one.key.name for one in signatures(read_note(signed), [read_vkey(vkey)])] == ["PeterNeumann"]


def test_who_signed_and_when_it_was_cosigned_are_read_back() -> None:
    again = read_note(str(note()))

    assert again == note()
    assert [(one.key.name, one.at) for one in signatures(again, (MAKER.verifier(LOG), SECOND.verifier(COSIGNER)))] == [
        ("example.org", None),
        ("county.example.org", NOON),
    ]


def test_a_cosignature_holds_the_time_before_the_signature_and_is_over_both() -> None:
    line = note().lines[1]
    held = b64decode(line.rpartition(" ")[2])

    assert line.startswith("— county.example.org ")
    assert int.from_bytes(held[4:12], "big") == int(NOON.timestamp())
    assert len(held) == 4 + 8 + 64
    later = held[:4] + (int(NOON.timestamp()) + 1).to_bytes(8, "big") + held[12:]
    forged = Note(BODY, (f"— county.example.org {b64encode(later).decode()}",))
    with pytest.raises(NoteFaulty, match="not by its key"):
        signatures(forged, [SECOND.verifier(COSIGNER)])


def test_a_text_that_was_changed_is_by_nobody() -> None:
    changed = note()._replace(body=BODY.replace("\n1\n", "\n2\n"))

    with pytest.raises(NoteFaulty, match=r"The signature of example\.org is not by its key"):
        signatures(changed, [MAKER.verifier(LOG)])


def test_signatures_of_keys_that_are_not_known_are_left_aside() -> None:
    assert signatures(note(), [Signer("example.org", b"9" * 32).verifier(LOG)]) == []


@pytest.mark.parametrize(
    "text", ["", "nothing", "a\n\nb\n", "a\n\n— example.org\n", "a\n\n— example.org !!!\n", "a\n\n— example.org AAAA"]
)
def test_what_is_no_note_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(NoteFaulty, match="It is no signed note"):
        read_note(text)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("example.org", "is no public key"),
        ("example.org+00000000+AQAA", "of a kind that this program does not know"),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "was not copied as it was"),
    ],
)
def test_a_public_key_that_was_copied_wrongly_is_refused(said: str, why: str) -> None:
    with pytest.raises(NoteFaulty, match=why):
        read_vkeys(f"# ours\n\n{said}\n")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nend"])
def test_a_name_that_no_key_can_have_is_refused(name: str) -> None:
    with pytest.raises(NoteFaulty, match="is no name of a key"):
        Signer(name, bytes(32))


@given(st.text())
def test_whatever_is_given_is_a_note_or_a_sentence(text: str) -> None:
    with suppress(NoteFaulty):
        signatures(read_note(text), [MAKER.verifier(LOG)])


def test_a_key_is_in_no_log() -> None:
    assert repr(MAKER) == "Signer(example.org)"
