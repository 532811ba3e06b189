"""Having today's digests sent at once."""

from settings import Settings

from . import temporal_client
from .errors import AWAY, Trouble


def send(settings: Settings) -> None:
    """Have a worker send today's digests now.

    Raises:
        Trouble: Temporal is away, or there is no schedule: none is wanted, or no worker has run yet.
    """
    temporal_client.run(lambda: sent(settings))


async def sent(settings: Settings) -> None:
    """Do what `send` does. Raises as it does."""
    from temporalio.service import RPCError, RPCStatusCode

    from workflows.connection import ServerAway
    from workflows.morning import schedule_id
    from workflows.starting import away

    try:
        client = await temporal_client.client(settings)
        await client.get_schedule_handle(schedule_id(settings.task_queue)).trigger()
    except ServerAway as error:
        raise Trouble(str(error), AWAY) from None
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise Trouble(str(away(error)), AWAY) from None
        raise Trouble(
            "There is no digest to send: ESCALATION_DIGEST_AT is no, or no worker has run yet (`escalate worker`)."
        ) from None
