"""Text without control characters that could steer a terminal, a browser or a mail program."""

import unicodedata

_KEPT = "\n\u200c\u200d"
"""New lines, and joiners that some scripts and emoji need."""
_SHOWN = {"Zs", "Cn"}
"""Unicode categories that Python calls not printable but that do no harm: blanks, and letters newer than its tables."""


def plain(text: str) -> str:
    """Return *text* with � for every character that steers, reverses the direction of text or is invisible."""
    if text.isprintable():
        return text
    return "".join(map(_plain, text.replace("\r\n", "\n").replace("\t", " ").replace("\r", " ")))


def _plain(sign: str) -> str:
    return sign if sign.isprintable() or sign in _KEPT or unicodedata.category(sign) in _SHOWN else "�"
