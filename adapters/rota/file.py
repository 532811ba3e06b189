"""Reads rota files, and says plainly what is wrong with one."""

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from adapters.directory.tables import FileFault, first_fault, read_tables, read_text, source_of, tables_of

from .rota import Rota
from .shape import About, Override, Person, RotaFile, Swap, TurnRule

KIND = "rota"
ENDING = ".rota.toml"
_SHAPES = (RotaFile, About, Person, TurnRule, Override, Swap)


class RotaFault(FileFault):
    """The rota cannot be used. Its text is one sentence with the file, the place and the mend."""


def rota_path(directories: Path, policy: str) -> Path:
    """Return the path of a policy's rota, beside its directory. There may be no such file."""
    return directories / f"{policy}{ENDING}"


def load_rota(path: Path | str) -> Rota:
    """Read a rota from its TOML file. A file whose only key is `same_as` has another file's rota.

    Raises RotaFault, and nothing else, for a file that is missing, unreadable, of the wrong shape, or that names people
    it does not know.
    """
    try:
        raw = read_tables(rota_source(Path(path)), KIND)
    except FileFault as fault:
        raise RotaFault(str(fault)) from None
    return rota_of(raw, Path(path))


def read_rota(path: Path) -> tuple[str, Rota]:
    """Read a rota from this very file; return its text too. Raises RotaFault."""
    try:
        text = read_text(path, KIND)
        return text, rota_of(tables_of(text, path), path)
    except RotaFault:
        raise
    except FileFault as fault:
        raise RotaFault(str(fault)) from None


def rota_source(path: Path) -> Path:
    """Return the file that holds the rota: this one, or the one that it is the same as. Raises RotaFault."""
    try:
        return source_of(path, KIND, ENDING)
    except FileFault as fault:
        raise RotaFault(str(fault)) from None


def rota_of(raw: dict[str, Any], path: Path) -> Rota:
    """Make a rota from the tables of a file; messages call the file *path*. Raises RotaFault."""
    try:
        file = RotaFile.model_validate(raw)
    except ValidationError as error:
        raise RotaFault(f"{path}, {first_fault(error, raw, _SHAPES, KIND)}") from None
    for fault in _unknown(file):
        raise RotaFault(f"{path}, {fault}")
    rota = Rota(file)
    for fault in _swaps(rota):
        raise RotaFault(f"{path}, {fault}")
    return rota


def _unknown(file: RotaFile) -> Iterator[str]:
    """Yield a sentence for each contradiction between the tables."""
    handles = [person.handle for person in file.person]
    for handle, times in Counter(handles).items():
        if times > 1:
            yield f"person {handle}: {times} people have this handle; give each their own."
    named = [(f"turn {n}", one.rank, one.persons) for n, one in enumerate(file.turn, 1)]
    named += [
        (f"override {n}", one.rank, (one.person,) if one.person else ()) for n, one in enumerate(file.override, 1)
    ]
    named += [(f"swap {n}", one.rank, ()) for n, one in enumerate(file.swap, 1)]
    for place, rank, persons in named:
        if rank not in file.rota.ranks:
            yield f"{place}, rank: `ranks` does not name {rank}; add it there, or take this out."
        for person in persons:
            if person not in handles:
                near = get_close_matches(person, handles, n=1)
                yield f"{place}: nobody has the handle {person}; " + (
                    f"did you mean {near[0]}?" if near else "add them."
                )
    for n, one in enumerate(file.override, 1):
        try:
            one.span(file.rota.zone)
        except ValueError as error:
            yield f"override {n}: {error}"
    begun = Counter((one.rank, one.starting) for one in file.turn if one.starting)
    for (rank, starting), times in begun.items():
        if times > 1:
            yield f"turn: {times} turns of rank {rank} start on {starting}; give one a later day, or take it out."


def _swaps(rota: Rota) -> Iterator[str]:
    taken: set[tuple[str, object]] = set()
    for n, swap in enumerate(rota.file.swap, 1):
        for week in swap.weeks:
            if (swap.rank, week) in taken:
                yield f"swap {n}: the week of {week} is swapped twice; swap it once."
            taken.add((swap.rank, week))
            if not rota.hands_over_on(swap.rank, week):
                yield f"swap {n}: no turn of rank {swap.rank} is handed over on {week}; give the day of a hand-over."
            if rota.base(swap.rank, rota.handover.on(week)) is None:
                yield f"swap {n}: the week of {week} is nobody's in rank {swap.rank}; name a week that somebody has."
