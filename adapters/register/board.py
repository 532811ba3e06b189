"""What a board of open cases is made of: which come first, a page at a time, and what alerts in those of one page.

Every function takes the register's address and raises as `reading` does.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from .drivers import rows
from .errors import RegisterError
from .keys_read import KeysRead
from .reading import COLUMNS, entry_of, standing_of, view_in_clear

AT_ONCE = 200
"""Cases that are read in one go."""
ALARMS = ("opened", "alert", "acknowledged", "risk", "risk-again", "misdirected")
"""Kinds of entry that say who was told and who has it."""
_RANK = "CASE WHEN urgency = 'immediate risk' THEN 0 WHEN overdue > 0 THEN 1 ELSE 2 END"
_OVERDUE = 1
"""The rank of what is overdue."""
_DUE = "coalesce(next_due, '9999')"


class Place(NamedTuple):
    """Where somebody got to in the cases that are overdue: behind that case, wherever it stands by now."""

    due: str
    ref: str


class Standing(NamedTuple):
    """A case of a board, with what alerts in it."""

    row: Mapping[str, Any]
    """As the register lists it."""
    view: Mapping[str, Any]
    """Empty where it cannot be read."""
    entries: Sequence[Mapping[str, Any]]
    """Those of the kinds in `ALARMS`, by number; without those that cannot be read."""


def in_order(url: str, policy: str = "", after: str = "") -> Iterator[dict[str, Any]]:
    """Yield the open cases, without their views: immediate risk first, then what is overdue, then by what is due next.

    They are read some hundred at a time, as they are taken. *after* is the case behind which to begin; one that is not
    open any more counts as none.
    """
    for row in _rows(url, (policy,) if policy else (), _place(url, after) if after else None):
        yield _listed(row)


def overdue(url: str, policies: Collection[str], after: Place | None = None) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the open cases of some policies in which something is overdue and nobody at immediate risk, in that order.

    Each comes with its place, behind which a later call may begin. They are read as those of `in_order`.
    """
    place = {"rank": _OVERDUE, "due": after.due if after else "", "ref": after.ref if after else ""}
    for row in _rows(url, policies, place) if policies else ():
        if row["rank"] != _OVERDUE:
            return
        yield Place(row["due"], row["case_ref"]), _listed(row)


def _rows(url: str, policies: Collection[str], place: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    while True:
        found = _some(url, policies, place)
        yield from found
        if len(found) < AT_ONCE:
            return
        last = found[-1]
        place = {"rank": last["rank"], "due": last["due"], "ref": last["case_ref"]}


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    return standing_of({name: row[name] for name in row if name not in {"rank", "due"}})


def _place(url: str, ref: str) -> dict[str, Any] | None:
    query = f"SELECT {_RANK} AS rank, {_DUE} AS due, case_ref AS ref FROM standing WHERE open AND case_ref = :ref"  # noqa: S608
    return next(iter(rows(url, query, {"ref": ref})), None)


def _some(url: str, policies: Collection[str], place: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    values: dict[str, Any] = {"limit": AT_ONCE}
    conditions = ["open"]
    if policies:
        known = {f"policy{number}": policy for number, policy in enumerate(policies)}
        conditions.append(f"policy IN ({', '.join(f':{name}' for name in known)})")
        values |= known
    if place:
        conditions.append(f"({_RANK}, {_DUE}, case_ref) > (:rank, :due, :ref)")
        values |= place
    query = (
        f"SELECT {COLUMNS}, {_RANK} AS rank, {_DUE} AS due FROM standing "  # noqa: S608
        f"WHERE {' AND '.join(conditions)} ORDER BY 11, 12, 1 LIMIT :limit"
    )
    return rows(url, query, values)


def with_alarms(url: str, found: Sequence[Mapping[str, Any]]) -> list[Standing]:
    """Return cases, as the register lists them, with their views and with what alerts in them: three queries in all."""
    refs = [one["case_ref"] for one in found]
    if not refs:
        return []
    values = {f"ref{number}": ref for number, ref in enumerate(refs)}
    names, kinds = ", ".join(f":{name}" for name in values), ", ".join(f"'{kind}'" for kind in ALARMS)
    keys = KeysRead(url, of=refs)
    views: dict[str, Mapping[str, Any]] = {}
    query = f"SELECT case_ref, as_of_number, view FROM standing WHERE case_ref IN ({names})"  # noqa: S608
    for row in rows(url, query, values):
        with suppress(RegisterError):
            views[row["case_ref"]] = view_in_clear(row, keys)
    entries: dict[str, list[Mapping[str, Any]]] = {}
    query = f"SELECT * FROM entry WHERE case_ref IN ({names}) AND kind IN ({kinds}) ORDER BY case_ref, number"  # noqa: S608
    for row in rows(url, query, values):
        with suppress(RegisterError):
            entries.setdefault(row["case_ref"], []).append(entry_of(row, keys))
    return [Standing(one, views.get(one["case_ref"], {}), entries.get(one["case_ref"], ())) for one in found]
