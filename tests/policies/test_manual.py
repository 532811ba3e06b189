"""The manual for writing a policy says what the program does: its examples and tables are held against it."""

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from domain.policy import Fault, Policy, check_policy, parse_period, read_policy
from domain.policy.act_kinds import ACT_KINDS
from domain.policy.check_names import ADDRESSEES, NEEDS, SIDES
from domain.policy.event_names import ENDS, GLOBAL_THINGS
from domain.policy.language import (
    Act,
    Assumption,
    Body,
    DutyRule,
    Fact,
    Gap,
    NamedTimescale,
    Outcome,
    Role,
    Stage,
    Track,
)

MANUAL = (Path(__file__).resolve().parents[2] / "policies" / "README.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```toml ?(whole|)\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
WHOLE = [text for mark, text in BLOCKS if mark == "whole"]
PARTS = [text for mark, text in BLOCKS if not mark]
SINGULAR = {
    "assumptions": "assumption", "gaps": "gap", "facts": "fact", "roles": "role", "bodies": "body",
    "timescales": "timescale", "acts": "act", "tracks": "track", "stages": "stage", "outcomes": "outcome",
    "duties": "duty",
}  # fmt: skip
MODELS: tuple[type[BaseModel], ...] = (
    *(Policy, Assumption, Gap, Fact, Role, Body, NamedTimescale, Act, Track, DutyRule, Outcome, Stage),
)


def merged(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Lay a part over a whole policy: tables key by key, items of the same id in each other's place."""
    tables = copy.deepcopy(whole)
    for key, value in part.items():
        if isinstance(value, dict):
            tables[key] = tables.get(key, {}) | value
            continue
        new = {item["id"] for item in value if "id" in item}
        tables[key] = [item for item in tables.get(key, []) if item.get("id") not in new] + value
    return tables


def found(part: str) -> tuple[Fault, ...]:
    """Read and check a part of a policy, laid over the whole one."""
    return check_policy(read_policy(merged(tomllib.loads(WHOLE[0]), tomllib.loads(part))))


def rows(heading: str) -> dict[str, str]:
    """First cells to second cells of every table row under a heading."""
    section = re.split(r"\n##+ ", MANUAL.split(f"\n{heading}\n")[1])[0]
    return dict(re.findall(r"^\| (`.+?) \| (.*) \|$", section, re.MULTILINE))


def first_title(part: str) -> str:
    return re.sub(r"\W+", "-", part.splitlines()[0]).strip("-")


def test_the_whole_policy_in_the_manual_passes_the_check() -> None:
    assert len(WHOLE) == 1
    for text in WHOLE:
        assert check_policy(read_policy(tomllib.loads(text))) == ()


@pytest.mark.parametrize("part", PARTS, ids=first_title)
def test_every_example_fits_into_the_whole_policy(part: str) -> None:
    assert found(part) == ()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_the_manual_mentions_every_key(model: type[BaseModel]) -> None:
    keys = {SINGULAR.get(name, field.alias or name) for name, field in model.model_fields.items()}
    said = set(re.findall(r"`\[*([a-z_]+)", MANUAL))

    assert keys - said == set()


def test_every_form_of_a_timescale_in_the_manual_is_read_as_one() -> None:
    forms = [cell.strip("`") for cell in rows("## Timescales")]

    assert len(forms) == 15
    assert {parse_period(form).kind for form in forms} == {
        *("working days", "hours on working days", "working hours", "hours", "days", "same working day"),
        *("immediately", "as soon as possible", "next meeting", "none", "unknown", "case date"),
    }


@pytest.mark.parametrize(
    "word",
    [
        *(*SIDES, *ADDRESSEES, *NEEDS, *(f"end: {end}" for end in ENDS)),
        *(*(GLOBAL_THINGS), *(f".{part.name}" for kind in ACT_KINDS.values() for part in kind.parts)),
        *("next", "previous", "chosen", "done", "any", "ended"),
    ],
)
def test_the_manual_mentions_every_word_the_check_knows(word: str) -> None:
    assert f"`{word}`" in MANUAL or f'`"{word}"`' in MANUAL
