"""The running cases. This is the one place where a command meets Temporal, whose import takes half a second."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from settings import Settings

from .errors import AWAY, BAD_INPUT, LOOK_AFTER, NotAnswered, Trouble, Unknown
from .remarks import note

if TYPE_CHECKING:
    from temporalio.client import Client

    from adapters.keyring import Keyring
    from domain.case.state import Answer, Escalation
    from domain.commands import Message
    from workflows.caseload import Caseload
    from workflows.connection import ServerAway
    from workflows.encryption import KeyMissing

T = TypeVar("T")


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Run something that waits for answers, and pause before the process may end."""

    import asyncio  # here and below: commands that only read import this file too, and stay quick

    async def paused() -> T:
        try:
            return await work()
        finally:
            if "temporalio" in sys.modules:
                from workflows.connection import pause

                await pause()

    return asyncio.run(paused())


@asynccontextmanager
async def caseload(settings: Settings) -> AsyncIterator["Caseload"]:
    """Open the caseload. Tests put another in its place.

    Raises:
        Trouble: Temporal is away, nobody answers, or there is no such case.
    """
    from workflows.caseload import Caseload, NoAnswer, NoSuchCase
    from workflows.connection import ServerAway
    from workflows.encryption import KeyMissing

    try:
        yield Caseload(await client(settings), settings.task_queue)
    except ServerAway as error:
        raise _away(error) from None
    except NoAnswer as error:
        again = "Nobody answered in time. It may still be recorded: send it again; it counts once."
        raise NotAnswered("", AWAY, typed=str(error), shown=again) from None
    except KeyMissing as error:
        raise _not_readable(error) from None
    except NoSuchCase as error:
        raise Unknown("", BAD_INPUT, typed=str(error), shown=f"There is no such case here. {LOOK_AFTER}") from None


async def revive(settings: Settings, case: "Escalation", message: "Message") -> "Answer":
    """Bring a closed or lost case back with a message. Tests put another in its place.

    Raises:
        Refusal: the rules say no; nothing was started.
        StillRunning: it is open after all.
        Trouble: Temporal did not take it.
    """
    from adapters.attestation import Attestations
    from workflows.revival import answered

    from .on_record import kept

    whole = kept(settings.register, case.case)
    async with connected(settings) as there:
        return await answered(there, settings.task_queue, whole, message, Attestations(settings.encryption_keys))


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator["Client"]:
    """Connect, for what is asked of Temporal itself.

    Raises:
        Trouble: Temporal is away, or did not take what was asked.
    """
    from temporalio.service import RPCError

    from workflows.connection import ServerAway
    from workflows.encryption import KeyMissing
    from workflows.starting import away

    try:
        yield await client(settings)
    except ServerAway as error:
        raise _away(error) from None
    except KeyMissing as error:
        raise _not_readable(error) from None
    except RPCError as error:
        raise _away(away(error)) from None


def _away(error: "ServerAway") -> Trouble:
    if error.may_have_taken:
        again = "It broke off, so it may be recorded all the same. Send it again: it counts once."
        return NotAnswered("", AWAY, typed=str(error), shown=again)
    shown = "The system that takes this is away, so nothing was recorded: try again in a few minutes."
    return Trouble("", AWAY, typed=str(error), shown=shown)


def _not_readable(error: "KeyMissing") -> Trouble:
    shown = "What the case answered cannot be read here. It may be on the record: look before you send it again."
    return Trouble("", typed=str(error), shown=f"{shown} {LOOK_AFTER}")


async def client(settings: Settings) -> "Client":
    """Connect. Raises workflows.connection.ServerAway."""
    import logging

    from workflows.connection import connect, runtime

    log = logging.getLogger("temporal.core")
    log.addHandler(logging.NullHandler())
    log.propagate = False  # what matters is told in our own sentence
    return await connect(f"127.0.0.1:{settings.port}", runtime=runtime(), keyring=_keyring(settings))


def _keyring(settings: Settings) -> "Keyring | None":
    """Return the keys that the worker has; None where there are none that can be used.

    Then what is typed goes in clear, and that is said: a cry of immediate risk waits for no key.
    """
    from adapters.keyring import Keyring, KeysFault
    from workflows.connection import is_configured

    if not settings.encryption_keys.exists() and not is_configured():
        return None  # nothing was encrypted on this machine yet
    try:
        return Keyring(settings.encryption_keys)
    except KeysFault as fault:
        note("What goes to Temporal goes in clear.", typed=str(fault), shown=LOOK_AFTER)
        return None
