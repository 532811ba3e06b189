"""Files that people give us: read with a limit on their size, whatever they hold and whatever they are."""

import errno
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

LARGEST_FILE = 1_000_000
"""Bytes."""


class TooLarge(OSError):  # noqa: N818 - reads as a sentence
    """A file is larger than such a file may be."""


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Read a file that somebody gave, never more of it than *largest* bytes.

    Raises:
        TooLarge: it holds more.
        OSError: it cannot be read, or is a pipe, a device or a folder, which may have no end or never begin.
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:  # a NUL in its name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
    kind = stat.S_IFMT(os.fstat(opened).st_mode)
    if kind != stat.S_IFREG:
        os.close(opened)
        raise OSError(errno.EINVAL, "Is a directory" if kind == stat.S_IFDIR else "Not a regular file")
    with os.fdopen(opened, "rb") as file:
        held = file.read(largest + 1)
    if len(held) > largest:
        raise TooLarge(errno.EFBIG, f"Larger than {largest:,} bytes")
    return held


def read_text(path: Path, largest: int = LARGEST_FILE) -> str:
    """Read a text in UTF-8 as `read_bytes` does, its lines ended by `\\n`. Raises UnicodeDecodeError too."""
    return read_bytes(path, largest).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def read_toml(text: str) -> dict[str, Any]:
    """Read TOML. Raises TOMLDecodeError for every text that cannot be used, however deep or large what it holds."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("its lists and tables lie too deep in one another") from None
    except (ValueError, OverflowError):
        raise tomllib.TOMLDecodeError("a number or a date in it is too large") from None


def reason_of(error: OSError) -> str:
    """Return why a file could not be read or written, as the middle of a sentence."""
    return (error.strerror or type(error).__name__).lower()


def is_file(path: Path) -> bool:
    """Say whether there is a regular file; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
