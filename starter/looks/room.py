"""Can a folder be written in, and is there room in it?"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

from .finding import Finding

A_LITTLE = 1024 * 1024
"""Bytes that are written for a trial; the file has no name, and is gone with the look."""
SOON_FULL = 200 * 1024 * 1024
"""Bytes free below which it is said that a disk is nearly full."""
_MEND = "Make room there, or have what is kept moved to a larger disk."


def room(what: str, place: Path) -> Iterator[Finding]:
    """Tell what keeps a folder, or the nearest there is above it, from taking more; nothing where all is well."""
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    try:
        with TemporaryFile(dir=there) as file:
            file.write(bytes(A_LITTLE))
            file.flush()
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        mend = f"{_MEND} Where it is not full, give this account the right to write there."
        yield Finding(what, "problem", f"Nothing more can be written in {there} ({why}).", mend)
        return
    free = shutil.disk_usage(there).free
    if free < SOON_FULL:
        says = f"The disk of {there} is nearly full: {free // A_LITTLE} MB are left."
        yield Finding(what, "warning", says, _MEND)
