"""The links of an installation for trying out: where nothing else is set, a key of its own and this machine's page."""

import secrets
from dataclasses import replace
from pathlib import Path

from adapters.files import NotWritten, write_whole
from adapters.given import read_text, reason_of
from adapters.private import make_folder
from settings import Settings
from wiring import LINK_KEY

from .errors import Trouble


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
        make_folder(data)
        write_whole(data / LINK_KEY, f"{secrets.token_hex()}\n", only_first=True)
        return read_text(data / LINK_KEY).strip()
    except (OSError, NotWritten) as error:
        why = reason_of(error) if isinstance(error, OSError) else error.why
        raise Trouble(f"The key of links cannot be kept in {data / LINK_KEY} ({why}): mend that folder.") from None
