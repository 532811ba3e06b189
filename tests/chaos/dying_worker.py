"""The real worker, which kills itself at a point: `CHAOS_DIES=sent:3:hurried python -m tests.chaos.dying_worker`.

The points, each followed by which time it is reached:

deciding   a message is being decided on: the server has handed it out, nothing is in the history yet
accepted   a message was accepted, its entries are not written yet
entered    entries are in the register, the activity has not said so
sent       the post has a notice, the activity has not said so
mailed     a mail host has a notice, the outbox has no copy and nobody has been told
handed     an alert was handed in for others to go with it, the activity has not said so
moment     a timer fired and the moment is being taken, nothing of that is in the history yet
"""

import asyncio
import itertools
import os
import signal
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import temporalio.client
import temporalio.worker
from temporalio.client import Client

import activities.deciding
import domain.decide
from adapters.directory import Contact
from adapters.logs import set_up_logging
from adapters.post import Post, SmtpPost
from adapters.register.entering import Shown
from adapters.register.register import Register
from adapters.register.rows import Edition
from domain.base.known import Known
from domain.case.command import Command
from domain.case.decided import Decided
from domain.case.effects import Notice, Receipt
from domain.case.state import Escalation
from domain.commands import Event, MomentPassed
from domain.views.replay import SAID
from settings import read_settings
from tests.chaos.kill import VARIABLE
from wiring import encryption_keys, real_post
from worker import log, run_in_loop, stopping, worker
from workflows.alert_hand_in import AlertHandIn
from workflows.connection import connect, pause, runtime

HURRIED = timedelta(seconds=3)


class Doom:
    """Knows when the end has come."""

    def __init__(self, said: str) -> None:
        self._point, number, patience = said.split(":")
        self._left = int(number)
        self._count = itertools.count(1)
        self.is_hurried = patience == "hurried"

    def reached(self, point: str) -> None:
        """Die, without a word and without goodbye, if this is the point and the time."""
        if point == self._point and next(self._count) == self._left:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingRegister(Register):
    """The real register; the process may not live through an entry."""

    def __init__(self, url: str, doom: Doom) -> None:
        super().__init__(url)
        self._doom = doom

    def enter(self, decided: Sequence[Decided], editions: Sequence[Edition], shown: Shown, case_key: str = "") -> None:
        entries = [entry for one in decided for entry in one.entries]
        if any(SAID in entry.body and entry.kind != "opened" for entry in entries):
            self._doom.reached("accepted")
        super().enter(decided, editions, shown, case_key)
        self._doom.reached("entered")


class DyingPost:
    """The real post; the process may not live through a notice."""

    def __init__(self, post: Post, doom: Doom) -> None:
        self._post = post
        self._doom = doom

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        receipt = self._post.send(notice, contact)
        self._doom.reached("sent")
        return receipt


def haunt_decisions(doom: Doom) -> None:
    """Let the process die while the local activity decides for the workflow."""
    decide = domain.decide.decide

    def deciding(
        escalation: Escalation, event: Event, now: datetime, sender: Known | None = None
    ) -> domain.decide.Decision:
        decision = decide(escalation, event, now, sender)
        if isinstance(event, Command):
            doom.reached("deciding")
        if isinstance(event, MomentPassed):
            doom.reached("moment")
        return decision

    mock.patch.object(activities.deciding, "decide", deciding).start()


def haunt_mail(doom: Doom) -> None:
    """Let the process die when a mail host has taken a mail, before anything else knows."""
    send = SmtpPost.send

    def sending(self: SmtpPost, notice: Notice, contact: Contact) -> Receipt:
        receipt = send(self, notice, contact)
        doom.reached("mailed")
        return receipt

    SmtpPost.send = sending  # type: ignore[method-assign]


def haunt_handing_in(doom: Doom) -> None:
    """Let the process die when Temporal has an alert that waits for others."""
    call = AlertHandIn.__call__

    def handing(self: AlertHandIn, policy: str, notice: Notice) -> None:
        call(self, policy, notice)
        doom.reached("handed")

    AlertHandIn.__call__ = handing  # type: ignore[method-assign]


class Hurry(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """The server gives a dead worker's activities to another after seconds: tests do not wait two minutes."""

    def workflow_interceptor_class(
        self,
        input: temporalio.worker.WorkflowInterceptorClassInput,  # noqa: A002 - the SDK's own name
    ) -> type[temporalio.worker.WorkflowInboundInterceptor]:
        return _Hurried


class _Hurried(temporalio.worker.WorkflowInboundInterceptor):
    def init(self, outbound: temporalio.worker.WorkflowOutboundInterceptor) -> None:
        super().init(_HurriedOut(outbound))


class _HurriedOut(temporalio.worker.WorkflowOutboundInterceptor):
    def start_activity(self, input: temporalio.worker.StartActivityInput) -> Any:  # noqa: A002
        if input.heartbeat_timeout:
            input.heartbeat_timeout = HURRIED
        else:
            input.start_to_close_timeout = HURRIED
        return super().start_activity(input)


async def run(doom: Doom) -> None:
    """Do as `worker.run` does, until death."""
    settings = read_settings()
    keyring = encryption_keys(settings, elsewhere=False)
    client = await connect(f"127.0.0.1:{settings.port}", runtime=runtime(), keyring=keyring, works=True)
    if doom.is_hurried:
        config = client.config()
        config["interceptors"] = [Hurry()]
        client = Client(**config)
    haunt_decisions(doom)
    haunt_mail(doom)
    haunt_handing_in(doom)
    post, register = DyingPost(real_post(settings), doom), DyingRegister(settings.register, doom)
    stop = asyncio.Event()
    with stopping(stop):
        async with worker(settings, client, post=post, register=register):
            log.info("worker_started", task_queue=settings.task_queue)
            await stop.wait()
    await pause()


if __name__ == "__main__":
    set_up_logging()
    run_in_loop(run(Doom(os.environ[VARIABLE])))
