"""The JSON Schema of a policy file as it is written, made from the models: editors complete and check by it."""

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from domain.policy import Policy
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
from domain.policy.loading import IN_HEADER, SINGULARS

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors of TOML know."""
_MODELS: tuple[type[BaseModel], ...] = (
    *(Policy, Assumption, Gap, Fact, Role, Body, NamedTimescale, Act, Track, DutyRule, Outcome, Stage),
)
_READ_WITH_IT = {"parents"}
"""Fields of a policy that no file holds."""
_WHOLE = ("role", "act", "track", "stage")
"""Tables without which a policy that builds on no other cannot stand."""


def policy_schema() -> Schema:
    """Return the JSON Schema of a policy file, with the words of the models' docstrings.

    An overlay (`builds_on`) may leave out what it takes from the policy below it.
    """
    made = Policy.model_json_schema()
    tables: Schema = made["$defs"]
    tables["Policy"] = {key: value for key, value in made.items() if key != "$defs"}
    for model in _MODELS:
        _explain(model, tables[model.__name__])
    for name in ("Policy", "Stage"):
        tables[name]["properties"] = _as_written(tables[name]["properties"])
    whole = tables.pop("Policy")
    tables.pop("Parent", None)
    schema: Schema = _without_titles(_file(whole, tables))
    return schema


def _file(whole: Schema, tables: Schema) -> Schema:
    beside = {name for field, name in SINGULARS.items() if field not in IN_HEADER}
    keys: Schema = whole["properties"]
    header = {
        "description": whole["description"],
        "type": "object",
        "properties": {key: value for key, value in keys.items() if key not in beside},
        "required": [key for key in whole["required"] if key in keys and key not in beside and key != "nation"],
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "description": "A policy file of safeguarding-escalation; policies/README.md is the manual.",
        "type": "object",
        "properties": {"policy": header, **{key: value for key, value in keys.items() if key in beside}},
        "required": ["policy"],
        "additionalProperties": False,
        "if": {"properties": {"policy": {"required": ["builds_on"]}}},
        "else": {"required": list(_WHOLE), "properties": {"policy": {"required": ["nation"]}}},
        "$defs": tables,
    }


def _as_written(properties: Schema) -> Schema:
    """Name the tables as a file does, and leave out what no file holds."""
    return {SINGULARS.get(key, key): value for key, value in properties.items() if key not in _READ_WITH_IT}


def _explain(model: type[BaseModel], table: Schema) -> None:
    """Add what a model's source says of each key."""
    words = _docstrings(model)
    for name, field in model.model_fields.items():
        key = field.alias or name
        if name in words and key in table["properties"]:
            table["properties"][key]["description"] = words[name]


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Read the docstrings that stand under a model's fields."""
    (told,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    body = told.body if isinstance(told, ast.ClassDef) else []
    found = {}
    for field, under in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(under, ast.Expr):
            said = under.value.value if isinstance(under.value, ast.Constant) else None
            if isinstance(said, str):
                found[field.target.id] = " ".join(said.split())
    return found


def _without_titles(node: Any, *, names: bool = False) -> Any:
    """Take out the titles that pydantic makes of names; *names* where the keys are those of a table."""
    if isinstance(node, list):
        return [_without_titles(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = node if names else {key: value for key, value in node.items() if key != "title"}
    return {
        key: _without_titles(value, names=not names and key in {"properties", "$defs"}) for key, value in kept.items()
    }
