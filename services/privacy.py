"""A look at free text before it is sent: what looks like a child's identity does not belong in a case.

It finds the plain cases and no more; nothing it finds is ever repeated in what it says.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[\s._/-]{0,2}\d{3}[\s._/-]{0,2}\d{4}(?!\d)")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HANDLES = ("--person", "--id", "--request", "own_record", "--own-record", "--label")
"""What is a number of the sender's own, never a name."""
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"(?<!\d)(?:(\d{{4}})-(\d\d?)-(\d\d?)|(\d\d?)[/.-](\d\d?)[/.-](\d{{4}}|\d\d)"
    rf"|(\d\d?)(?:st|nd|rd|th)?(?: of)? ((?:{_MONTHS})[a-z]*),? (\d{{4}}))(?!\d)",
    re.IGNORECASE,
)
_BORN = re.compile(r"\b(?:born|d\.?\s?o\.?\s?b\b|date of birth)", re.IGNORECASE)
_NEAR = 40
"""Characters between a name and a date that still belong together."""
_RECENT = timedelta(days=90)
"""A date closer than this is more likely a day of the dispute than a birth."""
_NO_NAMES = {
    *("step", "stage", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("on", "the", "by", "at", "in", "we", "and", "our", "their", "this", "that", "trust", "health", "head", "team"),
    *("children", "children's", "children’s", "services", "service", "school", "schools", "police", "social", "care"),
}


def findings(words: Mapping[str, str], today: date) -> list[str]:
    """Return a sentence for each text that looks as if it named a child; *words* maps a place to its text."""
    found = []
    for place, text in words.items():
        shown = place.partition(" ")[0] if list(_looks_like(place, today)) else place
        found += [f"{shown} holds what looks like {what}." for what in _looks_like(text, today)]
        if place in _HANDLES and _has_name(text):
            found.append(f"{shown} holds what looks like a name: give a number of your own.")
    return found


def _looks_like(text: str, today: date) -> Iterator[str]:
    if _UUID.fullmatch(text):
        return
    if any(_is_nhs_number(number) for number in _TEN_DIGITS.findall(text)):
        yield "an NHS number"
    if _has_birth(text, today):
        yield "a name with a date of birth"


def _is_nhs_number(text: str) -> bool:
    """Ten digits of which the last is the check digit, modulo 11."""
    digits = [int(character) for character in text if character.isdigit()]
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check % 11 == digits[9] and check != 10


def _has_birth(text: str, today: date) -> bool:
    for found in _DATE.finditer(text):
        around = text[max(0, found.start() - _NEAR) : found.end() + _NEAR]
        if _BORN.search(around):
            return True
        if _is_long_ago(found.groups(), today) and _has_name(around):
            return True
    return False


def _has_name(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\S", text)
    return any(_is_name(first) and _is_name(second) for first, second in pairwise(words))


def _is_name(word: str) -> bool:
    lower = word.casefold()
    return len(word) > 1 and word[0].isupper() and lower not in _NO_NAMES and not re.match(f"(?:{_MONTHS})", lower)


def _is_long_ago(parts: tuple[str | None, ...], today: date) -> bool:
    year = int(next(part for part in (parts[0], parts[5], parts[8]) if part))
    year += 0 if year > 99 else 2000 if year <= today.year % 100 else 1900
    try:
        day = date(year, *_month_and_day(parts))
    except ValueError:
        return year < today.year
    return day <= today - _RECENT


def _month_and_day(parts: tuple[str | None, ...]) -> tuple[int, int]:
    if parts[0]:
        return int(parts[1] or 0), int(parts[2] or 0)
    if parts[3]:
        return int(parts[4] or 0), int(parts[3])
    return _MONTHS.split("|").index((parts[7] or "")[:3].lower()) + 1, int(parts[6] or 0)
