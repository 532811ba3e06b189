"""Who watches the watch: the worker notes its silence, once an hour at most."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.directory import Contact
from adapters.post import OutboxPost, PostDown
from adapters.watch.notebook import Notebook
from adapters.watch.silence import SilenceNoted, SilenceTold
from domain.case.effects import Notice, Receipt
from tests.watch.conftest import MONDAY

OFFICE = Contact(addresses=("office@example.org",), titles=("partnership's office",))


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


def test_the_office_is_told_of_it_by_the_post_and_the_message_names_no_case(tmp_path: Path) -> None:
    tell = SilenceTold(OutboxPost(tmp_path, lambda: MONDAY), OFFICE, lambda: MONDAY)
    tell("The watch went round last at 9am: it is silent.")

    (letter,) = (path.read_text() for path in tmp_path.glob("*.txt"))
    assert "To: office@example.org" in letter
    assert "Subject: the watch is silent\n" in letter
    assert "went round last at 9am" in letter
    assert "Reference:" not in letter


def test_where_no_office_is_set_or_the_post_is_down_it_stands_in_the_log_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Down:
        def send(self, notice: Notice, contact: Contact) -> Receipt:
            raise PostDown("The mail host does not answer.")

    SilenceTold(Down(), None, lambda: MONDAY)("It is silent.")
    SilenceTold(Down(), OFFICE, lambda: MONDAY)("It is silent.")

    said = capsys.readouterr().out
    assert said.count("watch_silent") == 2
    assert said.count("watch_silence_not_told") == 1
