"""Does what lists show of a case follow from its entries? Every column is compared, and of the view every fact.

What the view says in words is of the version that wrote it, as are the things that it offers to be recorded: of these
it is seen alone that they are words.
"""

import json
from collections.abc import Mapping
from typing import Any

from . import on_hand

_WORDS = frozenset({"title", "what", "by", "due_words", "how", "whose", "clause", "because"})
"""Names of what is said in words, or follows from them, of one thing in a list of the view."""
_OF_ITS_VERSION = frozenset({"policy_title", "waits_for", "offers", "waiting"})
"""Names in the view itself."""
_LISTS = frozenset({"stages", "owed", "decisions", "late"})
_OWED_BY = "owed_by"
"""Of the seats that owe something, their words are left out too; none were kept at first."""


def differs(kept: Mapping[str, Any], meant: Mapping[str, Any]) -> bool:
    """Compare the row of a case's standing with the row that its entries give."""
    plain = [name for name in meant if name not in {"view", "state", "hash", *on_hand.NAMES}]
    if any(type(kept[name]) is not type(meant[name]) or kept[name] != meant[name] for name in plain):
        return True
    try:
        view = _object(kept["view"])
        if not _is_beside(view, kept):
            return True
        return not is_json(kept["state"], json.loads(meant["state"])) or _facts_differ(view, json.loads(meant["view"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return True


def _is_beside(view: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Do the columns of what is on hand follow from the view beside them? An older version wrote none.

    Raises ValueError where it is no view.
    """
    meant = on_hand.columns_of_view(view)
    beside = {name: kept[name] for name in on_hand.NAMES}
    return all(one is None for one in beside.values()) or _exactly(beside) == _exactly(meant)


def is_json(kept: Any, meant: Any) -> bool:
    """Does text hold this value as JSON, and no other that Python calls equal, as true and 1?"""
    try:
        return isinstance(kept, str) and _exactly(json.loads(kept)) == _exactly(meant)
    except (ValueError, RecursionError):
        return False


def _object(stored: Any) -> dict[str, Any]:
    if not isinstance(stored, str):
        raise TypeError("A view is text.")
    return dict(json.loads(stored))


def _facts_differ(kept: Mapping[str, Any], meant: Mapping[str, Any]) -> bool:
    for name, value in meant.items():
        if name in _OF_ITS_VERSION:
            continue
        if name not in kept:
            if value:  # a version that did not know of it shows nothing there
                return True
        elif name in _LISTS:
            if not _same_list(kept[name], value):
                return True
        elif _exactly(kept[name]) != _exactly(value):
            return True
    return False


def _same_list(kept: Any, meant: list[dict[str, Any]]) -> bool:
    return len(kept) == len(meant) and all(_same_thing(one, other) for one, other in zip(kept, meant, strict=True))


def _same_thing(kept: Mapping[str, Any], meant: Mapping[str, Any]) -> bool:
    for name, value in meant.items():
        if name in _WORDS or (name not in kept and not value):
            continue
        if name == _OWED_BY:
            if kept.get(name) and _seats(kept[name]) != _seats(value):
                return False
        elif _exactly(kept[name]) != _exactly(value):
            return False
    return True


def _seats(recipients: Any) -> list[str]:
    return [_exactly({name: value for name, value in one.items() if name != "title"}) for one in recipients]


def _exactly(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
