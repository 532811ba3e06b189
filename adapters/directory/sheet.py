"""A directory's holders as a sheet: one CSV row a seat, for people who keep such lists in a spreadsheet."""

import csv
import io
import re
import unicodedata
from collections import Counter
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from adapters.given import TooLarge, read_text, reason_of
from domain.base.refusals import listed

from .addresses import KINDS
from .shape import DirectoryFile, Seat
from .tables import FileFault

COLUMNS = (
    "agency",
    "role",
    "title",
    "channels",
    *KINDS,
    "telephone",
    "deputy",
    "from",
    "until",
    "verified_on",
    "source",
)
PARTNERSHIP = "(partnership)"
"""Stands in the agency's cell for a seat of the partnership as a whole."""
NEEDED = ("agency", "role", "title")
_LISTS = ("channels", *KINDS, "telephone")
_WORDS = ("title", "source")
_DATES = ("from", "until", "verified_on")
_YES, _NO = {"yes", "true", "y", "1"}, {"no", "false", "n", "0", ""}
_ERROR = re.compile(r"#(N/A|NV|[A-ZÄÖÜ0/]{2,}[!?])|Err:\d{3}")
_FORMULA = ("=", "+", "-", "@", "\t", "'")


class Sheet(NamedTuple):
    """What a sheet says."""

    seats: tuple[tuple[str, Seat], ...]
    """Agency id (empty for the partnership) and seat, in the sheet's order."""
    faults: tuple[str, ...]
    """One sentence for each row that cannot be used, with its line."""
    columns: tuple[str, ...]
    """Those it has."""


class _Unfit(ValueError):  # noqa: N818 - the house word for what cannot be used
    """A row cannot be used."""


def seats_of(file: DirectoryFile) -> list[tuple[str, Seat]]:
    """Return every seat with its agency's id, in the file's order, the partnership's own first."""
    own = [("", seat) for seat in file.seat]
    return own + [(agency.id, seat) for agency in file.agency for seat in agency.holder]


def write_sheet(file: DirectoryFile) -> str:
    """Return the sheet of a directory: CSV with a heading, lists in one cell with `; ` between."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for agency, seat in seats_of(file):
        said = {"agency": agency or PARTNERSHIP, **_cells(seat)}
        rows.writerow([_shielded(said[name]) for name in COLUMNS])
    return text.getvalue()


def read_sheet(path: Path, file: DirectoryFile) -> Sheet:
    """Read a sheet for the directory *file*; agencies are known by id, title or alias.

    What can be read in two ways is refused: a heading that comes twice, a cell without a heading, an empty agency cell
    below a filled one, two different rows for one holder. Raises FileFault where the whole sheet cannot be read.
    """
    heading, rows = _rows(path)
    _must_be_clear(path, heading, rows)
    names = _agency_names(file)
    known = seats_of(file)
    seats: list[tuple[str, Seat]] = []
    lines: dict[str, int] = {}
    faults: list[str] = []
    above = ""
    for line, cells in rows:
        try:
            said = _said(heading, cells)
            above = _must_name_its_agency(said, above)
            agency, seat = _read_row(said, names)
            _must_be_new(agency, seat, line, lines, is_known=(agency, seat) in known)
            seats.append((agency, seat))
        except _Unfit as error:
            faults.append(f"{path}, line {line}: {error}.")
    if not seats and not faults:
        raise FileFault(f"{path}: the sheet has no rows, and a directory without holders reaches nobody; fill it in.")
    return Sheet(tuple(seats), tuple(faults), tuple(name for name in heading if name))


def columns_left_out(sheet: Sheet, file: DirectoryFile) -> dict[str, int]:
    """Return the columns that a sheet does not have, with how many holders of *file* have something there."""
    filled = Counter(name for _, seat in seats_of(file) for name, cell in _cells(seat).items() if cell)
    return {name: filled[name] for name in COLUMNS if name not in sheet.columns and filled[name]}


def _must_be_clear(path: Path, heading: list[str], rows: list[tuple[int, list[str]]]) -> None:
    """Raise FileFault where it is unclear which column is which."""
    columns = f"its columns are {', '.join(COLUMNS)}."
    if twice := [name for name, times in Counter(filter(None, heading)).items() if times > 1]:
        places = " and ".join(str(n) for n, name in enumerate(heading, 1) if name == twice[0])
        raise FileFault(
            f"{path}, line 1: columns {places} are both headed {twice[0][:40]!r}; keep one, with all that is in them."
        )
    if missing := [name for name in NEEDED if name not in heading]:
        raise FileFault(f"{path}, line 1: the sheet has no column {missing[0]}; {columns}")
    if unknown := [name for name in heading if name and name not in COLUMNS]:
        wrong = f"has a column {unknown[0][:40]!r} that means nothing here"
        raise FileFault(f"{path}, line 1: the sheet {wrong}; {columns}")
    for number, name in enumerate(heading):
        for line, cells in rows:
            if not name and number < len(cells) and cells[number]:
                raise FileFault(
                    f"{path}, line {line}: column {number + 1} holds something and has no heading; head it, or empty "
                    f"it. {columns.capitalize()}"
                )


def _must_name_its_agency(said: dict[str, str], above: str) -> str:
    """Return the row's agency cell. Raises _Unfit where it is empty below a row that fills it."""
    agency = said["agency"]
    if not agency and above:
        raise _Unfit(
            f"agency is empty below {above[:60]!r}; write the agency into each row, or {PARTNERSHIP} for a seat of the "
            "partnership as a whole"
        )
    said["agency"] = "" if agency.casefold() == PARTNERSHIP else agency
    return said["agency"]


