"""`python -m console ADDRESS`: does the console answer there? Exit code 0, or 1 and a sentence.

The container's own check runs it each minute.
"""

import sys

from .alive import is_alive


def main() -> int:
    """Ask, and return the exit code."""
    if is_alive(sys.argv[1]):
        return 0
    sys.stderr.write(f"Nobody serves the page at {sys.argv[1]}.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
