"""A register that neither answers nor refuses: alerts go out, and what could not be noted comes back."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.bundles import Bundle, Bundles
from activities.contacts import Contacts
from activities.entries import Entries
from activities.following import FollowUp
from activities.notices import Notices
from activities.on_call import OnCall
from activities.patience import Patience
from activities.sending import Sender
from adapters.directory import Contact, DirectoryFault
from adapters.post import Receipts
from adapters.register.address import postgres_address
from adapters.register.errors import RegisterDown
from adapters.register.limits import BRIEF, CONNECT_SECONDS, USUAL
from adapters.register.register import Register
from domain.case.effects import Notice, Owed
from domain.engine.seats import ON_CALL
from tests.register import postgres
from tests.register.conftest import postgres_server, register, url  # noqa: F401 - fixtures
from tests.register.made import enter, entries, standing
from tests.workflows.postbag import Postbag

CASE = "ESC-2026-0001"
SLACK = 4.0
"""Seconds that a busy machine may add."""
pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


def no_directory(policy: str) -> None:
    raise DirectoryFault(f"There is none for {policy}.")


def sends(register: Register, post: Postbag, *notices: Notice) -> None:  # noqa: F811
    on_call = OnCall(lambda policy: None, no_directory, Contact(addresses=("lead@rota.example.org",)), now)  # type: ignore[arg-type]
    sender = Sender(post, register, Contacts(no_directory, on_call, now, view=register.view), now)  # type: ignore[arg-type]
    bundle = Bundle(case=CASE, policy="area", stage="step-1", notices=notices)
    patience = Patience(usual=timedelta(hours=2), urgent=timedelta(minutes=15))
    follow_up = FollowUp(sender, register, Receipts([]), patience, now)
    bundles = Bundles(Entries(register), Notices(sender, Receipts([]), now), follow_up, now)
    with pytest.raises(ApplicationError) as told:
        ActivityEnvironment().run(bundles.enter_and_send, bundle)
    assert told.value.type == "RegisterDown", "what has gone is noted later"


def now() -> datetime:
    return datetime.now(UTC)


def told(kind: str, number: int) -> Notice:
    owed = (Owed(what="discussion", by="both sides together"),)
    return Notice(ref=f"{CASE}/{number}/1", case=CASE, kind=kind, to=ON_CALL, urgent=True, owed=owed)


@contextmanager
def locked(url: str) -> Iterator[None]:  # noqa: F811
    with psycopg.connect(postgres_address(url, "postgresql")) as other:
        other.execute("LOCK TABLE attempt IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


@contextmanager
def frozen(url: str) -> Iterator[None]:  # noqa: F811
    with psycopg.connect(postgres_address(url, "postgresql")) as other, postgres.frozen(other.info.backend_pid):
        yield


@pytest.mark.parametrize("hung", [locked, frozen])
@pytest.mark.parametrize("kind", ["risk", "alert"])  # an alert asks the record whom to ring
def test_three_alerts_wait_for_the_register_once_and_briefly(
    register: Register,  # noqa: F811
    url: str,  # noqa: F811
    hung: Callable[[str], AbstractContextManager[None]],
    kind: str,
) -> None:
    post = Postbag()
    enter(register, entries(1), standing(1))
    with hung(url):
        begun = time.monotonic()
        sends(register, post, told(kind, 3), told(kind, 4), told(kind, 5))
        took = time.monotonic() - begun

    assert [notice.ref for notice in post.sent] == [told(kind, number).ref for number in (3, 4, 5)]
    assert took < BRIEF + 2 * CONNECT_SECONDS + SLACK


def test_entries_that_wait_for_a_frozen_register_leave_threads_for_alerts(register: Register, url: str) -> None:  # noqa: F811
    """Far more cases than connections: whoever finds none free does not queue, and the next are refused at once."""
    enter(register, entries(1), standing(1))

    def enters() -> float:
        begun = time.monotonic()
        with pytest.raises(RegisterDown):
            enter(register, entries(2), standing(2))
        return time.monotonic() - begun

    with frozen(url), ThreadPoolExecutor(60) as threads:
        first = [each.result() for each in [threads.submit(enters) for _ in range(60)]]
        then = [each.result() for each in [threads.submit(enters) for _ in range(60)]]

    assert max(first) < USUAL + 2 * CONNECT_SECONDS + SLACK
    assert max(then) < SLACK, "nobody waits again for what was found to hang"
