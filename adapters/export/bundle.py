"""A zip that is made whole or not at all, for its owner alone, and never over another file."""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.files import NotWritten, flush
from adapters.given import reason_of
from adapters.private import FILE

MANIFEST = "manifest.json"


def with_manifest(files: Mapping[str, bytes], says: Mapping[str, Any]) -> dict[str, bytes]:
    """Return files with one more, which names each with its digest beside what else it *says*."""
    digests = {name: hashlib.sha256(held).hexdigest() for name, held in sorted(files.items())}
    manifest = json.dumps({**says, "files": digests}, indent=1, ensure_ascii=False)
    return {**files, MANIFEST: f"{manifest}\n".encode()}


def write_zip(to: Path, files: Mapping[str, bytes], at: datetime) -> None:
    """Write files into a zip that is not there yet. Nothing is left of one that fails. *at* is what its files bear.

    Raises NotWritten: one sentence that says why.
    """
    place = to.resolve()
    if os.path.lexists(place):
        raise _there(to)
    try:
        opened, name = mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".part")
    except OSError as error:
        raise _not_written(to, error) from None
    part = Path(name)
    try:
        with os.fdopen(opened, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as bundle:
            for held, content in files.items():
                info = ZipInfo(held, at.timetuple()[:6])
                info.external_attr, info.compress_type = FILE << 16, ZIP_DEFLATED
                bundle.writestr(info, content)
        flush(part)
        _named(part, place)
        with suppress(OSError):
            flush(place.parent)
    except FileExistsError:
        raise _there(to) from None
    except OSError as error:
        raise _not_written(to, error) from None
    finally:
        part.unlink(missing_ok=True)


def _named(part: Path, place: Path) -> None:
    """Give a file its name, and never take another file's place. Raises FileExistsError, OSError."""
    try:
        os.link(part, place)
    except FileExistsError:
        raise
    except OSError:  # a stick or a share that knows no links: the name is taken first, and then what stands under it
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))
        part.replace(place)


def read_manifest(path: Path) -> dict[str, Any] | None:
    """Return what the manifest of a bundle says; None where the file is no bundle."""
    try:
        with ZipFile(path) as bundle:
            return dict(json.loads(bundle.read(MANIFEST)))
    except Exception:  # whatever stands there under the name of a bundle, it is none
        return None


def _there(to: Path) -> NotWritten:
    return NotWritten(f"{to} is there already and was left as it is: name another folder or file with --out.")


def _not_written(to: Path, error: OSError) -> NotWritten:
    why = reason_of(error)
    return NotWritten(
        f"{to} cannot be written ({why}), and nothing was left there: see that its folder is there and has room, and "
        "that this account may write in it.",
        why,
    )
