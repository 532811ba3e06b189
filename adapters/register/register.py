"""The register as the rest of the program uses it: enter, look up, verify."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Self, cast
from uuid import uuid4

from sqlalchemy import Connection, select

from adapters.checkpoint.keeping import Kept
from adapters.checkpoint.leaves import Leaf
from adapters.keyring import Keyring
from domain.case.decided import Decided

from . import disposal, entering, filling, heads, tables, upgrade, verification, writing
from .address import keys_of
from .case_keys import case_keys
from .connections import Connections
from .decisions import entry_of
from .disposal import Disposal, Disposals
from .entering import Shown
from .instants import from_text
from .limits import BRIEF
from .plain import KeyOf, entry_in_clear, text_in_clear
from .rewrapping import Rewrapped, rewrap
from .rows import Attempt, Edition, Fault, Result, StoredAttempt, StoredEntry
from .statements import Statement, named, parameters
from .verification import End, Locked


@cache
def _accepted_of(many: int) -> Statement:
    table = tables.attempt
    accepted = select(table.c.notice_ref).where(table.c.notice_ref.in_(parameters(many)))
    return Statement(lambda _: accepted.where(table.c.result == "accepted"))


class Register:
    """The append-only record at one address. One object serves all threads of a process; its methods block.

    Every method raises `RegisterDown` where the database cannot be reached, does not answer in time, is locked, full or
    not prepared: nothing was written then, and the same call may be made again. None waits for long: what stands in the
    way of a notice some seconds, an entry a little longer (see `limits`).
    """

    def __init__(self, url: str) -> None:
        """Take the address (see `address`); nothing is opened yet, the file of keys that it knows of neither.

        Raises:
            ValueError: the address is neither SQLite's nor PostgreSQL's.
        """
        self._connections = Connections(url)
        self._keys = case_keys(keys_of(url))

    def __enter__(self) -> Self:
        """Return itself, to be closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of all connections; the register can be used again afterwards."""
        self._connections.engine.dispose()

    def prepare(self) -> None:
        """Create the register if need be and bring its schema up to date; harmless to repeat or to do twice at once."""
        upgrade.prepare(self._connections)

    def fill_on_hand(self, goes_on: Callable[[], bool] = lambda: True) -> int:
        """Fill what standings of older versions lack of what is on hand, and return how many those were.

        It may take some seconds for thousands of cases. *goes_on* is asked every two hundred of them: on False it ends
        there, and what is done stays done.
        """
        return filling.fill(self._connections, self._keys, goes_on)

    def try_entering(self) -> None:
        """See whether anything can be entered: an edition is put in and taken back, so that nothing changes."""
        trial = Edition(kind="calendar", body={"trial": uuid4().hex})
        with self._connections.trying() as connection:
            writing.add_editions(connection, (trial,))

    def enter(self, decided: Sequence[Decided], editions: Sequence[Edition], shown: Shown, case_key: str = "") -> None:
        """Write decisions of one case, and what lists then show of it: all of it or nothing.

        Repeats are harmless: what stands already is left as it is. *shown* makes of the state after the last of them
        what lists show; None leaves them as they are. *editions* are those that a decision begins to use. *case_key* is
        a key for the case, wrapped (see `wrapping`): what is new is encrypted with it, unless the case has a key
        already, which is used for good. A case that has none and is given none is written in clear.

        Raises:
            ValueError: the decisions are not of one case, or begin to use an edition that is not there and not given.
            EntryConflict: another entry stands under one of the numbers.
            EntryGap: the entry before one of them is not there.
            EntryUnfit: a value cannot be stored.
            TextLocked: the case's key is not to be had here.
        """
        entering.enter(self._connections, self._keys, decided, editions, shown, case_key)

    def show_anew(self, case_ref: str, shown: Shown) -> None:
        """Put what lists show of a case together again from its record; the record stays as it is.

        Raises TextLocked.
        """
        entering.show_anew(self._connections, self._keys, case_ref, shown)

    def rewrap(self, keyring: Keyring, one_more: Callable[[], None]) -> Rewrapped:
        """Wrap the keys of all cases with the newest of *keyring*, and say how many that were.

        *one_more* is called for each. What is done stays done, so it may be broken off and said again. Nothing that is
        encrypted with a case's key is touched.
        """
        return rewrap(self._connections, self._keys, keyring, one_more)

    def attempt(self, attempt: Attempt) -> int:
        """Write down one try to send a notice and return its number; every call is a try of its own."""
        return self.note((attempt,))[0]

    def note(self, attempts: Sequence[Attempt]) -> list[int]:
        """Write down tries to send notices, all or none, and return the number of each within its notice.

        Every call is a try of its own. Those that can wait for each other are noted together: one flush to the disk.
        """
        return self._connections.write(lambda connection: writing.add_attempts(connection, attempts), BRIEF)

    def tries(self, notice_ref: str) -> list[Attempt]:
        """Return every try to send one notice, in order."""
        table = tables.attempt
        query = select(table).where(table.c.notice_ref == notice_ref).order_by(table.c.number)
        with self._connections.reading(BRIEF) as connection:
            return [_stored_attempt(row._asdict()).attempt for row in connection.execute(query)]

    def was_accepted(self, notice_ref: str) -> bool:
        """Return whether any try to send this notice was accepted."""
        return bool(self.accepted_among((notice_ref,)))

    def accepted_among(self, notice_refs: Collection[str]) -> set[str]:
        """Return those of the notices of which any try to send them was accepted."""
        refs = list(notice_refs)
        if not refs:
            return set()
        with self._connections.reading(BRIEF) as connection:
            return set(_accepted_of(len(refs)).on(connection, named(refs)).scalars())

    def has_case(self, case_ref: str) -> bool:
        """Return whether the case has any entry."""
        with self._connections.reading() as connection:
            found = select(tables.entry.c.number).where(tables.entry.c.case_ref == case_ref).limit(1)
            return connection.execute(found).first() is not None

    def end_of(self, case_ref: str) -> int:
        """Return the number of the case's last entry; 0 for a case that is not known."""
        with self._connections.reading() as connection:
            return writing.end_of_case(connection, case_ref).number

    def is_empty(self) -> bool:
        """Return whether no case has any entry."""
        with self._connections.reading() as connection:
            return connection.execute(select(tables.entry.c.number).limit(1)).first() is None

    def cases(self) -> list[str]:
        """Return the reference of every case that has an entry, in order."""
        with self._connections.reading() as connection:
            return sorted(connection.execute(select(tables.entry.c.case_ref).distinct()).scalars())

    def entries(self, case_ref: str) -> list[StoredEntry]:
        """Return the case's entries in the order of their numbers, in clear; none for a case that is not known.

        Raises TextLocked.
        """
        table = tables.entry
        query = select(table).where(table.c.case_ref == case_ref).order_by(table.c.number)
        with self._connections.reading() as connection:
            key_of = self._key_of(connection, case_ref)
            rows = [row._asdict() for row in connection.execute(query)]
            return [_stored_entry(entry_in_clear(row, key_of)) for row in rows]

    def attempts(self, case_ref: str) -> list[StoredAttempt]:
        """Return every try to send a notice of the case, by time."""
        table = tables.attempt
        query = select(table).where(table.c.case_ref == case_ref)
        with self._connections.reading() as connection:
            rows = connection.execute(query.order_by(table.c.at, table.c.notice_ref, table.c.number))
            return [_stored_attempt(row._asdict()) for row in rows]

    def view(self, case_ref: str) -> dict[str, Any] | None:
        """Return what a case's present state shows; None for a case that is not known. Raises TextLocked."""
        table = tables.standing
        query = select(table.c.view, table.c.as_of_number).where(table.c.case_ref == case_ref)
        with self._connections.reading(BRIEF) as connection:
            found = connection.execute(query).first()
            if found is None:
                return None
            shown = text_in_clear("view", found.as_of_number, found.view, self._key_of(connection, case_ref))
        return dict(json.loads(shown))

    def _key_of(self, connection: Connection, case_ref: str) -> KeyOf:
        """Return what looks a case's key up, once it is asked for."""
        return cache(lambda: self._keys.of_row(case_ref, entering.key_row_of(connection, case_ref)))

    def edition(self, digest: str) -> Edition | None:
        """Return the policy or calendar kept under *digest*."""
        with self._connections.reading() as connection:
            row = connection.execute(select(tables.edition).where(tables.edition.c.digest == digest)).first()
        return Edition(kind=row.kind, body=json.loads(row.body)) if row else None

    def verify(
        self,
        case_ref: str | None = None,
        *,
        shown: Shown | None = None,
        now: datetime | None = None,
        known: End | None = None,
    ) -> list[Fault]:
        """Go over one case, or over all, the editions and the database, and name each thing that is not as it was
        written.

        Every case is expected to have a standing that has taken in its last entry. With *shown*, what a state shows,
        each of its columns is held to what the entries give; with *now*, notices that nobody has tried to send by then
        are told. *known* is where the ledger of cases ended at an earlier time. Whatever stands in the database, it
        raises nothing but RegisterDown.
        """
        return list(self.faults(case_ref, shown=shown, now=now, known=known))

    def faults(
        self,
        case_ref: str | None = None,
        *,
        shown: Shown | None = None,
        now: datetime | None = None,
        known: End | None = None,
        goes_on: Callable[[], bool] = lambda: True,
        locked: Locked = lambda _: None,
    ) -> Iterator[Fault]:
        """Yield one by one what `verify` returns. *goes_on* is asked after each case: on False it ends there.

        *locked* is told of each case of which a text cannot be decrypted here: its chain is proved all the same, and
        nothing that needs the text is.
        """
        return verification.faults(self._connections.reading, self._keys, case_ref, shown, now, known, goes_on, locked)

    def disposals(self) -> Disposals:
        """Return what was said of cases at their end: holds, destruction lists, destructions."""
        with self._connections.reading() as connection:
            return disposal.read(connection)

    def dispose(self, said: Sequence[Disposal]) -> None:
        """Put on the record that cases are held, released, proposed, approved or withdrawn: all of it or nothing."""
        disposal.add(self._connections, said)

    def dispose_as(self, decided: Callable[[Disposals], Sequence[Disposal]]) -> Sequence[Disposal]:
        """Put on the record what *decided* makes of all that was said so far, and return it, as `dispose` does."""
        return disposal.add_as(self._connections, decided)

    def may_be_destroyed(self, said: Disposal) -> None:
        """See that a case may be destroyed now; what is beside the register goes first. Raises DisposalRefused."""
        with self._connections.reading() as connection:
            disposal.must_be_destroyable(connection, said)

    def destroy(self, said: Disposal) -> None:
        """Destroy one case by an approved list: its key and what lists show are gone, and that is on the record.

        Raises:
            DisposalRefused: it is not to be destroyed, or not yet. Nothing was done.
            RegisterDown: as `disposal.destroy` says.
        """
        disposal.destroy(self._connections, said)

    def heads(self) -> tuple[Leaf, ...]:
        """Return where each chain ends, for a checkpoint."""
        return heads.heads(self._connections.reading)

    def faults_against(self, kept: Sequence[Kept], case_ref: str | None = None) -> Iterator[Fault]:
        """Yield what checkpoints have and this register has no more, or otherwise; of one case, or of all."""
        return heads.faults(self._connections.reading, kept, case_ref)

    def references(self) -> list[str]:
        """Return the reference of every case of which anything stands in any table, in order."""
        return verification.references(self._connections.reading)

    def end_of_ledger(self) -> End | None:
        """Return where the ledger of cases ends; None where there is none that can be read."""
        return verification.end_of_ledger(self._connections.reading)


def _stored_entry(row: Mapping[str, Any]) -> StoredEntry:
    return StoredEntry(
        entry=entry_of(row, row["body"]),
        body_key_id=row["body_key_id"],
        changes=row["changes"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
    )


def _stored_attempt(row: Mapping[str, Any]) -> StoredAttempt:
    attempt = Attempt(
        notice_ref=row["notice_ref"],
        case_ref=row["case_ref"],
        at=from_text(row["at"]),
        channel=row["channel"],
        result=cast(Result, row["result"]),
        detail=row["detail"],
        fallback=row["fallback"],
    )
    return StoredAttempt(attempt=attempt, number=row["number"], previous_hash=row["previous_hash"], hash=row["hash"])
