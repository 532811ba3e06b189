"""Enter what was decided into the register."""

from datetime import timedelta

import structlog
from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from adapters.register.errors import EntryConflict, EntryGap, EntryUnfit, RegisterError
from adapters.register.register import Register
from adapters.register.rows import Edition, StandingRow
from domain.effects import Entry
from domain.standing import Standing
from domain.value import Value

SOONEST, LATEST = timedelta(seconds=0.2), timedelta(seconds=10)
"""How soon a batch is tried again whose predecessor is not there yet: twice as late each time."""

log = structlog.get_logger()


class Batch(Value):
    """Entries of one case in order, and where it stood after the last of them."""

    entries: tuple[Entry, ...]
    standing: Standing
    policy: dict[str, JsonValue] | None = None
    """The pinned editions; given with the first batch alone."""
    calendar: dict[str, JsonValue] | None = None


class Entries:
    """The activity that writes the record."""

    def __init__(self, register: Register) -> None:
        self._register = register

    @activity.defn(name="enter")
    def enter(self, batch: Batch) -> None:
        """Write a batch, all or nothing. May happen more than once: a repeated entry is one entry.

        Raises:
            ApplicationError: `RegisterDown` is tried again without end, and `EntryGap`, which is said of a batch that
                came before its predecessor; `EntryConflict` and `EntryUnfit` are hopeless.
        """
        editions = [Edition(kind="policy", body=dict(batch.policy))] if batch.policy else []
        editions += [Edition(kind="calendar", body=dict(batch.calendar))] if batch.calendar else []
        structlog.contextvars.bind_contextvars(case=batch.standing.case, stage=batch.standing.stage)
        try:
            self._register.enter(batch.entries, standing_row(batch.standing), editions)
        except (EntryConflict, EntryUnfit) as error:
            log.error("entry_refused", number=batch.entries[0].number, reason=type(error).__name__)
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from None
        except EntryGap as error:
            attempt = activity.info().attempt
            if _pause_after(attempt) == LATEST:  # one that only overtook the one before it would have had its turn
                log.warning("entry_missing", number=error.missing, waiting=len(batch.entries))
            raise ApplicationError(
                str(error),
                type=type(error).__name__,
                next_retry_delay=_pause_after(attempt),
                category=ApplicationErrorCategory.BENIGN,
            ) from None
        except RegisterError as error:
            log.warning("register_down", waiting=len(batch.entries))
            raise ApplicationError(str(error), type=type(error).__name__) from None


def _pause_after(attempt: int) -> timedelta:
    doubled: int = 2 ** min(attempt - 1, 10)
    return min(SOONEST * doubled, LATEST)


def standing_row(standing: Standing) -> StandingRow:
    """Return where a case stands as the register keeps it."""
    return StandingRow(
        case_ref=standing.case,
        as_of_number=standing.as_of,
        policy=standing.policy,
        stage=standing.stage,
        urgency=standing.urgency,
        opened_at=standing.opened_at,
        next_due=standing.next_due,
        overdue=standing.overdue,
        open=standing.closed_at is None,
        agencies=tuple(sorted({party.agency for party in standing.parties})),
        view=standing.model_dump(mode="json"),
    )
