"""The tables as code sees them. The database gets them from `migrations`, which a test compares with these.

Where `body_key_id` of an entry is set, its `body` and `changes` are encrypted with the case's key of that id, bound to
their place, and each has its mark beside it (see `case_key`); `by` and `on_behalf_of` are empty then and stand in what
is encrypted with the body (see `plain`). So are `view` and `state` of a standing, in the form of text. Its `owed`,
`awaited` and `next_moment` are times and numbers alone, and empty where an older version wrote it (see `on_hand`).
`case_key` keeps that key, wrapped (see `wrapping`). It is not append-only: to erase a case is to take out its row.

`entry`, `attempt`, `edition`, `ledger`, `read` and `disposal` are append-only and have no second unique key: on SQLite
`INSERT OR REPLACE` would delete by it past every trigger. For the same reason they have no hidden row number.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

entry = Table(
    "entry",
    metadata,
    Column("case_ref", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("event_time", Text, nullable=False),
    Column("entry_time", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("on_behalf_of", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("body_key_id", Text),
    Column("changes", LargeBinary),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body_mark", Text),
    Column("changes_mark", Text),
    CheckConstraint("number >= 1", name="entry_number_from_one"),
    sqlite_with_rowid=False,
)

attempt = Table(
    "attempt",
    metadata,
    Column("notice_ref", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("case_ref", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("fallback", Boolean, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("attempt_of_case", "case_ref"),
    CheckConstraint("number >= 1", name="attempt_number_from_one"),
    sqlite_with_rowid=False,
)

edition = Table(
    "edition",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

ledger = Table(
    "ledger",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("case_ref", Text, nullable=False),
    Column("entry_hash", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("number >= 1", name="ledger_number_from_one"),
    sqlite_with_rowid=False,
)

disposal = Table(
    "disposal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("case_ref", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("list_ref", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("entry_hash", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("disposal_of_case", "case_ref", "step"),
    CheckConstraint("number >= 1", name="disposal_number_from_one"),
    sqlite_with_rowid=False,
)

read = Table(
    "read",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("case_ref", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("known", Text, nullable=False),
    Column("of_party", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("read_of_case", "case_ref", "at"),
    Index("read_by_account", "account", "at"),
    sqlite_with_rowid=False,
)

standing = Table(
    "standing",
    metadata,
    Column("case_ref", Text, primary_key=True),
    Column("as_of_number", Integer, nullable=False),
    Column("policy", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("next_due", Text),
    Column("overdue", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("agencies", Text, nullable=False),
    Column("view", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("owed", Text),
    Column("awaited", Integer),
    Column("next_moment", Text),
    Index("standing_by_due", "open", "next_due"),
)

case_key = Table(
    "case_key",
    metadata,
    Column("case_ref", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("wrapped_by", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
