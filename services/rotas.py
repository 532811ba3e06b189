"""The rota of a policy: read, or locked to be changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from settings import Settings

from .errors import LOOK_AFTER, Trouble

if TYPE_CHECKING:
    from adapters.rota import Rota


class Changeable(NamedTuple):
    """A rota that is to be changed, with its file."""

    policy: str
    place: Path
    """The file that is written: another rota's, where this one has its own `same_as`."""
    text: str
    rota: "Rota"


def rota_of(settings: Settings, policy: str) -> "tuple[str, Path, Rota]":
    """Return a policy's id, its rota's file and the rota. Raises Trouble where there is none that can be used."""
    from adapters.rota import RotaFault, load_rota

    name, path = _path_of(settings, policy)
    try:
        return name, path, load_rota(path)
    except RotaFault as fault:
        raise unusable(name, fault) from None


def every_rota(settings: Settings, rota: "Callable[[str], Rota | None] | None" = None) -> "Iterator[tuple[str, Rota]]":
    """Yield each policy that has a rota which can be used, with it. *rota* finds one, where it is not read anew."""
    from adapters.rota import RotaFault, load_rota, rota_path
    from adapters.rota.file import ENDING

    for path in sorted(settings.directories.glob(f"*{ENDING}")):
        policy = path.name.removesuffix(ENDING)
        try:
            found = rota(policy) if rota else load_rota(rota_path(settings.directories, policy))
        except RotaFault:
            continue  # `escalate doctor` tells of it
        if found:
            yield policy, found


@contextmanager
def to_be_changed(settings: Settings, policy: str, *, writes: bool = True) -> "Iterator[Changeable]":
    """Read a rota that is to be changed. With *writes* nobody else may change the file while the block lasts.

    Raises Trouble where there is none that can be used, NotWritten where somebody else keeps it locked.
    """
    from adapters.directory.tables import FileFault
    from adapters.files import one_at_a_time
    from adapters.rota.file import read_rota, rota_source

    name, path = _path_of(settings, policy)
    try:
        place = rota_source(path)
    except FileFault as fault:
        raise unusable(name, fault) from None
    with one_at_a_time(place) if writes else nullcontext():
        try:
            text, rota = read_rota(place)
        except FileFault as fault:
            raise unusable(name, fault) from None
        yield Changeable(name, place, text, rota)


def unusable(name: str, fault: Exception) -> Trouble:
    """Return the trouble of a rota that cannot be used; *fault* says where in which file."""
    return Trouble(f"The rota of {name} cannot be used.", typed=str(fault), shown=LOOK_AFTER)


def _path_of(settings: Settings, policy: str) -> tuple[str, Path]:
    from adapters.rota import rota_path

    from . import case_inputs

    name = case_inputs.policy_path(settings, policy).stem
    path = rota_path(settings.directories, name)
    if not path.is_file():
        raise Trouble(f"{name} has no rota.", typed=f"Write {path}: directories/README.md says how.", shown=LOOK_AFTER)
    return name, path
