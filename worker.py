"""The worker: makes the real parts, hands them to the activities, runs until told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.entries import Entries
from activities.notices import Notices
from activities.on_call import OnCall
from activities.sending import Sender
from adapters.directory import Contact, Directory, DirectoryFault, load_directory
from adapters.logs import set_up_logging
from adapters.post import Post, make_post
from adapters.register.register import Register
from adapters.reread import Reread
from adapters.rota import Rota, RotaFault, load_rota, rota_path
from adapters.training import is_on, mark, must_not_mix
from adapters.watch.silence import SilenceNoted
from settings import NOBODY_ON_CALL, Settings, SettingsFaulty, read_settings
from workflows.alerts import AlertsWorkflow
from workflows.connection import connect, pause, runtime
from workflows.escalation import EscalationWorkflow
from workflows.handing import HandingIn
from workflows.service import prepare

THREADS = 100
"""Activities in flight. Below that, half of them are not started eagerly under load."""
PURE = (
    "domain",
    "activities",
    "adapters",
    "workflows.attributes",
    "workflows.details",
    "workflows.limits",
    "workflows.run",
    "workflows.signals",
    "workflows.tray",
)
"""Our own modules that the sandbox need not load anew for each case: pure, or used by name alone."""
STICKY = timedelta(seconds=2)
"""How long the server waits for a worker that was killed before another gets the case; its own default is 10."""
AT_ONCE = 4
"""Cases decided on at once; it is one processor's work however many there are. A hundred, the SDK's own default, starve
each other: after a restart none is done before the server takes it away again."""
GRACE = timedelta(seconds=10)

log = structlog.get_logger()


def utc_now() -> datetime:
    """The one clock of the outside."""
    return datetime.now(UTC)


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


def directories(settings: Settings) -> Callable[[str], Directory]:
    """Return how to find a policy's directory: read again when the file has changed."""
    reread = Reread(load_directory, DirectoryFault)
    return lambda policy: reread(settings.directories / f"{policy}.toml")


def rotas(settings: Settings) -> Callable[[str], Rota | None]:
    """Return how to find a policy's rota, read again when the file has changed; None where it has none."""
    reread = Reread(load_rota, RotaFault)

    def rota(policy: str) -> Rota | None:
        path = rota_path(settings.directories, policy)
        return reread(path) if path.is_file() else None

    return rota


def real_post(settings: Settings) -> Post:
    """Make the post: the outbox always, and e-mail, text messages and webhooks where they are set up.

    While training it is the outbox alone, whatever else is set, and every notice says that it is training.

    Raises:
        SettingsFaulty: settings of the post that do not go together, or an extra that is not installed.
    """
    if is_on(settings.training, settings.data):
        return make_post(outbox=settings.outbox, clock=utc_now, training=True)
    try:
        return make_post(
            outbox=settings.outbox,
            clock=utc_now,
            smtp_host=settings.smtp_host,
            smtp_port=settings.smtp_port,
            sender=settings.sender,
            username=settings.smtp_user,
            password=settings.smtp_password,
            starttls=settings.smtp_starttls,
            notify_key=settings.notify_key,
            notify_url=settings.notify_url,
            notify_email_template=settings.notify_email_template,
            notify_text_template=settings.notify_text_template,
            webhook_key=settings.webhook_key,
        )
    except ValueError as error:
        raise SettingsFaulty(f"Notices cannot be sent with these settings: {error}.") from None


def must_be_of_one_kind(settings: Settings, register: Register) -> None:
    """See that real and invented cases stay apart; while training, mark the data folder. Raises Mixed."""
    training = is_on(settings.training, settings.data)
    must_not_mix(register.cases(), settings.register, training=training)
    if training:
        mark(settings.data)


def sandbox() -> SandboxedWorkflowRunner:
    """Return what workflow code runs in, here and wherever a history is replayed."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(
            *PURE, "pydantic", "pydantic_core", "annotated_types", "structlog", "zoneinfo", "tzdata"
        )
    )


@contextlib.asynccontextmanager
async def worker(
    settings: Settings, client: Client, *, post: Post | None = None, register: Register | None = None
) -> AsyncIterator[Worker]:
    """Run a worker while the block lasts, with the real directory, and the real post and register unless given.

    The register is closed at the end.

    Raises:
        Mixed: the register holds real cases and this is training, or the other way about.
    """
    register = register or Register(settings.register)
    await asyncio.to_thread(register.prepare)
    await asyncio.to_thread(must_be_of_one_kind, settings, register)
    post = post or real_post(settings)
    directory = directories(settings)
    lead = Contact(addresses=(settings.on_call,), titles=("safeguarding lead on call",))
    is_set = settings.on_call != NOBODY_ON_CALL
    on_call = OnCall(rotas(settings), directory, lead if is_set else None, utc_now)
    gather = settings.gather_seconds
    hand_in = HandingIn(client, settings.task_queue, gather) if gather else None
    notices = Notices(Sender(post, register, directory, on_call, utc_now), utc_now, hand_in)
    await prepare(client)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="activity") as threads:
        running = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=[EscalationWorkflow, AlertsWorkflow],
            activities=[Entries(register).enter, notices.send, notices.send_together, notices.note],
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            max_concurrent_workflow_tasks=AT_ONCE,
            workflow_runner=sandbox(),
            sticky_queue_schedule_to_start_timeout=STICKY,
            graceful_shutdown_timeout=GRACE,
        )
        try:
            async with running:
                yield running
        finally:
            register.close()


def _silence_of_the_watch(settings: Settings) -> SilenceNoted:
    """Note it in the log, once an hour at most, where a watch is set up."""
    told = settings.watch
    return SilenceNoted(
        told.heartbeat, lambda says: log.warning("watch_silent", says=says), utc_now, is_set_up=told.is_set_up
    )


async def run(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C, then let what is being done finish; pause before the process may end."""
    try:
        client = await connect(f"127.0.0.1:{settings.port}", runtime=runtime(settings.metrics_address))
        stop = asyncio.Event()
        with stopping(stop):
            async with worker(settings, client):
                log.info("worker_started", task_queue=settings.task_queue)
                minding = asyncio.create_task(_silence_of_the_watch(settings).keep_looking())
                await stop.wait()
                minding.cancel()
                log.info("worker_stopping")
    finally:
        await pause()


def main() -> None:
    """Run a worker with the settings of the environment."""
    set_up_logging()
    asyncio.run(run(read_settings()))


if __name__ == "__main__":
    main()
