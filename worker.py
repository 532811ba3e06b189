"""The worker: makes the real parts, hands them to the activities, runs until told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.digests import Digests
from activities.entries import Entries
from activities.following import FollowUp, Patience
from activities.notices import Notices
from activities.on_call import OnCall
from activities.sending import Sender
from adapters.digest import Places
from adapters.directory import Agency, Contact, Directory, DirectoryFault, load_directory
from adapters.directory.guests import guests_path, load_guests
from adapters.links import Links
from adapters.logs import set_up_logging
from adapters.post import NotifyPost, Post, Receipts, make_notify, make_post
from adapters.register.register import Register
from adapters.reread import Reread
from adapters.rota import Rota, RotaFault, load_rota, rota_path
from adapters.training import is_on, mark, must_not_mix
from adapters.watch.silence import SilenceNoted
from settings import NOBODY_ON_CALL, Settings, SettingsFaulty, read_settings
from workflows.alerts import AlertsWorkflow
from workflows.caseload import Caseload
from workflows.connection import connect, pause, runtime
from workflows.digest import DigestWorkflow
from workflows.escalation import EscalationWorkflow
from workflows.handing import HandingIn
from workflows.morning import keep_digest
from workflows.replies import TextReplies
from workflows.service import prepare

THREADS = 100
"""Activities in flight. Below that, half of them are not started eagerly under load."""
WORKFLOWS = (EscalationWorkflow, AlertsWorkflow, DigestWorkflow)
"""What a worker carries, and what a kept history is replayed with."""
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
CACHED = 200
"""Cases kept in memory for their next message. Most wait for days, and Python now and then goes through all that are
kept, in one go: with a thousand, the SDK's own default, that can last longer than a case may take to be decided on."""
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


def guests(settings: Settings) -> Callable[[str], tuple[Agency, ...]]:
    """Return how to find who is reached in one case alone; a file that cannot be read holds up no notice.

    It is read each time: what was deleted there is to be kept nowhere else.
    """

    def of(case: str) -> tuple[Agency, ...]:
        path = guests_path(settings.data, case)
        try:
            return load_guests(path) if path and path.is_file() else ()
        except DirectoryFault:
            log.warning("guests_not_readable", case=case)
            return ()

    return of


def links_of(settings: Settings) -> Links | None:
    """Return what makes and reads the links in notices; None where they carry none.

    Raises ValueError, in one sentence, for an address without a key and for a key that cannot be used.
    """
    console = settings.console
    return Links(console.address, console.keys) if console.address else None


def places(settings: Settings) -> Places:
    """Return where a digest finds what it is made of."""
    return Places(
        settings.register,
        settings.policies,
        settings.directories,
        directories(settings),
        guests(settings),
        rotas(settings),
    )


def real_post(settings: Settings) -> Post:
    """Make the post: the outbox always, and e-mail, text messages and webhooks where they are set up.

    While training it is the outbox alone, whatever else is set, and every notice says that it is training.

    Raises:
        SettingsFaulty: settings of the post that do not go together, or an extra that is not installed.
    """
    try:
        links = links_of(settings)
        if is_on(settings.training, settings.data):
            return make_post(outbox=settings.outbox, clock=utc_now, training=True, links=links)
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
            text_replies=settings.text_replies,
            webhook_key=settings.webhook_key,
            links=links,
        )
    except ValueError as error:
        raise SettingsFaulty(f"Notices cannot be sent with these settings: {error}.") from None


def real_receipts(settings: Settings) -> Receipts:
    """Make what asks the providers for their receipts; while training there is none to ask.

    Raises:
        SettingsFaulty: as for the post.
    """
    if is_on(settings.training, settings.data):
        return Receipts([])
    key, templates = settings.notify_key, (settings.notify_email_template, settings.notify_text_template)
    try:
        return Receipts(make_notify(key, *templates, utc_now, url=settings.notify_url))
    except ValueError as error:
        raise SettingsFaulty(f"Receipts cannot be asked for with these settings: {error}.") from None


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
    sender = Sender(post, register, directory, on_call, utc_now, guests(settings))
    receipts = real_receipts(settings)
    patience = Patience(timedelta(minutes=settings.receipt_minutes), timedelta(minutes=settings.receipt_minutes_urgent))
    gather = settings.gather_seconds
    hand_in = HandingIn(client, settings.task_queue, gather) if gather else None
    notices = Notices(sender, receipts, utc_now, hand_in)
    follow_up = FollowUp(sender, register, receipts, patience, utc_now)
    digests = Digests(sender, on_call, places(settings), settings.digest.operations, utc_now)
    await prepare(client)
    await _keep_digest(settings, client)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="activity") as threads:
        running = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=WORKFLOWS,
            activities=[
                Entries(register).enter,
                notices.send,
                notices.send_together,
                notices.note,
                follow_up.follow,
                digests.policies,
                digests.people,
                digests.night,
                digests.office,
            ],
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            max_concurrent_workflow_tasks=AT_ONCE,
            max_cached_workflows=CACHED,
            workflow_runner=sandbox(),
            sticky_queue_schedule_to_start_timeout=STICKY,
            graceful_shutdown_timeout=GRACE,
        )
        try:
            async with running:
                yield running
        finally:
            register.close()


async def _keep_digest(settings: Settings, client: Client) -> None:
    """Keep the schedule of the daily digest as it is set; no case waits where Temporal does not take it."""
    try:
        await keep_digest(client, settings.task_queue, settings.digest.at)
    except RPCError as error:
        log.warning("digest_not_scheduled", reason=error.status.name.lower())


def _silence_of_the_watch(settings: Settings) -> SilenceNoted:
    """Note it in the log, once an hour at most, where a watch is set up."""
    told = settings.watch
    return SilenceNoted(
        told.heartbeat, lambda says: log.warning("watch_silent", says=says), utc_now, is_set_up=told.is_set_up
    )


def fetches_replies(settings: Settings) -> bool:
    """Say whether replies to text messages are fetched: never while training."""
    is_set_up = bool(settings.notify_key and settings.notify_text_template)
    return settings.text_replies and is_set_up and not is_on(settings.training, settings.data)


def text_messages(settings: Settings) -> NotifyPost:
    """Make the channel of text messages alone, as replies are fetched by it. Raises SettingsFaulty."""
    key, template = settings.notify_key, settings.notify_text_template
    try:
        return NotifyPost("text", key, template, utc_now, url=settings.notify_url)
    except ValueError as error:
        raise SettingsFaulty(f"Replies to text messages cannot be fetched with these settings: {error}.") from None


def beside(settings: Settings, client: Client) -> Iterator[Coroutine[None, None, None]]:
    """Yield the small loops that run beside the worker, each until it is cancelled."""
    yield _silence_of_the_watch(settings).keep_looking()
    if fetches_replies(settings):
        record = Caseload(client, settings.task_queue).record
        yield TextReplies(text_messages(settings), settings.register, record, utc_now).keep_looking()


async def run(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C, then let what is being done finish; pause before the process may end."""
    try:
        client = await connect(f"127.0.0.1:{settings.port}", runtime=runtime(settings.metrics_address))
        stop = asyncio.Event()
        with stopping(stop):
            async with worker(settings, client):
                log.info("worker_started", task_queue=settings.task_queue)
                minding = [asyncio.create_task(one) for one in beside(settings, client)]
                await stop.wait()
                for one in minding:
                    one.cancel()
                log.info("worker_stopping")
    finally:
        await pause()


def main() -> None:
    """Run a worker with the settings of the environment."""
    set_up_logging()
    asyncio.run(run(read_settings()))


if __name__ == "__main__":
    main()
