"""The circuit breaker: one wait in vain, and then nobody waits until somebody has found it answering again."""

from threading import Thread

import pytest

from adapters.breaker import REST_SECONDS, SLOW_SECONDS, CircuitBreaker
from tests.register.test_group_commit import until


class Down(Exception):  # noqa: N818 - what it is
    pass


class Host:
    """Something that may stand still, by a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.takes = 0.0
        self.error: type[Exception] | None = None
        self.calls = 0
        self.breaker = CircuitBreaker(Down, lambda: Down("left alone"), lambda: self.now)

    def call(self) -> None:
        with self.breaker.through():
            self.calls += 1
            self.now += self.takes
            if self.error:
                raise self.error("no answer")


@pytest.fixture
def host() -> Host:
    return Host()


def test_after_one_wait_in_vain_nobody_else_waits(host: Host) -> None:
    host.takes, host.error = SLOW_SECONDS, Down
    with pytest.raises(Down, match="no answer"):
        host.call()
    for _ in range(3):
        with pytest.raises(Down, match="left alone"):
            host.call()
    assert host.calls == 1


def test_one_tries_again_after_the_rest_and_its_success_lets_all_through(host: Host) -> None:
    host.takes, host.error = SLOW_SECONDS, Down
    with pytest.raises(Down):
        host.call()
    host.now += REST_SECONDS
    with host.breaker.through(), pytest.raises(Down, match="left alone"):
        host.call()  # while somebody is trying, and does not get an answer for long
    host.takes, host.error = 0, None
    host.call()
    host.call()
    assert host.calls == 3


@pytest.mark.parametrize(("takes", "error"), [(SLOW_SECONDS / 2, Down), (SLOW_SECONDS, KeyError), (60.0, None)])
def test_an_outage_that_is_told_at_once_another_error_and_a_slow_success_rest_nothing(
    host: Host, takes: float, error: type[Exception] | None
) -> None:
    host.takes, host.error = takes, error
    for _ in range(2):
        if error:
            with pytest.raises(error, match="no answer"):
                host.call()
        else:
            host.call()
    assert host.calls == 2


@pytest.mark.parametrize("answers", [True, False])
def test_others_wait_briefly_for_what_becomes_of_the_one_that_tries_again(host: Host, answers: bool) -> None:
    """Refused at once they would be long in coming back, though it answers by then."""
    host.takes, host.error = SLOW_SECONDS, Down
    with pytest.raises(Down):
        host.call()
    host.now += REST_SECONDS
    host.takes, host.error = 0, None
    came: list[str] = []

    def comes_later() -> None:
        try:
            host.call()
        except Down as error:
            came.append(str(error))
        else:
            came.append("through")

    others = [Thread(target=comes_later) for _ in range(4)]

    def try_again() -> None:
        with host.breaker.through():
            for other in others:
                other.start()
            until(lambda: len(host.breaker._changed._waiters) == 4)  # type: ignore[attr-defined]
            if not answers:
                host.now += SLOW_SECONDS
                raise Down("no answer")

    if answers:
        try_again()
    else:
        with pytest.raises(Down, match="no answer"):
            try_again()
    for other in others:
        other.join()

    assert came == ["through" if answers else "left alone"] * 4
