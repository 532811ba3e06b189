"""`python -m adapters.watch HEARTBEAT`: did the watch go round lately? Exit code 0, or 1 and a sentence.

The container's own check runs it each minute.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from .silence import silence


def main() -> int:
    """Look, and return the exit code."""
    said = silence(Path(sys.argv[1]), datetime.now(UTC), is_set_up=True)
    sys.stderr.write(f"{said}\n" if said else "")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
