"""Policy files: found, read and checked; with the policy they build on, where they say so."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.policy import Fault, Parent, Policy, PolicyFaulty, check_policy, lay_over, read_policy

LARGEST_FILE = 1_000_000
"""Bytes. A protocol is some tens of thousands."""
DEEPEST = 4
"""How many policies may stand on one another: a school on its trust on its partnership on its region."""
STANDING = "policy, builds_on"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_policy(path: Path) -> tuple[Policy, tuple[Fault, ...]]:
    """Read the policy file at *path* and check it. Returns the policy and its warnings.

    Where it says `builds_on`, the policy of that id in the same folder is read first, and this one laid over it.

    Raises:
        PolicyFaulty: the file, or one it builds on, cannot be used; holds every fault, each with place and mend.
    """
    policy, found, _ = _load(path, ())
    return policy, found


def find_policy(folder: Path, name: str) -> Path:
    """Return the file of the policy *name* in *folder*, or of the path that *name* is.

    Raises:
        FileNotFoundError: the sentence lists the policies there are.
    """
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path
    found = folder / f"{name}.toml"
    if "/" not in name and found.is_file():
        return found
    known = ", ".join(sorted(file.stem for file in folder.glob("*.toml"))) or "none"
    raise FileNotFoundError(f"There is no policy {name!r} in {folder}. Policies there: {known}.")


def _load(path: Path, under: tuple[str, ...]) -> tuple[Policy, tuple[Fault, ...], Mapping[str, Any]]:
    """Read and check a policy, on which those *under* (ids, the nearest last) build; its tables come with it."""
    tables = _tables(path)
    parents: tuple[Parent, ...] = ()
    if named := _builds_on(tables):
        parent, below = _parent(path.parent, named, (*under, _own_id(tables, path)))
        parents = (Parent(id=parent.id, title=parent.title, edition=parent.edition), *parent.parents)
        tables = lay_over(tables, below)
    policy = read_policy(tables, parents)
    found = check_policy(policy)
    if any(fault.severity == "fault" for fault in found):
        raise PolicyFaulty(found)
    return policy, found, tables


def _parent(folder: Path, named: str, under: tuple[str, ...]) -> tuple[Policy, Mapping[str, Any]]:
    """Read the policy that another builds on; a fault in it is told as one of its own file."""
    if not _ID.fullmatch(named):
        raise _standing(f"{named[:60]!r} is not the id of a policy", "Give its id, such as `exampleshire`, and no path")
    if named in under:
        way = " on ".join(f"`{name}`" for name in (*under, named))
        raise _standing(f"the policies build on one another in a circle: {way}", "Take one `builds_on` out")
    if len(under) >= DEEPEST:
        raise _standing(f"more than {DEEPEST} policies stand on one another", "Let this one build on a lower one")
    path = folder / f"{named}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.toml") if file.stem not in under)) or "none"
        raise _standing(f"there is no policy `{named}` beside this file; there are: {known}", "Put its file there")
    try:
        parent, _, tables = _load(path, under)
    except PolicyFaulty as faulty:
        if any(fault.place == STANDING for fault in faulty.faults):
            raise
        raise PolicyFaulty(
            tuple(fault.model_copy(update={"place": f"{path.name}, {fault.place}"}) for fault in faulty.faults)
        ) from None
    if parent.id != named:
        raise _standing(f"the file {path.name} holds the policy `{parent.id}`", "Give the file the name of its id")
    return parent, tables


def _standing(what: str, mend: str) -> PolicyFaulty:
    return PolicyFaulty((Fault(place=STANDING, what=what, mend=mend),))


def _builds_on(tables: Mapping[str, Any]) -> str:
    """Return the id of the policy that a file builds on; a value of the wrong form is left for the reading."""
    header = tables.get("policy")
    named = header.get("builds_on") if isinstance(header, Mapping) else None
    return named if isinstance(named, str) else ""


def _own_id(tables: Mapping[str, Any], path: Path) -> str:
    return str(tables["policy"].get("id") or path.stem)


def _tables(path: Path) -> dict[str, object]:
    def faulty(what: str, mend: str) -> PolicyFaulty:
        return PolicyFaulty((Fault(place=str(path), what=what, mend=mend),))

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise faulty("it is larger than a policy can be (1 MB)", "Give the policy file itself")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise faulty("there is no such file", "Check the path; `escalate policy list` shows those there are") from None
    except UnicodeDecodeError:
        raise faulty("the file is not text in UTF-8", "Save it as UTF-8 in your editor") from None
    except tomllib.TOMLDecodeError as error:
        if "immutable" in str(error):
            raise faulty(
                f"something is written both as a list and as a table of its own: {error}",
                "Write a step's duties and outcomes one way: all in its list, or each under [[stage.duty]]",
            ) from None
        raise faulty(f"it is not valid TOML: {error}", "Mend the line named; see policies/README.md") from None
    except RecursionError:
        raise faulty("its tables lie too deep in one another", "A policy is flat: see policies/README.md") from None
    except (OSError, ValueError):
        raise faulty("the file cannot be read", "Give a file that you may read") from None