def _must_be_new(agency: str, seat: Seat, line: int, lines: dict[str, int], *, is_known: bool) -> None:
    """Note a holder's place. Raises _Unfit where they have that place twice, for the same time."""
    whole = f"{agency} {seat!r}"
    addresses = [seat.addresses(kind) for kind in KINDS]
    holder = (agency, seat.role, seat.title.casefold(), *addresses, seat.starts, seat.until)
    if whole in lines:
        raise _Unfit(f"this says the same as line {lines[whole]}; take one out")
    if repr(holder) in lines and not is_known:
        raise _Unfit(f"this is the same holder as in line {lines[repr(holder)]}, said otherwise; take one out")
    lines[whole] = line
    lines.setdefault(repr(holder), line)


def _rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = read_text(path).removeprefix("\ufeff")
    except TooLarge:
        raise FileFault(f"{path}: this is larger than 1 MB; give a sheet of holders.") from None
    except UnicodeDecodeError as error:
        raise FileFault(f"{path}, byte {error.start + 1}: this is not UTF-8 text; save it as CSV UTF-8.") from None
    except OSError as error:
        raise FileFault(f"{path}: the file cannot be read ({reason_of(error)}); give a CSV file.") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((begins, [cell.strip() for cell in cells]))
            begins = lines.line_num + 1
    except csv.Error as error:
        raise FileFault(f"{path}, line {lines.line_num}: this is not CSV ({error}); export it again.") from None
    if not rows:
        raise FileFault(f"{path}: the sheet is empty; its columns are {', '.join(COLUMNS)}.")
    return [_heading(name) for name in rows[0][1]], rows[1:]


def _heading(said: str) -> str:
    """Return a heading in its plain form: `Verified on` becomes `verified_on`."""
    return re.sub(r"[\s_-]+", "_", _visible(unicodedata.normalize("NFKC", said))).strip("_").casefold()


def _visible(said: str) -> str:
    """Return a cell without invisible characters, as come along when a number is copied."""
    return "".join(" " if c.isspace() else c for c in said if unicodedata.category(c) != "Cf").strip()


