# ruff: noqa: S608
"""Each case has a key of its own, wrapped with a key of the installation: it opens its own texts and no other's."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.keyring import Keyring, add_key, make_keys
from adapters.register import chain, reading, tables
from adapters.register.address import sqlite_path
from adapters.register.case_key import CaseKey
from adapters.register.case_keys import CaseKeys
from adapters.register.connections import Connections
from adapters.register.encrypted_text import is_encrypted
from adapters.register.errors import TextLocked, TextUnfit
from adapters.register.register import Register
from adapters.register.wrapping import CannotUnwrap, WrappedKey, new_wrapped, unwrapped, wrapped_anew
from settings import RegisterAddress
from tests.register.made import (
    CASE,
    asked,
    attempt,
    by_hand,
    decision,
    enter,
    entries,
    entry,
    key_for,
    shows,
    standing,
    unguarded,
    without_guard,
)

OTHER = "NS-26-015"
ZERO, ONE = bytes(32), b"\1" * 32


@pytest.fixture
def keys(url: str) -> Path:
    assert isinstance(url, RegisterAddress)
    assert url.keys is not None
    return url.keys


def at(url: str, keys: Path | None) -> RegisterAddress:
    """The same register, read with another file of keys."""
    return RegisterAddress(str(url), keys)


# --- one key


@given(plain=st.binary(max_size=200), number=st.integers(1, 10**6), column=st.sampled_from(["body", "changes"]))
@settings(max_examples=60)
def test_any_text_comes_back_and_the_same_text_in_the_same_place_gives_the_same_bytes(
    plain: bytes, number: int, column: str
) -> None:
    key = CaseKey(CASE, ONE)
    stored, mark = key.encrypted(column, number, plain)

    assert key.decrypted(column, number, stored) == plain
    assert (stored, mark) == CaseKey(CASE, ONE).encrypted(column, number, plain)
    assert mark == hmac.new(key.salt(column, number), plain, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "elsewhere",
    [
        (CaseKey(CASE, ONE), "body", 2),
        (CaseKey(CASE, ONE), "changes", 1),
        (CaseKey(OTHER, ONE), "body", 1),
        (CaseKey(CASE, ZERO), "body", 1),
    ],
)
def test_a_text_opens_in_its_own_place_alone(elsewhere: tuple[CaseKey, str, int]) -> None:
    stored, _ = CaseKey(CASE, ONE).encrypted("body", 1, b"What was said.")
    key, column, number = elsewhere

    with pytest.raises(TextUnfit):
        key.decrypted(column, number, stored)


@pytest.mark.parametrize("changed", [b"", b"short", bytes(60)])
def test_what_was_changed_opens_nowhere(changed: bytes) -> None:
    with pytest.raises(TextUnfit):
        CaseKey(CASE, ONE).decrypted("body", 1, changed)


def test_no_two_places_share_a_salt_and_none_tells_the_key_of_another() -> None:
    key = CaseKey(CASE, ONE)
    salts = {key.salt(column, number) for column in ("body", "changes") for number in range(1, 50)}

    assert len(salts) == 98
    assert ONE not in salts


def test_nonces_of_different_texts_in_one_place_differ() -> None:
    key = CaseKey(CASE, ONE)
    nonces = {key.encrypted("view", 3, str(one).encode())[0][:12] for one in range(1_000)}

    assert len(nonces) == 1_000


def test_a_key_is_in_no_log() -> None:
    key = CaseKey(CASE, os.urandom(32))

    assert key.secret.hex() not in repr(key)
    assert repr(key) == f"CaseKey({key.id})"


# --- wrapped


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    make_keys(tmp_path / "ring.keys")
    return Keyring(tmp_path / "ring.keys")


def test_a_wrapped_key_opens_for_its_own_case_alone(ring: Keyring) -> None:
    said = new_wrapped(CASE, ring)
    kept = WrappedKey.read(said)

    assert unwrapped(CASE, kept, ring).case_ref == CASE
    assert str(kept) == said
    with pytest.raises(CannotUnwrap, match="does not open"):
        unwrapped(OTHER, kept, ring)
    with pytest.raises(CannotUnwrap, match="does not open"):
        unwrapped(CASE, kept._replace(data=kept.data[:-1] + b"x"), ring)


def test_what_is_no_wrapped_key_is_refused() -> None:
    with pytest.raises(CannotUnwrap):
        WrappedKey.read("0badcafe:no base64!")


def test_a_key_is_wrapped_anew_with_the_newest_and_stays_the_same_key(ring: Keyring, tmp_path: Path) -> None:
    said = new_wrapped(CASE, ring)
    assert wrapped_anew(CASE, said, ring) == said
    add_key(tmp_path / "ring.keys")
    newer = Keyring(tmp_path / "ring.keys")

    anew = wrapped_anew(CASE, said, newer)

    assert WrappedKey.read(anew).by == newer.current.id
    assert unwrapped(CASE, WrappedKey.read(anew), newer).id == unwrapped(CASE, WrappedKey.read(said), ring).id


def test_what_cannot_be_unwrapped_is_left_as_it_is(ring: Keyring, tmp_path: Path) -> None:
    make_keys(tmp_path / "other.keys")

    said = new_wrapped(CASE, ring)

    assert wrapped_anew(CASE, said, Keyring(tmp_path / "other.keys")) == said


# --- in a register


def test_no_text_stands_in_clear_and_what_lists_need_does(register: Register, url: str) -> None:
    enter(register, entries(3), standing(3))

    stored = str(asked(url, "SELECT * FROM entry") + asked(url, "SELECT * FROM standing"))
    assert "telephone" not in stored
    assert "safeguarding lead" not in stored
    assert "Professional" not in stored
    clear = 'SELECT number, kind, event_time, "by", on_behalf_of FROM entry ORDER BY number'
    assert asked(url, clear)[1] == (2, "act", "2026-03-02T14:00:00.000000Z", "", "")
    assert asked(url, "SELECT policy, stage, overdue FROM standing") == [("lincolnshire", "step-1", 0)]
    assert [one.entry for one in register.entries(CASE)] == entries(3)
    assert (register.view(CASE) or {})["stage"] == "Professional discussion"
    assert reading.read_entries(url, CASE)[0]["body"]["method"] == "telephone"
    assert register.verify() == []


def test_the_mark_is_the_documented_sum_and_the_salt_is_all_that_is_needed(register: Register, url: str) -> None:
    register.enter([decision(1)], [], shows(), key_for(register, CASE))
    (row,) = asked(url, "SELECT key_id, wrapped_by, wrapped FROM case_key")
    key = CaseKeys(url.keys if isinstance(url, RegisterAddress) else None).of_row(
        CASE, dict(zip(("key_id", "wrapped_by", "wrapped"), row, strict=True))
    )
    (marks,) = asked(url, "SELECT body_mark, changes_mark, body_key_id FROM entry")
    one = entry(1)
    plain = json.dumps(
        {"body": one.body, "by": one.by, "on_behalf_of": ""}, separators=(",", ":"), sort_keys=True
    ).encode()

    assert marks[0] == hmac.new(key.salt("body", 1), plain, hashlib.sha256).hexdigest()
    assert marks[1] == hmac.new(key.salt("changes", 1), b'{"shape":1,"ops":[[["entries"],1]]}', "sha256").hexdigest()
    assert marks[2] == key.id


def test_whoever_is_given_texts_and_salts_proves_them_with_the_standard_library_alone(
    register: Register, url: str
) -> None:
    enter(register, entries(3), standing(3))
    shown, changes, salts = (
        read(url, CASE) for read in (reading.read_entries, reading.read_changes, reading.read_salts)
    )

    assert len(salts) == 3
    for one, changed, salt in zip(shown, changes, salts, strict=True):
        said = {name: one[name] for name in ("body", "by", "on_behalf_of")}
        plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert hmac.new(bytes.fromhex(salt["body_salt"]), plain, "sha256").hexdigest() == one["body_mark"]
        mark = hmac.new(bytes.fromhex(salt["changes_salt"]), changed["changes"], "sha256").hexdigest()
        assert mark == one["changes_mark"]
        names = ["case_ref", "number", "kind", "event_time", "entry_time", "previous_hash"]
        names += ["body_key_id", "body_mark", "changes_mark"]
        row = {name: one[name] for name in names} | {"by": "", "on_behalf_of": ""}
        row |= {name: one[name] for name in ("body_sha256", "changes_sha256")}
        whole = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert hashlib.sha256(whole).hexdigest() == one["hash"], "and so is the chain"


def test_a_repeat_is_one_entry_and_is_known_without_its_text(register: Register, url: str) -> None:
    key = key_for(register, CASE)
    register.enter([decision(1)], [], shows(), key)
    before = asked(url, "SELECT hash, body FROM entry")
    register.enter([decision(1)], [], shows(), key)
    register.enter([decision(1)], [], shows(), key_for(register, CASE))

    assert asked(url, "SELECT hash, body FROM entry") == before
    assert len(asked(url, "SELECT * FROM case_key")) == 1


def test_a_case_keeps_its_first_key_whatever_it_is_given_later(register: Register, url: str) -> None:
    for number in range(1, 4):
        register.enter([decision(number)], [], shows(), key_for(register, CASE))

    assert len(asked(url, "SELECT DISTINCT body_key_id FROM entry")) == 1
    assert register.verify() == []


def test_the_same_decisions_with_the_same_key_give_the_same_hashes(
    register: Register, url: str, keys: Path, tmp_path: Path
) -> None:
    """So a register that was lost is given back to its last hash."""
    key = key_for(register, CASE)
    register.enter([decision(1), decision(2, 3)], [], shows(), key)

    with Register(RegisterAddress(f"sqlite:///{tmp_path}/again.db", keys)) as again:
        again.prepare()
        again.enter([decision(1)], [], shows(), key)
        again.enter([decision(2, 3)], [], shows(), key)
        assert [one.hash for one in again.entries(CASE)] == [one.hash for one in register.entries(CASE)]


def test_a_case_from_before_goes_on_with_a_key_and_is_read_as_it_is(register: Register, url: str) -> None:
    with Register(str(url)) as older:
        enter(older, entries(2), standing(2))
    enter(register, entries(3), standing(3))

    assert [one.entry for one in register.entries(CASE)] == entries(3)
    assert [one.body_key_id is None for one in register.entries(CASE)] == [True, True, False]
    assert [one["body"]["number"] for one in reading.read_entries(url, CASE)] == [1, 2, 3]
    assert register.verify() == []


# --- a key that is not there


def locked_in(register: Register) -> list[TextLocked]:
    found: list[TextLocked] = []
    assert list(register.faults(locked=found.append)) == []
    return found


@pytest.fixture
def keyless(register: Register, url: str, tmp_path: Path) -> Iterator[Register]:
    """The same register on a machine that has another key."""
    enter(register, entries(3), standing(3))
    enter(register, entries(2, OTHER), standing(2, OTHER))
    make_keys(tmp_path / "elsewhere" / "encryption.keys")
    with Register(at(url, tmp_path / "elsewhere" / "encryption.keys")) as other:
        yield other


def test_without_the_key_the_chain_is_proved_and_the_texts_are_said_not_to_be_read(
    keyless: Register, keys: Path
) -> None:
    locked = locked_in(keyless)

    assert [one.case_ref for one in locked] == [CASE, OTHER]
    assert Keyring(keys).current.id in str(locked[0])


def test_a_missing_key_is_one_sentence_that_names_key_file_and_mend(keyless: Register, keys: Path, url: str) -> None:
    with pytest.raises(TextLocked) as caught:
        keyless.entries(CASE)

    said = str(caught.value)
    assert Keyring(keys).current.id in said
    assert "elsewhere/encryption.keys" in said
    assert "Put its line back" in said
    assert "escalate keys check" in said


@pytest.mark.parametrize("file", [None, Path("/nowhere/encryption.keys")])
def test_without_any_file_of_keys_what_stands_in_clear_is_read_all_the_same(
    register: Register, url: str, file: Path | None
) -> None:
    enter(register, entries(3), standing(3))
    blind = at(url, file)

    assert [row["case_ref"] for row in reading.list_cases(blind)] == [CASE]
    assert reading.last_numbers(blind) == {CASE: 3}
    assert reading.has_case(blind, CASE)
    assert reading.read_views(blind, "lincolnshire") == [(CASE, {})], "one that cannot be read hides no other"
    for read in (reading.read_case, reading.read_entries, reading.read_changes, reading.read_told):
        with pytest.raises(TextLocked):
            read(blind, CASE)


def test_nothing_is_entered_in_clear_in_a_case_whose_key_is_not_there_and_a_later_try_enters_it(
    keyless: Register, register: Register, url: str
) -> None:
    before = asked(url, f"SELECT count(*) FROM entry WHERE case_ref = '{CASE}'")
    for given_key in ("", key_for(keyless, CASE)):
        with pytest.raises(TextLocked):
            keyless.enter([decision(4)], [], shows(), given_key)
    assert asked(url, f"SELECT count(*) FROM entry WHERE case_ref = '{CASE}'") == before

    register.enter([decision(4)], [], shows())
    assert register.verify() == []


def test_tries_to_send_are_noted_whatever_key_there_is(keyless: Register) -> None:
    assert keyless.attempt(attempt()) == 1
    assert keyless.was_accepted(f"{CASE}/1/0")


def test_a_case_whose_key_was_erased_is_proved_and_cannot_be_read_any_more(register: Register, url: str) -> None:
    enter(register, entries(3), standing(3))
    enter(register, entries(2, OTHER), standing(2, OTHER))
    without_guard(url, f"DELETE FROM case_key WHERE case_ref = '{CASE}'")

    assert [one.case_ref for one in locked_in(register)] == [CASE]
    with pytest.raises(TextLocked, match="erased"):
        register.entries(CASE)
    assert len(register.entries(OTHER)) == 2


# --- what somebody who owns the database may try


def test_a_text_that_was_moved_to_another_place_with_a_new_sum_is_named(register: Register, url: str) -> None:
    """The chain alone would not show it: whoever owns the database can write the last row's hash anew."""
    enter(register, entries(3), standing(3))
    connections, table = Connections(url), tables.entry
    with connections.reading() as connection:
        rows = [row._asdict() for row in connection.execute(table.select().order_by(table.c.number))]
    moved = rows[2] | {name: rows[1][name] for name in ("body", "body_mark")}
    moved["hash"] = chain.hash_of(moved)
    with unguarded(url), connections.writing() as connection:
        connection.execute(table.update().where(table.c.number == 3).values(moved))
    connections.engine.dispose()

    assert [(one.place, one.what) for one in register.verify()] == [
        ("entry 3", "holds what its case's key has not encrypted there: somebody has put it in")
    ]
    with pytest.raises(TextLocked, match="laid hands on it"):
        register.entries(CASE)


def test_a_key_that_was_changed_is_named(register: Register, url: str) -> None:
    enter(register, entries(1), standing(1))
    by_hand(url, ["UPDATE case_key SET key_id = 'x'"])

    assert [one.place for one in register.verify()] == ["key of the case"]


def test_what_lists_show_stands_encrypted_and_bound_to_its_entry(register: Register, url: str) -> None:
    enter(register, entries(2), standing(2))

    ((view, state),) = asked(url, "SELECT view, state FROM standing")
    assert is_encrypted(view)
    assert is_encrypted(state)
    if sqlite_path(url):
        assert b"Professional discussion" not in (sqlite_path(url) or Path()).read_bytes()
