"""`escalate up`: everything on this machine, for trying out and training."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from temporalio.client import Client

    from settings import Settings

PATIENCE_SECONDS = 30


@click.command("up", short_help="Run everything on this machine.")
@click.option("--example", is_flag=True, help="Open one invented case if the register holds none.")
def command(example: bool) -> None:
    """Run everything on this machine: Temporal with its web page, a worker, and the pages.

    Stop it with Ctrl-C.

    It trains: cases are invented, their references begin with TRN, notices stay in the outbox, and the data folder is
    kept for training from then on. ESCALATION_TRAINING=no makes the cases real; for those, have a Temporal server that
    is looked after, and run `escalate worker`.

    What it keeps lies in the folder `data` (setting ESCALATION_DATA) and is there again at the next start. Where
    Temporal's own variables name a server (TEMPORAL_ADDRESS …), that one is used and none is started.

    \b
    Examples:
      escalate up
      escalate up --example
      ESCALATION_PORT=7300 ESCALATION_UI_PORT=8301 ESCALATION_CONSOLE_PORT=8302 escalate up
    """
    from dataclasses import replace

    from adapters.embedded import EmbeddedServerFault
    from adapters.keyring import KeysFault
    from adapters.logs import set_up_logging
    from adapters.training import BANNER
    from console.serving import PortTaken
    from services.errors import AWAY, Trouble
    from services.remarks import note
    from settings import read_settings
    from worker import run_in_loop
    from workflows.connection import FiguresFault, ServerAway
    from workflows.service import AttributesConflict

    set_up_logging()
    settings = read_settings()
    settings = replace(settings, training=settings.training or "yes")
    if settings.training == "yes":
        note(BANNER)
        settings = linked(settings)
    try:
        with _server(settings) as web_page:
            run_in_loop(_work(settings, web_page, example=example))
    except (FiguresFault, KeysFault, PortTaken) as error:
        raise Trouble(str(error)) from None
    except (EmbeddedServerFault, ServerAway, AttributesConflict) as error:
        raise Trouble(str(error), AWAY) from None


def linked(settings: "Settings") -> "Settings":
    """Return the settings with what links need; a key is made once and kept in the data folder, for its owner alone.

    Raises:
        Trouble: it cannot be kept there.
    """
    import secrets

    from adapters.files import NotWritten, write_first
    from adapters.given import read_text, reason_of
    from services.errors import Trouble
    from services.installation import with_links
    from settings import LINK_KEY

    data = settings.data
    try:
        if not settings.console.keys:
            write_first(data / LINK_KEY, f"{secrets.token_hex()}\n")
            read_text(data / LINK_KEY)
        return with_links(settings)
    except (OSError, NotWritten) as error:
        why = reason_of(error) if isinstance(error, OSError) else error.why
        raise Trouble(f"The key of links cannot be kept in {data / LINK_KEY} ({why}): mend that folder.") from None


@contextlib.contextmanager
def _server(settings: "Settings") -> Iterator[str]:
    """Start the embedded server unless Temporal's configuration names another; yield the address of its web page."""
    from adapters.embedded import embedded_server, find_program
    from services.remarks import note
    from workflows.connection import is_configured

    if is_configured():
        note("Temporal's own configuration names a server: using that one.")
        yield ""
        return
    note("Starting Temporal on this machine …")
    with embedded_server(find_program(settings.temporal_program), settings.data, settings.port, settings.ui_port):
        yield f"http://127.0.0.1:{settings.ui_port}"
        note("Stopping Temporal.")


async def _work(settings: "Settings", web_page: str, *, example: bool) -> None:
    """Work until stopped; whatever ended it, pause before the process may end."""
    from workflows.connection import pause

    try:
        await _serve(settings, web_page, example=example)
    finally:
        await pause()


