"""How wide words are when drawn, and how they are broken into lines, without asking any font.

Widths are those of a wide font, so that words keep inside their box in narrower ones too.
"""

import unicodedata

_WIDTHS = {
    **dict.fromkeys("'lji", 0.29),
    **dict.fromkeys(" JI’·,‘.|\\/;:f-", 0.38),
    **dict.fromkeys(')][(t!r"', 0.46),
    **dict.fromkeys("_`*–“”sz?cLFk", 0.6),
    **dict.fromkeys("xyvPYToae", 0.63),
    **dict.fromkeys("Eunhdpqbg0123456789{}$£KAVZXBRCS", 0.71),
    **dict.fromkeys("UNHDG&QOw", 0.82),
    **dict.fromkeys("#→<>=~^+M●", 0.86),
}
_WIDEST = 1.02
"""Of a letter that is not listed, in heights of the letters."""
_BOLD = 1.16


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Return how wide words are at most, in the unit of *size*, the height of the letters."""
    return sum(_width(letter) for letter in words) * size * (_BOLD if bold else 1)


def _width(letter: str) -> float:
    plain = unicodedata.normalize("NFD", letter)[0]
    return 0.0 if unicodedata.combining(letter) else _WIDTHS.get(plain, _WIDEST)


def broken(words: str, size: float, widest: float, *, bold: bool = False) -> list[str]:
    """Break words into lines of at most that width; a word that is wider by itself is broken where it must be."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer, size, bold=bold) <= widest:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and width(lines[-1] + letter, size, bold=bold) > widest:
                lines.append("")
            lines[-1] += letter
    return lines
