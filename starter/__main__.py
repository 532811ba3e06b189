"""`escalate COMMAND`, and `python -m starter COMMAND`."""

import sys
from io import TextIOWrapper

from starter.cli import cli


def main() -> None:
    """Run the command that was typed, and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that the terminal cannot show is no reason to stop
    cli.main(prog_name="escalate")


if __name__ == "__main__":
    main()
