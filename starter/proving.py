"""Asking today's rules about a record: what would they decide otherwise?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from adapters.register.errors import RegisterError
from adapters.register.recorded import Recorded
from domain.base.refusals import Refusal
from domain.case.patch import Unreadable
from domain.case.state import Escalation
from domain.views.replay import decided_today, otherwise


class Otherwise(NamedTuple):
    """A decision that today's rules would take otherwise, or that nobody can ask them about."""

    case: str
    entries: tuple[int, int]
    """Its first and its last."""
    what: str


def otherwise_today(url: str, refs: Iterable[str]) -> Iterator[Otherwise]:
    """Yield every decision that today's rules would take otherwise. That is no fault: the record stands as decided."""
    record = Recorded(url)
    for ref in refs:
        try:
            yield from _otherwise_in(record, ref)
        except (Unreadable, RegisterError) as error:
            yield Otherwise(ref, (0, 0), f"cannot be compared: {error}")
        except Exception as error:  # the record of one case is no reason to say nothing of the others
            yield Otherwise(ref, (0, 0), f"cannot be compared ({type(error).__name__}): see `escalate verify {ref}`")


def _otherwise_in(record: Recorded, ref: str) -> Iterator[Otherwise]:
    before: Escalation | None = None
    for decided, state in record.decisions(ref):
        after = record.editions.case(state)
        try:
            what = otherwise(decided, after, decided_today(before, decided.entries, after.policy, after.calendar))
        except Refusal:
            what = "would refuse what was said"
        except Unreadable as error:
            what = str(error)
        except Exception as error:  # whatever it is, it is today's rules that fail, and the next decision may be asked
            what = f"would fail ({type(error).__name__})"
        if what:
            yield Otherwise(ref, (decided.entries[0].number, decided.entries[-1].number), what)
        before = after
