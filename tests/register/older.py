"""Registers of earlier steps of the schema: what stands in clear in one of today's, taken back to them."""

from typing import Any

from adapters.register import chain, guards, on_hand, tables
from adapters.register.address import sqlite_path

from .made import asked, by_hand

BACK = {
    "0006": [
        "ALTER TABLE standing DROP COLUMN owed",
        "ALTER TABLE standing DROP COLUMN awaited",
        "ALTER TABLE standing DROP COLUMN next_moment",
    ],
    "0005": ["DROP TABLE disposal"],
    "0003": ["DROP TABLE read"],
    "0002": [
        "DROP TABLE case_key",
        "ALTER TABLE entry DROP COLUMN body_mark",
        "ALTER TABLE entry DROP COLUMN changes_mark",
    ],
    "0001": ["DROP TABLE ledger"],
}
"""What takes a register that stands in clear back to a step from the one after it."""


def taken_back(url: str, step: str) -> None:
    for one, statements in BACK.items():
        if one >= step:
            more = _keys_without_triggers(url) if one == "0005" else sums_as_before(url) if one == "0006" else []
            by_hand(url, [*statements, *more, f"UPDATE register_version SET version_num = '{one}'"])  # noqa: S608 - a step of ours


def sums_as_before(url: str, *cases: str) -> list[str]:
    """Return what gives each standing, or those of some cases, the sum that it had without what is on hand."""
    names = [column.name for column in tables.standing.columns if column.name not in on_hand.NAMES]
    rows = [dict(zip(names, row, strict=True)) for row in asked(url, f"SELECT {', '.join(names)} FROM standing")]  # noqa: S608
    return [
        f"UPDATE standing SET hash = '{_sum(row)}' WHERE case_ref = '{row['case_ref']}'"  # noqa: S608 - a case of ours
        for row in rows
        if row["case_ref"] in cases or not cases
    ]


def _sum(row: dict[str, Any]) -> str:
    return chain.hash_of_standing(
        {name: value for name, value in row.items() if name != "hash"} | {"open": bool(row["open"])}
    )


def _keys_without_triggers(url: str) -> list[str]:
    if sqlite_path(url) is not None:
        return [f"DROP TRIGGER {guard.name}" for guard in guards.on_sqlite("case_key")]
    names = [guard.name for guard in guards.on_postgresql("case_key")]
    return [*(f"DROP TRIGGER {name} ON case_key" for name in names), f"DROP FUNCTION {guards.KEEPS_KEY}"]
