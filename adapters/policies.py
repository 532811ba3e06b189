"""Policy files: found, read and checked."""

import tomllib
from pathlib import Path

from domain.policy import Fault, Policy, PolicyFaulty, check_policy, read_policy

LARGEST_FILE = 1_000_000
"""Bytes. A protocol is some tens of thousands."""


def load_policy(path: Path) -> tuple[Policy, tuple[Fault, ...]]:
    """Read the policy file at *path* and check it. Returns the policy and its warnings.

    Raises:
        PolicyFaulty: the file cannot be read or used; holds every fault, each with place and mend.
    """
    policy = read_policy(_tables(path))
    found = check_policy(policy)
    if any(fault.severity == "fault" for fault in found):
        raise PolicyFaulty(found)
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
        raise faulty(f"it is not valid TOML: {error}", "Mend the line named; see policies/README.md") from None
    except RecursionError:
        raise faulty("its tables lie too deep in one another", "A policy is flat: see policies/README.md") from None
    except (OSError, ValueError):
        raise faulty("the file cannot be read", "Give a file that you may read") from None
