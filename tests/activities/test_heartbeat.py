"""One thread beats for all activities under way."""

import threading
from datetime import timedelta

import pytest

from activities import heartbeat
from activities.heartbeat import Keeper


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_EVERY", timedelta(milliseconds=10))


class Beaten:
    def __init__(self, enough: int = 3, *, fails: bool = False) -> None:
        self.times = 0
        self.threads: set[int] = set()
        self.enough = threading.Event()
        self._enough = enough
        self._fails = fails

    def __call__(self) -> None:
        self.times += 1
        self.threads.add(threading.get_ident())
        if self.times >= self._enough:
            self.enough.set()
        if self._fails:
            raise RuntimeError


def test_each_is_beaten_for_in_one_thread() -> None:
    keeper, first, second = Keeper(), Beaten(), Beaten()
    with keeper.beating(first), keeper.beating(second):
        assert first.enough.wait(30)
        assert second.enough.wait(30)
    assert first.threads == second.threads
    assert len(first.threads) == 1
    assert threading.get_ident() not in first.threads


def test_one_that_fails_ends_no_other() -> None:
    keeper, failing, other = Keeper(), Beaten(1, fails=True), Beaten(5)
    with keeper.beating(failing), keeper.beating(other):
        assert other.enough.wait(30)
    assert failing.times == 1


def test_after_its_end_an_activity_is_not_beaten_for_and_the_next_one_is() -> None:
    keeper, first, second = Keeper(), Beaten(), Beaten()
    with keeper.beating(first):
        assert first.enough.wait(30)
    times = first.times
    with keeper.beating(second):
        assert second.enough.wait(30)
    assert first.times <= times + 1  # one may have been on its way
