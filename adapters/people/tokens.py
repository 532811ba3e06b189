"""Tokens by which programs use the interface: a private file in the data folder, which holds no token, only its digest.

A token belongs to an account of the file of people: what that account may, it may too, within its scopes. The account's
row is looked up at each use, so whoever is taken out there is out here.
"""

import hmac
import json
import re
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from adapters.files import one_at_a_time, write_first, write_whole
from adapters.given import read_text, reason_of

FILE = "tokens.json"
"""In the data folder."""
Scope = Literal["read", "record", "open", "export"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
LONGEST_LABEL = 60
MOST = 1000
"""Tokens in one file."""
_WRITTEN = re.compile(r"esct_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_NO_DIGEST = "0" * 64


class TokensFaulty(Exception):  # noqa: N818 - reads as a sentence
    """The file of tokens cannot be used: one sentence with the mend."""


class Token(NamedTuple):
    """One token. Instants are text in UTC, days too; empty where it did not come to that."""

    id: str
    account: str
    """Of the file of people."""
    label: str
    """What it is for, never a name."""
    scopes: tuple[Scope, ...]
    digest: str
    """SHA-256 of the token. It is as long as random, so nobody finds it by trying."""
    made: str
    ends: str
    revoked: str = ""
    used: str = ""
    """The day on which it was used last."""

    def state(self, now: datetime) -> Literal["good", "over", "revoked"]:
        """Say whether it may be used at an aware instant."""
        if self.revoked:
            return "revoked"
        return "good" if now < datetime.fromisoformat(self.ends) else "over"


class Tokens:
    """The tokens of an installation. Each call reads the file if it has changed; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Take the file, which need not be there."""
        self._path = path
        self._read: tuple[tuple[int, int, int], tuple[Token, ...]] | None = None

    def all(self) -> tuple[Token, ...]:
        """Return every token, the oldest first. Raises TokensFaulty."""
        stamp = self._stamp()
        read = self._read
        if read is None or read[0] != stamp:
            read = (stamp, self._load())
            self._read = read
        return read[1]

    def of(self, text: str) -> Token | None:
        """Return the token that is written so, whatever its state; None for one that was not made here.

        Raises TokensFaulty.
        """
        written = _WRITTEN.fullmatch(text)
        every = {one.id: one for one in self.all()}
        found = every.get(written[1]) if written else None
        is_it = hmac.compare_digest(_digest(text), found.digest if found else _NO_DIGEST)
        return found if is_it else None

    def new(
        self, account: str, label: str, scopes: Sequence[Scope], now: datetime, ends: datetime
    ) -> tuple[Token, str]:
        """Make a token; return it with what is written of it, which is kept nowhere.

        Raises TokensFaulty and NotWritten.
        """
        id_ = secrets.token_hex(4)
        text = f"esct_{id_}_{secrets.token_urlsafe(32)}"
        made = Token(id_, account, label, tuple(scopes), _digest(text), _at(now), _at(ends))

        def added(before: tuple[Token, ...]) -> tuple[Token, ...]:
            if len(before) >= MOST:
                raise TokensFaulty(f"{self._path} holds {MOST:,} tokens: take out those that are over with an editor.")
            return (*before, made)

        self._change(added)
        return made, text

    def revoke(self, id_: str, now: datetime) -> Token | None:
        """Let a token be used no more, and return it; None where there is none of that id.

        Raises TokensFaulty and NotWritten.
        """
        return self._put(id_, lambda one: one if one.revoked else one._replace(revoked=_at(now)))

    def note_use(self, id_: str, day: date) -> None:
        """Note the day on which a token was used. Raises TokensFaulty and NotWritten."""
        self._put(id_, lambda one: one._replace(used=day.isoformat()))

    def _put(self, id_: str, changed: Callable[[Token], Token]) -> Token | None:
        after = self._change(lambda before: tuple(changed(one) if one.id == id_ else one for one in before))
        return next((one for one in after if one.id == id_), None)

    def _change(self, changed: Callable[[tuple[Token, ...]], tuple[Token, ...]]) -> tuple[Token, ...]:
        write_first(self._path, "[]\n")
        with one_at_a_time(self._path):
            before = self._load()
            after = changed(before)
            if after != before:
                write_whole(self._path, f"{json.dumps([one._asdict() for one in after], indent=1)}\n")
        return after

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)

    def _load(self) -> tuple[Token, ...]:
        try:
            return tuple(_token(one) for one in json.loads(read_text(self._path)))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise TokensFaulty(f"{self._path} cannot be read ({reason_of(error)}): check who may read it.") from None
        except (ValueError, TypeError, AttributeError, LookupError):
            raise TokensFaulty(
                f"{self._path} holds no tokens that can be read: put its copy back, or move it away."
            ) from None


def _token(said: dict[str, Any]) -> Token:
    made = Token(**{**said, "scopes": tuple(said["scopes"])})
    texts = [value for name, value in said.items() if name != "scopes"]
    if not all(isinstance(one, str) for one in texts) or not set(made.scopes) <= set(SCOPES):
        raise ValueError
    datetime.fromisoformat(made.ends)
    return made


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
