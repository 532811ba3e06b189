"""The worker: makes the real parts, hands them to the activities, runs until told to stop."""

import asyncio
import contextlib
import gc
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.bundles import Bundles
from activities.deciding import Deciding
from activities.digests import Digests
from activities.entries import Entries
from activities.following import FollowUp
from activities.notices import Notices
from activities.patience import Patience
from activities.sending import Sender
from adapters.attestation import Attestations
from adapters.keyring import Keyring
from adapters.logs import set_up_logging
from adapters.people.aside import ReadsAside
from adapters.post import Post
from adapters.register.address import sqlite_path
from adapters.register.errors import RegisterDown, RegisterError
from adapters.register.recorded import Recorded
from adapters.register.register import Register
from adapters.training import Mixed, is_on, mark, must_not_mix
from adapters.watch.silence import SilenceNoted, SilenceTold
from settings import Settings, read_settings
from wiring import (
    contacts,
    daily_proof,
    digest_sources,
    encryption_keys,
    keep_all_private,
    lead_on_call,
    office,
    on_call,
    real_post,
    real_receipts,
    reply_source,
    utc_now,
    webhooks,
)
from workflows.alert_hand_in import AlertHandIn
from workflows.alerts import AlertsWorkflow
from workflows.connection import connect, is_configured, pause, runtime
from workflows.digest import DigestWorkflow
from workflows.escalation import EscalationWorkflow
from workflows.morning import keep_digest
from workflows.replies import TextReplies
from workflows.revival import CasesOnRecord
from workflows.sandbox import sandbox
from workflows.service import prepare
from workflows.slots import SlotsKept, lost_slots

THREADS = 100
"""Activities in flight. Below that, half of them are not started eagerly under load."""
WORKFLOWS = (EscalationWorkflow, AlertsWorkflow, DigestWorkflow)
"""What a worker carries, and what a kept history is replayed with."""
STICKY = timedelta(seconds=2)
"""How long the server waits for a worker that was killed before another gets the case; its own default is 10."""
AT_ONCE = 4
"""Cases decided on at once; it is one processor's work however many there are. A hundred, the SDK's own default, starve
each other: after a restart none is done before the server takes it away again."""
CACHED = 200
"""Cases kept in memory for their next message. Most wait for days, and Python now and then goes through all that are
kept, in one go: with a thousand, the SDK's own default, that can last longer than a case may take to be decided on."""
GRACE = timedelta(seconds=10)
LOOK_AGAIN_SECONDS = 15.0
"""How long until a register that was away when the worker started is looked for again."""
LOST = 70
"""Exit code of a worker that has lost a slot in which cases are decided: it cannot end in order."""

log = structlog.get_logger()
T = TypeVar("T")


def run_in_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run what a worker runs in, as `asyncio.run` would, in uvloop's event loop: a tenth of its time is saved.

    There is no uvloop for Windows; there it is Python's own loop.
    """
    with asyncio.Runner(loop_factory=_quickest_loop()) as runner:
        return runner.run(main)


def _quickest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


@contextlib.contextmanager
def stopping(stop: asyncio.Event) -> Iterator[None]:
    """Set *stop* on SIGTERM and Ctrl-C: without this a worker dies at once, and the first message after waits 10 s."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def must_be_of_one_kind(settings: Settings, register: Register) -> None:
    """See that real and invented cases stay apart; while training, mark the data folder. Raises Mixed."""
    training = is_on(settings.training, settings.data)
    must_not_mix(register.cases(), settings.register, training=training)
    if training:
        mark(settings.data)


def activities(settings: Settings, client: Client, post: Post, register: Register) -> list[Callable[..., Any]]:
    """Return what a worker does, made of the real parts."""
    sender = Sender(post, register, contacts(settings, register), utc_now)
    receipts = real_receipts(settings)
    # Whoever starts a worker has seen to it that there are keys: see `wiring.encryption_keys`.
    keyring = Keyring(settings.encryption_keys) if settings.encryption_keys.exists() else None
    waiting = timedelta(minutes=settings.pass_on_minutes)
    patience = Patience(
        timedelta(minutes=settings.receipt_minutes), timedelta(minutes=settings.receipt_minutes_urgent), waiting
    )
    gather = 0 if is_on(settings.training, settings.data) else settings.gather_seconds  # a trainee sees it at once
    hand_in = AlertHandIn(client, settings.task_queue, gather) if gather else None
    follow_up = FollowUp(sender, register, receipts, patience, utc_now)
    notices = Notices(sender, receipts, utc_now, hand_in, waiting=waiting)
    digests = Digests(sender, on_call(settings), digest_sources(settings), office(settings), utc_now, waiting=waiting)
    attestations = Attestations(settings.encryption_keys)
    return [
        Deciding(keyring, attestations.known).decide_waiting,
        Bundles(Entries(register), notices, follow_up, utc_now, attestations).enter_and_send,
        *(notices.send_together, notices.note),
        follow_up.follow,
        *(digests.policies, digests.people, digests.night, digests.office),
    ]


