"""The shape in which cases and notices are kept, as a schema. `python -m tests.domain.shape` writes it anew."""

import json
from pathlib import Path
from typing import Any

from domain.case.effects import Notice
from domain.case.patch import EDITIONS, SHAPE
from domain.case.state import Escalation

KEPT = Path(__file__).with_name("shapes")


def schema() -> dict[str, Any]:
    """Return what is kept of a case and of a notice: fields, types and defaults, without what they are for."""
    case = Escalation.model_json_schema()
    for name in EDITIONS:
        del case["properties"][name]
    case["required"] = [name for name in case["required"] if name not in EDITIONS]
    notice = Notice.model_json_schema()
    defined = case.pop("$defs") | notice.pop("$defs")
    return {"case": _bare(case), "notice": _bare(notice), "parts": _named_in((case, notice), defined)}


def _bare(part: Any) -> Any:
    if isinstance(part, list):
        return [_bare(one) for one in part]
    if not isinstance(part, dict):
        return part
    words = {name for name in ("title", "description") if isinstance(part.get(name), str)}
    return {name: _bare(one) for name, one in part.items() if name not in words}


def _named_in(schemas: Any, defined: dict[str, Any]) -> dict[str, Any]:
    """Return the definitions that are referred to, and those that they refer to."""
    found: dict[str, Any] = {}
    left = [schemas]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found[name] = _bare(defined[name])
                left.append(defined[name])
            left += part.values()
        elif isinstance(part, list | tuple):
            left += part
    return found


if __name__ == "__main__":
    path = KEPT / f"{SHAPE}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(schema(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
