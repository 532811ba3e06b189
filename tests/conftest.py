"""For every test: Temporal's program is read once beforehand, as the first start from a cold disk takes too long."""

import subprocess
import sys
from pathlib import Path


def pytest_sessionstart() -> None:
    """Let the program answer with its version; where it is not installed, the tests that need it will say so."""
    program = Path(sys.executable).parent / "temporal"
    if program.exists():
        subprocess.run([program, "--version"], check=False, capture_output=True, timeout=60)