@contextlib.asynccontextmanager
async def worker(
    settings: Settings, client: Client, *, post: Post | None = None, register: Register | None = None
) -> AsyncIterator[Worker]:
    """Run a worker, and what runs beside it, while the block lasts: with the real post and register unless given.

    The register is closed at the end.

    With real cases a PostgreSQL that is away holds up nothing but entries: it is looked at again until it is back.

    Raises:
        Mixed: the register holds real cases and this is training, or the other way about.
        RegisterDown: the register cannot be reached, and it is SQLite's, or this is training.
    """
    register = register or Register(settings.register)
    await asyncio.to_thread(keep_all_private, settings)
    is_prepared = await _prepared(settings, register)
    post = post or real_post(settings)
    await prepare(client)
    await _keep_digest(settings, client)
    with ThreadPoolExecutor(THREADS + AT_ONCE, thread_name_prefix="activity") as threads:
        running = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=WORKFLOWS,
            activities=activities(settings, client, post, register),
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            max_concurrent_workflow_tasks=AT_ONCE,
            max_concurrent_local_activities=AT_ONCE,
            max_cached_workflows=CACHED,
            workflow_runner=sandbox(),
            sticky_queue_schedule_to_start_timeout=STICKY,
            graceful_shutdown_timeout=GRACE,
        )
        try:
            later = _filled(register) if is_prepared else _prepared_later(settings, register)
            proof = daily_proof(settings, register, post)
            proving = [proof.keep_looking()] if proof else []
            async with running, _going([*beside(settings, client, post), *proving, later]):
                gc.freeze()  # what was loaded by now is kept: the collector need not go through it again and again
                yield running
        finally:
            gc.unfreeze()
            register.close()


def _prepare(settings: Settings, register: Register) -> None:
    register.prepare()
    must_be_of_one_kind(settings, register)


async def _prepared(settings: Settings, register: Register) -> bool:
    """Prepare the register; False where it is away, and alerts must go out meanwhile."""
    training = is_on(settings.training, settings.data)
    try:
        await asyncio.to_thread(_prepare, settings, register)
        await asyncio.to_thread(ReadsAside(settings.data).note, settings.register)
    except RegisterDown as error:
        if training or sqlite_path(settings.register):
            raise
        log.error("register_away", says=str(error))
        return False
    return True


async def _prepared_later(settings: Settings, register: Register) -> None:
    """Prepare a register as soon as it is back. One of the other kind ends this worker: started anew, it says why."""
    is_prepared = False
    while not is_prepared:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        try:
            is_prepared = await _prepared(settings, register)
        except Mixed as error:
            log.error("register_of_the_other_kind", says=str(error))
            os.kill(os.getpid(), signal.SIGTERM)
            return
    log.info("register_back")
    await _filled(register)


async def _filled(register: Register) -> None:
    """Fill what older versions left out of lists, beside the cases: until then it is read another way, and slower."""
    stopped = threading.Event()
    try:
        count = await asyncio.to_thread(register.fill_on_hand, lambda: not stopped.is_set())
    except RegisterError:
        return  # the next start tries again; until then it is read another way
    else:
        if count:
            log.info("on_hand_filled", cases=count)
    finally:
        stopped.set()


async def _keep_digest(settings: Settings, client: Client) -> None:
    """Keep the schedule of the daily digest as it is set; no case waits where Temporal does not take it."""
    try:
        await keep_digest(client, settings.task_queue, settings.digest.at)
    except RPCError as error:
        log.warning("digest_not_scheduled", reason=error.status.name.lower())


def beside(settings: Settings, client: Client, post: Post) -> Iterator[Coroutine[None, None, None]]:
    """Yield the small loops that run beside the worker, each until it is cancelled."""
    watch, tell = settings.watch, SilenceTold(post, office(settings) or lead_on_call(settings), utc_now)
    yield SilenceNoted(watch.heartbeat, tell, utc_now, is_set_up=watch.is_set_up).keep_looking()
    yield webhooks(settings).keep_looking()
    if source := reply_source(settings):
        attestations = Attestations(settings.encryption_keys)
        kept = Recorded(settings.register).kept
        record = CasesOnRecord(client, settings.task_queue, kept, attestations).record
        yield TextReplies(source, settings.register, record, utc_now, attestations).keep_looking()


@contextlib.asynccontextmanager
async def _going(loops: Iterable[Coroutine[None, None, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C, then let what is being done finish; pause before the process may end."""
    try:
        keyring = encryption_keys(settings, elsewhere=is_configured())
        client = await connect(
            f"127.0.0.1:{settings.port}", runtime=runtime(settings.metrics_address), keyring=keyring, works=True
        )
        stop = asyncio.Event()
        with stopping(stop):
            async with worker(settings, client) as running:
                log.info("worker_started", task_queue=settings.task_queue)
                keeping = SlotsKept(lambda: lost_slots(running), lambda: os._exit(LOST), utc_now)
                minding = asyncio.create_task(keeping.keep_looking())
                await stop.wait()
                log.info("worker_stopping")
                minding.cancel()
    finally:
        await pause()


def main() -> None:
    """Run a worker with the settings of the environment."""
    set_up_logging()
    run_in_loop(run(read_settings()))


if __name__ == "__main__":
    main()
