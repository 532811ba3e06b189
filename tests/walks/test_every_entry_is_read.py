"""Every entry of every walk, and the kinds that no walk has, by everything that reads the record."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from activities.entries import standing_row
from adapters.digest import digests, nights, office_digests, on_hand, raised_since
from adapters.directory import Contact, Directory, load_directory
from adapters.keyring import make_keys
from adapters.links import Linked
from adapters.post import write_letter
from adapters.register.register import Register
from console.lead.notice import lead_page
from console.looks import Looks
from console.notices.register import Reader
from console.notices.rendered import notice_page
from console.notices.seats import Seats
from console.numbers import emergency_alone
from domain.base.reference import make_reference
from domain.engine.seats import is_on_call
from domain.views.status import status_of
from services import times
from services.entries import KINDS, entry_words
from settings import HERE, Settings, read_settings
from starter.cli import cli
from tests.domain.case import Case
from tests.register.made import editions_new_to
from wiring import digest_sources, directories, rotas

from .all import WALKS
from .everything import lincolnshire_case, sutton_case
from .telling import shipped, tell

CASE = make_reference(7)
TOLD = {"office-and-world": ("lincolnshire", lincolnshire_case), "numbers-and-dates": ("sutton", sutton_case)}


def told(name: str) -> Case:
    """Tell a walk, or one of the stories beside them."""
    if name in WALKS:
        return tell(WALKS[name], case=CASE)
    policy, story = TOLD[name]
    return story(shipped(policy), CASE)


class Record:
    """A register that holds one case, and the people's eyes on it."""

    def __init__(self, case: Case, register: Register, settings: Settings) -> None:
        self.case = case
        self.settings = settings
        opened = case.state.but(policy=case.opening.policy, calendar=case.opening.calendar)
        editions = [*editions_new_to(None, opened), *editions_new_to(opened, case.state)]
        register.enter(case.kept.decided, editions, lambda _: standing_row(status_of(case.state)))

    def types(self, *words: str) -> str:
        result = CliRunner().invoke(cli, list(words))
        assert result.exit_code == 0, f"{words}: {result.stderr[-900:]}"
        return result.stdout


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("ESCALATION_REGISTER", "ESCALATION_TRAINING", "ESCALATION_DIRECTORIES", "ESCALATION_POLICIES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ESCALATION_DATA", str(tmp_path))
    return read_settings()


@pytest.fixture
def register(settings: Settings) -> Iterator[Register]:
    make_keys(settings.encryption_keys)
    with Register(settings.register) as register:
        register.prepare()
        yield register


@pytest.fixture(params=[*WALKS, *TOLD])
def record(
    request: pytest.FixtureRequest, register: Register, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Record:
    case = told(request.param)
    monkeypatch.setattr(times, "clock", lambda: case.now)
    return Record(case, register, settings)


def test_everything_that_reads_the_record_reads_every_entry_of_it(record: Record) -> None:
    case = record.case
    numbers = [entry.number for entry in case.entries]

    shown = record.types("show", CASE, "--entries", "10000")
    story = record.types("history", CASE, "--words")
    lines = json.loads(record.types("history", CASE, "--json"))

    assert [int(found) for found in re.findall(r"^  (\d+) +\w+day \d", shown, re.MULTILINE)][-len(numbers) :] == numbers
    assert [int(found) for found in re.findall(r"^  (\d+) +\w+day \d", story, re.MULTILINE)] == numbers
    assert [line["number"] for line in lines] == numbers
    assert json.loads(record.types("show", CASE, "--json"))["as_of"] == numbers[-1]
    for words in ((), *((str(duty.id),) for duty in case.state.duties[-3:])):
        assert CASE in record.types("explain", CASE, *words)
    assert record.types("list", "--all", "--json") != "[]\n"


def test_every_notice_of_it_has_its_letter_and_its_page(record: Record) -> None:
    seats = Seats(directories(record.settings), rotas(record.settings), None)
    now = record.case.now
    reader = Reader(
        record.settings.register, seats, lambda: now, Looks(record.settings.register, record.settings.data, lambda: now)
    )
    contact = Contact(addresses=("somebody@example.org",), agency_title="An agency")
    pages = set()
    for notice in record.case.notices:
        letter = write_letter(notice, contact)
        assert CASE in letter.subject
        kind = (notice.kind, notice.to.role, notice.to.agency)
        if kind not in pages:
            pages.add(kind)
            linked = Linked(ref=notice.ref, role=notice.to.role, agency=notice.to.agency)
            if is_on_call(notice.to):
                of_lead = lead_page(linked, reader.opened(linked), emergency_alone, lambda policy: ())
                assert of_lead.title
                assert of_lead.state != "alerting" or any(item.late for item in of_lead.items)
            else:
                assert CASE in notice_page("", reader.read(linked))


def test_every_digest_can_be_made_of_it(record: Record) -> None:
    now, made = record.case.now, digest_sources(record.settings)
    policy = record.case.opening.policy.id
    directory: Directory = load_directory(HERE / "directories" / f"{policy}.toml")
    ground, url = made.ground(policy), record.settings.register
    found = on_hand(url, policy, ground, now)
    raised = raised_since(url, policy, ground, directory, datetime.min.replace(tzinfo=now.tzinfo))
    contact = Contact(addresses=("lead@example.org",), agency_title="An agency")
    letters = [
        *digests(policy, found, directory, lambda _: (), now.date()),
        *nights(policy, raised, now.date(), "yesterday", [contact]),
        *office_digests(made, contact, now.date(), now),
    ]

    assert found.unreadable == ()
    assert letters
    for to, letter in letters:
        assert write_letter(letter, to).body


def test_the_walks_and_the_stories_beside_them_have_every_kind_of_entry() -> None:
    kinds = {entry.kind for name in (*WALKS, *TOLD) for entry in told(name).entries}

    assert kinds == KINDS


def test_a_step_that_was_chosen_is_said() -> None:
    """Liverpool's `not-agreed` within one agency leaves the next step to the managers: `leads_to = "chosen"`."""
    case = told("liverpool-within-a-school-pressed-again-and-left-at-that")
    entries = [one.model_dump(mode="json") for one in case.entries if one.kind == "outcome"]
    entry = next(one for one in entries if one["body"].get("said", {}).get("to"))
    chosen = entry["body"]["said"]["to"]
    title = case.state.policy.stage(chosen).title

    assert entry_words(entry, {chosen: title}).endswith(f", on to {title}")
