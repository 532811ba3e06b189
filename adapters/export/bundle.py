"""A zip that is made whole or not at all, for its owner alone, and never over another file."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.files import made_once
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
    with made_once(to, "name another folder or file with --out") as part, ZipFile(part, "w", ZIP_DEFLATED) as bundle:
        for held, content in files.items():
            info = ZipInfo(held, at.timetuple()[:6])
            info.external_attr, info.compress_type = FILE << 16, ZIP_DEFLATED
            bundle.writestr(info, content)


def read_manifest(path: Path) -> dict[str, Any] | None:
    """Return what the manifest of a bundle says; None where the file is no bundle."""
    try:
        with ZipFile(path) as bundle:
            return dict(json.loads(bundle.read(MANIFEST)))
    except Exception:  # whatever stands there under the name of a bundle, it is none
        return None
