"""Reads a directory file."""

from pathlib import Path

from pydantic import ValidationError

from .directory import Directory
from .shape import About, Agency, DirectoryFile, Fallback, Seat, Service
from .tables import FileFault, first_fault, read_text, source_of, tables_of

KIND = "directory"
_SHAPES = (DirectoryFile, About, Agency, Seat, Fallback, Service)


class DirectoryFault(FileFault):
    """The directory cannot be used. Its text is one sentence with the file, the place and the mend."""


def load_directory(path: Path | str) -> Directory:
    """Read a directory from its TOML file.

    Raises DirectoryFault, and nothing else, for a file that is missing, unreadable or of the wrong shape.
    """
    parsed = read_directory(Path(path))
    return directory_of(parsed)


def read_directory(path: Path) -> DirectoryFile:
    """Read the file as it is written; a policy of one agency's own, laid over its partnership's, has the latter's.

    Raises DirectoryFault, as above.
    """
    try:
        text = read_text(directory_source(path), KIND)
    except DirectoryFault:
        raise
    except FileFault as fault:
        raise DirectoryFault(str(fault)) from None
    return directory_in(text, path)


def directory_source(path: Path) -> Path:
    """Return the file that holds the directory: this one, or the one that it is the same as. Raises DirectoryFault."""
    try:
        return source_of(path, KIND)
    except FileFault as fault:
        raise DirectoryFault(str(fault)) from None


def directory_in(text: str, path: Path) -> DirectoryFile:
    """Read the text of a directory file, of which people are told as *path*. Raises DirectoryFault, as above."""
    try:
        raw = tables_of(text, path)
    except FileFault as fault:
        raise DirectoryFault(str(fault)) from None
    try:
        return DirectoryFile.model_validate(raw)
    except ValidationError as error:
        raise DirectoryFault(f"{path}, {first_fault(error, raw, _SHAPES, KIND)}") from None


def directory_of(parsed: DirectoryFile) -> Directory:
    """Make the directory that can be asked of what a file says."""
    return Directory(parsed.directory, parsed.agency, parsed.seat, parsed.fallback, parsed.service)
