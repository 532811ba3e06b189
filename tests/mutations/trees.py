"""A copy of the tree in which one rule is taken away, and the row's own test run there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .rows import MUTATIONS, Mutation

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<row>L\d+) \|.*\| `(?P<test>[^`|]+)` \|$", re.MULTILINE)
TESTS = {
    match["row"]: match["test"]
    for match in ROW.finditer((ROOT / "docs" / "obligations.md").read_text(encoding="utf-8"))
}
"""Row to the test that shows it, as `docs/obligations.md` says."""


def copy_to(folder: Path) -> Path:
    """Copy every file that is, or could be, in the record of versions into *folder*, and return it."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def survives(tree: Path, row: str) -> str:
    """Take the rule of *row* away in *tree*, run its test, and put the rule back.

    Returns an empty string where the test failed, as it should; else what is wrong.
    """
    mutation = MUTATIONS[row]
    path = tree / mutation.file
    before = path.read_text(encoding="utf-8")
    if before.count(mutation.old) != 1:
        return f"{mutation.file} has {mutation.old!r} {before.count(mutation.old)} times, not once"
    path.write_text(_changed(before, mutation), encoding="utf-8")
    try:
        done = run(tree, TESTS[row])
    finally:
        path.write_text(before, encoding="utf-8")
    if done.returncode == 1:  # a test failed; anything else is no answer
        return ""
    return "its test passes without its rule" if done.returncode == 0 else f"pytest could not run it: {done.stdout}"


def _changed(text: str, mutation: Mutation) -> str:
    return text.replace(mutation.old, mutation.new)


def run(tree: Path, test: str) -> subprocess.CompletedProcess[str]:
    """Run one test in *tree*, with the modules of *tree* alone."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, f"tests/{test}"], cwd=tree, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
