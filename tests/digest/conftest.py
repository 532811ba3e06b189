"""A real register, written by the real rules on a clock that the test moves, and a post that keeps what it is given."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue
from temporalio.testing import ActivityEnvironment

from activities.contacts import Contacts
from activities.digests import Digests, Morning, Told
from activities.entries import standing_row
from activities.on_call import OnCall
from activities.sending import Sender
from adapters.digest import Sources
from adapters.keyring import make_keys
from adapters.register.register import Register
from domain.case.effects import Entry, Notice
from domain.commands import Message
from domain.policy.local_settings import Local
from domain.time.local_time import to_zone
from domain.views.digest import Digest, Item
from domain.views.status import status_of
from settings import Settings, read_settings
from tests.domain.case import Case
from tests.register.made import editions_new_to, key_for
from tests.starter.cases_in_memory import CasesInMemory
from tests.workflows.postbag import Postbag
from tests.workflows.story import Story
from wiring import digest_sources, directories, office, rotas

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
POLICY = "lincolnshire"


class _Named:
    """As much of a story as its opening needs."""

    def __init__(self, case: str) -> None:
        self.case = case


class Place:
    """An installation without Temporal."""

    def __init__(self, register: Register, settings: Settings) -> None:
        self.register = register
        self.settings = settings
        self.now = MONDAY
        self.postbag = Postbag()
        self.cases = CasesInMemory(register, lambda: self.now)

    async def opens(self, case: str, at: datetime, **changes: Any) -> None:
        """Open a case at an instant that may have passed, and let pass what has come due since."""
        self.now, now = at, self.now
        said = {"opened_at": at, "local": Local(tolerance="same working day"), **changes}
        await self.cases.open(Story.opening(_Named(case), **said))  # type: ignore[arg-type]
        self.now = now
        self.cases.pass_time(case)

    async def says(self, case: str, message: Message) -> None:
        await self.cases.record(case, message)

    def keeps(self, case: Case) -> None:
        """Put a case that was told elsewhere into the register."""
        editions = editions_new_to(None, case.state)
        key = key_for(self.register, case.state.case)
        self.register.enter(case.kept.decided, editions, lambda _: standing_row(status_of(case.state)), key)

    def entry(self, case: str, kind: str, *, by: str, **body: JsonValue) -> Entry:
        """The case's next entry, made by hand."""
        number = len(self.register.entries(case)) + 1
        return Entry(case=case, number=number, kind=kind, at=self.now, entered_at=self.now, by=by, body=body)

    def directory(self, text: str) -> None:
        """Write the policy's directory."""
        (self.settings.directories / f"{POLICY}.toml").write_text(text, encoding="utf-8")

    def rota(self, text: str) -> None:
        (self.settings.directories / f"{POLICY}.rota.toml").write_text(text, encoding="utf-8")

    @property
    def sources(self) -> Sources:
        return digest_sources(self.settings)

    @property
    def digests(self) -> Digests:
        clock = lambda: self.now  # noqa: E731
        on_call = OnCall(rotas(self.settings), directories(self.settings), None, clock)
        contacts = Contacts(directories(self.settings), on_call, clock)
        sender = Sender(self.postbag, self.register, contacts, clock)
        return Digests(sender, on_call, self.sources, office(self.settings), clock)

    @property
    def morning(self) -> Morning:
        return Morning(day=to_zone(self.now, "Europe/London").date(), begun=self.now, policy=POLICY)

    def tells_people(self) -> Told:
        return ActivityEnvironment().run(self.digests.people, self.morning)

    def tells_leads(self) -> Told:
        return ActivityEnvironment().run(self.digests.night, self.morning)

    def tells_office(self) -> Told:
        return ActivityEnvironment().run(self.digests.office, self.morning.but(policy=""))

    @property
    def sent(self) -> list[Notice]:
        return self.postbag.sent

    def addresses(self, notice: Notice) -> tuple[str, ...]:
        return self.postbag.contacts[notice.ref].addresses

    def to(self, address: str) -> Digest:
        """The one digest that went to an address."""
        (found,) = (one for one in self.sent if self.addresses(one) == (address,))
        assert isinstance(found, Digest)
        return found

    def to_all(self, notice: Notice) -> tuple[Item, ...]:
        assert isinstance(notice, Digest)
        return notice.items


DIRECTORY = """
[directory]
id = "lincolnshire"
title = "Lincolnshire"
edition = "1"

[fallback]
title = "Partnership duty desk"
email = ["desk@example.org"]

[[agency]]
id = "schools"
title = "Schools"
  [[agency.holder]]
  role = "practitioner"
  title = "teacher"
  email = ["teacher@example.org"]

[[agency]]
id = "police"
title = "Police"
  [[agency.holder]]
  role = "practitioner"
  title = "constable"
  email = ["constable@example.org"]
  text = ["+44 7700 900123"]
  channels = ["text"]
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "directories").mkdir()
    given = {"ESCALATION_DATA": str(tmp_path), "ESCALATION_DIRECTORIES": str(tmp_path / "directories")}
    settings = read_settings(given)
    make_keys(settings.encryption_keys)
    with Register(settings.register) as register:
        register.prepare()
        made = Place(register, settings)
        made.directory(DIRECTORY)
        yield made
