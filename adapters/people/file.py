"""The file of people: which account of this machine is who, in which role, for which agency."""

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from adapters.given import TooLarge, read_text, read_toml, reason_of

from .roles import AGENCY_MANAGER, ROLES

_ACCOUNT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}")
_ID = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")
_KEYS = ("role", "title", "agency", "seat", "handle")
_HANDLE = re.compile(r"[A-Za-z0-9]+([-._][A-Za-z0-9]+)*")
_LONGEST = 80


class Person(NamedTuple):
    """Somebody who uses this installation. `title` says who, as a role title and never a name."""

    account: str
    title: str
    role: str = ""
    """One of `roles.ROLES`; empty for an account that has none."""
    agency: str = ""
    """Agency id; empty for those of the partnership."""
    seat: str = ""
    """A role of the policies in which they speak for their agency themselves."""

    handle: str = ""
    """By which they stand in the rotas; empty where that is their account."""

    @property
    def stands_as(self) -> str:
        """The handle by which a rota knows them."""
        return self.handle or self.account

    @property
    def who(self) -> str:
        """In words, for the record: who, and by which account. It stands in each message: kept short."""
        return f"{self.title} ({self.account})"


class PeopleFaulty(Exception):  # noqa: N818 - reads as a sentence
    """The file of people cannot be used. Holds a sentence for each mistake."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__(f"The file of people {path} cannot be used. {' '.join(faults)}")


def load_people(path: Path) -> dict[str, Person]:
    """Return everybody of a file by their account.

    Raises:
        FileNotFoundError: there is none.
        PeopleFaulty: it cannot be read, or holds mistakes.
    """
    faults: list[str] = []
    people = {account: _person(account, said, faults) for account, said in _tables(path).items()}
    if not people:
        faults.append('Nobody stands in it: write a table for each account, such as [coordinator] and role = "…".')
    if faults:
        raise PeopleFaulty(path, tuple(faults))
    return people


def _tables(path: Path) -> dict[str, Any]:
    try:
        return read_toml(read_text(path))
    except FileNotFoundError:
        raise
    except TooLarge:
        raise PeopleFaulty(path, ("It is larger than such a file can be (1 MB): give the file itself.",)) from None
    except tomllib.TOMLDecodeError as error:
        raise PeopleFaulty(path, (f"It is not TOML: {error}. examples/people.toml shows the form.",)) from None
    except UnicodeDecodeError:
        raise PeopleFaulty(path, ("It is not text in UTF-8: save it as UTF-8 in your editor.",)) from None
    except OSError as error:
        raise PeopleFaulty(path, (f"It cannot be read ({reason_of(error)}): check who may read it.",)) from None


def _person(account: str, said: Any, faults: list[str]) -> Person:
    place = account[:40]
    if not _ACCOUNT.fullmatch(account):
        faults.append(f"{place!r} is no account of a machine: write its name as `id -un` prints it.")
    if not isinstance(said, dict):
        faults.append(f'{place}: write a table: [{place}], and below it role = "operations".')
        return Person(account, "")
    for key in said:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_KEYS)}."
            faults.append(f"{place}.{key[:40]}: there is no such key: {hint}")
    given = {key: said.get(key, "") for key in _KEYS}
    for key, value in given.items():
        if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
            faults.append(f"{place}.{key}: write a text of at most {_LONGEST} characters, in quotes.")
            given[key] = ""
    if given["role"] not in ROLES:
        near = get_close_matches(given["role"], ROLES, n=1)
        hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(ROLES)}."
        faults.append(f"{place}.role: {given['role'][:40]!r} is no role here: {hint}")
    if not given["title"].strip():
        faults.append(f'{place}.title: say who it is as a role title, such as "partnership coordinator"; never a name.')
    if given["role"] == AGENCY_MANAGER and not given["agency"]:
        faults.append(f"{place}.agency: an agency manager has an agency: write its id as the directory has it.")
    faults += [
        f"{place}.{key}: {given[key][:40]!r} is no id: small letters, figures and dashes."
        for key in ("agency", "seat")
        if given[key] and not _ID.fullmatch(given[key])
    ]
    if given["handle"] and not _HANDLE.fullmatch(given["handle"]):
        faults.append(f"{place}.handle: {given['handle'][:40]!r} is no handle of a rota: write it as the rota has it.")
    if given["seat"] and not given["agency"]:
        faults.append(f"{place}.seat: a seat is one of an agency: write the agency too.")
    return Person(account=account, **given)
