"""A message is decided once: what was made of it to see whether it is to be taken is what is taken."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.deciding import Ask, CaseInMemory, Deciding, Waiting
from adapters.calendars import load_calendar
from bench.sides import POLICY
from domain.base.people import Actor
from domain.commands import Opening, OutcomeSaid
from domain.decide import decide

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEAD = Actor(agency="schools", role="lead")
SAID = OutcomeSaid(by=LEAD, outcome="disagreed", fields={"reason": "The threshold is not met."}, id="message-1")


@pytest.fixture
def case() -> CaseInMemory:
    calendar = load_calendar("england-and-wales").for_case(NOW)
    opening = Opening(
        case="ESC-7K2M-Q",
        policy=POLICY,
        calendar=calendar,
        raising="schools",
        receiving=("police",),
        raiser=LEAD,
        words={"disagreement": "The referral was closed."},
    )
    held = CaseInMemory(opening.case, POLICY, calendar)
    held.waiting.append(Waiting("opening", opening))
    held.fold(Deciding().decide_waiting(Ask(number=held.number, now=NOW)))
    held.waiting.clear()
    return held


def times_decided(case: CaseInMemory, taken: OutcomeSaid, now: datetime, monkeypatch: pytest.MonkeyPatch) -> int:
    """See whether a message is to be taken, then decide what waits; return how often the rules were asked."""
    asked = []

    def counted(*of: object) -> object:
        asked.append(of)
        return decide(*of)  # type: ignore[arg-type]

    monkeypatch.setattr("activities.deciding.decide", counted)
    case.try_deciding(SAID, NOW)
    case.waiting.append(Waiting("update-1", taken, is_answered=True))
    decisions = Deciding().decide_waiting(Ask(number=case.number, now=now))
    assert decisions.settled[0].answer is not None
    return len(asked)


def test_it_is_not_decided_again(case: CaseInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads it anew for whoever takes it, so it is another object."""
    assert times_decided(case, SAID.model_copy(deep=True), NOW, monkeypatch) == 1


def test_another_message_is_decided(case: CaseInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    assert times_decided(case, SAID.but(id="message-2"), NOW, monkeypatch) == 2


def test_at_another_time_it_is_decided_again(case: CaseInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    assert times_decided(case, SAID, NOW + timedelta(hours=1), monkeypatch) == 2
