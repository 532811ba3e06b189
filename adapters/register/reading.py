"""Reading the register quickly, for commands: plain drivers, no SQLAlchemy, no pydantic, no Temporal.

Every function takes the register's address (see `address`), opens it for reading only, and raises `NothingThere` where
there is no register yet, `RegisterUnreachable` where it cannot be read now, `RegisterSpoilt` where somebody has put
in what nobody can read, and `TextLocked` where what people wrote in a case is encrypted and its key is not to be had.
Instants come as text in UTC (`2025-04-23T15:00:00.000000Z`), bodies and views as JSON values.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from .destroyed import must_not_be_destroyed
from .drivers import rows
from .errors import NothingThere, RegisterError, RegisterSpoilt, TextLocked
from .instants import from_text, to_text
from .keys_read import KeysRead
from .plain import entry_in_clear, text_in_clear

COLUMNS = "case_ref, as_of_number, policy, stage, urgency, opened_at, next_due, overdue, open, agencies"
ASKED_AT_ONCE = 500
"""Values in one query; SQLite takes some ten thousand."""


def list_cases(
    url: str,
    *,
    overdue: bool = False,
    due_before: datetime | None = None,
    stage: str | None = None,
    agency: str | None = None,
    policy: str | None = None,
    include_closed: bool = False,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Return the standing of each case that passes every filter given, the next due first, without its view.

    One that cannot be read hides no other: all it has is its reference, and `unreadable`, which is True.

    Args:
        url: The register's address.
        overdue: Only cases with an overdue duty.
        due_before: Only cases with something due before this instant (with a zone), what is overdue included.
        stage: Only cases in this stage.
        agency: Only cases in which this agency takes part.
        policy: Only cases under this policy.
        include_closed: Also cases that are closed.
        limit: At most so many.
    """
    wanted: dict[str, tuple[str, Any]] = {
        "stage = :stage": ("stage", stage),
        "policy = :policy": ("policy", policy),
        "next_due < :due_before": ("due_before", None if due_before is None else to_text(due_before)),
        # Not LIKE: an id may hold its wildcards, and the engines differ on capitals.
        "replace(agencies, :agency, '') <> agencies": ("agency", None if agency is None else f" {agency} "),
    }
    given = {condition: pair for condition, pair in wanted.items() if pair[1] is not None}
    conditions = [*given] + ["overdue > 0"] * overdue + ["open"] * (not include_closed)
    values = dict(given.values())
    query = f"SELECT {COLUMNS} FROM standing"  # noqa: S608 - no value in it, here or below
    if conditions:
        query += " WHERE " + " AND ".join(conditions)
    query += " ORDER BY next_due IS NULL, next_due, case_ref"
    if limit is not None:
        query += " LIMIT :limit"
        values["limit"] = limit
    return [standing_of(row) for row in rows(url, query, values)]


def read_case(url: str, ref: str) -> dict[str, Any] | None:
    """Return the standing of one case, its full view under `view`; None where the case is not known.

    Raises TextDestroyed too, where it was destroyed.
    """
    found = rows(url, f"SELECT {COLUMNS}, view FROM standing WHERE case_ref = :ref", {"ref": ref})  # noqa: S608
    if not found:
        must_not_be_destroyed(url, ref)
    elif not _is_readable(found[0]):
        raise RegisterSpoilt(f"what lists show of {ref}")
    return _standing(found[0]) | {"view": view_in_clear(found[0], KeysRead(url, ref))} if found else None


def own_records(url: str, refs: Sequence[str]) -> dict[str, str]:
    """Return the number under which the raising agency keeps each of these cases; those that have one alone.

    One that cannot be decrypted or read here is left out.
    """
    found = dict[str, str]()
    for first in range(0, len(refs), ASKED_AT_ONCE):  # what else the register holds is not read for it
        some = refs[first : first + ASKED_AT_ONCE]
        keys = KeysRead(url, of=some)
        values = {f"ref{number}": ref for number, ref in enumerate(some)}
        names = ", ".join(f":{name}" for name in values)
        query = f"SELECT case_ref, as_of_number, view FROM standing WHERE case_ref IN ({names})"  # noqa: S608
        for row in rows(url, query, values):
            with suppress(RegisterError):
                if own := view_in_clear(row, keys).get("own_record"):
                    found[row["case_ref"]] = str(own)
    return found


