"""`python -m adapters.register prepare ADDRESS`: make a register or bring its schema up to date, as its owner.

For a register on PostgreSQL whose workers sign in as a role that owns nothing. Anywhere else a worker does it itself.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url

from adapters.given import read_text

from .address import shown, sqlite_path
from .connections import Connections
from .errors import RegisterError
from .grants import grant
from .upgrade import prepare


def main(words: Sequence[str] | None = None) -> int:
    """Do what was typed and return the exit code; what goes wrong is one sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m adapters.register", description=__doc__)
    parser.add_argument("what", choices=["prepare"])
    parser.add_argument("address", help="postgresql+psycopg://owner@host:port/name, or sqlite:///path")
    parser.add_argument("--password-file", type=Path, help="holds the owner's password and nothing else")
    parser.add_argument("--grant", metavar="ROLE", help="the role that workers sign in as")
    typed = parser.parse_args(words)
    try:
        connections = Connections(_address(typed.address, typed.password_file))
        try:
            prepare(connections)
            if typed.grant:
                grant(connections, typed.grant)
        finally:
            connections.engine.dispose()
    except (RegisterError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"The register is prepared: {shown(typed.address)}\n")
    return 0


def _address(said: str, password_file: Path | None) -> str:
    if password_file is None or sqlite_path(said) is not None:
        return said
    try:
        password = read_text(password_file).strip()
    except (OSError, UnicodeError):
        raise ValueError(f"The password file {password_file} cannot be read: check it and who may read it.") from None
    return make_url(said).set(password=password).render_as_string(hide_password=False)


if __name__ == "__main__":
    sys.exit(main())
