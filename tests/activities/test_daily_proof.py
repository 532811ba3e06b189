# ruff: noqa: S608
"""The record is proved once a day at its hour, and each new set of faults is told once."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from activities.checkpoints import Checkpoints, Place
from activities.daily_proof import OF_UNREAD, DailyProof, ProofTold, last_said, said
from activities.proof import Proof
from adapters.checkpoint.keeping import kept
from adapters.checkpoint.keys import make_key
from adapters.directory import Contact
from adapters.keyring import make_keys
from adapters.post import OutboxPost, PostDown
from adapters.register.case_keys import case_keys
from adapters.register.errors import RegisterDown
from adapters.register.proof_note import ProofNote, read_note
from adapters.register.register import Register
from adapters.register.rows import Fault
from domain.case.effects import Notice, Receipt
from domain.engine.seats import ON_CALL
from domain.engine.senders import OFFICE
from settings import RegisterAddress
from tests.register.keeping import STORIES, fill
from tests.register.made import by_hand, without_guard

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
AT = time(3, 20)
THE_OFFICE = Contact(addresses=("office@example.org",), titles=("partnership's office",))
THE_LEAD = Contact(addresses=("lead@example.org",), titles=("safeguarding lead on call",))


class Night:
    """A register of three cases, a clock, and what was told."""

    def __init__(self, folder: Path, register: Register, url: str) -> None:
        self.url = url
        self.now = EVENING
        self.told: list[tuple[str, str]] = []
        self.unread: list[str] = []
        self.is_heard = True
        self.note = folder / "proof.json"
        self._register = register
        self.begin()

    @contextmanager
    def in_another_process(self) -> Iterator[None]:
        """Start a worker that knows no key yet, and stop it."""
        case_keys.cache_clear()
        with Register(self.url) as self._register:
            self.begin()
            yield

    def begin(self) -> None:
        """Start a worker."""
        self.daily = DailyProof(
            Proof(self._register, self.url), read_note(self.note), self._tell, lambda: self.now, AT,
            tell_unread=self._tell_unread,
        )  # fmt: skip

    def signs(self, place: Place, first_key: Callable[[], object] | None = None) -> None:
        """Let the worker make checkpoints."""
        made = Checkpoints(self._register, place, first_key or (lambda: make_key(place.key)))
        proof = Proof(self._register, self.url)
        self.daily = DailyProof(proof, read_note(self.note), self._tell, lambda: self.now, AT, made)

    def _tell(self, ref: str, sentence: str) -> bool:
        if self.is_heard:
            self.told.append((ref, sentence))
        return self.is_heard

    def _tell_unread(self, _ref: str, sentence: str) -> bool:
        if self.is_heard:
            self.unread.append(sentence)
        return self.is_heard

    def passes(self, hours: float, step: timedelta = timedelta(minutes=20)) -> list[datetime]:
        """Let time pass and the worker look; return when it proved the record."""
        until, proved = self.now + timedelta(hours=hours), []
        while self.now < until:
            before = read_note(self.note).last
            self.daily.look()
            if read_note(self.note).last != before:
                proved.append(self.now)
            self.now += step
        return proved


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    make_keys(tmp_path / "encryption.keys")
    url = RegisterAddress(f"sqlite:///{tmp_path}/register.db", tmp_path / "encryption.keys")
    with Register(url) as register:
        register.prepare()
        for story in STORIES:
            fill(register, story())
        yield Night(tmp_path, register, url)


def test_the_record_is_proved_once_a_night_at_its_hour_and_nobody_hears_of_a_sound_one(night: Night) -> None:
    assert night.passes(48) == [
        datetime(2026, 11, 24, 3, 20, tzinfo=UTC),
        datetime(2026, 11, 25, 3, 20, tzinfo=UTC),
    ]
    assert night.told == []
    note = read_note(night.note)
    assert (note.cases, note.faults, note.end and note.end.number) == (3, 0, 3)
    assert last_said(note) == "The record of 3 cases is whole. That was on Wednesday 25 November 2026, 3:20am."


def test_a_worker_that_starts_in_the_day_waits_for_the_night_unless_two_were_missed(night: Night) -> None:
    night.passes(10)
    night.now = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    night.begin()
    assert night.passes(1) == []

    night.now = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
    assert len(night.passes(1)) == 1


def test_each_new_set_of_faults_is_told_once_and_again_when_it_changes_also_by_another_worker(night: Night) -> None:
    by_hand(night.url, ["UPDATE standing SET stage = 'nowhere' WHERE case_ref = 'ESC-1000-0002'"])
    night.passes(10)
    night.begin()
    night.passes(48)
    assert [sentence for _, sentence in night.told] == [
        "The record of 3 cases was proved, and 1 fault was found in ESC-1000-0002."
    ]

    without_guard(night.url, "UPDATE entry SET kind = 'x' WHERE case_ref = 'ESC-2000-0004' AND number = 2")
    night.passes(48)

    assert len(night.told) == 2
    assert night.told[1][1].endswith("2 faults were found in ESC-1000-0002, ESC-2000-0004.")
    assert night.told[0][0] != night.told[1][0]


def test_faults_that_nobody_could_be_told_of_are_told_as_soon_as_somebody_can(night: Night) -> None:
    by_hand(night.url, ["UPDATE standing SET stage = 'nowhere'"])
    night.is_heard = False
    night.passes(10)
    night.is_heard = True
    night.passes(1)

    assert len(night.told) == 1


def test_the_newest_case_that_was_taken_out_everywhere_is_missed_the_next_night_and_every_night_after(
    night: Night,
) -> None:
    night.passes(10)
    gone = [
        f"DELETE FROM {table} WHERE case_ref = 'ESC-3000-0006'" for table in ("entry", "standing", "attempt", "ledger")
    ]
    without_guard(night.url, *gone)
    night.passes(48)

    assert len(night.told) == 1
    note = read_note(night.note)
    assert note.faults >= 1
    assert note.end is not None
    assert note.end.number == 3


def test_a_register_that_is_away_is_proved_when_it_is_back(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise RegisterDown("It is away.")

    with monkeypatch.context() as patch:
        patch.setattr(Register, "faults", away)
        assert night.passes(8) == []
    assert len(night.passes(1)) == 1


def test_a_checkpoint_is_made_after_each_proof_and_the_next_proof_holds_the_record_against_it(
    night: Night, tmp_path: Path
) -> None:
    place = Place(tmp_path / "checkpoints", tmp_path / "checkpoint.key", tmp_path / "vkeys", "example.org")
    night.signs(place)
    night.passes(48)
    assert [file.name for file in kept(place.folder)] == [
        "2026-11-24T032000Z.checkpoint", "2026-11-25T032000Z.checkpoint",
    ]  # fmt: skip
    assert night.told == []

    gone, tables = STORIES[2]().state.case, ("entry", "standing", "attempt", "ledger", "case_key")
    address = f"sqlite:///{tmp_path}/register.db"
    without_guard(address, *(f"DELETE FROM {table} WHERE case_ref = '{gone}'" for table in tables))
    night.note.unlink()
    night.begin()
    night.signs(place)
    night.passes(48)

    assert len(kept(place.folder)) == 2, "a record that has lost something is not signed"
    (told,) = night.told
    assert "faults were found in ESC-3000-0006; and in what belongs to no one case" in told[1]


def test_where_there_is_no_key_the_proof_is_made_all_the_same(night: Night, tmp_path: Path) -> None:
    place = Place(tmp_path / "checkpoints", tmp_path / "checkpoint.key", tmp_path / "vkeys", "example.org")
    night.signs(place, first_key=lambda: None)

    assert len(night.passes(10)) == 1
    assert kept(place.folder) == []


def test_what_somebody_put_into_the_database_is_repeated_to_nobody() -> None:
    faults = [
        Fault(case_ref="Jane Doe, 4 High Street", place="entry 1", what="is wrong"),
        Fault(case_ref="", place="edition Jane", what="was changed"),
    ]

    assert "Jane" not in said(faults, 2)
    assert "what belongs to no one case" in said(faults, 2)


def test_the_office_and_whoever_is_on_call_are_told_each_once(tmp_path: Path) -> None:
    def contacts(policy: str, notice: Notice) -> list[Contact]:
        return [THE_LEAD] if notice.to == ON_CALL else [THE_OFFICE]

    tell = ProofTold(
        OutboxPost(tmp_path, lambda: EVENING), lambda: ["lincolnshire", "sutton"], contacts, [(OFFICE, THE_OFFICE)]
    )

    assert tell("proof/0123", "The record of 3 cases was proved, and 1 fault was found in ESC-1000-0002.")

    letters = [path.read_text() for path in tmp_path.glob("*.txt")]
    assert len(letters) == 2
    assert all("Subject: the record is not as it was written\n" in letter for letter in letters)
    assert all("1 fault was found in ESC-1000-0002" in " ".join(letter.split()) for letter in letters)
    assert {"To: office@example.org", "To: lead@example.org"} == {
        line for letter in letters for line in letter.splitlines() if line.startswith("To: ")
    }


def test_where_the_register_or_the_post_is_down_those_that_are_set_are_tried_and_the_answer_is_no() -> None:
    tried: list[Contact] = []

    class Down:
        def send(self, notice: Notice, contact: Contact) -> Receipt:
            tried.append(contact)
            raise PostDown("The mail host does not answer.")

    def no_policies() -> list[str]:
        raise RegisterDown("It is away.")

    tell = ProofTold(Down(), no_policies, lambda *_: (), [(OFFICE, THE_OFFICE), (ON_CALL, THE_LEAD)])

    assert not tell("proof/0123", "It is wrong.")
    assert tried == [THE_OFFICE, THE_LEAD]


def test_without_the_key_the_office_is_told_once_that_nothing_was_read_and_again_only_after_it_was_back(
    night: Night, tmp_path: Path
) -> None:
    keys, away = tmp_path / "encryption.keys", tmp_path / "away.keys"
    keys.rename(away)
    make_keys(keys)
    with night.in_another_process():
        night.is_heard = False
        night.passes(10)
        assert night.unread == []
        night.is_heard = True
        night.passes(48)
        night.begin()
        night.passes(48)

    (told,) = night.unread
    assert told == (
        "In 3 of 3 cases what people wrote could not be read, for no key that is here opens it: "
        "ESC-1000-0002, ESC-2000-0004, ESC-3000-0006."
    )
    assert night.told == [], "that is no fault of the record"
    note = read_note(night.note)
    assert (note.faults, note.unread) == (0, 3)
    assert note.says == (
        "The record of 3 cases is whole, as far as it could be read. In 3 no key that is here opens what people wrote, "
        "so that was not proved."
    )
    without = keys.rename(tmp_path / "without.keys")
    away.rename(keys)
    with night.in_another_process():
        night.passes(24)
    assert (read_note(night.note).says, len(night.unread)) == ("The record of 3 cases is whole.", 1)
    keys.rename(away)
    without.rename(keys)
    with night.in_another_process():
        night.passes(24)
    assert len(night.unread) == 2


def test_that_nothing_was_read_wakes_nobody_and_says_what_to_do(tmp_path: Path) -> None:
    otherwise = [(OFFICE, THE_OFFICE), (ON_CALL, THE_LEAD)]
    outbox = OutboxPost(tmp_path, lambda: EVENING)
    tell = ProofTold(outbox, list, lambda *_: (), otherwise, OF_UNREAD, (OFFICE,))

    assert tell("proof-unread/x", "In 1 of 3 cases what people wrote could not be read: ESC-1000-0002.")

    (letter,) = [path.read_text() for path in tmp_path.glob("*.txt")]
    assert "To: office@example.org\n" in letter
    assert "Subject: what people wrote cannot be read\n" in letter
    assert "escalate keys check" in letter


def test_a_note_of_an_older_worker_is_read(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    ProofNote(file, since="x", last="y", cases=3, says="z").save()
    kept = {name: held for name, held in json.loads(file.read_text()).items() if not name.startswith("unread")}
    file.write_text(json.dumps(kept))

    assert (read_note(file).last, read_note(file).unread, read_note(file).unread_told) == ("y", 0, False)