def _said(heading: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) > len(heading) and any(cells[len(heading) :]):
        raise _Unfit("the row has more cells than the heading; put quotes around a cell that holds a comma")
    if any("\ufffd" in cell for cell in cells):
        raise _Unfit("a letter of it was lost when the sheet was saved; save it as CSV UTF-8")
    if error := next(filter(_ERROR.fullmatch, cells), ""):
        raise _Unfit(f"a cell says {error!r}, which a spreadsheet writes where a formula is wrong; write what is meant")
    said = {name: _unshielded(cell) for name, cell in zip(heading, cells, strict=False) if name}
    return {"agency": ""} | {name: cell if name in _WORDS else _visible(cell) for name, cell in said.items()}


def _read_row(said: dict[str, str], names: dict[str, str]) -> tuple[str, Seat]:
    agency = _agency(said.pop("agency"), names)
    given: dict[str, Any] = {name: cell for name, cell in said.items() if cell}
    for name in _LISTS:
        if name in given:
            given[name] = tuple(part.strip() for part in given[name].split(";") if part.strip())
    for name in _DATES:
        if name in given:
            given[name] = _day(name, given[name])
    if "deputy" in said:
        given["deputy"] = _yes(said["deputy"])
    try:
        seat = Seat.model_validate(given)
    except ValidationError as error:
        raise _Unfit(_mend(error)) from None
    for key, number, why, like in seat.wrong():
        raise _Unfit(f"{key} {number} cannot work: {why.rstrip('.')}; write one like {like}")
    return agency, seat


def _agency(said: str, names: dict[str, str]) -> str:
    if not said:
        return ""
    if names.get(said.casefold()) == "":
        raise _Unfit(f"several agencies are called {said[:60]!r}; write the id of the one that is meant")
    if said.casefold() not in names:
        near = get_close_matches(said.casefold(), [name for name, id_ in names.items() if id_], n=1)
        hint = f"did you mean {names[near[0]]}?" if near else "add it to the directory file first"
        raise _Unfit(f"{said[:60]!r} is no agency of the directory; {hint}".rstrip("?"))
    return names[said.casefold()]


def _day(name: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise _Unfit(f"{name} is {said[:20]!r}; write a day like 2026-01-31") from None


def _yes(said: str) -> bool:
    if said.casefold() not in _YES | _NO:
        raise _Unfit(f"deputy is {said[:20]!r}; write yes or no")
    return said.casefold() in _YES


def _mend(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    name = str(fault["loc"][0]) if fault["loc"] else ""
    match fault["type"]:
        case "missing":
            return f"{name} is empty; fill it in"
        case "literal_error":
            return f"{name} names a channel that there is not; write {listed(list(KINDS), 'or')}"
        case "string_pattern_mismatch":
            return f"{name} is no role id; write one of the policy's: small letters, digits and single hyphens"
        case "value_error":
            return str(fault["ctx"]["error"]).rstrip(".").replace("`", "")
        case _:
            return f"{name} cannot be read; write it as the directory file does"


def _cells(seat: Seat) -> dict[str, str]:
    said = seat.model_dump(mode="json", by_alias=True)
    lists = {name: "; ".join(said[name]) for name in _LISTS}
    return {name: said[name] or "" for name in COLUMNS[1:]} | lists | {"deputy": "yes" if seat.deputy else ""}


def _agency_names(file: DirectoryFile) -> dict[str, str]:
    """Return agency ids by every name they have; empty for a name that several have."""
    named = [(name, agency.id) for agency in file.agency for name in (*agency.aliases, agency.title)]
    meant: dict[str, set[str]] = {}
    for name, id_ in named:
        meant.setdefault(name.casefold(), set()).add(id_)
    plain = {name: next(iter(ids)) if len(ids) == 1 else "" for name, ids in meant.items()}
    return plain | {agency.id: agency.id for agency in file.agency}


def _shielded(cell: str) -> str:
    """Mark a cell so that no spreadsheet reads it as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unshielded(cell: str) -> str:
    return cell[1:].strip() if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
