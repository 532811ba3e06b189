"""A real register, written by the real rules on a clock that the test moves; and a watch over it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.keyring import make_keys
from adapters.post import PostDown
from adapters.register.register import Register
from adapters.register.rows import Attempt, Result
from adapters.watch.found import Alarm, Found
from adapters.watch.notebook import read_notebook
from adapters.watch.rounds import Report, Watch, cases
from domain.base.people import Actor
from domain.commands import ActDone, AlertAcknowledged, Opening, OutcomeSaid, RiskRaised
from domain.policy.local_settings import Local
from domain.views.status import status_of
from settings import Settings, read_settings
from starter.watching import Due
from tests.starter.cases_in_memory import CasesInMemory
from tests.watch.listening import Listening, listening
from tests.workflows.story import Story

CASE = "ESC-7000-000E"
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
PRACTITIONER = Actor(agency="schools", role="practitioner")
FOUND = Found(ref=f"watch/{CASE}/moment/3", what="moment", case=CASE, says="It was lost.", mend="See to it.")


class Place:
    """An installation without Temporal: a case goes on only where the test says that a worker is at work."""

    def __init__(self, register: Register, settings: Settings, now: datetime = MONDAY) -> None:
        self.register = register
        self.settings = settings
        self.now = now
        self.cases = CasesInMemory(register, lambda: self.now)

    async def opens(self, case: str = CASE, **changes: Any) -> None:
        await self.cases.open(opening(case, self.now, **changes))

    @property
    def next_moment(self) -> datetime:
        moment = status_of(self.cases.running[CASE]).next_moment
        assert moment is not None
        return moment

    def passes(self, **span: float) -> None:
        """Time passes and no worker notices."""
        self.now += timedelta(**span)

    def works(self) -> None:
        """A worker takes what has come."""
        self.cases.pass_time(CASE)

    async def says(self, message: ActDone | AlertAcknowledged | OutcomeSaid | RiskRaised) -> None:
        await self.cases.record(CASE, message)

    def last(self, kind: str) -> int:
        """Number of the last entry of a kind."""
        return max(one.entry.number for one in self.register.entries(CASE) if one.entry.kind == kind)

    def tries(self, number: int, result: Result, index: int = 1) -> None:
        """A worker tries to send a notice of an entry."""
        ref = f"{CASE}/{number}/{index}"
        self.register.attempt(Attempt(notice_ref=ref, case_ref=CASE, at=self.now, channel="smtp", result=result))


class _Named:
    """As much of a story as its opening needs."""

    def __init__(self, case: str) -> None:
        self.case = case


def opening(case: str, at: datetime, **changes: Any) -> Opening:
    """The opening of a case in which something is late at the end of the day."""
    said = {"opened_at": at, "local": Local(tolerance="same working day"), **changes}
    return Story.opening(_Named(case), **said)  # type: ignore[arg-type]


class Ear:
    """A channel that keeps what it is told, or is down."""

    name = "ear"

    def __init__(self) -> None:
        self.heard: list[Alarm] = []
        self.is_down = False

    def tell(self, alarm: Alarm) -> None:
        if self.is_down:
            raise PostDown("The ear is deaf.")
        self.heard.append(alarm)

    def new(self) -> list[tuple[str, str]]:
        """What was told since this was last asked: the state, and what it is about."""
        said = [(alarm.state, alarm.found.what) for alarm in self.heard]
        self.heard.clear()
        return said


Round = Callable[[], Report]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"ESCALATION_DATA": str(tmp_path / "data")})


@pytest.fixture
def place(settings: Settings) -> Iterator[Place]:
    make_keys(settings.encryption_keys)
    with Register(settings.register) as register:
        register.prepare()
        yield Place(register, settings)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def go_round(place: Place, ear: Ear) -> Round:
    """Go round once at the place's time, as a process that was started anew each time."""

    def once() -> Report:
        url = place.settings.register
        notebook = read_notebook(place.settings.watch.heartbeat)
        return Watch([cases(url, Due(url))], [ear], notebook).round(place.now)

    return once


@pytest.fixture
def switch() -> Iterator[Listening]:
    with listening() as heard:
        yield heard
