"""Overlays: a policy that builds on another's, such as a school's own steps before its partnership's ladder."""

from collections.abc import Iterator, Mapping
from typing import Any

from .names import ANY

Tables = Mapping[str, Any]

_INHERITED = ("nation", "zone", "day_ends")
"""Keys of [policy] that hold for the child too, unless it says otherwise."""
_ADDED_UP = ("assumption", "gap")
_NAMED = ("fact", "role", "body", "timescale", "act")
_IN_ORDER = ("track", "stage")
ENDED = "ended"
"""In the `from` of an outcome: after the end of the dispute."""


def lay_over(child: Tables, parent: Tables) -> dict[str, Any]:
    """Lay the tables of a policy file over those of the policy it builds on; neither is changed.

    A table of the same id replaces the parent's. The child's tracks and stages come first, and so do its readings
    and gaps; shared duties come after the parent's. A shared outcome replaces the parent's of the same id at the
    stages that both name. What is not in the form of a policy file is left for the reading to find.
    """
    laid = dict(child)
    laid["policy"] = _header(child.get("policy"), parent["policy"])
    for key in _NAMED:
        if key in parent and isinstance(child.get(key, {}), Mapping):
            own = child.get(key, {})
            laid[key] = {**own, **{name: table for name, table in parent[key].items() if name not in own}}
    for key in _IN_ORDER:
        if key in parent and _is_list(child.get(key, [])):
            own = child.get(key, [])
            laid[key] = [*own, *_without(parent[key], {_id(table) for table in own})]
    if "outcome" in parent and _is_list(child.get("outcome", [])):
        own = child.get("outcome", [])
        laid["outcome"] = [*own, *_elsewhere(parent["outcome"], own)]
    if "duty" in parent and _is_list(child.get("duty", [])):
        laid["duty"] = _duties(child.get("duty", []), parent["duty"])
    return laid


def _header(child: Any, parent: Tables) -> Any:
    if not isinstance(child, Mapping):
        return child
    laid = {**{key: parent[key] for key in _INHERITED if key in parent}, **child}
    for key in _ADDED_UP:
        if key in parent and _is_list(child.get(key, [])):
            laid[key] = [*child.get(key, []), *parent[key]]
    return laid


def _without(tables: list[Any], ids: set[str]) -> Iterator[Any]:
    yield from (table for table in tables if _id(table) not in ids)


def _elsewhere(parents: list[Any], own: list[Any]) -> Iterator[Any]:
    """Yield the parent's shared outcomes, each but for the stages at which the child has its own of that id."""
    for outcome in parents:
        taken = {stage for other in own if _id(other) == _id(outcome) for stage in _listed(other.get("from"))}
        stages = _listed(outcome.get("from"))
        left = [stage for stage in stages if stage not in taken and (ANY not in taken or stage == ENDED)]
        if left == stages:
            yield outcome
        elif left:
            yield {**outcome, "from": left}


def _duties(own: list[Any], parents: list[Any]) -> list[Any]:
    """Keep the parent's duties in their places, those replaced too, and add the child's."""
    named = {_id(duty): duty for duty in own if _id(duty)}
    kept = [named.pop(_id(duty), duty) for duty in parents]
    replaced = {_id(duty) for duty in parents if _id(duty)}
    return [*kept, *(duty for duty in own if not _id(duty) or _id(duty) not in replaced)]


def _id(table: Any) -> str:
    return str(table.get("id", "")) if isinstance(table, Mapping) else ""


def _listed(names: Any) -> list[str]:
    """Return one name or a list of names as a list; what is neither is left for the reading to find."""
    return [name for name in ([names] if not isinstance(names, list) else names) if isinstance(name, str)]


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
