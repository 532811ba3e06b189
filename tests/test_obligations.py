"""docs/obligations.md lists every row, and each names a test that is there and a place that is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(
    r"^\| (?P<row>[LGSV]\d+) \| (?P<asks>[^|]+) \| (?P<where>[^|]+) \| `(?P<test>[^`|]+)` \|$", re.MULTILINE
)
ROWS = [match.groupdict() for match in ROW.finditer((ROOT / "docs" / "obligations.md").read_text(encoding="utf-8"))]


def test_no_row_of_lincolnshire_is_left_out() -> None:
    assert [row["row"] for row in ROWS if row["row"].startswith("L")] == [f"L{n}" for n in range(1, 61)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["row"])
def test_the_test_that_shows_it_is_there(row: dict[str, str]) -> None:
    path, _, name = row["test"].partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))

    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["row"])
def test_the_place_where_it_is_done_is_there(row: dict[str, str]) -> None:
    folder = ROOT
    for named in re.findall(r"`([\w./-]+\.(?:py|toml)|[\w/-]+/)`", row["where"]):
        path = folder / named if "/" in named else folder / "domain" / "decide" / named

        assert path.exists(), named


def test_every_row_that_the_policy_cites_is_in_the_list() -> None:
    cited = set(re.findall(r'"(L\d+)"', (ROOT / "policies" / "lincolnshire.toml").read_text(encoding="utf-8")))

    assert cited <= {row["row"] for row in ROWS}
