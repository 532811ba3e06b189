"""A worker that has lost a slot for good ends, so that another takes its cases."""

from datetime import UTC, datetime, timedelta

from temporalio.testing import WorkflowEnvironment

from settings import read_settings
from tests.workflows.postbag import Postbag, Shelf
from worker import worker
from workflows.slots import PATIENCE, SlotsKept, lost_slots


class Minded:
    """A worker of which so many slots are lost."""

    def __init__(self) -> None:
        self.lost = 0
        self.ended = 0
        self.now = datetime(2026, 11, 23, 3, tzinfo=UTC)
        self.minding = SlotsKept(lambda: self.lost, self.end, lambda: self.now)

    def end(self) -> None:
        self.ended += 1

    def passes(self, time: timedelta) -> int:
        self.now += time
        self.minding.look()
        return self.ended


def test_it_ends_once_a_slot_has_been_lost_for_five_minutes() -> None:
    minded = Minded()
    minded.lost = 1

    assert minded.passes(timedelta()) == 0
    assert minded.passes(PATIENCE - timedelta(seconds=1)) == 0
    assert minded.passes(timedelta(seconds=1)) == 1


def test_one_that_gets_its_slot_back_goes_on() -> None:
    minded = Minded()
    minded.lost = 1
    minded.passes(timedelta(minutes=4))
    minded.lost = 0
    minded.passes(timedelta(minutes=4))
    minded.lost = 1

    assert minded.passes(timedelta(minutes=4)) == 0


async def test_the_sdk_still_counts_what_it_cannot_put_away(server: WorkflowEnvironment, tmp_path) -> None:
    """It is no public figure: an SDK without it would make the check blind."""
    settings = read_settings({"ESCALATION_DATA": str(tmp_path), "ESCALATION_TASK_QUEUE": tmp_path.name})
    shelf = Shelf(settings.register)
    async with worker(settings, server.client, post=Postbag(), register=shelf) as running:
        assert hasattr(running._workflow_worker, "_could_not_evict_count")
        assert lost_slots(running) == 0
