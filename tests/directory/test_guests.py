"""The file of those who are reached in one case alone: whole or not at all, and never another's."""

from pathlib import Path

import pytest

from adapters.directory import DirectoryFault
from adapters.directory.guests import guest_of, guests_path, load_guests, removed, write_guests

SEAT = {"role": "slo", "title": "Visitor", "email": ["visitor@example.org"]}


@pytest.mark.parametrize("case", ["", "..", "../other", "a/b", "a.toml", "a\0b"])
def test_only_a_reference_names_a_file(case: str, tmp_path: Path) -> None:
    assert guests_path(tmp_path, case) is None


def test_what_was_written_is_read_again_and_nobody_left_means_no_file(tmp_path: Path) -> None:
    path = guests_path(tmp_path, "ESC-7K2M-9QX4")
    assert path is not None
    guests = (guest_of("childminder", "Childminder", SEAT), guest_of("border", "Over the border", SEAT))

    write_guests(path, guests)

    assert load_guests(path) == guests
    assert "personal data" in path.read_text()
    write_guests(path, removed(removed(guests, "border", "slo"), "childminder"))
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nonsense", "this is not TOML"),
        ('[[agency]]\nid = "x y"\ntitle = "X"\n', "agency 1 (x y), id: an id is small letters"),
        ('[[agency]]\nid = "x"\ntitle = "X"\nmail = 1\n', "`mail` is no key of a guests"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "ESC-1.toml"
    path.write_text(text)

    with pytest.raises(DirectoryFault) as fault:
        load_guests(path)

    assert str(path) in str(fault.value)
    assert sentence in str(fault.value)


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "guests").write_text("in the way")
    path = guests_path(tmp_path, "ESC-1")
    assert path is not None

    with pytest.raises(DirectoryFault, match="could not be kept"):
        write_guests(path, (guest_of("childminder", "Childminder", SEAT),))
