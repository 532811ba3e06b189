"""Policy files: found, read and checked; with the policy they build on, where they say so."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from adapters.given import TooLarge, is_file, read_text, read_toml, reason_of
from domain.base.refusals import meant
from domain.policy import Fault, Parent, Policy, PolicyFaulty, check_policy, lay_over, read_policy
from domain.policy.check_duties import untold

from .calendars import known_nations
from .policy_lines import Lines, Source

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
    loaded = _load(path, ())
    return loaded.policy, loaded.found


def look_over(path: Path) -> tuple[Policy | None, tuple[Fault, ...]]:
    """Check the policy file at *path* for whoever writes it: its faults, and also what a case could live with.

    The policy is None where the file cannot be used.
    """
    try:
        loaded = _load(path, ())
    except PolicyFaulty as faulty:
        return None, faulty.faults
    told = {fault.place for fault in loaded.found}
    more = (fault for fault in untold(loaded.policy) if fault.place not in told)
    return loaded.policy, (*loaded.found, *_located(tuple(more), loaded.tables, loaded.sources))


def find_policy(folder: Path, name: str) -> Path:
    """Return the file of the policy *name* in *folder*, or of the path that *name* is.

    Raises:
        FileNotFoundError: the sentence lists the policies there are.
    """
    path = Path(name)
    if path.suffix == ".toml" and is_file(path):
        return path
    found = folder / f"{name}.toml"
    if "/" not in name and is_file(found):
        return found
    known = sorted(file.stem for file in folder.glob("*.toml"))
    there = f"Policies there: {', '.join(known) or 'none'}."
    raise FileNotFoundError(f"There is no policy {name[:60]!r} in {folder}. {there}{meant(name, known)}")


class _Loaded(NamedTuple):
    policy: Policy
    found: tuple[Fault, ...]
    tables: Mapping[str, Any]
    sources: tuple[Source, ...]
    """Its own file first, then those it builds on."""


def _load(path: Path, under: tuple[str, ...]) -> _Loaded:
    """Read and check a policy, on which those *under* (ids, the nearest last) build."""
    text, tables = _read(path)
    sources: tuple[Source, ...] = (Source(str(path), text, tables),)
    parents: tuple[Parent, ...] = ()
    try:
        if named := _builds_on(tables):
            below = _parent(path.parent, named, (*under, _own_id(tables, path)))
            parent = below.policy
            parents = (Parent(id=parent.id, title=parent.title, edition=parent.edition), *parent.parents)
            sources = (*sources, *below.sources)
            tables = lay_over(tables, below.tables)
        policy = read_policy(tables, parents)
        found = (*_nation(policy), *check_policy(policy))
        if any(fault.severity == "fault" for fault in found):
            raise PolicyFaulty(found)
    except PolicyFaulty as faulty:
        raise PolicyFaulty(_located(faulty.faults, tables, sources)) from None
    return _Loaded(policy, _located(found, tables, sources), tables, sources)


def _located(found: tuple[Fault, ...], tables: Mapping[str, Any], sources: tuple[Source, ...]) -> tuple[Fault, ...]:
    """Return what was found with the file and line of each; one of a file below has them already."""
    if all(fault.file for fault in found):
        return found
    lines = Lines(sources)
    placed = ((fault, *lines.of(fault.place, tables)) for fault in found)
    return tuple(fault if fault.file else fault.but(file=file, line=line) for fault, file, line in placed)


def _nation(policy: Policy) -> Iterator[Fault]:
    if policy.nation not in known_nations():
        yield Fault(
            place="policy, nation",
            what=f"no bank holidays are kept for `{policy.nation}`",
            mend=f"Use one of: {', '.join(known_nations())}",
        )


def _parent(folder: Path, named: str, under: tuple[str, ...]) -> _Loaded:
    """Read the policy that another builds on; a fault in it is told as one of its own file."""
    if not _ID.fullmatch(named):
        raise _standing(f"{named[:60]!r} is not the id of a policy", "Give its id, such as `exampleshire`, and no path")
    if named in under:
        way = " on ".join(f"`{name}`" for name in (*under, named))
        raise _standing(f"the policies build on one another in a circle: {way}", "Take one `builds_on` out")
    if len(under) >= DEEPEST:
        raise _standing(f"more than {DEEPEST} policies stand on one another", "Let this one build on a lower one")
    path = folder / f"{named}.toml"
    if not is_file(path):
        known = ", ".join(sorted(file.stem for file in folder.glob("*.toml") if file.stem not in under)) or "none"
        raise _standing(f"there is no policy `{named}` beside this file; there are: {known}", "Put its file there")
    try:
        parent = _load(path, under)
    except PolicyFaulty as faulty:
        if any(fault.place == STANDING for fault in faulty.faults):
            raise
        raise PolicyFaulty(
            tuple(fault.model_copy(update={"place": f"{path.name}, {fault.place}"}) for fault in faulty.faults)
        ) from None
    if parent.policy.id != named:
        raise _standing(
            f"the file {path.name} holds the policy `{parent.policy.id}`", "Give the file the name of its id"
        )
    return parent


def _standing(what: str, mend: str) -> PolicyFaulty:
    return PolicyFaulty((Fault(place=STANDING, what=what, mend=mend),))


def _builds_on(tables: Mapping[str, Any]) -> str:
    """Return the id of the policy that a file builds on; a value of the wrong form is left for the reading."""
    header = tables.get("policy")
    named = header.get("builds_on") if isinstance(header, Mapping) else None
    return named if isinstance(named, str) else ""


def _own_id(tables: Mapping[str, Any], path: Path) -> str:
    return str(tables["policy"].get("id") or path.stem)


def _read(path: Path) -> tuple[str, dict[str, object]]:
    """Return the text of a policy file and its tables. Raises PolicyFaulty."""
    text = ""

    def faulty(what: str, mend: str, line: int = 0) -> PolicyFaulty:
        return PolicyFaulty((Fault(place=str(path), what=what, mend=mend, file=str(path), line=line),))

    try:
        text = read_text(path)
        return text, read_toml(text)
    except TooLarge:
        raise faulty("it is larger than a policy can be (1 MB)", "Give the policy file itself") from None
    except FileNotFoundError:
        raise faulty("there is no such file", "Check the path; `escalate policy list` shows those there are") from None
    except UnicodeDecodeError:
        raise faulty("the file is not text in UTF-8", "Save it as UTF-8 in your editor") from None
    except tomllib.TOMLDecodeError as error:
        named = re.search(r"at line ([0-9]+)", str(error))
        at_end = text.count("\n") + 1 if "end of document" in str(error) else 0
        line = int(named[1]) if named else at_end
        if "immutable" in str(error):
            raise faulty(
                f"something is written both as a list and as a table of its own: {error}",
                "Write a step's duties and outcomes one way: all in its list, or each under [[stage.duty]]",
                line,
            ) from None
        raise faulty(f"it is not valid TOML: {error}", "Mend the line named; see policies/README.md", line) from None
    except OSError as error:
        raise faulty(f"the file cannot be read ({reason_of(error)})", "Give a file that you may read") from None
