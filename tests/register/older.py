"""Registers of earlier steps of the schema: what stands in clear in one of today's, taken back to them."""

from adapters.register import guards
from adapters.register.address import sqlite_path

from .made import by_hand

BACK = {
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
            more = _keys_without_triggers(url) if one == "0005" else []
            by_hand(url, [*statements, *more, f"UPDATE register_version SET version_num = '{one}'"])  # noqa: S608 - a step of ours


def _keys_without_triggers(url: str) -> list[str]:
    if sqlite_path(url) is not None:
        return [f"DROP TRIGGER {guard.name}" for guard in guards.on_sqlite("case_key")]
    names = [guard.name for guard in guards.on_postgresql("case_key")]
    return [*(f"DROP TRIGGER {name} ON case_key" for name in names), f"DROP FUNCTION {guards.KEEPS_KEY}"]
