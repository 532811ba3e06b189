"""`python -m bench`: run the comparison and print it."""

import argparse
import asyncio
import sys

from bench.measuring import Options, measure
from bench.report import as_json, as_table


def main() -> None:
    """Compare the product with the smallest workflow written by hand; some two minutes with the defaults."""
    default = Options()
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    parser.add_argument("--cases", type=int, default=default.cases, help="cases of a side in a round")
    parser.add_argument("--rounds", type=int, default=default.rounds)
    parser.add_argument("--think", type=float, default=default.think, help="seconds before each outcome")
    parser.add_argument("--gap", type=float, default=default.gap, help="seconds between the starts of two cases")
    parser.add_argument("--encrypted", action="store_true", help="encrypt ours, as an installation does")
    parser.add_argument("--json", action="store_true", help="everything, round by round")
    given = parser.parse_args()
    options = default._replace(
        cases=given.cases, rounds=given.rounds, think=given.think, gap=given.gap, encrypted=given.encrypted
    )
    report = asyncio.run(measure(options))
    sys.stdout.write((as_json(report) if given.json else as_table(report)) + "\n")


if __name__ == "__main__":
    main()
