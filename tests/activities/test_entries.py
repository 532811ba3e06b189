"""Entering, by the activity that carries decisions out: at least once, in order, and each entry once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.bundles import GAP_LASTS, GAP_SHOWS, Bundle, Bundles, Done
from activities.contacts import Contacts
from activities.entries import Entries
from activities.following import FollowUp
from activities.notices import Notices
from activities.on_call import OnCall
from activities.patience import Patience
from activities.sending import Sender
from adapters.calendars import load_calendar
from adapters.directory import Contact, DirectoryFault
from adapters.policies import load_policy
from adapters.post import Receipts
from domain.base.people import Actor
from domain.case.decided import Decided
from domain.case.editions import calendar_edition, policy_edition
from domain.case.patch import changes_between
from domain.case.state import Escalation
from domain.commands import ActDone, Opening
from domain.decide import decide, open_case
from tests.workflows.postbag import Postbag, Shelf

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CASE = "ESC-2026-0001"
POLICY, _ = load_policy(Path(__file__).resolve().parents[2] / "policies" / "lincolnshire.toml")
RAISER = Actor(agency="schools", role="practitioner")


class Desk:
    """The activity, a register, and a post that reaches the lead on call."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.entries = Entries(shelf, 0)
        self.post = Postbag()
        self.now = NOW
        self.heartbeats: tuple[Any, ...] = ()

    def enters(self, bundle: Bundle, attempt: int = 1) -> Done:
        """One try."""
        on_call = OnCall(lambda policy: None, no_directory, Contact(addresses=("lead@example.org",)), self._clock)  # type: ignore[arg-type]
        sender = Sender(self.post, self.shelf, Contacts(no_directory, on_call, self._clock), self._clock)  # type: ignore[arg-type]
        receipts, patience = Receipts([]), Patience(usual=timedelta(hours=2), urgent=timedelta(minutes=15))
        follow_up = FollowUp(sender, self.shelf, receipts, patience, self._clock)
        bundles = Bundles(self.entries, Notices(sender, receipts, self._clock), follow_up, self._clock)
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, attempt=attempt, heartbeat_details=self.heartbeats)
        environment.on_heartbeat = self._beat
        done: Any = environment.run(bundles.enter_and_send, bundle)
        assert isinstance(done, Done)
        return done

    def waits(self, bundle: Bundle, attempt: int = 1) -> ApplicationError:
        """One try, after which it is tried again."""
        with pytest.raises(ApplicationError) as told:
            self.enters(bundle, attempt)
        assert not told.value.non_retryable
        return told.value

    @property
    def told(self) -> list[tuple[str, str]]:
        """What the lead on call was told."""
        return [(notice.kind, notice.fact) for notice in self.post.sent]

    def _clock(self) -> datetime:
        return self.now

    def _beat(self, *details: Any) -> None:
        self.heartbeats = details


def no_directory(policy: str) -> None:
    raise DirectoryFault(f"There is none for {policy}.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Shelf(f"sqlite:///{tmp_path}/register.db") as shelf:
        shelf.prepare()
        yield Desk(shelf)


def opened() -> tuple[Escalation, Bundle]:
    opening = Opening(
        case=CASE,
        policy=POLICY,
        calendar=load_calendar("england-and-wales").for_case(NOW),
        facts={"concern": "difference"},
        raising="schools",
        receiving=("police",),
        raiser=RAISER,
    )
    decision = open_case(opening, NOW)
    decided = Decided(entries=decision.entries, changes=changes_between(None, decision.escalation))
    editions = {"policy_edition": policy_edition(POLICY), "calendar_edition": calendar_edition(opening.calendar)}
    return decision.escalation, Bundle(case=CASE, policy=POLICY.id, stage="step-1", decided=(decided,), **editions)


def next_bundle(case: Escalation) -> Bundle:
    decision = decide(case, ActDone(by=RAISER, act="filed", id="a"), NOW)
    decided = Decided(entries=decision.entries, changes=changes_between(case, decision.escalation))
    return Bundle(case=CASE, policy=POLICY.id, stage="step-1", decided=(decided,))


def test_what_is_entered_twice_is_entered_once(desk: Desk) -> None:
    case, bundle = opened()
    for one in (bundle, bundle, next_bundle(case), bundle):
        assert desk.enters(one) == Done()
    assert [stored.entry.kind for stored in desk.shelf.entries(CASE)] == ["opened", "stage-opened", "act"]
    assert desk.shelf.verify() == []


def test_a_register_that_is_down_is_tried_again(desk: Desk) -> None:
    desk.shelf.down.add(CASE)
    assert desk.waits(opened()[1]).type == "RegisterDown"
    desk.shelf.down.clear()
    assert desk.enters(opened()[1]) == Done()
    assert len(desk.shelf.entries(CASE)) == 2


def test_what_comes_before_its_turn_waits_for_the_one_before(desk: Desk) -> None:
    case, first = opened()
    gap = desk.waits(next_bundle(case))
    assert (gap.type, gap.next_retry_delay) == ("EntryGap", timedelta(seconds=0.2))
    assert desk.told == []
    desk.enters(first)
    assert desk.enters(next_bundle(case)) == Done()
    assert desk.shelf.verify() == []


def test_while_the_one_before_does_not_come_it_is_tried_every_other_second_and_said_now_and_then(desk: Desk) -> None:
    """Were each of many to wait longer, the last of them would wait for all of those pauses."""
    case, _ = opened()
    with capture_logs() as logs:
        assert desk.waits(next_bundle(case), attempt=15).next_retry_delay == timedelta(seconds=2)
        desk.now += GAP_SHOWS
        for attempt in range(16, 46):
            assert desk.waits(next_bundle(case), attempt=attempt).next_retry_delay == timedelta(seconds=2)
    assert [(one["event"], one["number"]) for one in logs] == [("entry_missing", 1)] * 2


def test_one_whose_predecessor_was_lost_is_given_up_and_the_lead_is_told_once(desk: Desk) -> None:
    """An older copy of the register was put back, say: what stood between is not there, and nobody enters it again."""
    case, _ = opened()
    desk.waits(next_bundle(case))
    desk.now += GAP_LASTS - timedelta(seconds=1)
    desk.waits(next_bundle(case), attempt=20)
    desk.now += timedelta(seconds=1)
    for _ in range(2):
        assert "no entry 1 yet" in desk.enters(next_bundle(case), attempt=21).unrecordable
    assert [kind for kind, _ in desk.told] == ["record-fault"]


def test_another_entry_under_a_number_that_is_taken_is_hopeless_and_the_lead_is_told_why(desk: Desk) -> None:
    _, bundle = opened()
    desk.enters(bundle)
    (decided,) = bundle.decided
    other = decided.but(entries=(decided.entries[0].but(body={"said": "Zebedee Quux"}), *decided.entries[1:]))
    done = desk.enters(bundle.but(decided=(other,)))
    assert "already has another entry 1" in done.unrecordable
    assert desk.told == [("record-fault", done.unrecordable)]
    assert "Zebedee" not in done.unrecordable
