"""The description of the interface for programs (OpenAPI 3.1), made from the table of what may be asked."""

import re
from functools import cache
from importlib import metadata
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from . import answers
from .asked import Operation
from .given import GLASS, KEY
from .operations import DESCRIPTION, HEALTH, OPERATIONS
from .problem import CODES, MEDIA_TYPE, Code

PLACE = "/api/v1"
"""Where the interface stands below the console's own address."""
_ALWAYS: tuple[Code, ...] = (
    "unreadable",
    "unknown-token",
    "not-allowed",
    "too-many",
    "mistake",
    "away",
    "wrong-method",
)
_OF_A_CASE: tuple[Code, ...] = ("unknown", "spoilt")
_OF_A_BODY: tuple[Code, ...] = ("too-large", "wrong-type")
_JSON = "application/json"
_SCHEMAS = "#/components/schemas/"
_ABOUT = (
    "What the commands do on a terminal, for programs. Who asks has a token, which the administrator makes; it belongs "
    "to an account and may what that account may, within its scopes. Times are RFC 3339. Sentences are for people: "
    "programs go by status, `code` and `why`.\n\nImmediate risk is heard from anybody, with or without a token. "
    "Telephone first: the police on 999, or children's social care."
)
_PARAMETERS: dict[str, dict[str, Any]] = {
    "ref": {
        "schema": {"type": "string", "pattern": r"^(ESC|TRN)-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$"},
        "description": "A case. Its reference may be typed in any way that it is heard.",
    },
    "name": {
        "schema": {"type": "string", "pattern": "^[a-z0-9]+([-.][a-z0-9]+)*$", "maxLength": 80},
        "description": "An act or an outcome, as the case's offers name it.",
    },
    "policy": {
        "schema": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60},
        "description": "A policy, by its id.",
    },
}


@cache
def described() -> dict[str, Any]:
    """Return the description as JSON. It is the same for every installation of a version."""
    models = sorted(
        {model for one in OPERATIONS for model in _models(one)} | {answers.Health}, key=lambda m: m.__name__
    )
    _, schemas = models_json_schema([(one, "validation") for one in models], ref_template=f"{_SCHEMAS}{{model}}")
    known = {name: _open(schema) for name, schema in schemas["$defs"].items()}
    forms = {one.body.__name__ for one in OPERATIONS if one.body}
    closed = {name: schemas["$defs"][name] for name in known if name in forms or name in _PARTS_OF_FORMS}
    paths: dict[str, dict[str, Any]] = {
        HEALTH: {"get": _plain("health", "Is the interface there?", {"$ref": "#/components/schemas/Health"})},
        DESCRIPTION: {"get": _plain("describe", "This description.", {"type": "object"})},
    }
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "safeguarding-escalation",
            "version": metadata.version("safeguarding-escalation"),
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": PLACE}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted({**known, **closed, "Problem": _problem()}.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token, which the administrator makes."}
            },
        },
    }


_PARTS_OF_FORMS = frozenset({"NamedSeat", "NamedAction", "AgencyRole"})


def _models(one: Operation) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = [model for model in one.answers.values() if not isinstance(model, str)]
    return [*found, one.body] if one.body else found


def _open(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an answer: keys may be added to it by a later version."""
    return {key: value for key, value in schema.items() if key != "additionalProperties" or isinstance(value, dict)}


def _plain(name: str, does: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": does,
        "security": [],
        "responses": {"200": {"description": "It is there.", "content": {_JSON: {"schema": schema}}}},
    }


def _operation(one: Operation) -> dict[str, Any]:
    scope = f"Scope: `{one.scope}`." if one.scope else ""
    right = one.right
    roles = f"Roles: {', '.join(sorted(right.roles))}." if right and right.roles else ""
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.does,
        "description": " ".join(part for part in (one.told, scope, roles) if part),
        "parameters": [*_in_path(one), *_in_query(one), *_headers(one)],
        "responses": _responses(one),
    }
    if one.scope is None:
        said["security"] = [{}, {"token": []}]
        said["requestBody"] = {"content": {_JSON: {"schema": _risk()}}, "required": False}
    if one.body:
        schema = {"$ref": f"#/components/schemas/{one.body.__name__}"}
        said["requestBody"] = {"content": {_JSON: {"schema": schema}}, "required": True}
    return said


def _in_path(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, **_PARAMETERS[name]} for name in re.findall(r"{(\w+)}", one.path)
    ]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = one.query.model_json_schema()
    found = []
    for name, said in schema["properties"].items():
        says = said.pop("description", "")
        said = {key: value for key, value in said.items() if key not in {"title", "default"}}  # noqa: PLW2901
        if "anyOf" in said:
            said = next(one for one in said["anyOf"] if one.get("type") != "null")  # noqa: PLW2901
        found.append({"name": name, "in": "query", "required": False, "schema": said, "description": says})
    return found


def _headers(one: Operation) -> list[dict[str, Any]]:
    found = []
    if one.has_key:
        says = "Your own id of what is sent: sent again under it, it counts once. The body may have it instead."
        schema = {"type": "string", "maxLength": 80, "pattern": r"^[\x21-\x7e]+$"}
        found.append({"name": KEY, "in": "header", "required": False, "schema": schema, "description": says})
    if one.is_opened_by_glass:
        says = "Why a case is opened that the account may not see: it is on record, and the office is told at once."
        schema = {"type": "string", "maxLength": 1000}
        found.append({"name": GLASS, "in": "header", "required": False, "schema": schema, "description": says})
    return found


def _responses(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, model in sorted(one.answers.items()):
        if isinstance(model, str):
            content: dict[str, Any] = {model: {"schema": {"type": "string", "contentMediaType": model}}}
            found[str(status)] = {"description": "The bundle.", "content": content}
        else:
            schema = {"$ref": f"#/components/schemas/{model.__name__}"}
            says = (model.__doc__ or "").strip().splitlines()[0]
            found[str(status)] = {"description": says, "content": {_JSON: {"schema": schema}}}
    codes = dict.fromkeys((*_ALWAYS, *one.problems, *(_OF_A_CASE if one.is_of_case else ())))
    codes |= dict.fromkeys(_OF_A_BODY if one.body else ())
    of_status: dict[int, list[str]] = {}
    for code in codes:
        status, says = CODES[code]
        of_status.setdefault(status, []).append(f"`{code}`: {says}")
    for status, says_all in sorted(of_status.items()):
        found[str(status)] = {
            "description": " ".join(says_all),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        if status in {429, 503}:
            wait = {"schema": {"type": "integer"}, "description": "Seconds after which it is worth asking again."}
            found[str(status)]["headers"] = {"Retry-After": wait}
    return found


def _risk() -> dict[str, Any]:
    text = {"type": "string"}
    names = ("note", "by", "role", "person", "at", "id", "on_behalf_by", "evidence")
    return {"type": "object", "properties": dict.fromkeys(names, text), "description": "Nothing of it is needed."}


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    fault = {"type": "object", "required": ["field", "says"], "properties": {"field": text, "says": text}}
    return {
        "type": "object",
        "description": "RFC 9457 problem details.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": {**text, "description": "A sentence for people, with the way out."},
            "code": {"enum": [*CODES]},
            "why": {**text, "description": "Of what the rules refused: one stable word."},
            "faults": {"type": "array", "items": fault, "description": "Every field that cannot be used."},
            "remarks": {"type": "array", "items": text},
        },
    }
