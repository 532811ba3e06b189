"""Destruction lists: a second person approves what somebody proposed, cases are taken off, each step on the record.

What may be said is looked at together with what has been said already, so that two at once cannot both have their way.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from adapters.register.disposal import Disposal, Disposals, Step
from adapters.register.register import Register
from services.errors import BAD_INPUT, REFUSED, Trouble
from services.installation import is_trial
from services.retention import MOST_REASON
from services.times import now
from settings import Settings

_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")
List = dict[str, list[Disposal]]
"""Each case of a list with what was said of it, in order."""


class Who(NamedTuple):
    """Whoever says something of a list."""

    by: str
    """Their handle, as it goes on the record: never a name."""
    account: str


def must_be_a_handle(by: str, place: str) -> str:
    """Return who says so, as it goes on the record. Raises Trouble, which names the place."""
    if not _HANDLE.fullmatch(by):
        raise Trouble(
            f"{place} is a staff number or an account, such as staff-0007: letters, figures, dots and dashes."
        )
    return by


def said_now(step: Step, case: str, who: Who, reason: str, list_ref: str = "") -> Disposal:
    """Return what somebody says now, as a row. Raises Trouble for a reason that is missing or too long."""
    if step in {"held", "released", "withdrawn"} and not reason.strip():
        raise Trouble("Say why: it is on the record.")
    if len(reason) > MOST_REASON:
        raise Trouble(f"The reason may hold {MOST_REASON} characters at most: say it shorter.", BAD_INPUT)
    return Disposal(case, step, now(), who.by, reason.strip(), who.account, list_ref)


def list_of(said: Disposals, list_ref: str) -> tuple[str, List]:
    """Return a list, as it was typed, with its reference. Raises Trouble with those there are."""
    found = said.lists()
    name = list_ref.strip().upper()
    if name not in found:
        known = f" There are {', '.join(found)}." if found else " There is none yet."
        raise Trouble(f"There is no destruction list {list_ref[:40]!r}.{known}")
    return name, found[name]


def last_said(cases: List) -> int:
    """Return the number of the last thing that was said of a list."""
    return max(rows[-1].number for rows in cases.values())


def to_approve(settings: Settings, said: Disposals, list_ref: str, who: Who) -> list[str]:
    """Return the cases of a list that wait for an approval. Raises Trouble where somebody may not give it."""
    name, cases = list_of(said, list_ref)
    waiting = {case: rows for case, rows in cases.items() if rows[-1].step == "proposed"}
    if not waiting:
        raise Trouble(f"Nothing in {name} waits for an approval.", REFUSED)
    if any(_is_same(rows[0], who, settings) for rows in waiting.values()):
        raise Trouble("You have proposed it yourself: a second person approves it, under their own name.", REFUSED)
    return list(waiting)


def to_withdraw(said: Disposals, list_ref: str, wanted: Sequence[str]) -> list[str]:
    """Return those of the wanted cases that can be taken off a list; of none that are named, all. Raises Trouble."""
    name, cases = list_of(said, list_ref)
    strange = [case for case in wanted if case not in cases]
    if strange:
        raise Trouble(f"{strange[0]} does not stand in {name}.")
    left = [case for case in wanted or cases if cases[case][-1].step in {"proposed", "approved"}]
    if not left:
        raise Trouble(f"Nothing of that stands in {name} any more.", REFUSED)
    return left


def approve(settings: Settings, list_ref: str, who: Who, seen: int | None = None) -> list[str]:
    """Approve what waits in a list, as another person than the one who proposed it, and return the cases.

    *seen* is the number of the last thing said of it that whoever approves has read; None for what stands.

    Raises Trouble: nothing was approved.
    """

    def approved(said: Disposals) -> list[Disposal]:
        name, cases = list_of(said, list_ref)
        _must_be_as_seen(cases, name, seen)
        return [said_now("approved", case, who, "", name) for case in to_approve(settings, said, list_ref, who)]

    return _said(settings, approved)


def withdraw(
    settings: Settings, list_ref: str, wanted: Sequence[str], reason: str, who: Who, seen: int | None = None
) -> list[str]:
    """Take cases off a list, or all of them, and return those. What was destroyed stays destroyed.

    *seen* as for `approve`. Raises Trouble: nothing was taken off.
    """

    def withdrawn(said: Disposals) -> list[Disposal]:
        name, cases = list_of(said, list_ref)
        _must_be_as_seen(cases, name, seen)
        return [said_now("withdrawn", case, who, reason, name) for case in to_withdraw(said, list_ref, wanted)]

    return _said(settings, withdrawn)


def _said(settings: Settings, decided: Callable[[Disposals], Sequence[Disposal]]) -> list[str]:
    with Register(settings.register) as register:
        return [one.case_ref for one in register.dispose_as(decided)]


def _must_be_as_seen(cases: List, name: str, seen: int | None) -> None:
    if seen is not None and last_said(cases) != seen:
        raise Trouble(
            f"Something was said of {name} since you looked: nothing was recorded. Look at it again.", REFUSED
        )


def _is_same(proposed: Disposal, who: Who, settings: Settings) -> bool:
    """Is it the same person again? One account may be many people where cases are tried out alone."""
    if proposed.account == who.account and not is_trial(settings):
        return True
    return proposed.by.casefold() in {who.by.casefold(), who.account.casefold() if not is_trial(settings) else ""}
