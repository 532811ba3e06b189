"""Who watches the watch: the worker notes its silence, once an hour at most."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.watch.notebook import Notebook
from adapters.watch.silence import SilenceNoted
from tests.watch.conftest import MONDAY


class Worker:
    """The worker's side: a clock, and what it noted."""

    def __init__(self, heartbeat: Path, *, is_set_up: bool) -> None:
        self.now = MONDAY
        self.noted: list[str] = []
        self._minding = SilenceNoted(heartbeat, self.noted.append, lambda: self.now, is_set_up=is_set_up)

    def minutes(self, many: int) -> int:
        """So many minutes pass; return how often something was noted in them."""
        before = len(self.noted)
        for _ in range(many):
            self.now += timedelta(minutes=1)
            self._minding.look()
        return len(self.noted) - before


def went_round(heartbeat: Path, at: datetime, every_seconds: int = 30) -> None:
    Notebook(heartbeat, last_round=at.isoformat(), every_seconds=every_seconds).save()


@pytest.fixture
def heartbeat(tmp_path: Path) -> Path:
    return tmp_path / "watch.json"


def test_where_no_watch_is_set_up_nothing_is_noted(heartbeat: Path) -> None:
    assert Worker(heartbeat, is_set_up=False).minutes(300) == 0


def test_a_watch_that_never_went_round_is_noted_after_five_minutes_and_then_hourly(heartbeat: Path) -> None:
    worker = Worker(heartbeat, is_set_up=True)

    assert worker.minutes(4) == 0
    assert worker.minutes(1) == 1
    assert worker.minutes(59) == 0
    assert worker.minutes(61) == 2


def test_a_watch_that_was_started_by_options_alone_is_missed_too(heartbeat: Path) -> None:
    went_round(heartbeat, MONDAY)
    worker = Worker(heartbeat, is_set_up=False)

    assert worker.minutes(6) == 1
    assert "it is silent" in worker.noted[0]


def test_single_rounds_by_hand_are_no_watch_that_could_be_missed(heartbeat: Path) -> None:
    went_round(heartbeat, MONDAY, every_seconds=0)

    assert Worker(heartbeat, is_set_up=False).minutes(60) == 0


def test_a_watch_that_goes_round_is_never_noted(heartbeat: Path) -> None:
    worker = Worker(heartbeat, is_set_up=True)
    for _ in range(30):
        went_round(heartbeat, worker.now)
        assert worker.minutes(4) == 0
