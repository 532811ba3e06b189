"""Files that are read again when they have changed: a running worker follows its directory and its rota."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class Reread(Generic[T]):
    """Reads a file when it is asked for and has changed; an unreadable one leaves the last good reading."""

    def __init__(self, read: Callable[[Path], T], fault: type[Exception]) -> None:
        """Take how a file is read, and the error that says it cannot be used."""
        self._read = read
        self._fault = fault
        self._kept: dict[Path, tuple[tuple[int, int], T]] = {}

    def __call__(self, path: Path) -> T:
        """Return what the file holds now. Raises the reader's own fault where it was never readable."""
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamp = (0, 0)
        kept = self._kept.get(path)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        try:
            read = self._read(path)
        except self._fault:
            if kept is None:
                raise
            log.warning("file_unusable_last_reading_kept", extra={"file": path.name})
            return kept[1]
        self._kept[path] = (stamp, read)
        return read
