"""The numbers to ring, as a screen shows them."""

from adapters.directory import Telephone
from services.rows import Row

from . import screen

HEADERS = ("whom to ring", "number", "when")


def show_numbers(*those: Telephone) -> None:
    """Print whom to ring, one number a line."""
    screen.heading("Numbers to ring")
    rows = [Row((one.who, one.number or "none in the directory: ask the office", one.when)) for one in those]
    screen.table(HEADERS, rows, indent=2)
