"""The file of keys: the first line encrypts, all are read; what is no key is named with its line."""

import stat
from pathlib import Path

import pytest

from adapters.keyring import Keyring, KeysFault, add_key, make_keys, read_keys


def test_a_first_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "encryption.keys"

    assert make_keys(file)
    before = file.read_text()
    assert not make_keys(file)

    assert file.read_text() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(read_keys(file)) == 1


def test_a_new_key_comes_first_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "encryption.keys"
    make_keys(file)
    (old,) = read_keys(file)

    new = add_key(file)

    assert read_keys(file) == (new, old)
    assert Keyring(file).current == new


def test_a_ring_reads_its_file_again_for_a_key_it_does_not_know(tmp_path: Path) -> None:
    file = tmp_path / "encryption.keys"
    make_keys(file)
    ring = Keyring(file)
    new = add_key(file)

    assert ring.of(new.id) == new
    assert ring.of("00000000") is None
    file.unlink()
    assert ring.of("00000000") is None, "what was known goes on"
    assert ring.of(new.id) == new


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no key"),
        ("\n \n", "holds no key"),
        ("abc\n", "Line 1"),
        (f"{'0' * 64}\n\n{'0' * 63}\n", "Line 3"),
        (f"{'G' * 64}\n", "Line 1"),
    ],
)
def test_what_is_no_key_is_named_by_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "encryption.keys"
    file.write_text(text)

    with pytest.raises(KeysFault, match=says) as caught:
        read_keys(file)

    assert text.strip()[:60] not in str(caught.value) or not text.strip(), "a key is in no sentence"


def test_a_file_that_is_not_there_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(KeysFault, match="escalate keys new"):
        Keyring(tmp_path / "encryption.keys")


def test_a_key_is_in_no_log(tmp_path: Path) -> None:
    file = tmp_path / "encryption.keys"
    make_keys(file)

    assert file.read_text().strip() not in repr(Keyring(file).current) + str(Keyring(file).current)
