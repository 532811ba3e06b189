"""What `doctor` looks at: each look answers with how it is, and with the mend where it is not well."""

from collections.abc import Callable, Iterator

from adapters.given import reason_of
from settings import Settings

from .errors import Trouble
from .looks.clocks import clocks
from .looks.finding import Finding
from .looks.links import links
from .looks.needs import needs
from .looks.places import kept, outbox, register, secrets, training
from .looks.policies import policies
from .looks.post import post
from .looks.temporal import temporal
from .looks.watch import watch

__all__ = ["Finding", "looks"]


def looks(settings: Settings) -> Iterator[Finding]:
    """Look at everything, the quick things first."""
    for what, look in _LOOKS.items():
        try:
            yield from look(settings)
        except Trouble as trouble:
            yield Finding(what, "problem", trouble.sentence)
        except OSError as error:
            place = error.filename or what
            mend = "Check the path, and this account's right to it."
            yield Finding(what, "problem", f"{place} cannot be used ({reason_of(error)}).", mend)


_LOOKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "register": register,
    "clock": clocks,
    "training": training,
    "outbox": outbox,
    "kept": kept,
    "secret files": secrets,
    "policies": policies,
    "open cases": needs,
    "post": post,
    "links": links,
    "watch": watch,
    "temporal": temporal,
}
