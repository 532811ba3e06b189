"""Whether an address could reach anybody, without asking the network."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

COUNTRY = "GB"
"""Where a telephone number is that names no country."""
_INVENTED = re.compile(r"\+447700900\d{3}")
"""Mobile numbers that the regulator keeps free for drama and examples: they belong to nobody."""
_HERE = {"localhost", "127.0.0.1", "::1"}


def fault_of(address: str) -> str:
    """Say in one sentence why *address* cannot be used, or nothing where it can.

    What stands before the @ must be plain ASCII, for a mail server on the way may not take anything else. A domain
    need not be: `on_the_wire` writes it as mail servers do.
    """
    return _read_address(address)[1]


def on_the_wire(address: str) -> str:
    """Return an e-mail address as every mail server takes it: `b@heddlu-môn.example` as `b@xn--heddlu-mn-n7a.example`.

    One that cannot be used comes back as it is: `fault_of` says why.
    """
    return address if address.isascii() else _read_address(address)[0] or address


@lru_cache(maxsize=4096)
def _read_address(address: str) -> tuple[str, str]:
    from email_validator import EmailNotValidError, validate_email

    try:
        read = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        return "", str(error)
    return read.ascii_email or "", ""


@lru_cache(maxsize=4096)
def number_of(text: str) -> str:
    """Return a mobile number as networks write it, `+447700900123`; empty where it is none that takes a text."""
    import phonenumbers as phone

    try:
        number = phone.parse(text, COUNTRY)
    except phone.NumberParseException:
        return ""
    written = phone.format_number(number, phone.PhoneNumberFormat.E164)
    mobile = {phone.PhoneNumberType.MOBILE, phone.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    is_plain = not number.extension and re.fullmatch(r"[+\d().\s-]+", text)
    usable = _INVENTED.fullmatch(written) or phone.number_type(number) in mobile
    return written if is_plain and usable else ""


def number_fault(text: str) -> str:
    """Say in one sentence why *text* is no number that takes a text message, or nothing where it is one."""
    return "" if number_of(text) else "It is no mobile number, or not a whole one."


def webhook_fault(address: str) -> str:
    """Say in one sentence why *address* is no webhook, or nothing where it is one."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "It is no web address."
    if not host or address != address.strip() or re.search(r"[\s\x00-\x1f]", address):
        return "It is no web address."
    if parts.username or parts.password:
        return "It holds a name or a password, which everybody can read here."
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE):
        return "It must begin with https, so that nobody reads it on the way."
    return ""
