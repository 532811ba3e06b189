"""From the tables of a policy file, and of one that builds on another, to a `Policy`; or every fault in its form."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from .event_names import ANY
from .faults import Fault, PolicyFaulty
from .language import Parent
from .shape import Policy

Tables = Mapping[str, Any]

_INHERITED = ("nation", "zone", "day_ends")
"""Keys of [policy] that hold for the child too, unless it says otherwise."""
_ADDED_UP = ("assumption", "gap")
_NAMED = ("fact", "role", "body", "timescale", "act")
_IN_ORDER = ("track", "stage")
ENDED = "ended"
"""In the `from` of an outcome: after the end of the dispute."""
_PLURALS = {
    "assumption": "assumptions",
    "gap": "gaps",
    "fact": "facts",
    "role": "roles",
    "body": "bodies",
    "timescale": "timescales",
    "act": "acts",
    "track": "tracks",
    "stage": "stages",
    "outcome": "outcomes",
    "duty": "duties",
}
SINGULARS = {plural: singular for singular, plural in _PLURALS.items()}
"""Tables of a policy file by the name of their field in `Policy`: the file repeats them one by one."""
_FORMS = {
    "tuple_type": "it should be a list, in square brackets",
    "dict_type": "it should be a table, in braces",
    "model_type": "it should be a table, in braces or under a heading of its own",
    "string_type": "it should be text, in quotation marks",
    "string_too_long": "it is too long",
    "string_too_short": "it is empty",
    "bool_type": "it should be true or false",
    "int_type": "it should be a whole number",
    "int_parsing": "it should be a whole number",
    "string_pattern_mismatch": "an id is lower-case letters and digits, with single dashes between",
}
"""What pydantic calls a wrong form, as a person who writes a policy file would say it."""
_HEADER = "policy"
IN_HEADER = {_PLURALS[key] for key in _ADDED_UP}
_TABLES = set(_PLURALS) - set(_ADDED_UP)


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


def read_policy(tables: Mapping[str, Any], parents: tuple[Parent, ...] = ()) -> Policy:
    """Make a policy of the tables of a TOML file, or of an overlay with those of its *parents*, the nearest first.

    Raises:
        PolicyFaulty: unknown or missing keys, or values of the wrong form; all of them at once.
    """
    header = tables.get(_HEADER)
    strangers = tuple(_stranger(key) for key in tables if key not in {_HEADER, *_TABLES})
    if isinstance(header, Mapping):
        strangers += tuple(_misplaced(header))
    else:
        what = "the table [policy] is missing" if header is None else "[policy] is not a table"
        raise PolicyFaulty(
            (*strangers, Fault(place="policy", what=what, mend="Begin the file with [policy], id, title, edition"))
        )
    try:
        flat = {_PLURALS.get(key, key): value for key, value in header.items()}
        flat |= {_PLURALS[key]: value for key, value in tables.items() if key in _TABLES}
        if isinstance(flat.get("stages"), list):
            flat["stages"] = [_renamed(stage) for stage in flat["stages"]]
        policy = Policy.model_validate(flat | {"parents": parents})
    except ValidationError as error:
        found = tuple(
            _fault(detail["loc"], detail["msg"], detail["type"], tables) for detail in error.errors(include_input=False)
        )
        raise PolicyFaulty((*strangers, *dict.fromkeys(found))) from None
    if strangers:
        raise PolicyFaulty(strangers)
    return policy


def _renamed(stage: Any) -> Any:
    if not isinstance(stage, Mapping):
        return stage
    return {(_PLURALS[key] if key in {"duty", "outcome"} else key): value for key, value in stage.items()}


def _misplaced(header: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield tables that stand inside [policy] and not beside it, and days written as text."""
    for key in header:
        if SINGULARS.get(key, key) in _TABLES:
            table = SINGULARS.get(key, key)
            yield Fault(
                place=f"{_HEADER}, {key}",
                what=f"`{key}` is not a key of [policy]",
                mend=f"Write it as a table of its own: [{table}] or [[{table}]]",
            )
    if "parents" in header:
        yield _unknown_key("policy, parents", "parents")
    for key in ("effective", "review"):
        if isinstance(header.get(key), str):
            yield Fault(
                place=f"{_HEADER}, {key}",
                what="the day is written as text",
                mend="Write it without quotation marks, such as 2025-02-01",
            )


def _stranger(key: str) -> Fault:
    return Fault(
        place=key, what="this table is not known", mend=f"Use one of: {', '.join(sorted({_HEADER, *_TABLES}))}"
    )


def _fault(loc: tuple[int | str, ...], message: str, kind: str, tables: Mapping[str, Any]) -> Fault:
    place = _place(loc, tables)
    last = str(loc[-1]) if loc else "policy"
    if kind == "extra_forbidden":
        return _unknown_key(place, last)
    if kind == "missing":
        last = SINGULARS.get(last, last)
        return Fault(
            place=place, what=f"the key `{last}` is missing", mend="Add it; policies/README.md says what it holds"
        )
    words = _FORMS.get(kind, message.replace("Input should", "it should"))
    return Fault(
        place=place, what=f"the value cannot be used: {words}", mend="policies/README.md says what this key holds"
    )


def _unknown_key(place: str, key: str) -> Fault:
    return Fault(
        place=place,
        what=f"the key `{key}` is not known here",
        mend="Take it out, or see policies/README.md for the keys of this table",
    )


def _place(loc: tuple[int | str, ...], tables: Mapping[str, Any]) -> str:
    """Say a place as the file has it: `stage step-1, duty 3, within`."""
    words: list[str] = []
    inside: Any = tables
    for n, part in enumerate(loc):
        if isinstance(part, int):
            inside = inside[part] if isinstance(inside, list | tuple) and part < len(inside) else None
            named = inside.get("id") if isinstance(inside, Mapping) else None
            words[-1:] = [f"{words[-1] if words else 'item'} {named or part + 1}"]
            continue
        singular = SINGULARS.get(part, part)
        if n == 0 and (part in IN_HEADER or part not in SINGULARS):
            words.append(_HEADER)
            inside = tables.get(_HEADER)
        if part in {"bool", "str", "tuple[str, ...]"}:
            continue
        if n == 1 and words[0] in _NAMED:
            words[0] = f"{words[0]} {part}"
        else:
            words.append(singular)
        inside = inside.get(singular) if isinstance(inside, Mapping) else None
    return ", ".join(words) or _HEADER
