"""Every check of `escalate doctor`: each says how a thing is, and what mends it where it is not well."""

from collections.abc import Callable, Iterator

from adapters.given import reason_of
from services.errors import Trouble
from settings import Settings

from . import Finding
from .machine import checkpoints, clocks, kept, outbox, proof, register, secrets, training
from .people import people, reads, ringing
from .policies import needs, policies
from .post import links, post, watch
from .programs import consoles, tokens, webhooks
from .temporal import temporal

_CHECKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "register": register,
    "proof": proof,
    "checkpoint": checkpoints,
    "clock": clocks,
    "training": training,
    "outbox": outbox,
    "kept": kept,
    "secret files": secrets,
    "people": people,
    "reads": reads,
    "policies": policies,
    "open cases": needs,
    "post": post,
    "test alerts": ringing,
    "links": links,
    "webhooks": webhooks,
    "tokens": tokens,
    "consoles": consoles,
    "watch": watch,
    "temporal": temporal,
}


def every_check(settings: Settings) -> Iterator[Finding]:
    """Check everything, the quick things first."""
    for what, check in _CHECKS.items():
        try:
            yield from check(settings)
        except Trouble as trouble:
            yield Finding(what, "problem", trouble.sentence)
        except OSError as error:
            place = error.filename or what
            mend = "Check the path, and this account's right to it."
            yield Finding(what, "problem", f"{place} cannot be used ({reason_of(error)}).", mend)
