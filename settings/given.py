"""What the environment gives: one variable at a time, each read into a value or refused by its name."""

import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "ESCALATION_"
LARGEST_SECRET = 65_536
"""Bytes."""
FOR_TESTS = frozenset(f"{PREFIX}REQUIRE_{program}" for program in ("POSTGRES", "CHROMIUM", "PANGO"))


class SettingsFaulty(Exception):  # noqa: N818 - reads as a sentence
    """A variable that cannot be used: the sentence names it and the mend."""


class Given:
    """The variables of ours in an environment. Every method takes a name without the prefix.

    Every method raises SettingsFaulty where the value is of the wrong form. An empty value means the default.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._given = {k: v for k, v in environment.items() if k.startswith(PREFIX)}
        self.asked: set[str] = set()
        """Full names of the variables that were asked for: those there are."""

    def must_be_known(self) -> None:
        """Raise SettingsFaulty where a variable was given that nobody has asked for: a slip of the pen."""
        for name in sorted(set(self._given) - self.asked - FOR_TESTS):
            raise SettingsFaulty(f"{name} is not a setting: take it out, or see docs/settings.md for those there are.")

    def text(self, name: str, default: str = "") -> str:
        """Return what is said, without blanks around it."""
        self.asked.add(PREFIX + name)
        return self._given.get(PREFIX + name, "").strip() or default

    def path(self, name: str, default: Path) -> Path:
        """Return an absolute path."""
        return Path(self.text(name) or default).expanduser().absolute()

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number from *low* to *high*."""
        said = self.text(name, str(default))
        if not said.isdecimal() or not low <= int(said) <= high:
            raise SettingsFaulty(f"{PREFIX}{name} is {said!r}: give a whole number from {low} to {high}.")
        return int(said)

    def word(self, name: str, *known: str) -> str:
        """Return one of the *known* words, or nothing."""
        said = self.text(name).lower()
        if said and said not in known:
            raise SettingsFaulty(f"{PREFIX}{name} is {said!r}: give {' or '.join(known)}.")
        return said

    def is_on(self, name: str) -> bool:
        """Return whether it is one of the words for yes; anything else is no."""
        return self.text(name).lower() in {"yes", "true", "1", "on"}

    def is_encrypted(self, server: str) -> bool:
        """Return whether the connection to a mail server is encrypted: unless said, wherever there is a password.

        *server* is what the names of its settings begin with: `SMTP`. A word that is neither yes nor no is refused, for
        a slip of the pen would send the password in clear.
        """
        said = self.word(f"{server}_STARTTLS", "yes", "true", "1", "on", "no", "false", "0", "off")
        if said:
            return said in {"yes", "true", "1", "on"}
        return bool(self.text(f"{server}_USER") or self.text(f"{server}_PASSWORD_FILE"))

    def clock(self, name: str, default: str) -> time | None:
        """Return a time of day; None for `no`."""
        said = self.text(name, default)
        if said.lower() == "no":
            return None
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", said):
            raise SettingsFaulty(f"{PREFIX}{name} is {said!r}: give a time of day such as 07:30, or no.")
        return time.fromisoformat(said)

    def identifier(self, name: str) -> str:
        """Return the id of a template, or nothing."""
        said = self.text(name)
        if said and not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", said):
            raise SettingsFaulty(f"{PREFIX}{name} is not the id of a template: copy it whole from GOV.UK Notify.")
        return said

    def secret(self, name: str) -> str:
        """Read a password from the file named: an environment variable is seen by every child and in crash reports."""
        file = self.text(name)
        if not file:
            return ""
        try:
            said = _held_in(file).decode("utf-8")
        except (OSError, ValueError):
            raise SettingsFaulty(
                f"{PREFIX}{name} names a file that cannot be read: check the path and who may read it."
            ) from None
        if len(said) > LARGEST_SECRET:
            raise SettingsFaulty(f"{PREFIX}{name} names a file that holds more than a secret: give the secret's own.")
        return said.strip()

    def web_address(self, name: str) -> str:
        """Return an address that nobody on the way can read, or nothing."""
        return web_address(f"{PREFIX}{name}", self.text(name))

    def origin(self, name: str, default: str) -> str:
        """Return a domain or a web address without its scheme, as it stands in the first line of a checkpoint."""
        said = self.text(name, default)
        if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9./-]{0,98}[A-Za-z0-9])?", said):
            raise SettingsFaulty(f"{PREFIX}{name} is {said!r}: give a domain such as safeguarding.example.org.")
        return said

    def on_loopback(self, name: str) -> str:
        """Return a host and a port. The figures have no sign-in, so they are for this machine alone."""
        said = self.text(name)
        host, colon, port = said.rpartition(":")
        is_port = port.isdecimal() and 1024 <= int(port) <= 65535
        if said and not (colon and is_port and re.fullmatch(r"127(\.\d{1,3}){3}|\[::1\]", host)):
            raise SettingsFaulty(
                f"{PREFIX}{name} is {said!r}: give an address of this machine alone and a port from 1024 to 65535, "
                "such as 127.0.0.1:9464; the figures have no sign-in, so whoever reads them from elsewhere comes by "
                "way of a program of yours that has one."
            )
        return said


def _held_in(file: str) -> bytes:
    """Return what a file or a pipe holds, and no more than one byte over the bound. Raises OSError and ValueError."""
    path = Path(file)
    if not (path.is_file() or path.is_fifo()):
        raise OSError
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe that nobody writes to ends at once
    os.set_blocking(opened, True)
    with os.fdopen(opened, "rb") as source:
        held = source.read(LARGEST_SECRET + 1)
    if not held and path.is_fifo():
        raise OSError
    return held


def web_address(setting: str, said: str) -> str:
    """Return *said*, an address that nobody on the way can read: `https:`, or on this machine alone. Empty may be.

    Raises:
        SettingsFaulty: it is none; *setting* names it in the sentence.
    """
    try:
        parts = urlsplit(said)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(said))
        is_fit = bool(parts.hostname) and parts.port != 0 and is_safe
    except ValueError:
        is_fit = False
    if said and (not is_fit or not said.isascii() or " " in said):
        raise SettingsFaulty(
            f"{setting} cannot be used: give an address that begins with https://, or http:// for one of this machine."
        )
    return said


def is_here(address: str) -> bool:
    """Say whether a web address is one of this machine."""
    host = urlsplit(address).hostname or ""
    return host == "localhost" or bool(re.fullmatch(r"127(\.\d{1,3}){3}|::1", host))
