"""The JSON Schema by which editors complete and check a policy: up to date, and true of every policy there is."""

import json
import re
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from adapters.policy_schema import policy_schema

POLICIES = Path(__file__).parents[2] / "policies"
MANUAL = (POLICIES / "README.md").read_text(encoding="utf-8")
WHOLE = re.findall(r"^```toml whole\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)[0]
SHIPPED = sorted(POLICIES.glob("*.toml"))


def plain(value: Any) -> Any:
    """Return TOML values as an editor hands them to a schema: days and times as text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | time) else value


def errors(text: str) -> list[str]:
    found = Draft7Validator(policy_schema()).iter_errors(plain(tomllib.loads(text)))
    return [error.message for error in found]


def test_the_schema_beside_the_policies_is_the_one_the_program_prints() -> None:
    kept = (POLICIES / "policy.schema.json").read_text(encoding="utf-8")

    assert json.loads(kept) == policy_schema(), "run `escalate policy schema > policies/policy.schema.json`"


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(policy_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.stem))
def test_every_policy_that_is_shipped_fits_it_and_names_it_first(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert errors(text) == []
    assert text.startswith("#:schema ./policy.schema.json\n")


def test_the_whole_policy_of_the_manual_fits_it() -> None:
    assert errors(WHOLE) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('nation = "england-and-wales"', ""),
        ('nation = "england-and-wales"', 'nation = "england-and-wales"\ncountry = 1'),
        ('nation = "england-and-wales"', 'nation = "england-and-wales"\nparents = []'),
        ("[[track]]", "[[trak]]"),
        ('strength = "must"', 'strength = "shall"'),
        ('receiving = ["practitioner"]', 'receiving = "practitioner"'),
        ('id = "talk"', 'id = "Talk!"'),
        ('kind = "plan"', 'kind = "plot"'),
        ("effective = 2026-04-01", "effective = 3"),
        ('within = "immediately"', "within = 24"),
    ],
)
def test_a_slip_of_the_pen_does_not_fit_it(old: str, new: str) -> None:
    assert old in WHOLE

    assert errors(WHOLE.replace(old, new, 1))


def test_an_overlay_may_leave_out_what_it_takes_from_below_and_nobody_else_may() -> None:
    header = '[policy]\nid = "ours"\ntitle = "Ours"\nedition = "1"\neffective = 2026-01-01\n'

    assert errors(f'{header}builds_on = "exampleshire"\n') == []
    assert any("'nation' is a required property" in error for error in errors(header))
    assert any("'stage' is a required property" in error for error in errors(header))


def test_every_key_is_explained_in_words() -> None:
    schema = policy_schema()
    tables = [*schema["$defs"].items(), ("policy", schema["properties"]["policy"])]
    bare = [
        (name, key) for name, table in tables for key, told in table["properties"].items() if "description" not in told
    ]

    assert bare == []