def policy_of(url: str, ref: str) -> str:
    """Return the id of the policy of a case, also of one that was destroyed; empty where it is not known.

    Nothing is decrypted for it: by it the lead on call is found, whatever key is missing.
    """
    found = rows(url, "SELECT policy FROM standing WHERE case_ref = :ref", {"ref": ref})
    if not found:
        with suppress(NothingThere):  # so it is said too where that table alone is not there
            found = rows(url, "SELECT policy FROM disposal WHERE case_ref = :ref AND policy <> ''", {"ref": ref})
    return str(found[0]["policy"]) if found and _may_be_an_id(found[0]["policy"]) else ""


def read_standing(url: str, ref: str) -> dict[str, Any] | None:
    """Return the standing of one case without its view; None where the case is not known."""
    found = rows(url, f"SELECT {COLUMNS} FROM standing WHERE case_ref = :ref", {"ref": ref})  # noqa: S608
    return standing_of(found[0]) if found else None


def list_alerted(url: str, ref: str = "") -> frozenset[str]:
    """Return the cases, or the one of *ref*, that have ever alerted, or in which immediate risk was raised."""
    query = "SELECT DISTINCT case_ref FROM entry WHERE kind IN ('alert', 'risk', 'risk-again')"
    found = rows(url, f"{query} AND case_ref = :ref" if ref else query, {"ref": ref} if ref else {})
    return frozenset(row["case_ref"] for row in found)


def list_policies(url: str) -> list[str]:
    """Return the id of every policy that has had a case, in order."""
    found = rows(url, "SELECT DISTINCT policy FROM standing ORDER BY policy", {})
    return [row["policy"] for row in found if _may_be_an_id(row["policy"])]


def count_open(url: str) -> dict[str, int]:
    """Return how many cases are open under each policy that has any, by the policy's id, in order."""
    query = "SELECT policy, count(*) AS cases FROM standing WHERE open GROUP BY policy ORDER BY policy"
    return {row["policy"]: int(row["cases"]) for row in rows(url, query, {}) if _may_be_an_id(row["policy"])}


