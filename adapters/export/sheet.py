"""Sheets for a spreadsheet, as CSV in UTF-8."""

import csv
import io
from collections.abc import Iterable
from typing import Any

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_sheet(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a first line of names and a line for each row; no cell is taken for a formula, whoever wrote it."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(names)
    sheet.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA) else cell
