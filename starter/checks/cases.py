"""Do the two stores hold the same cases, each as far as the other, and does a worker carry every open one?"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from services.stores import count_of, named
from settings import Settings

from . import Finding
from .machine import machine_clock

if TYPE_CHECKING:
    from temporalio.client import Client

    from workflows.soundness import Compared, Unsound

MANY = 2_000
"""Open cases that the doctor looks at."""
WITHIN = 40
"""Seconds that it takes for looking at them, and again for comparing how far each has come; twice that at most."""
TO_ENTER = timedelta(minutes=2)
"""A worker is given so long to enter what was just decided."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
EACH = 10
"""So many that have the same fault are named a line each; more are counted, and a few of them named."""
MEND_REGISTER = "See above whether the register can be written, and that a worker runs; what waits is then entered."
MEND_RECORD = (
    "`escalate resume` with its reference enters again what the record has lost, or says what else is to be done."
)
MEND_CODE = "See the worker's log, and mend or take back the last change of this program; it then goes on by itself."
REBUILD = "Run `escalate register rebuild`: it brings back from Temporal what the register lacks."
RESTORE = "Run `escalate restore`: it opens every such case again from the register."


async def cases(settings: Settings, client: "Client") -> list[Finding]:
    """Check that each store has every open case of the other, and as many entries of it. Raises RPCError."""
    from adapters.register.errors import NothingThere, RegisterError
    from adapters.register.reading import last_numbers, list_cases
    from workflows.soundness import closed_since, compared, running_since, unsound

    def numbers() -> dict[str, int]:
        try:
            return last_numbers(settings.register)
        except NothingThere:  # it may have been there: Temporal says whether
            return {}

    try:
        async with asyncio.timeout(WITHIN):
            runs = await running_since(client, settings.task_queue)
            ended = await closed_since(client, settings.task_queue)
            known = numbers()
            by_record = [row["case_ref"] for row in list_cases(settings.register, limit=MANY)] if known else []
            seen = await unsound(client, by_record)
        asked = {case: ended.get(case, _EVER) for case in seen.lost}
        asked |= {case: began for case, began in ended.items() if case not in known}
        asked |= dict(sorted(runs.items(), key=lambda one: one[0] in known))
        asked = dict(list(asked.items())[:MANY])
        async with asyncio.timeout(2 * WITHIN):
            stores = await compared(client, asked, numbers, machine_clock() - TO_ENTER, WITHIN)
    except (RegisterError, ValueError):
        return []  # told of as the register
    except TimeoutError:
        says = f"Temporal did not say within {2 * WITHIN} seconds how the open cases are."
        return [Finding("cases", "problem", says, "See whether it is overloaded, and ask again.")]
    found = [*_unsound(seen, stores), *_apart(seen, stores)]
    if len(by_record) == MANY or len(runs) > MANY:
        found.append(Finding("cases", "warning", f"Only the {MANY} due first were looked at."))
    elif stores.looked_at < len([case for case in asked if case in runs]):
        says = f"Only {stores.looked_at} of {count_of(len(asked))} could be compared within {WITHIN} seconds."
        found.append(Finding("cases", "warning", says, "Ask again when Temporal has less to do."))
    well = f"{len(by_record)} open, and Temporal runs them all; both stores hold the same of each"
    return found or [Finding("cases", "ok", well)]


def _unsound(seen: "Unsound", stores: "Compared") -> Iterator[Finding]:
    fewer = {one.case for one in stores.behind}
    lost = [case for case in seen.lost if case not in fewer]
    or_all = ", or `escalate restore` for all of them" if lost[1:] else ""
    yield from _each(
        lost,
        "Temporal does not run it, so nothing watches it.",
        lambda case: f"Run `escalate resume {case}`{or_all}.",
        "Temporal does not run {}, so nothing watches them.",
        RESTORE,
    )
    still = "It stands still: its code fails."
    yield from _each(seen.still, still, lambda _: MEND_CODE, "{} stand still: their code fails.", MEND_CODE)
    yield from _each(
        seen.unrecordable,
        "Its record does not take its entries.",
        lambda _: MEND_RECORD,
        "The record does not take the entries of {}.",
        REBUILD,
    )


def _apart(seen: "Unsound", stores: "Compared") -> Iterator[Finding]:
    """Say where one store has what the other lacks."""
    told = {*seen.unrecordable, *seen.still}
    unknown = [one.case for one in stores.behind if not one.in_record]
    yield from _each(
        unknown,
        "Temporal has had its entries entered, and the register does not know it.",
        lambda _: REBUILD,
        "Temporal has had the entries of {} entered, and the register does not know them.",
        REBUILD,
    )
    fewer = {one.case: one for one in stores.behind if one.in_record and one.case not in told}
    yield from _each(
        fewer,
        lambda case: (
            f"Its record ends at entry {fewer[case].in_record}, and Temporal has had entries up to "
            f"{fewer[case].in_temporal} entered: the register is an older copy, or has lost them."
        ),
        lambda _: REBUILD,
        "The record of {} ends before the last entry that Temporal has had entered: the register is an older copy.",
        REBUILD,
    )
    waiting = {one.case: one for one in stores.waiting if one.case not in told}
    yield from _each(
        waiting,
        lambda case: (
            f"Its entries after {waiting[case].in_record} wait to be written."
            if waiting[case].in_record
            else "Temporal runs it, and the register does not know it."
        ),
        lambda _: MEND_REGISTER,
        "Entries of {} wait to be written.",
        MEND_REGISTER,
    )
    more = {one.case: one for one in stores.ahead if one.case not in seen.lost}
    yield from _each(
        more,
        lambda case: (
            f"Its record goes on to entry {more[case].in_record}, and Temporal knows of "
            f"{more[case].in_temporal}: Temporal is an older copy, and would decide the same entries anew."
        ),
        lambda case: f"Run `escalate resume {case} --from-record`: it goes on from its record.",
        "The record of {} goes further than Temporal: Temporal is an older copy.",
        "Run `escalate resume REF --from-record` for each (`escalate doctor` names the next as they are mended).",
    )


def _each(
    cases: Iterable[str],
    says: str | Callable[[str], str],
    mend: Callable[[str], str],
    of_all: str,
    mend_all: str,
) -> Iterator[Finding]:
    """Name each case, or count them where they are many."""
    every = list(cases)
    if len(every) > EACH:
        says_all = of_all.format(f"{count_of(len(every))} ({named(every)})")
        yield Finding("cases", "problem", says_all, mend_all)
        return
    for case in every:
        yield Finding(f"case {case}", "problem", says(case) if callable(says) else says, mend(case))
