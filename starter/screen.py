"""What goes to the screen: sentences, headings, tables, and JSON for programs."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from adapters.plain import plain
from services.rows import Row

COLOURS = {"late": {"fg": "red", "bold": True}, "good": {"fg": "green"}, "warning": {"fg": "yellow"}, "": {}}
_GAPS = (3, 2)
"""Spaces between the columns of a table: on a terminal the second where the first does not fit."""


def say(text: str = "", tone: str = "") -> None:
    """Print a line on stdout; colours only reach a terminal, and none where NO_COLOR is set."""
    click.echo(_coloured(plain(text), tone))


def _coloured(text: str, tone: str) -> str:
    return text if not tone or os.environ.get("NO_COLOR") else click.style(text, **COLOURS[tone])  # type: ignore[arg-type]


def heading(text: str) -> None:
    """Print a heading with a line before it."""
    click.echo()
    click.echo(click.style(plain(text), bold=True))


def findings(what: str, found: Sequence[tuple[str, str]], within: str = "") -> None:
    """Print how many faults a check of *what* found, and each thing that it found: its severity and a sentence."""
    faults = sum(severity == "fault" for severity, _ in found)
    said = f"{faults} {'fault' if faults == 1 else 'faults'}" if faults else "no faults"
    say(f"{what}: {said}{within}.", "late" if faults else "good")
    for severity, sentence in found:
        finding(severity, sentence)


def finding(severity: str, sentence: str) -> None:
    """Print one thing that a check found."""
    say(f"  {severity}: {sentence}", "late" if severity == "fault" else "warning")


def as_json(value: Any) -> None:
    """Print *value* as JSON, alone on stdout."""
    click.echo(json.dumps(value, indent=2))


def exported(text: str) -> None:
    """Print a file's whole text on stdout: as it is for a program, without signs that steer for a terminal."""
    click.echo(plain(text) if sys.stdout.isatty() else text, nl=False)


def table(headers: Sequence[str], rows: Iterable[Row], indent: int = 0) -> None:
    """Print a table: one line a row, but on a terminal folded to its width, or where that is too narrow a block a row.

    Nothing is cut, and no word is broken that fits on a line of its own.
    """
    rows = [Row(tuple(" ".join(plain(cell).split()) for cell in row.cells), row.tone) for row in rows]
    if not rows or not on_terminal():
        _aligned(headers, rows, indent)
    elif found := _fitting(headers, rows, _columns() - indent):
        _folded(headers, rows, indent, *found)
    else:
        _in_blocks(headers, rows, indent)


def on_terminal() -> bool:
    """Does somebody read this on a terminal, and no file or program?"""
    return sys.stdout.isatty()


def _columns() -> int:
    return shutil.get_terminal_size().columns


def _fitting(headers: Sequence[str], rows: list[Row], room: int) -> tuple[list[int], int] | None:
    """Return how wide each column is to be and the gap between them; None where the longest words have no room."""
    from rich.cells import cell_len

    columns = list(zip(headers, *(row.cells for row in rows), strict=True))
    whole = [max(map(cell_len, column)) for column in columns]
    least = [max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    for gap in _GAPS:
        left = room - gap * (len(columns) - 1)
        if sum(least) > left:
            continue
        widths = list(whole)
        while sum(widths) > left:  # the widest that can give way does
            widest = max((n for n in range(len(widths)) if widths[n] > least[n]), key=widths.__getitem__)
            widths[widest] -= 1
        return widths, gap
    return None


def _folded(headers: Sequence[str], rows: list[Row], indent: int, widths: Sequence[int], gap: int) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold", show_header=any(headers))
    for header, width in zip(headers, widths, strict=True):
        drawn.add_column(header, overflow="fold", width=width)
    for row in rows:
        style = {"late": "bold red", "good": "green", "warning": "yellow"}.get(row.tone, "")
        drawn.add_row(*(Text(cell, style=style) for cell in row.cells))
    size = shutil.get_terminal_size()
    Console(width=size.columns, height=size.lines).print(Padding(drawn, (0, 0, 0, indent)))


def _in_blocks(headers: Sequence[str], rows: list[Row], indent: int) -> None:
    """Print a line for each cell; a row of a last cell alone goes on with the row before."""
    for place, row in enumerate(rows):
        goes_on = not any(row.cells[:-1])
        if place and not goes_on:
            click.echo()
        told = [(header, cell) for header, cell in zip(headers, row.cells, strict=True) if cell]
        for n, (header, cell) in enumerate(told):
            hang = indent + (2 if n or goes_on else 0)
            line = f"{header}: {cell}" if header and not goes_on else cell
            for part in _broken(line, " " * hang, " " * (hang + 2)):
                click.echo(_coloured(part, row.tone))


def _broken(text: str, first: str, further: str) -> list[str]:
    """Break a line for a terminal: between words, and within one only where it has no room on a line of its own."""
    width = max(20, _columns())
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False)


def _aligned(headers: Sequence[str], rows: list[Row], indent: int) -> None:
    lines = [*([tuple(headers)] if any(headers) else []), *(row.cells for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(headers))] if lines else []
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo((" " * indent + (" " * _GAPS[0]).join(padded)).rstrip())


def wrapped(text: str, hang: str) -> str:
    """Break a long line for a terminal, each further line begun with *hang*; anywhere else it stays one line."""
    if not on_terminal():
        return text
    width = max(40, _columns())
    return textwrap.fill(text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def program() -> str:
    """Return how this program was called, so that what is shown can be typed as it stands."""
    typed = sys.argv[0] if sys.argv else ""
    return typed if Path(typed).name == "escalate" and " " not in typed else "escalate"
