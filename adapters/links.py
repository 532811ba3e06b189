"""Signed links: each opens the page about one notice, for the one seat that the notice went to."""

import hmac
import re
from base64 import b32encode
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote, unquote

from domain.base.value import Value
from domain.case.effects import Notice

SHORTEST_KEY = 32
"""Characters. One of 64 hexadecimal digits holds 256 bits."""
LEAD = "on-call"
"""The role of the seat that a link leaves out, so that it fits into a text message."""
_PREFIX = "/n/"
_SIGNS = 20
"""Characters of a signature, of five bits each."""
_MARKED = "press\n{path}\n{said}"
"""Prefix of what a mark signs. No link can hold a new line, so no link's signature is a mark."""
_PART = r"[\w.~%-]+"
_NUMBERS = r"\d{1,9}/\d{1,9}"
_FORM = re.compile(
    rf"(?P<said>(?P<ref>{_PART}/{_NUMBERS})(?P<seat>(/{_PART}){{0,2}}))/(?P<sign>[a-z2-7]{{{_SIGNS}}})", re.ASCII
)
_REF = re.compile(rf"[^/]+/{_NUMBERS}", re.ASCII)


class NoSuchLink(Exception):  # noqa: N818 - reads as a sentence
    """It is not one of our links, or was altered. It is not said which."""


class Linked(Value):
    """What a link opens."""

    ref: str
    """Of the notice: `ESC-7K2M-9QX4/12/1`."""
    role: str
    agency: str
    """Empty for a seat of the partnership as a whole."""

    @property
    def case(self) -> str:
        """Reference of the case."""
        return self.ref.partition("/")[0]

    @property
    def entry(self) -> int:
        """Number of the entry that the notice tells of."""
        return int(self.ref.split("/")[1])


class Links:
    """Makes and reads links. Whoever holds one may read that page and press its button, so it is a secret."""

    def __init__(self, address: str, keys: Sequence[str]) -> None:
        """Take what a link begins with, and keys: the first signs, all are known.

        Raises ValueError, in one sentence without a full stop, where there is no key or one is too short.
        """
        if not keys:
            raise ValueError("links need a key to be signed with: put one into the file of the links' key")
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"the key that signs links is too short: give at least {SHORTEST_KEY} characters")
        self.address = address.rstrip("/")
        """What every link begins with."""
        self._keys = tuple(key.encode() for key in keys)

    def to(self, notice: Notice) -> str:
        """Return the link that goes with a notice; empty for one that belongs to no case."""
        if not _REF.fullmatch(notice.ref):
            return ""
        seat = [notice.to.role, notice.to.agency] if (notice.to.role, notice.to.agency) != (LEAD, "") else []
        case, number = notice.ref.split("/", 1)
        said = "/".join((quote(case, safe=""), number, *(quote(part, safe="") for part in seat if part)))
        return f"{self.address}{_PREFIX}{said}/{_signed(self._keys[0], said)}"

    def read(self, path: str) -> Linked:
        """Return what the *path* of a link opens, as it was asked for: still quoted. Raises NoSuchLink."""
        found = _FORM.fullmatch(path.removeprefix(_PREFIX)) if path.startswith(_PREFIX) else None
        if found is None:
            raise NoSuchLink
        fits = [hmac.compare_digest(_signed(key, found["said"]), found["sign"]) for key in self._keys]
        if not any(fits):
            raise NoSuchLink
        role, _, agency = found["seat"].removeprefix("/").partition("/")
        return Linked(ref=unquote(found["ref"]), role=unquote(role) or LEAD, agency=unquote(agency))

    def mark(self, path: str, said: str) -> str:
        """Return a mark for a form on the page behind a link's *path*: a signature over path and form."""
        return _signed(self._keys[0], _MARKED.format(path=path, said=said))

    def is_mark(self, path: str, said: str, mark: str) -> bool:
        """Say whether *mark* is ours, and for these very words."""
        signed = [_signed(key, _MARKED.format(path=path, said=said)) for key in self._keys]
        return any(hmac.compare_digest(one.encode(), mark.encode()) for one in signed)


def _signed(key: bytes, said: str) -> str:
    """Return the signature: small letters and figures alone, as telephones leave other signs out of a link's end."""
    return b32encode(hmac.new(key, said.encode(), sha256).digest()).decode().lower()[:_SIGNS]
