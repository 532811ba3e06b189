"""The file of webhooks: which program is told, where, of what, and where the secrets stand that sign it."""

import re
import secrets
import tomllib
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from pathlib import Path
from typing import Any, NamedTuple, get_args

from adapters.directory.addresses import webhook_fault
from adapters.files import one_at_a_time, write_first, write_whole
from adapters.given import TooLarge, read_text, read_toml, reason_of
from domain.base.refusals import listed, meant

from .happenings import Type

PREFIX = "whsec_"
TYPES = tuple(one for one in get_args(Type) if one != "test")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,5}")
_KEYS = ("address", "secret_file", "types", "agency")
MOST = 20
"""Programs that one installation tells."""
_BYTES = range(24, 65)
"""Of a secret."""
_KEPT = 2
"""Secrets in a file after a new one was put there: the new one, and the one before."""


class WebhooksFaulty(Exception):  # noqa: N818 - reads as a sentence
    """The file of webhooks, or a secret, cannot be used: one sentence with the place and the mend."""


class Hook(NamedTuple):
    """One program that is told."""

    name: str
    address: str
    secret_file: Path
    types: frozenset[str]
    agency: str = ""
    """Only of cases of this agency; empty for all."""

    def wants(self, type_: str) -> bool:
        """Is it told of such things?"""
        return type_ in self.types

    def secrets(self) -> tuple[bytes, ...]:
        """Return its secrets, the newest first; each signs. Raises WebhooksFaulty."""
        place = f"webhooks: {self.name}"
        try:
            lines = read_text(self.secret_file, 10_000).split()
        except (OSError, UnicodeDecodeError) as error:
            why = reason_of(error) if isinstance(error, OSError) else "it is no text"
            raise WebhooksFaulty(
                f"{place}: its secret cannot be read ({why}): `escalate webhook secret {self.name}` makes one."
            ) from None
        found = tuple(_secret(line, place) for line in lines)
        if not found:
            raise WebhooksFaulty(f"{place}: the file of its secret is empty: `escalate webhook secret {self.name}`.")
        return found


def load_hooks(path: Path) -> tuple[Hook, ...]:
    """Return the webhooks of a file; none where there is no file. Raises WebhooksFaulty."""
    try:
        tables = read_toml(read_text(path))
    except FileNotFoundError:
        return ()
    except (TooLarge, UnicodeDecodeError):
        raise WebhooksFaulty(f"{path} is no file of webhooks: it is too large, or no text in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise WebhooksFaulty(f"{path} is not TOML: {error}. examples/webhooks.toml shows the form.") from None
    except OSError as error:
        raise WebhooksFaulty(f"{path} cannot be read ({reason_of(error)}): check who may read it.") from None
    if len(tables) > MOST:
        raise WebhooksFaulty(f"{path} names {len(tables)} programs, and {MOST} are told at most: take some out.")
    return tuple(_hook(path, name, said) for name, said in tables.items())


def _hook(path: Path, name: str, said: Any) -> Hook:
    place = f"{path}: {name[:40]}"
    if not _NAME.fullmatch(name) or not isinstance(said, dict):
        raise WebhooksFaulty(
            f'{place}: write a table with a name in small letters, such as [records], and address = "…".'
        )
    for key in said:
        if key not in _KEYS:
            raise WebhooksFaulty(f"{place}.{key[:40]}: there is no such key.{meant(key, _KEYS)}")
    texts = {key: said.get(key, "") for key in ("address", "secret_file", "agency")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise WebhooksFaulty(f"{place}.{key}: write a text in quotes.")
    if fault := webhook_fault(texts["address"]):
        raise WebhooksFaulty(f"{place}.address: {fault}")
    if not texts["secret_file"]:
        raise WebhooksFaulty(f"{place}.secret_file: name the file of its secret.")
    types = said.get("types", list(TYPES))
    unknown = [one for one in types if one not in TYPES] if isinstance(types, list) else [types]
    if unknown or not types:
        raise WebhooksFaulty(f"{place}.types: write a list of {listed(TYPES, 'or')}.")
    file = Path(texts["secret_file"]).expanduser()
    return Hook(name, texts["address"], path.parent / file, frozenset(types), texts["agency"])


def _secret(text: str, place: str) -> bytes:
    try:
        found = b64decode(text.removeprefix(PREFIX), validate=True)
    except (NoBase64, ValueError):
        found = b""
    if not text.startswith(PREFIX) or len(found) not in _BYTES:
        raise WebhooksFaulty(
            f"{place}: its secret is none: one begins with {PREFIX}, and 24 to 64 bytes in base64 follow."
        )
    return found


def new_secret(hook: Hook) -> str:
    """Put a new secret before the one there is, which signs too until the next; return it.

    Raises WebhooksFaulty and NotWritten.
    """
    made = f"{PREFIX}{b64encode(secrets.token_bytes(32)).decode()}"
    write_first(hook.secret_file, "")
    with one_at_a_time(hook.secret_file):
        before = read_text(hook.secret_file, 10_000).split()
        write_whole(hook.secret_file, "".join(f"{one}\n" for one in [made, *before][:_KEPT]))
    return made
