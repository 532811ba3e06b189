"""Case references: short, speakable, with a check character, made without a shared counter, never from a name.

`ESC-7K2M-9QX4`: seven characters of an alphabet without I, L, O and U, and one that checks them. Invented cases of a
training begin with `TRN-`, so that neither kind can pass for the other.
"""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REAL = "ESC"
TRAINING = "TRN"
_PREFIXES = (REAL, TRAINING)
"""Both of one length."""
_BODY = 7
_FIELD = 0b100101
"""x^5 + x^2 + 1, by which the field of 32 elements is reckoned."""
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})


def make_reference(random_number: int, prefix: str = REAL) -> str:
    """Return the reference for a random number of at least 35 bits; the same number gives the same reference.

    *prefix* is REAL or TRAINING.
    """
    body = ""
    for _ in range(_BODY):
        random_number, place = divmod(random_number, len(_ALPHABET))
        body += _ALPHABET[place]
    return _written(body + _check(body), prefix)


def is_training(reference: str) -> bool:
    """Say whether a reference, as it is written, belongs to an invented case."""
    return reference.startswith(f"{TRAINING}-")


def read_reference(text: str, prefix: str = REAL) -> str:
    """Return a reference as it is written, from how it was typed or heard.

    In any case, with dashes, spaces and dots anywhere or nowhere, with or without its first three letters: those are
    *prefix* where none were typed.

    Raises:
        ValueError: it is no reference, or its check character does not fit; the sentence says which.
    """
    bare = "".join(letter for letter in text.upper() if letter.isalnum())
    if len(bare) == len(prefix) + _BODY + 1 and bare.startswith(_PREFIXES):
        prefix, bare = bare[: len(prefix)], bare[len(prefix) :]
    bare = bare.translate(_LOOKALIKES)
    if len(bare) != _BODY + 1 or any(letter not in _ALPHABET for letter in bare):
        raise ValueError(f"{text[:40]!r} is not a case reference: they look like {make_reference(0, prefix)}.")
    if _check(bare[:_BODY]) != bare[_BODY]:
        raise ValueError(
            f"{text[:40]!r} has a mistake in it: its last character does not fit the others. Check it and try again."
        )
    return _written(bare, prefix)


def _written(bare: str, prefix: str) -> str:
    return f"{prefix}-{bare[:4]}-{bare[4:]}"


def _check(body: str) -> str:
    """Sum the letters over the field of 32 elements, each multiplied by another power of 2.

    As every place has a factor of its own, one wrong character and one swap of any two always show.
    """
    total = 0
    for letter in reversed(body):
        total = _doubled(total ^ _ALPHABET.index(letter))
    return _ALPHABET[total]


def _doubled(element: int) -> int:
    return (element << 1) ^ (_FIELD if element & 16 else 0)
