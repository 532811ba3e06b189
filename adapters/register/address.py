"""Where a register lives: `sqlite:///path/to/file.db` or `postgresql+psycopg://user:password@host:port/name`."""

from pathlib import Path
from urllib.parse import urlsplit


def keys_of(url: str) -> Path | None:
    """Return the file of keys that an address knows of, as the one of the settings does; None for a plain text."""
    keys = getattr(url, "keys", None)
    return keys if isinstance(keys, Path) else None


_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql+psycopg://", "postgresql://", "postgres://")


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite address, or None where the address is PostgreSQL's.

    Three strokes begin a path relative to the working directory, four an absolute one.

    Raises:
        ValueError: the address is of another kind, or names a database in memory.
    """
    if url.startswith(_POSTGRES):
        return None
    path = url.removeprefix(_SQLITE)
    if path in (url, "", ":memory:") or "?" in path:
        raise ValueError(
            "The register's address must be sqlite:///path/to/file.db or "
            "postgresql+psycopg://user:password@host:port/name: change the setting that gives it."
        )
    return Path(path)


def postgres_address(url: str, scheme: str) -> str:
    """Return a PostgreSQL address under *scheme*, as one driver or the other wants it."""
    return f"{scheme}://{url.split('://', 1)[1]}"


def shown(url: str) -> str:
    """Return the address for people and logs: without user, password and options."""
    path = sqlite_path(url)
    if path is not None:
        return str(path)
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"PostgreSQL at {place}{parts.path}"
