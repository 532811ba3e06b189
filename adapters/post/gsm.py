"""The alphabet of text messages: what one message of 160 characters can hold."""

import unicodedata

LONGEST = 160
"""Characters of one message; those of the second alphabet count twice."""
_FIRST = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SECOND = frozenset("^{}\\[~]|€")
_ALIKE = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})


def length(text: str) -> int:
    """Return how many of a message's 160 places *text* takes.

    Raises ValueError where a sign is in neither alphabet: with it a message holds 70 only.
    """
    if strange := set(text) - _FIRST - _SECOND:
        raise ValueError(f"{len(strange)} signs are not in the alphabet of text messages")
    return sum(2 if sign in _SECOND else 1 for sign in text)


def in_gsm(text: str) -> str:
    """Return *text* in the alphabet: long dashes and curly quotes made plain, accents dropped where it has none."""
    return "".join(_nearest(sign) for sign in text.translate(_ALIKE))


def _nearest(sign: str) -> str:
    if sign in _FIRST or sign in _SECOND:
        return sign
    bare = [part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)]
    return "".join(part if part in _FIRST else "?" for part in bare)
