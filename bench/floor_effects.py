"""What the floor carries out: records in SQLite that survive a power cut, and notices as files."""

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from temporalio import activity


@dataclass
class Record:
    """One fact; the key (case, number) makes a repeat harmless."""

    case: str
    number: int
    kind: str
    stage: int
    words: str


@dataclass
class Notice:
    """Somebody is told something of a stage."""

    case: str
    stage: int
    kind: str
    due: str


class FloorEffects:
    """The two activities. Everything is kept in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._outbox = folder / "outbox"
        self._outbox.mkdir(parents=True, exist_ok=True)
        self._turn = threading.Lock()
        self._records = sqlite3.connect(folder / "floor.db", isolation_level=None, check_same_thread=False)
        self._records.execute("pragma journal_mode = wal")
        self._records.execute("pragma synchronous = full")
        self._records.execute(
            "create table if not exists record ("
            "case_ref text, number integer, kind text, stage integer, words text, primary key (case_ref, number))"
        )

    @activity.defn(name="floor-record")
    def record(self, records: list[Record]) -> None:
        """Write all or nothing, on the disk when it returns. May happen more than once."""
        rows = [(one.case, one.number, one.kind, one.stage, one.words) for one in records]
        with self._turn:
            self._records.execute("begin immediate")
            self._records.executemany("insert or ignore into record values (?, ?, ?, ?, ?)", rows)
            self._records.execute("commit")

    @activity.defn(name="floor-notify")
    def notify(self, notice: Notice) -> None:
        """Write a notice. May happen more than once."""
        text = f"{notice.case}: stage {notice.stage} {notice.kind}, due {notice.due}\n"
        (self._outbox / f"{notice.case}-{notice.stage}-{notice.kind}.txt").write_text(text, encoding="utf-8")
