"""Files that people and programs write: whole, by one at a time, and never over what somebody else wrote meanwhile."""

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile, mkstemp

from .given import reason_of
from .private import FILE, make_folder

PATIENCE_SECONDS = 10.0
"""For so long another who writes is waited for."""
_AGAIN_SECONDS = 0.02


class NotWritten(ValueError):  # noqa: N818 - reads as a sentence
    """Nothing was written: one sentence with the file, why, and the mend; *why* alone is for sentences of others."""

    def __init__(self, sentence: str, why: str = "") -> None:
        self.why = why
        super().__init__(sentence)


@contextmanager
def one_at_a_time(path: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Let nobody else who asks likewise write *path* meanwhile; read what is to be changed within.

    The lock is on a file beside it, which is gone afterwards: the file itself is another one after each writing. People
    with an editor do not ask: `write_whole` looks whether they changed something. *patience* is in seconds.

    Raises NotWritten where another one keeps it for longer, or the folder cannot be written to.
    """
    place = path.resolve()
    lock = place.with_name(f".{place.name}.lock")
    try:
        held = _locked(lock, time.monotonic() + patience)
    except OSError as error:
        raise _not_written(path, error) from None
    if held is None:
        raise NotWritten(f"{path}: nothing was written, for another one is writing it; say the same again in a moment.")
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
        os.close(held)


def _locked(lock: Path, until: float) -> int | None:
    """Return the open lock file, once it is ours; None where it does not become so in time."""
    while True:
        opened = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it before has taken the file away: a lock on a file without a name keeps nobody out.
            if _is_still(lock, opened):
                return opened
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(opened)
                return None
            time.sleep(_AGAIN_SECONDS)
        except BaseException:
            os.close(opened)
            raise
        os.close(opened)


def _is_still(lock: Path, opened: int) -> bool:
    try:
        return os.path.samestat(lock.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


def write_whole(
    path: Path,
    text: str,
    *,
    instead_of: str | None = None,
    mode: int = FILE,
    only_first: bool = False,
) -> None:
    """Put *text* in the place of the file, whole or not at all; it keeps its owner and its mode.

    A file that is new has the *mode*. With *instead_of* it is done only where the file still holds that text, and with
    *only_first* only where there is none: one that is there is left, whoever wrote it.

    Raises NotWritten; the old file is then as it was.
    """
    place = path.resolve()
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=place.parent, prefix=".", suffix=".part", delete=False
        ) as part:
            try:
                part.write(text)
                part.flush()
                Path(part.name).chmod(mode)
                _as_before(place, part.name)
                os.fsync(part.fileno())
                if instead_of is not None and not _holds(place, instead_of):
                    raise NotWritten(
                        f"{path}: nothing was written, for somebody has changed the file meanwhile; say the same again."
                    )
                if only_first:
                    with suppress(FileExistsError):
                        os.link(part.name, place)
                else:
                    Path(part.name).replace(place)
            finally:
                Path(part.name).unlink(missing_ok=True)
        _keep_name(place.parent)
    except OSError as error:
        raise _not_written(path, error) from None


def write_first(path: Path, text: str) -> None:
    """Put *text* into a file that is not there yet, for its owner alone; one that is there is left.

    Its folder is made where it is missing.

    Raises NotWritten.
    """
    try:
        make_folder(path.parent)
    except OSError as error:
        raise _not_written(path, error) from None
    write_whole(path, text, only_first=True)


def write_new(path: Path, text: str) -> None:
    """Put *text* into a new file for its owner alone, whole or not at all: the way for files that are many.

    What it holds is on the disk then. A power cut in the next seconds may take its name away, but leaves no file there
    that is not whole. One that is there already is replaced.

    Raises NotWritten.
    """
    written = text.encode()
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE), "wb") as file:
                os.fchmod(file.fileno(), FILE)
                file.write(written)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        raise _not_written(path, error) from None


@contextmanager
def made_once(to: Path, instead: str) -> Iterator[Path]:
    """Yield the path of a file beside *to* to be filled, which gets that name once the block has ended.

    It is for its owner alone, flushed to the disk, and never takes another file's place; nothing is left of one that
    fails, nor of what was made beside it under a longer name. *instead* says what to do where *to* is there already.

    Raises NotWritten, also for an OSError of the block.
    """
    place = to.resolve()
    if os.path.lexists(place):
        raise _there(to, instead)
    part: Path | None = None
    try:
        opened, name = mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".part")
        os.close(opened)
        part = Path(name)
        yield part
        flush(part)
        _give_name(part, place)
        _keep_name(place.parent)
    except FileExistsError:
        raise _there(to, instead) from None
    except OSError as error:
        raise not_made(to, reason_of(error)) from None
    finally:
        if part is not None:
            _take_away(part)


def _take_away(part: Path) -> None:
    with suppress(OSError):
        for left in part.parent.iterdir():
            if left.name.startswith(part.name):
                left.unlink(missing_ok=True)


def _give_name(part: Path, place: Path) -> None:
    """Give a file its name, and never take another file's place. Raises FileExistsError, OSError."""
    try:
        os.link(part, place)
    except FileExistsError:
        raise
    except OSError:  # a stick or a share that knows no links: the name is taken first, and then what stands under it
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))
        part.replace(place)


def _there(to: Path, instead: str) -> NotWritten:
    return NotWritten(f"{to} is there already and was left as it is: {instead}.")


def not_made(to: Path, why: str) -> NotWritten:
    """Return what is raised where a file cannot be made."""
    return NotWritten(
        f"{to} cannot be written ({why}), and nothing was left there: see that its folder is there and has room, and "
        "that this account may write in it.",
        why,
    )


def _holds(place: Path, text: str) -> bool:
    try:
        return place.read_text(encoding="utf-8") == text
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _as_before(place: Path, part: str) -> None:
    """Give a new file the owner and the mode of the one whose place it takes, as far as this account may."""
    with suppress(OSError):
        before = place.stat()
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(OSError):
                os.chown(part, before.st_uid, before.st_gid)
        Path(part).chmod(before.st_mode & 0o777)


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, survive a power cut. Raises OSError, also where a file system cannot."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _keep_name(folder: Path) -> None:
    """Let the new name survive a power cut, where the file system can."""
    with suppress(OSError):
        flush(folder)


def _not_written(path: Path, error: OSError) -> NotWritten:
    why = reason_of(error)
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    mend = "make room there" if is_full else "give this account the right to write there"
    return NotWritten(f"{path}: nothing was written ({why}); {mend}.", why)
