"""A decision as the register stores it: its entries, and beside the last one what it changed and whom it told."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import JsonValue

from domain.case.decided import Decided
from domain.case.effects import Entry, Notice
from domain.case.patch import Changes, State, Unreadable, upgraded_notice, with_changes

from .errors import EntryUnfit


def entry_of(row: Mapping[str, Any], body: Any) -> Entry:
    """Return the entry that a row of its table holds, in clear, with its *body* as an object of JSON.

    Raises pydantic.ValidationError where it does not fit its shape.
    """
    return Entry(
        case=row["case_ref"],
        number=row["number"],
        kind=row["kind"],
        at=row["event_time"],
        entered_at=row["entry_time"],
        by=row["by"],
        on_behalf_of=row["on_behalf_of"],
        body=body,
    )


class Step(NamedTuple):
    """What stands beside the last entry of a decision."""

    number: int
    """Of that entry."""
    changes: Changes
    told: tuple[dict[str, JsonValue], ...]
    """Its notices, in the shape in which they were decided."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Its notices as they are read today. Raises Unreadable."""
        try:
            return tuple(Notice.model_validate(upgraded_notice(one, self.changes.shape)) for one in self.told)
        except ValueError:
            raise Unreadable(f"A notice of entry {self.number} does not fit its shape.") from None


def to_bytes(decided: Decided) -> bytes:
    """Return it as UTF-8 JSON: `shape` and `ops` of the changes, `notices` where it told anybody.

    Names keep their order, which a case keeps too; so it is no canonical JSON.

    Raises:
        EntryUnfit: it holds what UTF-8 JSON cannot (a lone surrogate, a number that is none).
    """
    whole: dict[str, Any] = {"shape": decided.changes.shape, "ops": decided.changes.ops}
    if decided.notices:
        whole["notices"] = [one.model_dump(mode="json", exclude_defaults=True) for one in decided.notices]
    try:
        return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        last = decided.entries[-1]
        what = f"What entry {last.number} of case {last.case} changed"
        raise EntryUnfit(f"{what} cannot be written as JSON ({type(error).__name__}).") from None


def from_bytes(number: int, stored: bytes) -> Step:
    """Return what *to_bytes* wrote beside an entry. Raises Unreadable."""
    try:
        whole = json.loads(stored)
        told = tuple(whole.pop("notices", ()))
        return Step(number, Changes.model_validate(whole), told)
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise Unreadable(f"What entry {number} changed cannot be read.") from None


def folded(state: State, steps: Iterable[Step]) -> State:
    """Return the state after several decisions; the fold of a whole case begins with `{}`. Raises Unreadable."""
    for step in steps:
        try:
            state = with_changes(state, step.changes)
        except Unreadable as error:
            raise Unreadable(f"Entry {step.number}: {error}") from None
    return state


def steps_of(rows: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Return the decisions of a whole case from `number` and `changes`, in clear, of each of its entries.

    Raises:
        Unreadable: it does not end with a decision, or what one changed cannot be read.
    """
    if rows and rows[-1]["changes"] is None:
        raise Unreadable(f"The record ends within a decision: what entry {rows[-1]['number']} changed is not there.")
    return [from_bytes(row["number"], row["changes"]) for row in rows if row["changes"] is not None]
