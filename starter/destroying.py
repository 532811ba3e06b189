"""Destroying the cases of an approved list, one after the other: first what is beside the register, then the key."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.directory.guests import guests_path
from adapters.files import NotWritten
from adapters.post.outbox import forget as forget_copies
from adapters.register.disposal import Disposal, DisposalRefused
from adapters.register.errors import RegisterError
from adapters.register.register import Register
from adapters.revoked_links import RevokedLinks
from services import temporal_client
from services.times import now
from starter.progress import progress

from .access import account

if TYPE_CHECKING:
    from temporalio.client import Client

    from settings import Settings


def destroy(settings: "Settings", list_ref: str, cases: Sequence[str], by: str) -> tuple[list[str], dict[str, str]]:
    """Destroy cases, and return those that were and, of those that are kept, why.

    What Temporal keeps goes first and the key last, so that a case of which something is left is never said to be
    destroyed. Raises Trouble where Temporal does not answer; the list may be said again then.
    """
    return temporal_client.run(lambda: _destroy(settings, list_ref, cases, by))


async def _destroy(
    settings: "Settings", list_ref: str, cases: Sequence[str], by: str
) -> tuple[list[str], dict[str, str]]:
    done: list[str] = []
    kept: dict[str, str] = {}
    async with temporal_client.connected(settings) as client:
        with Register(settings.register) as register, progress("Cases destroyed", len(cases)) as one_more:
            for case in cases:
                if why := await _one(
                    settings, client, register, Disposal(case, "destroyed", now(), by, "", account(), list_ref)
                ):
                    kept[case] = why
                else:
                    done.append(case)
                one_more()
    return done, kept


async def _one(settings: "Settings", client: "Client", register: Register, said: Disposal) -> str:
    """Destroy one case; returns why it is kept, or nothing."""
    from workflows.erasing import StillOpen, forget

    case = said.case_ref
    try:
        await asyncio.to_thread(register.may_be_destroyed, said)
        await forget(client, case)
        forget_copies(settings.outbox, case)
        guests = guests_path(settings.data, case)
        if guests is not None:
            guests.unlink(missing_ok=True)
        RevokedLinks(settings.data).forget(case)
        await asyncio.to_thread(register.destroy, said)
    except (DisposalRefused, StillOpen, RegisterError, NotWritten) as error:
        return str(error)
    except OSError as error:
        return (
            f"{case}: a file of it cannot be taken out ({type(error).__name__}); mend that folder, then say it again."
        )
    return ""
