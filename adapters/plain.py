"""Text without signs that steer a terminal, a browser or a mail program: people may have pasted them, or meant to."""

import unicodedata

_KEPT = "\n\u200c\u200d"
"""Lines, and the joiners without which some scripts and pictures fall apart."""
_SHOWN = {"Zs", "Cn"}
"""Kinds of sign that are not printable by Python's book and do no harm: blanks, and letters that are newer than it."""


def plain(text: str) -> str:
    """Return *text* with every sign that steers, turns the direction of letters or cannot be seen as �."""
    if text.isprintable():
        return text
    return "".join(map(_plain, text.replace("\r\n", "\n").replace("\t", " ").replace("\r", " ")))


def _plain(sign: str) -> str:
    return sign if sign.isprintable() or sign in _KEPT or unicodedata.category(sign) in _SHOWN else "�"
