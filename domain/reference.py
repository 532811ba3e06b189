"""Case references: short, speakable, with a check character, made without a shared counter, never from a name.

`ESC-7K2M-9QX4`: seven characters of an alphabet without I, L, O and U, and one that checks them.
"""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PREFIX = "ESC"
_BODY = 7
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})


def make_reference(random_number: int) -> str:
    """Return the reference for a random number of at least 35 bits; the same number gives the same reference."""
    body = ""
    for _ in range(_BODY):
        random_number, place = divmod(random_number, len(_ALPHABET))
        body += _ALPHABET[place]
    return _written(body + _check(body))


def read_reference(text: str) -> str:
    """Return a reference as it is written, from how it was typed or heard: any case, with or without dashes.

    Raises:
        ValueError: it is no reference, or its check character does not fit; the sentence says which.
    """
    bare = "".join(text.upper().split()).replace("-", "").removeprefix(_PREFIX).translate(_LOOKALIKES)
    if len(bare) != _BODY + 1 or any(letter not in _ALPHABET for letter in bare):
        raise ValueError(f"{text[:40]!r} is not a case reference: they look like {make_reference(0)}.")
    if _check(bare[:_BODY]) != bare[_BODY]:
        raise ValueError(f"{text[:40]!r} has a mistake in it: its last character does not fit the others. Check it and try again.")
    return _written(bare)


def _written(bare: str) -> str:
    return f"{_PREFIX}-{bare[:4]}-{bare[4:]}"


def _check(body: str) -> str:
    """Weights prime to 31 catch every single wrong character and every swap of neighbours but a 0 for a Z."""
    total = sum(place * _ALPHABET.index(letter) for place, letter in enumerate(body, 1))
    return _ALPHABET[total % 31]
