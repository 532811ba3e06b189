"""Run it: draw rows by a seed, take the rule of each away, and expect its test to fail. Exit 1 if one survives."""

import argparse
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from .rows import MUTATIONS
from .trees import copy_to, survives

AT_ONCE = 2


def main() -> int:
    """Return 0 where every mutant was noticed."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    asked.add_argument(
        "--seed", type=int, default=int(time.time()), help="which rows are drawn; the clock's unless said"
    )
    asked.add_argument("--rows", type=int, default=len(MUTATIONS), help="how many rows; all unless said")
    asked.add_argument("--only", nargs="*", default=[], help="these rows and no others, such as L17 L36")
    said = asked.parse_args()
    drawn = random.Random(said.seed).sample(sorted(MUTATIONS), min(said.rows, len(MUTATIONS)))  # noqa: S311 - no secret
    rows = said.only or drawn
    sys.stdout.write(f"Seed {said.seed}: taking away {len(rows)} of {len(MUTATIONS)} rules, one at a time.\n")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as hands:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(AT_ONCE):
            trees.put(copy_to(Path(folder) / str(number)))
        survivors = [row for row in hands.map(lambda row: _try(trees, row), rows) if row]
    sys.stdout.write(f"{len(rows) - len(survivors)} of {len(rows)} were noticed.\n")
    return 1 if survivors else 0


def _try(trees: "SimpleQueue[Path]", row: str) -> str:
    tree = trees.get()
    try:
        wrong = survives(tree, row)
    finally:
        trees.put(tree)
    sys.stdout.write(f"{row}: {wrong or 'noticed'}\n")
    sys.stdout.flush()
    return row if wrong else ""


if __name__ == "__main__":
    sys.exit(main())
