"""What goes to the screen: sentences, headings, tables, and JSON for programs."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

COLOURS = {"late": {"fg": "red", "bold": True}, "good": {"fg": "green"}, "warning": {"fg": "yellow"}, "": {}}
_GAP = "   "
_LONGEST_WORD = 15
"""A word no longer than this is not broken, however narrow the terminal."""
_CONTROL = {code: "�" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n"}


class Row(NamedTuple):
    """One line of a table. *tone* is one of COLOURS."""

    cells: tuple[str, ...]
    tone: str = ""


def plain(text: str) -> str:
    """Return *text* without characters that steer a terminal: people may have pasted them."""
    return text.replace("\t", " ").replace("\r", " ").translate(_CONTROL)


def say(text: str = "", tone: str = "") -> None:
    """Print a line on stdout; colours only reach a terminal."""
    click.echo(click.style(plain(text), **COLOURS[tone]) if tone else plain(text))  # type: ignore[arg-type]


def heading(text: str) -> None:
    """Print a heading with a line before it."""
    click.echo()
    click.echo(click.style(plain(text), bold=True))


def note(text: str) -> None:
    """Print a line for people beside the output: on stderr, never in the way of --json."""
    click.echo(plain(text), err=True)


def as_json(value: Any) -> None:
    """Print *value* as JSON, alone on stdout."""
    click.echo(json.dumps(value, indent=2))


def table(headers: Sequence[str], rows: Iterable[Row], indent: int = 0) -> None:
    """Print a table: wrapped to the width of a terminal, one line a row anywhere else."""
    rows = [Row(tuple(" ".join(plain(cell).split()) for cell in row.cells), row.tone) for row in rows]
    if sys.stdout.isatty():
        _on_terminal(headers, rows, indent)
    else:
        _aligned(headers, rows, indent)


def _on_terminal(headers: Sequence[str], rows: list[Row], indent: int) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, padding=(0, len(_GAP), 0, 0), header_style="bold", show_header=any(headers))
    for n, header in enumerate(headers):
        longest = max((len(word) for row in rows for word in row.cells[n].split()), default=0)
        drawn.add_column(header, overflow="fold", min_width=min(longest, _LONGEST_WORD))
    for row in rows:
        style = {"late": "bold red", "good": "green", "warning": "yellow"}.get(row.tone, "")
        drawn.add_row(*(Text(cell, style=style) for cell in row.cells))
    Console().print(Padding(drawn, (0, 0, 0, indent)))


def _aligned(headers: Sequence[str], rows: list[Row], indent: int) -> None:
    lines = [*([tuple(headers)] if any(headers) else []), *(row.cells for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(headers))] if lines else []
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo((" " * indent + _GAP.join(padded)).rstrip())


def wrapped(text: str, hang: str) -> str:
    """Break a long line for a terminal, each further line begun with *hang*; anywhere else it stays one line."""
    if not sys.stdout.isatty():
        return text
    width = max(40, shutil.get_terminal_size().columns)
    return textwrap.fill(text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def program() -> str:
    """Return how this program was called, so that what is shown can be typed as it stands."""
    typed = sys.argv[0] if sys.argv else ""
    return typed if Path(typed).name == "escalate" and " " not in typed else "escalate"
