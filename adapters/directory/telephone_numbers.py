"""Telephone numbers to ring, as an office writes them: `01632 960123 (out of hours)`. None is rung to judge it."""

import re
from functools import lru_cache
from typing import NamedTuple

COUNTRY = "GB"
"""The country of a telephone number that names none."""
LIKE = "01632 960123, or 01632 960123 (out of hours)"
LONGEST_NOTE = 60
_INVENTED = re.compile(r"\+44(1632960|7700900)\d{3}")
"""Numbers that the regulator keeps free for drama and examples, and that are in no numbering plan."""
_WRITTEN = re.compile(r"(?P<number>[^;]*?)(\s*\((?P<when>[^();]*)\))?", re.DOTALL)
_PLAIN = re.compile(r"[+\d().\s-]+((x|ext\.?|extension)\s*\d+)?", re.IGNORECASE)


class TelephoneNumber(NamedTuple):
    """A number that can be rung."""

    said: str
    """As people read it: `01632 960123`, with its extension; abroad with the country's code."""
    link: str
    """As a telephone dials it: `tel:+441632960123`, or `tel:101`."""
    when: str = ""
    """When it is answered, or what it is for, as the file says it: `out of hours`."""


@lru_cache(maxsize=4096)
def read_telephone(text: str, *, short: bool = False) -> TelephoneNumber | None:
    """Read a number with its note; None where it cannot be rung. With *short* it may be one such as 101 or 999."""
    import phonenumbers as phone

    parts = _WRITTEN.fullmatch(text.strip())
    number, when = (parts["number"].strip(), (parts["when"] or "").strip()) if parts else ("", "")
    if not _PLAIN.fullmatch(number) or not when.isprintable() or len(when) > LONGEST_NOTE:
        return None
    if short and (plain := _short(number)):
        return TelephoneNumber(plain, f"tel:{plain}", when)
    try:
        read = phone.parse(number, COUNTRY)
    except phone.NumberParseException:
        return None
    wire = phone.format_number(read, phone.PhoneNumberFormat.E164)
    if not (_INVENTED.fullmatch(wire) or phone.is_valid_number(read)):
        return None
    extension, read.extension = read.extension, None
    is_ours = phone.region_code_for_country_code(read.country_code or 0) == COUNTRY
    form = phone.PhoneNumberFormat.NATIONAL if is_ours else phone.PhoneNumberFormat.INTERNATIONAL
    said = phone.format_number(read, form)
    if extension:
        return TelephoneNumber(f"{said} ext. {extension}", f"tel:{wire};ext={extension}", when)
    return TelephoneNumber(said, f"tel:{wire}", when)


def telephone_fault(text: str, *, short: bool = False) -> str:
    """Say in one sentence why *text* is no number to ring, or nothing where it is one."""
    if read_telephone(text, short=short):
        return ""
    if not short and read_telephone(text, short=True):
        return "It is a short number, which stands for a service and for nobody's seat."
    return "It is no telephone number, or not a whole one, or its note is no few words in brackets."


def _short(number: str) -> str:
    """Return a short number in its digits; empty where it is none."""
    from phonenumbers import NumberParseException, parse, shortnumberinfo

    digits = re.sub(r"[\s-]", "", number)
    if not digits.isdecimal() or digits.startswith("0"):
        return ""
    try:
        is_one = shortnumberinfo.is_valid_short_number_for_region(parse(digits, COUNTRY), COUNTRY)
    except NumberParseException:
        return ""
    return digits if is_one else ""
