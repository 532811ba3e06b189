"""Has a case been destroyed, when its time had come?"""

from domain.base.words import say_date

from .drivers import rows
from .errors import NothingThere, TextDestroyed
from .instants import from_text

_QUERY = "SELECT at, list_ref FROM disposal WHERE case_ref = :ref AND step = 'destroyed'"


def must_not_be_destroyed(url: str, ref: str) -> None:
    """Raise TextDestroyed where a case was destroyed; nothing where nobody could have noted it yet."""
    try:
        said = next(iter(rows(url, _QUERY, {"ref": ref})), None)
    except NothingThere:  # so it is said too where that table alone is not there
        return
    if said is not None:
        raise TextDestroyed(ref, say_date(from_text(said["at"]).date()), said["list_ref"])
