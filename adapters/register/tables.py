"""The tables as code sees them. The database gets them from `migrations`, which a test compares with these.

`entry`, `attempt`, `edition`, `ledger` and `read` are append-only and have no second unique key: on SQLite `INSERT OR
REPLACE` would delete by it past every trigger. For the same reason they have no hidden row number.
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
    Index("standing_by_due", "open", "next_due"),
)
