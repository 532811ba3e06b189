"""How long anything is waited for at the register's database, in seconds."""

CONNECT_SECONDS = 3
"""For a connection, and for a free one of those that are kept."""
BRIEF, USUAL, LONG = 5.0, 10.0, 60.0
"""For all of one transaction: what stands in the way of an alert; an entry; what goes through the whole record."""
READ_SECONDS = 20.0
"""For what a command or the watch reads."""
LOCK_SECONDS = 10
"""After these PostgreSQL itself gives up waiting for a lock: who asked for it has gone by then."""