def views_of(url: str, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the full view of each of these cases that is known, by its reference, in that order.

    A view that cannot be read is empty: it hides no other.
    """
    found: dict[str, dict[str, Any]] = {}
    for first in range(0, len(refs), ASKED_AT_ONCE):
        some = refs[first : first + ASKED_AT_ONCE]
        keys, values = KeysRead(url, of=some), {f"ref{number}": ref for number, ref in enumerate(some)}
        names = ", ".join(f":{name}" for name in values)
        query = f"SELECT case_ref, as_of_number, view FROM standing WHERE case_ref IN ({names}) ORDER BY case_ref"  # noqa: S608
        found |= {row["case_ref"]: _or_empty(view_in_clear, row, keys) for row in rows(url, query, values)}
    return found


def read_views(url: str, policy: str) -> list[tuple[str, dict[str, Any]]]:
    """Return reference and full view of each open case under a policy, in the order of their references.

    A view that cannot be read is empty: it hides no other.
    """
    query = "SELECT case_ref, as_of_number, view FROM standing WHERE open AND policy = :policy ORDER BY case_ref"
    keys = KeysRead(url)
    return [(row["case_ref"], _or_empty(view_in_clear, row, keys)) for row in rows(url, query, {"policy": policy})]


def read_alarms(url: str, policy: str, since: datetime) -> list[dict[str, Any]]:
    """Return every alert, immediate risk and acknowledgement entered since an instant, by case and number.

    Each with the case's present `view`, `overdue` and `urgency`. One that cannot be read is left out; what is encrypted
    and cannot be decrypted is empty, and so is a view that cannot be read.
    """
    query = """
        SELECT e.case_ref, e.number, e.kind, e.entry_time, e."by", s.view, s.as_of_number, s.overdue, s.urgency,
               e.body, e.body_key_id
        FROM entry e JOIN standing s ON s.case_ref = e.case_ref
        WHERE s.policy = :policy AND e.entry_time >= :since AND e.kind IN ('alert', 'risk', 'acknowledged')
        ORDER BY e.case_ref, e.number"""
    found = rows(url, query, {"policy": policy, "since": to_text(since)})
    found = [row for row in found if _is_alarm(row)]
    keys = KeysRead(url)
    views = {ref: _or_empty(view_in_clear, row, keys) for ref, row in {row["case_ref"]: row for row in found}.items()}
    plain = [_or_empty(entry_of, row, keys) or row | {"body": {}} for row in found]
    return [row | {"view": views[row["case_ref"]]} for row in plain]


def list_alarmed(url: str, policy: str, since: datetime) -> frozenset[str]:
    """Return the cases under a policy in which an alert, immediate risk or an acknowledgement was entered since an
    instant. Nothing is decrypted for it.
    """
    query = """
        SELECT DISTINCT e.case_ref FROM entry e JOIN standing s ON s.case_ref = e.case_ref
        WHERE s.policy = :policy AND e.entry_time >= :since AND e.kind IN ('alert', 'risk', 'acknowledged')"""
    return frozenset(row["case_ref"] for row in rows(url, query, {"policy": policy, "since": to_text(since)}))


def read_entries(url: str, ref: str) -> list[dict[str, Any]]:
    """Return the entries of one case by number, in clear.

    `body_sha256` and `changes_sha256` are the digests of what is stored, which the chain goes over; the latter is that
    of what the decision changed of which it is the last entry, and None for any other.
    """
    entries, keys = [], KeysRead(url, ref)
    for row in rows(url, "SELECT * FROM entry WHERE case_ref = :ref ORDER BY number", {"ref": ref}):
        changes = row.pop("changes")
        if not isinstance(changes, bytes | None):
            raise RegisterSpoilt(f"what entry {row['number']} of {ref} changed")
        plain = entry_of(row, keys)
        body = row["body"] if isinstance(row["body"], bytes) else str(row["body"]).encode()
        entries.append(
            plain | {"body_sha256": _digest(body), "changes_sha256": None if changes is None else _digest(changes)}
        )
    return entries


def _digest(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()


def read_changes(url: str, ref: str) -> list[dict[str, Any]]:
    """Return `number` and `changes`, in clear, of each entry of one case, in order; see `decisions`."""
    query = "SELECT number, changes, body_key_id FROM entry WHERE case_ref = :ref ORDER BY number"
    keys = KeysRead(url, ref)
    return [entry_in_clear(row, keys.of(ref)) for row in rows(url, query, {"ref": ref})]


def read_told(url: str, ref: str) -> list[dict[str, Any]]:
    """Return the notices decided in one case: `notice_ref`, `kind`, `to` (a title), `agency`, `entry_time`."""
    query = """
        SELECT number, changes, body_key_id, entry_time FROM entry
        WHERE case_ref = :ref AND changes IS NOT NULL ORDER BY number"""
    keys = KeysRead(url, ref)
    return [
        {
            "notice_ref": notice["ref"],
            "kind": notice["kind"],
            "to": notice["to"]["title"],
            "agency": notice["to"].get("agency", ""),
            "entry_time": row["entry_time"],
        }
        for row in rows(url, query, {"ref": ref})
        for notice in json.loads(entry_in_clear(row, keys.of(ref))["changes"]).get("notices", ())
    ]


def read_salts(url: str, ref: str) -> list[dict[str, Any]]:
    """Return `number`, `body_salt` and `changes_salt`, in hexadecimal, of each entry of one case that is encrypted.

    With its salt whoever has a text can do the sum of its mark again, without the key and without AES:
    `hmac.new(salt, plain, "sha256").hexdigest()`. The plain bytes of a body are canonical JSON (RFC 8785) of an object
    with `body`, `by` and `on_behalf_of`; those of changes are as `read_changes` returns them. A salt opens nothing.
    """
    query = "SELECT number FROM entry WHERE case_ref = :ref AND body_key_id IS NOT NULL ORDER BY number"
    numbers = [row["number"] for row in rows(url, query, {"ref": ref})]
    if not numbers:
        return []
    key = KeysRead(url, ref).of(ref)()
    return [
        {
            "number": number,
            "body_salt": key.salt("body", number).hex(),
            "changes_salt": key.salt("changes", number).hex(),
        }
        for number in numbers
    ]


def count_wrapped(url: str) -> dict[str, int]:
    """Return by how many cases' keys each key of the installation is needed, by its id.

    A register that no worker of this version has prepared has none.
    """
    try:
        found = rows(url, "SELECT wrapped_by, count(*) AS cases FROM case_key GROUP BY wrapped_by ORDER BY 1", {})
    except NothingThere:  # so it is said too where that table alone is not there
        must_be_there(url)
        return {}
    return {str(row["wrapped_by"]): int(row["cases"]) for row in found}


def read_attempts(url: str, ref: str) -> list[dict[str, Any]]:
    """Return every try to send a notice of one case, by time."""
    query = "SELECT * FROM attempt WHERE case_ref = :ref ORDER BY at, notice_ref, number"
    return [row | {"fallback": bool(row["fallback"])} for row in rows(url, query, {"ref": ref})]


def read_edition(url: str, digest: str) -> dict[str, Any] | None:
    """Return the policy or calendar kept under *digest*; None where there is none."""
    found = rows(url, "SELECT body FROM edition WHERE digest = :digest", {"digest": digest})
    return _object(found[0]["body"], f"the edition {digest[:12]}…") if found else None


def list_policy_editions(url: str) -> list[dict[str, Any]]:
    """Return every policy that is kept, in each edition and wording that a case was pinned to."""
    found = rows(url, "SELECT body FROM edition WHERE kind = 'policy' ORDER BY digest", {})
    return [_object(row["body"], "an edition of a policy") for row in found]


def list_references(url: str) -> list[str]:
    """Return the reference of every case that has an entry, in order."""
    return [row["case_ref"] for row in rows(url, "SELECT DISTINCT case_ref FROM entry ORDER BY case_ref", {})]


def last_numbers(url: str) -> dict[str, int]:
    """Return the number of the last entry of every case that has one, by its reference, in order."""
    query = "SELECT case_ref, max(number) AS last FROM entry GROUP BY case_ref ORDER BY case_ref"
    return {row["case_ref"]: int(row["last"]) for row in rows(url, query, {})}


def accepted_of(url: str, refs: Sequence[str]) -> list[dict[str, Any]]:
    """Return the tries by which a notice of one of these cases was taken, by time: nothing that people wrote.

    Each has `notice_ref`, `case_ref`, `at` and `channel`.
    """
    found: list[dict[str, Any]] = []
    for first in range(0, len(refs), ASKED_AT_ONCE):
        names = {f"ref{number}": ref for number, ref in enumerate(refs[first : first + ASKED_AT_ONCE])}
        places = ", ".join(f":{name}" for name in names)
        query = (
            "SELECT notice_ref, case_ref, at, channel FROM attempt "  # noqa: S608 - no value in it
            f"WHERE case_ref IN ({places}) AND result = 'accepted' ORDER BY at, notice_ref, number"
        )
        found += rows(url, query, names)
    return found


def entry_kinds(url: str, ref: str, after: int, most: int) -> list[dict[str, Any]]:
    """Return at most so many entries of one case after a number, in order, without what they hold.

    Each has `case_ref`, `number`, `kind`, `event_time` and `entry_time`: nothing that people wrote.
    """
    query = (
        "SELECT case_ref, number, kind, event_time, entry_time FROM entry "
        "WHERE case_ref = :ref AND number > :after ORDER BY number LIMIT :most"
    )
    return rows(url, query, {"ref": ref, "after": after, "most": most})


def last_hash(url: str, ref: str) -> str:
    """Return the hash of the last entry of a case; empty for one that is not known. Nothing is decrypted for it."""
    query = "SELECT hash FROM entry WHERE case_ref = :ref ORDER BY number DESC LIMIT 1"
    found = rows(url, query, {"ref": ref})
    return str(found[0]["hash"]) if found else ""


def closed_cases(url: str) -> list[dict[str, Any]]:
    """Return each case that is closed: `case_ref`, `policy`, when it was `closed`, and whether it `is_void`.

    `closed` is None where the record has no such entry. Nothing is decrypted for it.
    """
    query = (
        "SELECT s.case_ref, s.policy, "
        "(SELECT max(e.entry_time) FROM entry e WHERE e.case_ref = s.case_ref AND e.kind = 'closed') AS closed, "
        "EXISTS (SELECT 1 FROM entry v WHERE v.case_ref = s.case_ref AND v.kind = 'voided') AS is_void "
        "FROM standing s WHERE NOT s.open ORDER BY s.case_ref"
    )
    return [row | {"is_void": bool(row["is_void"])} for row in rows(url, query, {})]


def first_reference(url: str, beginning: str, *, otherwise: bool = False) -> str | None:
    """Return one case whose reference begins so, or with *otherwise* one whose does not; None where there is none."""
    condition = f"substr(case_ref, 1, :length) {'<>' if otherwise else '='} :beginning"
    query = f"SELECT case_ref FROM entry WHERE number = 1 AND {condition} LIMIT 1"  # noqa: S608
    found = rows(url, query, {"length": len(beginning), "beginning": beginning})
    return str(found[0]["case_ref"]) if found else None


def has_case(url: str, ref: str) -> bool:
    """Return whether the case has any entry; no key is needed to see that."""
    return bool(rows(url, "SELECT number FROM entry WHERE case_ref = :ref LIMIT 1", {"ref": ref}))


def must_be_there(url: str) -> None:
    """See that there is a database to look into, whatever stands in it. Raises NothingThere, RegisterUnreachable."""
    rows(url, "SELECT 1 AS one", {})


def has_entries(url: str) -> bool:
    """Say whether there is a register that holds any case, as far as that can be told now."""
    try:
        return not is_empty(url)
    except RegisterError:
        return False


def is_empty(url: str) -> bool:
    """Return whether no case has any entry."""
    return not rows(url, "SELECT number FROM entry LIMIT 1", {})


def _may_be_an_id(policy: object) -> bool:
    """A policy's id names a file: anything else is no policy, and the case that bears it is told of by itself."""
    return isinstance(policy, str) and bool(policy) and policy.isprintable() and not set(policy) & set("/\\ ")


def _is_alarm(row: dict[str, Any]) -> bool:
    try:
        from_text(row["entry_time"])
    except (ValueError, TypeError):
        return False
    return type(row["number"]) is int and type(row["overdue"]) is int


def _or_empty(
    read: Callable[[dict[str, Any], KeysRead], dict[str, Any]], row: dict[str, Any], keys: KeysRead
) -> dict[str, Any]:
    try:
        return read(row, keys)
    except (RegisterSpoilt, TextLocked):
        return {}


def _is_readable(row: dict[str, Any]) -> bool:
    opened_at, next_due = row["opened_at"], row["next_due"]
    try:
        from_text(opened_at)
        if next_due is not None:
            from_text(next_due)
    except (ValueError, TypeError):
        return False
    return (  # one by one: lists ask it of every case
        isinstance(row["case_ref"], str)
        and isinstance(row["policy"], str)
        and isinstance(row["stage"], str)
        and isinstance(row["urgency"], str)
        and isinstance(row["agencies"], str)
        and type(row["overdue"]) is int
        and type(row["as_of_number"]) is int
    )


def _unreadable(row: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = dict.fromkeys(("policy", "stage", "urgency", "opened_at"), "")
    known |= {"as_of_number": 0, "next_due": None, "overdue": 0, "open": True, "agencies": [], "unreadable": True}
    return {"case_ref": str(row["case_ref"])} | known


def _standing(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"open": bool(row["open"]), "agencies": row["agencies"].split()}


def standing_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the standings, without its view; of one that cannot be read its reference, and `unreadable`."""
    return _standing(row) if _is_readable(row) else _unreadable(row)


def view_in_clear(row: dict[str, Any], keys: KeysRead) -> dict[str, Any]:
    """Return the view of a row with `case_ref`, `as_of_number` and `view`. Raises RegisterSpoilt and TextLocked."""
    shown = text_in_clear("view", row["as_of_number"], row["view"], keys.of(row["case_ref"]))
    return _object(shown, f"what lists show of {row['case_ref']}")


def entry_of(row: dict[str, Any], keys: KeysRead) -> dict[str, Any]:
    """Return a row of the entries in clear. Raises RegisterSpoilt and TextLocked."""
    try:
        return entry_in_clear(row, keys.of(row["case_ref"]))
    except (ValueError, TypeError, RecursionError):
        raise RegisterSpoilt(f"entry {row['number']} of {row['case_ref']}") from None


def _object(stored: str | bytes, what: str) -> dict[str, Any]:
    try:
        return dict(json.loads(stored))
    except (ValueError, TypeError, RecursionError):
        raise RegisterSpoilt(what) from None
