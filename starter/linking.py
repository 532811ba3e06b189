"""The links of an installation for trying out: where nothing else is set, a key of its own and this machine's page."""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from settings import Settings

from .exits import Trouble

KEY = "link.key"
"""The file in the data folder."""


def linked(settings: Settings) -> Settings:
    """Return the settings with what links need; a key is made once and kept in the data folder, for its owner alone.

    Raises:
        Trouble: it cannot be kept there.
    """
    console = settings.console
    address = console.address or f"http://127.0.0.1:{console.port}"
    return replace(settings, console=replace(console, address=address, keys=console.keys or (_key(settings.data),)))


def _key(data: Path) -> str:
    try:
        data.mkdir(parents=True, exist_ok=True)
        try:
            made = os.open(data / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return (data / KEY).read_text(encoding="utf-8").strip()
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write(f"{secrets.token_hex()}\n")
        return (data / KEY).read_text(encoding="utf-8").strip()
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise Trouble(f"The key of links cannot be kept in {data / KEY} ({why}): mend that folder.") from None
