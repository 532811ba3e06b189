"""Guests: people who are reached in one case only; one file for each case, in the data folder.

The file holds people's addresses, so it is read where it lies and is never part of a message, entry or list. It is
encrypted with the newest key of the installation, where that has any; one from before is read in clear.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError

from adapters.encrypted_file import CannotDecrypt, decrypted, encrypted, key_of
from adapters.files import NotWritten, one_at_a_time, write_whole
from adapters.keyring import Keyring, KeysFault
from adapters.private import make_folder
from domain.base.value import Value

from .file import DirectoryFault
from .shape import Agency, Seat
from .tables import FileFault, first_fault, read_text, tables_of
from .writing import agency_text

FOLDER = "guests"
"""In the data folder; `<case reference>.toml` within it."""
_REFERENCE = re.compile(r"[A-Za-z0-9-]+")
_HEAD = """\
# People with no place in the directory, for this case alone. This is personal data.
# Take it out with `escalate directory remove-guest` once the case is closed and nobody here has to be told any more.

"""


class GuestsFile(Value):
    """A whole file: agencies and their holders, as in a directory."""

    agency: tuple[Agency, ...] = ()


def guests_path(data: Path, case: str) -> Path | None:
    """Return the path of a case's guests; None where *case* is no reference: no name may lead to another folder."""
    return data / FOLDER / f"{case}.toml" if _REFERENCE.fullmatch(case) else None


def load_guests(path: Path, keys: Path | None = None) -> tuple[Agency, ...]:
    """Read the guests of a case; *keys* is the file of keys. Raises DirectoryFault, with the file, place and mend."""
    try:
        raw = tables_of(_in_clear(read_text(path, "guests"), path, keys), path)
    except FileFault as fault:
        raise DirectoryFault(str(fault)) from None
    try:
        return GuestsFile.model_validate(raw).agency
    except ValidationError as error:
        shapes = (GuestsFile, Agency, Seat)
        raise DirectoryFault(f"{path}, {first_fault(error, raw, shapes, 'guests')}") from None


def guest_of(agency: str, title: str, seat: Mapping[str, object]) -> Agency:
    """Make an agency with one holder of *seat*, which is written as in a directory's file.

    Raises DirectoryFault where a value does not fit, an address cannot work, or there is none.
    """
    raw = {"id": agency, "title": title, "partner": False, "holder": [dict(seat)]}
    try:
        guest = Agency.model_validate(raw)
    except ValidationError as error:
        raise DirectoryFault(first_fault(error, raw, (Agency, Seat), "guests")) from None
    (holder,) = guest.holder
    for key, number, why, like in holder.wrong():
        what = "number" if key == "telephone" else "address"
        raise DirectoryFault(f"{key} {number}: this {what} cannot work: {why} Write one like {like}.")
    if not holder.ways():
        raise DirectoryFault("Nobody could be reached: give an e-mail address, or a number for texts.")
    return guest


def added(guests: tuple[Agency, ...], guest: Agency) -> tuple[Agency, ...]:
    """Return *guests* with one more. One with the same role and title is replaced."""
    before = next((one for one in guests if one.id == guest.id), None)
    if before is None:
        return (*guests, guest)
    (new,) = guest.holder
    others = tuple(seat for seat in before.holder if (seat.role, seat.title) != (new.role, new.title))
    return tuple(one.but(holder=(*others, new)) if one is before else one for one in guests)


def removed(guests: tuple[Agency, ...], agency: str, role: str = "") -> tuple[Agency, ...]:
    """Return *guests* without an agency's people, or those of one role; agencies left empty go too."""
    kept = (
        one.but(holder=tuple(seat for seat in one.holder if role and seat.role != role)) if one.id == agency else one
        for one in guests
    )
    return tuple(one for one in kept if one.holder)


def restored(guests: tuple[Agency, ...], guest: Agency, before: tuple[Agency, ...]) -> tuple[Agency, ...]:
    """Return *guests* as if *guest* had not been added: *before* is back in that place, or nobody."""
    (new,) = guest.holder
    theirs = [(one, seat) for one in before if one.id == guest.id for seat in one.holder]
    place = [one.but(holder=(seat,)) for one, seat in theirs if (seat.role, seat.title) == (new.role, new.title)]
    if place:
        return added(guests, place[0])
    kept = (
        one.but(holder=tuple(s for s in one.holder if (s.role, s.title) != (new.role, new.title)))
        if one.id == guest.id
        else one
        for one in guests
    )
    return tuple(one for one in kept if one.holder)


def change_guests(
    path: Path, change: Callable[[tuple[Agency, ...]], tuple[Agency, ...]], keys: Path | None = None
) -> tuple[tuple[Agency, ...], tuple[Agency, ...]]:
    """Change the file of a case by *change*, while nobody else does; return what it held before and holds now.

    Raises DirectoryFault; the file is then unchanged.
    """
    try:
        make_folder(path.parent)
        with one_at_a_time(path):
            before = load_guests(path, keys) if path.is_file() else ()
            after = change(before)
            if after != before:
                write_guests(path, after, keys)
    except (NotWritten, OSError) as error:
        raise DirectoryFault(f"The contact could not be kept. {error}") from None
    return before, after


def write_guests(path: Path, guests: tuple[Agency, ...], keys: Path | None = None) -> None:
    """Write the whole file of a case, readable by this account only; delete it where no guest is left.

    It is encrypted where there is a file of *keys*.

    Raises DirectoryFault; the file is then unchanged.
    """
    try:
        if not guests:
            path.unlink(missing_ok=True)
            return
        make_folder(path.parent)
        text = _HEAD + "\n".join(agency_text(one) for one in guests)
        write_whole(path, encrypted(text, path.name, Keyring(keys)) if keys and keys.exists() else text)
    except KeysFault as fault:
        raise DirectoryFault(f"The contact could not be kept. {fault}") from None
    except (NotWritten, OSError) as error:
        raise DirectoryFault(f"The contact could not be kept. {error}") from None


def keys_needed(data: Path) -> dict[str, int]:
    """Return how many files of guests in the data folder need each key, by its id; empty for those in clear."""
    counted: dict[str, int] = {}
    for path in _files(data):
        key = _key_of(path)
        counted[key] = counted.get(key, 0) + 1
    return dict(sorted(counted.items()))


def encrypt_anew(data: Path, keys: Path) -> int:
    """Encrypt every file of guests with the newest key, those in clear too, and return how many that were.

    Raises DirectoryFault; that file is then unchanged, and so are those after it.
    """
    done, newest = 0, Keyring(keys).current.id
    for path in _files(data):
        with one_at_a_time(path):
            if path.is_file() and _key_of(path) != newest:
                write_guests(path, load_guests(path, keys), keys)
                done += 1
    return done


def _files(data: Path) -> list[Path]:
    return sorted((data / FOLDER).glob("*.toml"))


def _key_of(path: Path) -> str:
    try:
        return key_of(read_text(path, "guests"))
    except FileFault:
        return ""


def _in_clear(kept: str, path: Path, keys: Path | None) -> str:
    if not key_of(kept):
        return kept
    mend = "Put the key back from where its copy is kept; until then they are reached by the fallback contact."
    if keys is None:
        raise FileFault(f"{path}: it is encrypted, and no file of keys is known here. {mend}")
    try:
        return decrypted(kept, path.name, Keyring(keys))
    except CannotDecrypt as why:
        raise FileFault(f"{path}: it is encrypted and cannot be read: {why}. {mend}") from None
    except KeysFault as fault:
        raise FileFault(f"{path}: it is encrypted and cannot be read. {fault}") from None
