"""Files that are read again when they have changed: a running worker follows its directory and its rota."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
Stamp = tuple[int, int, int]
log = logging.getLogger(__name__)


class _Kept(NamedTuple, Generic[T]):
    stamps: dict[Path, Stamp]
    """Of every file that it was read from."""
    read: T


class Reread(Generic[T]):
    """Reads a file when asked, if it has changed. While it cannot be read, the last good reading is used."""

    def __init__(
        self, read: Callable[[Path], T], fault: type[Exception], source: Callable[[Path], Path] = lambda path: path
    ) -> None:
        """Take the function that reads a file, and the error that it raises.

        *source* returns the file to read for a path, where that may be another one; it raises the same error.
        """
        self._read = read
        self._fault = fault
        self._source = source
        self._kept: dict[Path, _Kept[T]] = {}

    def __call__(self, path: Path) -> T:
        """Return what the file holds now. Raises the reader's error where it could never be read."""
        kept = self._kept.get(path)
        if kept is not None and all(_stamp(one) == stamp for one, stamp in kept.stamps.items()):
            return kept.read
        try:
            stamps = {path: _stamp(path)}
            source = self._source(path)
            stamps[source] = _stamp(source)  # before it is read: a change meanwhile is seen the next time
            read = self._read(path)
        except self._fault:
            if kept is None:
                raise
            log.warning("file_unusable_last_reading_kept", extra={"file": path.name})
            return kept.read
        self._kept[path] = _Kept(stamps, read)
        return read


def _stamp(path: Path) -> Stamp:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino)
