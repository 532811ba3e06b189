"""The keys of this installation: a file of lines, the newest first.

With them what Temporal keeps is encrypted, and the key of each case with which its record is.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .files import NotWritten, write_first, write_whole
from .given import read_text, reason_of

BYTES = 32
"""Of a key: AES with 256 bits."""
_LINE = re.compile(rf"[0-9a-f]{{{2 * BYTES}}}")
MADE = "`escalate keys new` makes one"


class KeysFault(Exception):  # noqa: N818 - reads as a sentence
    """There is no key that can be used: the sentence names the file and the mend."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Key:
    """One key."""

    id: str
    """Made from the key itself, so that two machines call it the same. It says nothing of it."""
    secret: bytes

    def __repr__(self) -> str:
        """Its id alone: a key is in no log."""
        return f"Key({self.id})"


class Keyring:
    """The keys of one file. The first encrypts; all of them decrypt. Safe to share among threads."""

    def __init__(self, path: Path) -> None:
        """Read them. Raises KeysFault where the file is not there or a line of it is no key."""
        self.path = path
        self._keys = read_keys(path)

    @property
    def current(self) -> Key:
        """What encrypts."""
        return self._keys[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all keys, the newest first."""
        return tuple(key.id for key in self._keys)

    def of(self, key_id: str) -> Key | None:
        """Return the key of that id, read anew where it is none of those known; None where there is none.

        So a worker that runs knows a key that was added meanwhile.
        """
        found = _named(self._keys, key_id)
        if found is None:
            try:
                self._keys = read_keys(self.path)
            except KeysFault:  # somebody is at it: what was known goes on
                return None
            found = _named(self._keys, key_id)
        return found


def read_keys(path: Path) -> tuple[Key, ...]:
    """Return the keys of a file, in its order.

    Raises:
        KeysFault: it is not there, cannot be read, holds none, or a line of it is no key.
    """
    return _keys_in(_text(path), path)


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except FileNotFoundError:
        raise KeysFault(f"There is no key of encryption in {path}: {MADE}, or copy the worker's file there.") from None
    except (OSError, ValueError) as error:
        why = reason_of(error) if isinstance(error, OSError) else "it is no text"
        raise KeysFault(f"The keys of encryption in {path} cannot be read ({why}): check who may read it.") from None


def _keys_in(text: str, path: Path) -> tuple[Key, ...]:
    keys = []
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if not line:
            continue
        if not _LINE.fullmatch(line):
            raise KeysFault(
                f"Line {number} of {path} is no key: each is {2 * BYTES} digits from 0 to 9 and a to f. Mend the line, "
                "or put the file back from where its copy is kept."
            )
        secret = bytes.fromhex(line)
        keys.append(Key(id=sha256(secret).hexdigest()[:8], secret=secret))
    if not keys:
        raise KeysFault(f"{path} holds no key: put the file back from where its copy is kept.")
    return tuple(keys)


def make_keys(path: Path) -> bool:
    """Put a first key into a file that is not there yet; False where it is.

    Raises KeysFault where it cannot be kept.
    """
    if path.exists():
        return False
    try:
        write_first(path, f"{_new()}\n")
    except NotWritten as error:
        raise _not_kept(path, error) from None
    return True


def add_key(path: Path) -> Key:
    """Put a new key before those of a file, which stay for what they encrypted, and return it. Raises KeysFault."""
    before = _text(path)
    _keys_in(before, path)
    after = f"{_new()}\n{before}"
    try:
        write_whole(path, after, instead_of=before)
    except NotWritten as error:
        raise _not_kept(path, error) from None
    return _keys_in(after, path)[0]


def _not_kept(path: Path, error: NotWritten) -> KeysFault:
    return KeysFault(f"A key of encryption cannot be kept in {path} ({error.why}): mend that folder.")


def _new() -> str:
    return secrets.token_hex(BYTES)


def _named(keys: Sequence[Key], key_id: str) -> Key | None:
    return next((key for key in keys if key.id == key_id), None)
