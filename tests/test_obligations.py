"""docs/obligations.md lists every row, and each names a test that is there and a place that is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(
    r"^\| (?P<row>[LGSV]\d+) \| (?P<asks>[^|]+) \| (?P<where>[^|]+) \| "
    r"(?:`(?P<test>[^`|]+)`|only stated: (?P<stated>[^|]+)) \|$",
    re.MULTILINE,
)
ROWS = [match.groupdict() for match in ROW.finditer((ROOT / "docs" / "obligations.md").read_text(encoding="utf-8"))]


AREAS = {"lincolnshire": ("L", 60), "gloucestershire": ("G", 40), "sutton": ("S", 66), "liverpool": ("V", 58)}
SHOWN = [row for row in ROWS if row["test"]]


@pytest.mark.parametrize("area", AREAS)
def test_no_row_of_an_area_is_left_out(area: str) -> None:
    letter, last = AREAS[area]

    assert [row["row"] for row in ROWS if row["row"].startswith(letter)] == [f"{letter}{n}" for n in range(1, last + 1)]


def test_a_row_without_a_test_is_a_fact_or_a_defect_of_the_text_and_says_why() -> None:
    assert len(SHOWN) >= len(ROWS) - 5
    assert all(len(row["stated"]) > 20 for row in ROWS if not row["test"])


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row["row"])
def test_the_test_that_shows_it_is_there(row: dict[str, str]) -> None:
    path, _, name = row["test"].partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))

    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["row"])
def test_the_place_where_it_is_done_is_there(row: dict[str, str]) -> None:
    for named in re.findall(r"`([\w./-]+\.(?:py|toml)|[\w/-]+/)`", row["where"]):
        assert (ROOT / named).exists(), named


@pytest.mark.parametrize("area", AREAS)
def test_every_row_that_a_policy_cites_is_in_the_list(area: str) -> None:
    letter, _ = AREAS[area]
    cited = set(re.findall(rf'"({letter}\d+)"', (ROOT / "policies" / f"{area}.toml").read_text(encoding="utf-8")))

    assert cited
    assert cited <= {row["row"] for row in ROWS}
