"""The watch goes on when Temporal does not: it never meets its SDK, whether it is there or not."""

import ast
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.watch.conftest import Place

ROOT = Path(__file__).resolve().parents[2]
OURS = {"domain", "adapters", "activities", "workflows", "starter", "settings", "worker"}
NEVER = {"temporalio", "workflows", "activities", "worker"}
BEGINNING = ("starter.commands.watch", "starter.watching", "starter.cli", "starter.__main__")


def files_of(module: str) -> list[Path]:
    """The file of a module, and of each package above it."""
    parts = module.split(".")
    found = []
    for depth in range(1, len(parts) + 1):
        stem = ROOT.joinpath(*parts[:depth])
        found += [path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()]
    return found


def named(path: Path) -> set[str]:
    """Every module that a file imports when it is loaded; at the watch's own doors, also those inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    everywhere = path.stem in {"watch", "watching"} or "watch" in path.parts
    package = ".".join(path.parent.relative_to(ROOT).parts)
    names: set[str] = set()
    for node in ast.walk(tree) if everywhere else _at_the_top(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


def _at_the_top(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]


def test_nothing_that_the_watch_can_reach_by_imports_is_temporals() -> None:
    waiting, seen = list(BEGINNING), set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        assert module.partition(".")[0] not in NEVER, module
        for path in files_of(module) if module.partition(".")[0] in OURS else ():
            waiting += named(path)
    assert {"adapters.watch.rounds", "adapters.register.drivers", "domain.case.patch"} <= seen, "the graph was walked"


async def test_a_whole_round_with_a_finding_imports_none_of_it_even_where_it_is_not_installed(place: Place) -> None:
    await place.opens()
    code = (
        "import sys, json\n"
        f"for name in {sorted(NEVER)!r}: sys.modules[name] = None\n"
        "from starter.cli import cli\n"
        "try:\n    cli.main(args=sys.argv[1:], prog_name='escalate')\n"
        "finally:\n    loaded = {n.partition('.')[0] for n, m in sys.modules.items() if m}\n"
        f"    print(sorted(loaded & set({sorted(NEVER | {'sqlalchemy', 'alembic'})!r})), file=sys.stderr)\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ESCALATION_", "TEMPORAL_"))},
        "ESCALATION_DATA": str(place.settings.data),
        "ESCALATION_DIRECTORIES": str(place.settings.data),
        "ESCALATION_TRAINING": "no",
    }
    ran = await asyncio.to_thread(_run, code, environment)

    assert ran.stderr.splitlines()[-1] == "[]", ran.stderr
    assert ran.returncode == (1 if json.loads(ran.stdout)["found"] else 0), ran.stderr


def _run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", code, "watch", "--once", "--json"]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
