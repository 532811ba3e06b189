"""The ways to reach a person, and whether an address could work: judged without asking the network."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import BeforeValidator, field_validator

from domain.base.value import Value

from .telephone_numbers import COUNTRY, LIKE, TelephoneNumber, read_telephone, telephone_fault

_INVENTED = re.compile(r"\+447700900\d{3}")
"""Mobile numbers that the regulator keeps free for drama and examples: they belong to nobody."""
_HERE = {"localhost", "127.0.0.1", "::1"}
ChannelKind = Literal["email", "text", "webhook"]


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


class Kind(NamedTuple):
    """A kind of address."""

    words: str
    """What one is called."""
    like: str
    """An example, for people whose address cannot work."""
    fault: Callable[[str], str]
    """Says in one sentence why an address cannot be used; nothing where it can."""
    written: Callable[[str], str] = str
    """Returns a usable address in the form in which it is kept and compared."""
    is_secret: bool = False
    """True where an address may hold a secret: it then stays out of copies."""


KINDS: dict[ChannelKind, Kind] = {
    "email": Kind("e-mail", "police@example.org", fault_of),
    "text": Kind("number", "+44 7700 900123", number_fault, number_of),
    "webhook": Kind("web address", "https://hooks.example.org/on-call", webhook_fault, is_secret=True),
}
"""In the order in which they are tried unless somebody says otherwise."""


class Channel(Value):
    """One address that could work."""

    kind: ChannelKind
    address: str
    """An e-mail address, a number like `+447700900123`, or a web address."""
    holder: int = 1
    """Whose it is, counted from 1 among those told. Each is told once, by the first of their channels that works."""


class Wrong(NamedTuple):
    """An address or a number that cannot work."""

    key: str
    """Under which it stands in the file: `email`, `telephone` …"""
    place: int
    """Which of those, from 1."""
    why: str
    """One sentence."""
    like: str
    """An example."""


def _as_list(given: object) -> object:
    """Accept one text in place of a list of one."""
    return (given,) if isinstance(given, str) else given


Numbers = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
"""Telephone numbers, one or a list, each perhaps with a note in brackets."""


def wrong_telephones(numbers: tuple[str, ...], *, short: bool = False) -> Iterator[Wrong]:
    """Yield each number that cannot be rung. With *short* one may be such as 101."""
    for place, number in enumerate(numbers, 1):
        if why := telephone_fault(number, short=short):
            yield Wrong("telephone", place, why, LIKE)


class Reach(Value):
    """The ways to reach one holder, as a file gives them."""

    channels: tuple[ChannelKind, ...] = ()
    """Which is tried first; kinds left out come after, in the order e-mail, text, webhook."""
    email: tuple[str, ...] = ()
    """E-mail addresses. One that cannot work is found by the check and never written to."""
    text: tuple[str, ...] = ()
    """Numbers for text messages."""
    webhook: tuple[str, ...] = ()
    """Web addresses of programs that pass a message on."""
    telephone: Numbers = ()
    """Numbers for people to ring. No notice is sent there; one that cannot be rung is shown to nobody."""

    @field_validator("channels")
    @classmethod
    def _each_once(cls, channels: tuple[ChannelKind, ...]) -> tuple[ChannelKind, ...]:
        if len(set(channels)) < len(channels):
            msg = "a channel is named twice; name each once, the one to try first in front"
            raise ValueError(msg)
        return channels

    def addresses(self, kind: ChannelKind) -> tuple[str, ...]:
        """Return the addresses of a kind as the file gives them."""
        given: tuple[str, ...] = getattr(self, kind)
        return given

    def ways(self, holder: int = 1) -> tuple[Channel, ...]:
        """Return the channels that could work, in order of preference; *holder* is their holder's number among those
        told.
        """
        order = dict.fromkeys((*self.channels, *KINDS))
        return tuple(
            Channel(kind=kind, address=KINDS[kind].written(one), holder=holder)
            for kind in order
            for one in self.addresses(kind)
            if not KINDS[kind].fault(one)
        )

    def numbers(self) -> tuple[TelephoneNumber, ...]:
        """Return the numbers that can be rung."""
        return tuple(number for text in self.telephone if (number := read_telephone(text)))

    def wrong(self) -> Iterator[Wrong]:
        """Yield each address and number that cannot work."""
        for kind, known in KINDS.items():
            for place, address in enumerate(self.addresses(kind), 1):
                if why := known.fault(address):
                    yield Wrong(kind, place, why, known.like)
        yield from wrong_telephones(self.telephone)