async def _serve(settings: "Settings", web_page: str, *, example: bool) -> None:
    from adapters.embedded import UNFIT
    from adapters.private import make_folder
    from console.serving import serving
    from services.remarks import note
    from starter.commands.sign_in import link_for
    from starter.screen import heading, say
    from worker import stopping, worker
    from workflows.service import keep_closed_cases

    make_folder(settings.outbox)
    client = await _connect(settings)
    stop = asyncio.Event()
    with stopping(stop):
        if web_page:
            await keep_closed_cases(client, settings.retention_days)
        page = serving(settings) if settings.console.address else contextlib.nullcontext()
        async with page, worker(settings, client):
            case = await _example(settings, client) if example else ""
            heading("Running.")
            if web_page:
                say(f"  Temporal's own page   {web_page}")
            if settings.console.address:
                say(f"  Links in notices      {settings.console.address}/n/…")
                say(f"  The office's pages    {link_for(settings)}")
                say("                        good once and for five minutes; `escalate sign-in` makes another")
            say(f"  The outbox            {settings.outbox}")
            say(f"  The register          {_shown(settings.register)}")
            say(f"  Alerts go to          {alerts_go_to(settings)}")
            _what_next(settings, case)
            if web_page:
                note(f"\n{UNFIT}")
            note("Stop with Ctrl-C.")
            await stop.wait()
            note("Stopping: what is being done is finished first.")


def alerts_go_to(settings: "Settings") -> str:
    """Say whom alerts wake: by the rota where a policy has one, else as the setting says."""
    from adapters.rota import rota_path
    from domain.base.refusals import listed
    from settings import NOBODY_ON_CALL

    if settings.training == "yes":
        return "nobody: this is training"
    policies = sorted(file.stem for file in settings.policies.glob("*.toml"))
    having = [policy for policy in policies if rota_path(settings.directories, policy).is_file()]
    others = [policy for policy in policies if policy not in having]
    set_to = settings.on_call
    lead = "each policy's own seat in the directory" if set_to == NOBODY_ON_CALL else set_to
    if not having:
        return lead
    by_rota = f"whoever the rota of {listed(having)} has on call"
    return f"{by_rota}; of {listed(others)}, {lead}" if others else by_rota


async def _connect(settings: "Settings") -> "Client":
    """Connect with patience: a server that has just been started needs a moment."""
    from wiring import encryption_keys
    from workflows.connection import ServerAway, connect, is_configured, runtime

    made, keyring = runtime(settings.metrics_address), encryption_keys(settings, elsewhere=is_configured())
    for _ in range(PATIENCE_SECONDS * 10):
        try:
            return await connect(f"127.0.0.1:{settings.port}", runtime=made, keyring=keyring, works=True)
        except ServerAway as error:
            away = error
            await asyncio.sleep(0.1)
    raise away


async def _example(settings: "Settings", client: "Client") -> str:
    """Open the invented referral if the register holds no case; return its reference, or empty."""
    from adapters.attestation import Attestations
    from adapters.register.errors import NothingThere
    from adapters.register.reading import is_empty
    from services import case_inputs
    from services.installation import prefix
    from services.openings import opening_of, reference_for
    from services.referrals import read_referral
    from settings import HERE
    from starter import access
    from workflows.caseload import Caseload

    with contextlib.suppress(NothingThere):
        if not is_empty(settings.register):
            return ""
    referral = read_referral(HERE / "examples" / "referral.toml")
    opening = opening_of(
        referral, case_inputs.policy(settings, referral.policy), settings, reference_for("", prefix(settings))
    )
    who = access.typist(settings).person.who
    by_typist = Attestations(settings.encryption_keys).with_sender(opening.case, opening, "o", who)
    await Caseload(client, settings.task_queue).open(by_typist)
    return opening.case


def _what_next(settings: "Settings", case: str) -> None:
    """Print what to look at and what to type, each line ready to be copied."""
    from starter.screen import heading, program, say

    typed = program()
    heading("What to type next, in another terminal:")
    if case:
        say(f"  {typed} show {case}")
        say(f"  {typed} record {case} acknowledgement --by police --role practitioner")
        say(f"  {typed} record {case} discussion --by schools --role practitioner --method telephone")
    say(f"  {typed} list")
    say(f"  {typed} start examples/late-referral.toml")
    say(f"  ls {settings.outbox}")


def _shown(address: str) -> str:
    """Return the register's address without a password."""
    head, at, tail = address.rpartition("@")
    return f"{head.split('://')[0]}://…@{tail}" if at else address
