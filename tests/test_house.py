"""The house keeps its shape: who may import what, where names stand, and what never appears in a file."""

import ast
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("domain", "adapters", "activities", "workflows", "wiring", "services", "console", "starter")
OURS = {*ROOMS, "worker", "settings", "tests"}
LONGEST_FILE = 500
SOURCES = sorted(
    path for room in (*ROOMS, "settings") for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts
)


def imported(path: Path) -> set[str]:
    """Top-level names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_settings_know_nothing_of_the_house() -> None:
    """Settings are read by every command, so they are quick: they import none of our rooms and no package at all."""
    quick = {"os", "re", "collections", "dataclasses", "datetime", "pathlib", "urllib"}
    for path in (ROOT / "settings").glob("*.py"):
        assert imported(path) <= quick, path


def test_the_worker_is_known_to_the_doors_alone() -> None:
    """worker.py stands above the rooms; nothing below the doors may know it, nor the settings."""
    for room in ("domain", "adapters", "activities", "workflows"):
        for path in (ROOT / room).rglob("*.py"):
            assert not imported(path) & {"worker", "settings", "services", "console", "starter"}, path


def test_the_worker_stands_above_all_rooms_but_the_doors() -> None:
    assert not imported(ROOT / "worker.py") & {"services", "console", "starter"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text.count("\n") <= LONGEST_FILE
    assert ast.get_docstring(ast.parse(text)), "a file begins by saying what may be in it"


def test_no_room_is_a_lumber_room() -> None:
    assert not [p for p in SOURCES if p.stem in {"utils", "util", "helpers", "helper", "manager", "common", "misc"}]


def test_every_package_is_named_in_pyproject() -> None:
    """setuptools takes what it is told: a folder it is not told of would be missing in an installed copy."""
    import tomllib

    told = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for room in (*ROOMS, "settings")
        for path in (ROOT / room).rglob("__init__.py")
    }

    assert told == there


def test_no_other_distribution_owns_one_of_our_names() -> None:
    """`workflows`, `activities` and `starter` are general names: another package's own would shadow ours."""
    owners = metadata.packages_distributions()
    for name in (*ROOMS, "worker", "settings"):
        assert set(owners.get(name, [])) <= {"safeguarding-escalation"}, name


def test_locks_name_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()

        assert "--hash=sha256:" in text
        assert not re.search(r"://|index-url|find-links|trusted-host", text), lock.name


def test_no_area_agency_or_role_is_named_in_code() -> None:
    """A new policy is a new file: code that knew Lincolnshire's words would be code for Lincolnshire."""
    words = re.compile(r"lincolnshire|ppet|\bslo\b|line-manager|step-1|sutton|gloucester|liverpool", re.IGNORECASE)
    for path in SOURCES:
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        code = re.sub(r"#.*", "", code)
        if path.is_relative_to(ROOT / "starter"):  # examples in help are for people
            continue
        assert not words.search(code), (path, words.search(code))


OF_NOTIFY = "simulate-delivered@notifications.service.gov.uk"
"""The one address that is no example: GOV.UK Notify keeps it for trials, and sends nothing to it."""


def test_example_addresses_are_reserved_ones() -> None:
    """Nobody real is ever written to from a file of ours."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in tracked:
        path = ROOT / name
        if (
            path.suffix in {".toml", ".py", ".md", ".txt", ".sh"}
            and path.is_file()
            and "requirements" not in path.parts
        ):
            text = path.read_text(encoding="utf-8").replace(OF_NOTIFY, "")
            for domain in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text):
                assert re.search(r"(^|\.)(example\.(org|com|net)|example|test|invalid|localhost|127.0.0.1)$", domain), (
                    name,
                    domain,
                )
