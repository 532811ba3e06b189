"""A case's state as JSON, and the difference between two states: what a decision changed, kept as data.

A case from its record is the fold of its changes. Folding asks no rule, so it gives today what was decided then,
whatever the rules have become since. The policy and the calendar are left out: a state names each by its digest.

A field at its default is absent, and null is null. What is absent therefore means another thing once a default is
another one: raise `SHAPE` then, as with every change of a field, and write the upgrade.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import to_jsonable_python

from ..base.value import Value
from ..policy import Policy
from ..time.calendar import Calendar
from .editions import digest_of
from .state import Escalation

SHAPE = 1
"""Of states, and of the notices kept with them. A later one is raised by one, with an upgrade from the one before."""
State = dict[str, JsonValue]
"""What a case is. `policy` and `calendar` are digests, and `shape` says how the rest is to be read."""
EDITIONS = ("policy", "calendar")


class Unreadable(Exception):  # noqa: N818 - reads as a sentence
    """A record does not give a case: the sentence says why."""


class Changes(Value):
    """What makes one state into the next."""

    shape: int
    ops: tuple[tuple[JsonValue, ...], ...]
    """In order. `[path, value]` sets what stands there, `[path]` makes it absent. A path is a list of the names and
    places on the way; a list grows by its next place and shrinks from its end."""


class Upgrade(NamedTuple):
    """How what was kept in the shape before is read in this one. Neither may change what it is given."""

    state: Callable[[State], State] = dict
    notice: Callable[[dict[str, JsonValue]], dict[str, JsonValue]] = dict


UPGRADES: Mapping[int, Upgrade] = {}
"""From 2 on: each shape to its upgrade."""


def state_of(case: Escalation) -> State:
    """Return a case as JSON."""
    state: State = {"shape": SHAPE}
    for name in Escalation.model_fields:
        value = getattr(case, name)
        if not _is_default(Escalation, name, value):
            state[name] = digest_of(value) if name in EDITIONS else _json(value)
    return state


def changes_between(before: Escalation | None, after: Escalation) -> Changes:
    """Return what makes the state of *before* into that of *after*; None stands for no case at all.

    Only what is not the same object in both is looked at.
    """
    ops: list[tuple[JsonValue, ...]] = []
    if before is None:
        ops += [([name], value) for name, value in state_of(after).items() if name != "shape"]
    else:
        _compare_fields([], before, after, ops)
    return Changes(shape=SHAPE, ops=tuple(ops))


def with_changes(state: State, changes: Changes) -> State:
    """Return the state after *changes*; one step of the fold, which begins with `{}`. *state* itself stays as it is.

    Raises:
        Unreadable: the changes do not fit the state, or a newer version of the program made them.
    """
    if not state:
        _must_be_known(changes.shape)
    new: State = upgraded(state, changes.shape) if state else {"shape": changes.shape}
    own: dict[int, Any] = {id(new): new}
    try:
        for op in changes.ops:
            _apply(new, op, own)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise Unreadable("The changes of an entry do not fit what came before them.") from None
    return new


def case_of(state: State, policy: Policy, calendar: Calendar) -> Escalation:
    """Return the case of a state. The editions are those that it names, and are taken as they are.

    Raises:
        Unreadable: the state does not fit its shape, or a newer version of the program made it.
    """
    fields = upgraded(state, SHAPE)
    del fields["shape"]
    try:
        return Escalation.model_validate({**fields, "policy": policy, "calendar": calendar})
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Unreadable(f"The state of the case does not fit its shape at {where}.") from None


def upgraded(state: State, shape: int) -> State:
    """Return a state in a later shape. A shallow copy, so that fields of it may be set.

    Raises:
        Unreadable: it is of a later shape than *shape*, or *shape* is later than is known here.
    """
    _must_be_known(shape)
    has = state.get("shape")
    if not isinstance(has, int) or has > shape:
        raise Unreadable(
            f"The state of the case has shape {has}, and shape {shape} is to follow: a newer version of the program "
            "has written it, so read it with that version or a later one."
        )
    new = dict(state)
    for number in range(has + 1, shape + 1):
        new = UPGRADES[number].state(new) | {"shape": number}
    return new


def upgraded_notice(notice: dict[str, JsonValue], shape: int) -> dict[str, JsonValue]:
    """Return a notice that was kept in *shape* as it is read today. Raises Unreadable where *shape* is a later one."""
    _must_be_known(shape)
    for number in range(shape + 1, SHAPE + 1):
        notice = UPGRADES[number].notice(notice)
    return notice


def _must_be_known(shape: int) -> None:
    if not 1 <= shape <= SHAPE:
        raise Unreadable(
            f"The record is of shape {shape}, and this version of the program knows shapes up to {SHAPE}: "
            "a newer version has written it, so read it with that version or a later one."
        )


# --- the difference


def _compare(path: list[JsonValue], before: Any, after: Any, ops: list[tuple[JsonValue, ...]]) -> None:
    if before is after:
        return
    if type(before) is not type(after):
        ops.append((path, _json(after)))
    elif isinstance(after, BaseModel):
        _compare_fields(path, before, after, ops)
    elif isinstance(after, dict):
        _compare_dicts(path, before, after, ops)
    elif isinstance(after, tuple):
        _compare_tuples(path, before, after, ops)
    elif before != after:
        ops.append((path, _json(after)))


def _compare_fields(path: list[JsonValue], before: Any, after: Any, ops: list[tuple[JsonValue, ...]]) -> None:
    kind = type(after)
    for name in kind.model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old is new:
            continue
        here = [*path, name]
        if kind is Escalation and name in EDITIONS:
            if digest_of(old) != digest_of(new):
                ops.append((here, digest_of(new)))
        elif _is_default(kind, name, new):
            if not _is_default(kind, name, old):
                ops.append((here,))
        elif _is_default(kind, name, old):
            ops.append((here, _json(new)))
        else:
            _compare(here, old, new, ops)


def _compare_dicts(
    path: list[JsonValue], before: dict[Any, Any], after: dict[Any, Any], ops: list[tuple[JsonValue, ...]]
) -> None:
    kept = [key for key in before if key in after]
    if list(after)[: len(kept)] != kept:  # the order counts too, and only the end of it can be added to
        ops.append((path, _json(after)))
        return
    ops += [([*path, str(key)],) for key in before if key not in after]
    for key, value in after.items():
        if key in before:
            _compare([*path, str(key)], before[key], value, ops)
        else:
            ops.append(([*path, str(key)], _json(value)))


def _compare_tuples(
    path: list[JsonValue], before: tuple[Any, ...], after: tuple[Any, ...], ops: list[tuple[JsonValue, ...]]
) -> None:
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        _compare([*path, place], old, new, ops)
    ops += [([*path, place],) for place in range(len(before) - 1, len(after) - 1, -1)]
    ops += [([*path, place], _json(after[place])) for place in range(len(before), len(after))]


def _is_default(kind: type[BaseModel], name: str, value: Any) -> bool:
    field = kind.model_fields[name]
    return not field.is_required() and bool(value == field.default)


def _json(value: Any) -> JsonValue:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, dict):
        return {str(key): _json(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    made: JsonValue = to_jsonable_python(value)
    return made


# --- the fold


def _apply(state: Any, op: tuple[Any, ...], own: dict[int, Any]) -> None:
    """Carry out one op; *own* holds what may be changed in place, everything else is copied first."""
    (*way, last), *value = op
    if len(value) > 1:
        raise ValueError("An op sets one value.")
    place = state
    for step in way:
        inner = place[step]
        if id(inner) not in own:
            inner = inner.copy()
            own[id(inner)] = inner
            place[step] = inner
        place = inner
    if isinstance(place, list) and last == len(place) - (not value):
        if value:
            place.append(value[0])
        else:
            place.pop()
    elif value:
        place[last] = value[0]
    elif isinstance(place, dict):
        place.pop(last, None)
    else:
        raise ValueError("A list shrinks from its end.")
