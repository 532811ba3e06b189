"""Case references: every slip of a finger shows, and sloppy typing is read."""

import itertools
import random

import pytest

from domain.base.reference import TRAINING, is_training, make_reference, read_reference

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SOME = [make_reference(random.Random(n).getrandbits(40)) for n in range(40)]  # noqa: S311 - not for secrets


def with_letters(letters: str) -> str:
    return f"ESC-{letters[:4]}-{letters[4:]}"


@pytest.mark.parametrize("reference", SOME)
def test_every_single_wrong_character_shows(reference: str) -> None:
    letters = reference[4:].replace("-", "")
    for place, wrong in itertools.product(range(8), ALPHABET):
        if wrong != letters[place]:
            with pytest.raises(ValueError, match="a mistake in it"):
                read_reference(with_letters(letters[:place] + wrong + letters[place + 1 :]))


@pytest.mark.parametrize("reference", SOME)
def test_every_swap_of_two_characters_shows(reference: str) -> None:
    letters = reference[4:].replace("-", "")
    for one, other in itertools.combinations(range(8), 2):
        swapped = list(letters)
        swapped[one], swapped[other] = letters[other], letters[one]
        if letters[one] != letters[other]:
            with pytest.raises(ValueError, match="a mistake in it"):
                read_reference(with_letters("".join(swapped)))


def test_a_reference_is_read_however_it_was_typed() -> None:
    reference = make_reference(0b10101_00001_00000_11011_00101_11111_00001)
    assert "0" in reference
    assert "1" in reference
    bare = reference.replace("-", "")
    for typed in (
        reference.lower(),
        bare,
        bare[3:],
        f"  {reference} ",
        reference.replace("-", " "),
        reference.replace("-", "\N{EN DASH}"),
        f"{reference}.",
        f"ESC-{reference[4:].replace('0', 'O').replace('1', 'l')}",
        f"esc{reference[4:].replace('1', 'I')}",
    ):
        assert read_reference(typed) == reference


def test_a_reference_whose_letters_begin_like_the_prefix_is_read_without_the_prefix_too() -> None:
    number = sum(ALPHABET.index(letter) << (5 * place) for place, letter in enumerate("ESC7K2M"))
    reference = make_reference(number)

    assert reference.startswith("ESC-ESC7-K2M")
    assert read_reference(reference[4:]) == reference
    assert read_reference(reference) == reference


@pytest.mark.parametrize(
    "text", ["", "ESC", "ESC-1234", "ESC-7K2M-9QX4Z", "NS-26-014", "ESC-7K2M-9Q!U", "é" * 8, "\0" * 8]
)
def test_what_is_no_reference_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a case reference: they look like ESC-"):
        read_reference(text)


def test_one_number_gives_one_reference_and_different_ones_different_references() -> None:
    made = [make_reference(n) for n in range(5000)]

    assert len(set(made)) == 5000
    assert made == [make_reference(n) for n in range(5000)]
    assert make_reference(2**35 + 5) == make_reference(5)  # 35 bits are all it holds


def test_references_of_a_training_begin_otherwise_and_are_read_as_such() -> None:
    reference = make_reference(7, TRAINING)
    body = reference[4:]

    assert reference == f"TRN-{make_reference(7)[4:]}"
    assert read_reference(reference.lower().replace("-", "")) == reference
    assert read_reference(body, TRAINING) == reference
    assert read_reference(body) == read_reference(f"ESC {body}", TRAINING) == make_reference(7)
    assert is_training(reference)
    assert not is_training(make_reference(7))
