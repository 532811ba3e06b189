"""Where things stand in a policy file: from the place that a fault names to a line of the text.

`tomllib` gives values without their lines, so the text is read once more for its keys alone. It is known to be TOML by
then: what is written here follows the values and checks nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
_SPACE = " \t\r\n"
_ENDS = ",]}#\n"


class Source(NamedTuple):
    """One file of a policy, or of one that it builds on."""

    name: str
    text: str
    tables: Mapping[str, Any]


def lines_of(text: str) -> dict[Path, int]:
    """Return the line of every table, key and value of a TOML text, by the way to it: `("stage", 0, "title")`."""
    return _Text(text).lines


class Lines:
    """The lines of every table and key of some files whose tables were laid over one another."""

    def __init__(self, sources: tuple[Source, ...]) -> None:
        self._tables: dict[int, tuple[str, Path]] = {}
        self._lines: dict[str, dict[Path, int]] = {}
        for source in reversed(sources):  # the file itself last, so that what it says is found first
            self._lines[source.name] = lines_of(source.text)
            self._tables |= {id(table): (source.name, path) for path, table in _tables(source.tables)}
        self._own = sources[0].name if sources else ""

    def of(self, place: str, laid: Mapping[str, Any]) -> tuple[str, int]:
        """Return the file and the line of a place such as `stage step-1, duty 3, within`, as far as it goes.

        *laid* are the tables that the place speaks of. What stands nowhere, such as a table that is missing, is at
        the first line.
        """
        name, line = self._own, 1
        for table, below, names in _steps(place, laid):
            kept = self._tables.get(id(table))
            file, path = (kept[0], (*kept[1], *below)) if kept else (self._own, names)
            found = self._lines[file].get(path) if kept or len(names) < 3 else None  # laid over, places are others
            if found is not None:
                name, line = file, found
        return name, line


def _steps(place: str, laid: Mapping[str, Any]) -> Iterator[tuple[Any, Path, Path]]:
    """Yield what the parts of a place mean, ever deeper: a table, the key in it, and the way to it from the top."""
    inside: Any = laid
    names: Path = ()
    for part in place.split(", "):
        if not isinstance(inside, Mapping):
            return
        word, _, name = part.partition(" ")
        key = part if part in inside else word
        if word == "outcome" and names and _numbered(inside.get(word, []), name) is None:
            name = _shared(laid.get(word, []), name, str(inside.get("id", "")))
            inside, names = laid, ()  # said at this step, and written once for several
        if key not in inside:
            return
        names = (*names, key)
        yield inside, (key,), names
        inside = inside[key]
        if key == part:
            continue
        within: str | int | None = name
        if isinstance(inside, list):
            within = _numbered(inside, name)
        elif not isinstance(inside, Mapping) or name not in inside:
            within = None
        if within is None:
            return
        names = (*names, within)
        yield inside, (within,), names
        inside = inside[within]
        yield inside, (), names


def _shared(outcomes: Any, name: str, step: str) -> str:
    """Return the number, as a word, of the shared outcome of that id which is said at a step."""
    for n, one in enumerate(outcomes if isinstance(outcomes, list) else (), 1):
        if isinstance(one, Mapping) and one.get("id") == name and {step, "any"} & {*_listed(one.get("from"))}:
            return str(n)
    return name


def _listed(names: Any) -> list[Any]:
    return names if isinstance(names, list) else [names]


def _numbered(tables: Any, name: str) -> int | None:
    if not isinstance(tables, list):
        return None
    named = [n for n, one in enumerate(tables) if isinstance(one, Mapping) and one.get("id") == name]
    if named:
        return named[-1]
    return int(name) - 1 if name.isdecimal() and 0 < int(name) <= len(tables) else None


def _tables(inside: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(inside, Mapping):
        yield path, inside
    parts = inside.items() if isinstance(inside, Mapping) else enumerate(inside) if isinstance(inside, list) else ()
    for key, value in parts:
        yield from _tables(value, (*path, key))


class _Text:
    """Follows a TOML text from key to key."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text, self._at, self._line = text, 0, 1
        self._counts: dict[Path, int] = {}
        self._read()

    def _read(self) -> None:
        table: Path = ()
        while self._skip():
            line = self._line
            if self._text.startswith("[[", self._at):
                table = self._heading(2)
                number = self._counts[table] = self._counts.get(table, -1) + 1
                self._begins(table, line)
                table = (*table, number)
            elif self._text[self._at] == "[":
                table = self._heading(1)
            else:
                self._pair(table)
                continue
            self._begins(table, line)

    def _begins(self, table: Path, line: int) -> None:
        for length in range(1, len(table) + 1):
            self.lines.setdefault(table[:length], line)

    def _heading(self, brackets: int) -> Path:
        self._go(brackets)
        path: Path = ()
        for name in self._dotted("]"):
            path = (*path, name)
            if path in self._counts and self._text[self._at] != "]":
                path = (*path, self._counts[path])
        self._go(brackets)
        return path

    def _dotted(self, end: str) -> Iterator[str]:
        """Yield the parts of a key; at the last the text stands at *end*."""
        while True:
            self._skip()
            yield self._name(end)
            self._skip()
            if self._text[self._at : self._at + 1] != ".":
                return
            self._go(1)

    def _name(self, end: str) -> str:
        begins = self._at
        if self._text[begins] in "\"'":
            self._string()
            name = self._text[begins + 1 : self._at - 1]
        else:
            while self._at < len(self._text) and self._text[self._at] not in f". \t{end}":
                self._go(1)
            name = self._text[begins : self._at]
        self._skip()
        return name

    def _pair(self, table: Path) -> None:
        line, path = self._line, table
        for name in self._dotted("="):
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._go(1)
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        self.lines.setdefault(path, self._line)
        match self._text[self._at : self._at + 1]:
            case '"' | "'":
                self._string()
            case "[":
                self._listed(path)
            case "{":
                self._inline(path)
            case _:
                while self._at < len(self._text) and self._text[self._at] not in _ENDS:
                    self._go(1)

    def _listed(self, path: Path) -> None:
        self._go(1)
        number = 0
        while self._skip() and self._text[self._at] != "]":
            self._value((*path, number))
            number += 1
            self._comma()
        self._go(1)

    def _inline(self, path: Path) -> None:
        self._go(1)
        while self._skip() and self._text[self._at] != "}":
            self._pair(path)
            self._comma()
        self._go(1)

    def _comma(self) -> None:
        if self._skip() and self._text[self._at] == ",":
            self._go(1)

    def _string(self) -> None:
        quote = self._text[self._at]
        mark = quote * 3 if self._text.startswith(quote * 3, self._at) else quote
        self._go(len(mark))
        while self._at < len(self._text) and not self._text.startswith(mark, self._at):
            self._go(2 if quote == '"' and self._text[self._at] == "\\" else 1)
        self._go(len(mark))
        while len(mark) == 3 and self._text[self._at : self._at + 1] == quote:  # up to two more belong to the text
            self._go(1)

    def _skip(self) -> bool:
        """Go past blanks and notes; False at the end."""
        while self._at < len(self._text):
            if self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = end if end >= 0 else len(self._text)
            elif self._text[self._at] in _SPACE:
                self._go(1)
            else:
                return True
        return False

    def _go(self, by: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + by)
        self._at += by
