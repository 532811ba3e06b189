"""A change of the rota by hand: shown before and after with what is waiting meanwhile, and written completely or not at
all.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from services.errors import REFUSED, Trouble
from services.remarks import note
from services.rows import Row
from services.times import now

from . import screen

if TYPE_CHECKING:
    from adapters.rota import Rota
    from adapters.rota.hand_overs import Held
    from adapters.rota.rota import Turn
    from settings import Settings

HEADERS = ("from", "until", "before", "after")
WAITING = ("case", "overdue", "owed by", "due")
LONGEST_WHY = 200


class Change(NamedTuple):
    """A change: the rota before and after it."""

    policy: str
    place: Path
    """The file that is written: another rota's, where this one has its own `same_as`."""
    old: str
    """The file's text now."""
    text: str
    """Its text after the change."""
    before: "Rota"
    after: "Rota"
    rank: str
    held: "tuple[Held, ...]"
    """Who has the rank during the time of the change."""


def must_fit(rota: "Rota", rank: str, why: str) -> None:
    """Raise Trouble where the rank is none of the rota's, or the reason is empty or too long."""
    if rank not in rota.ranks:
        raise Trouble(f"--rank: {rank[:40]!r} is no rank of the rota: say {' or '.join(rota.ranks)}.")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Trouble(f"--why: say in a few words why, at most {LONGEST_WHY} characters; the rota shows it.")


def settle(ctx: click.Context, change: Change, *, dry_run: bool, as_json: bool, waiting: list[dict[str, Any]]) -> None:
    """Show a change and what is *waiting*, and write it unless it leaves nobody on call or this is a dry run.

    Raises:
        NotWritten: it cannot be written.
    """
    from adapters.files import write_whole
    from adapters.rota.hand_overs import leaves_nobody, on_call_twice

    changed = [one for one in change.held if one.is_changed]
    refused = [f"{one.place}: {one.what}; {one.mend}." for one in leaves_nobody(change.before, change.after, now())]
    warnings = list(on_call_twice(change.after, changed))
    wrote = bool(changed) and not refused and not dry_run
    if wrote:
        write_whole(change.place, change.text, instead_of=change.old)
    if as_json:
        shown = [_json(one) for one in change.held]
        screen.as_json(
            {"policy": change.policy, "file": str(change.place), "rank": change.rank, "written": wrote, "held": shown}
            | {"warnings": warnings, "refused": refused, "waiting": waiting}
        )
    else:
        _show(change)
    for sentence in warnings:
        note(f"Take care: {sentence}")
    for sentence in refused:
        note(sentence)
    if refused:
        note("Nothing was written.")
        ctx.exit(REFUSED)
    if not as_json:
        _end(change.place, waiting, is_changed=bool(changed), wrote=wrote)


def alerts_waiting(settings: "Settings", policies: list[str]) -> list[dict[str, Any]]:
    """Return what is overdue and not acknowledged, by the register, in cases of those policies.

    A register that cannot be read does not stop a hand-over; a note says so.
    """
    from adapters.register.errors import NothingThere, RegisterError
    from adapters.register.reading import list_cases, read_case

    found: list[dict[str, Any]] = []
    try:
        for policy in policies:
            for row in list_cases(settings.register, policy=policy, overdue=True):
                view = (read_case(settings.register, row["case_ref"]) or row)["view"]
                owed = [one for one in view["owed"] if one["overdue"] and not one["acknowledged_until"]]
                found += [{"case": row["case_ref"]} | one for one in owed]
    except NothingThere:
        return []
    except RegisterError as error:
        note(f"What is waiting cannot be told. {error}")
    return found


def policies_of(settings: "Settings", place: Path) -> list[str]:
    """Return the policies that use a rota file."""
    from adapters.rota.file import ENDING, RotaFault, rota_source

    found = []
    for path in settings.directories.glob(f"*{ENDING}"):
        try:
            if rota_source(path) == place:
                found.append(path.name.removesuffix(ENDING))
        except RotaFault:
            continue  # that one is told where it is used
    return sorted(found)


def _show(change: Change) -> None:
    from domain.base.words import say_instant

    zone = change.before.about.zone
    screen.say(f"Rank {change.rank} in the rota of {change.policy}:")
    rows = [
        Row(
            (say_instant(one.starts, zone), say_instant(one.until, zone), _said(one.before), _said(one.after)),
            "warning" if one.is_changed else "",
        )
        for one in change.held
    ]
    screen.table(HEADERS, rows, indent=2)


def _end(place: Path, waiting: list[dict[str, Any]], *, is_changed: bool, wrote: bool) -> None:
    if not is_changed:
        screen.say("The rota says so already: nothing was written.")
    elif wrote:
        screen.say(f"Written to {place}. A running worker reads it by itself.", "good")
    else:
        screen.say("Nothing is written: this is a dry run.")
    if waiting:
        screen.heading("What you hand over: alerts that nobody has acknowledged")
        rows = [Row((one["case"], one["what"], one["by"], one["due_words"]), "late") for one in waiting]
        screen.table(WAITING, rows, indent=2)


def _said(turn: "Turn | None") -> str:
    return f"{turn.handle}, {turn.title}" if turn else "NOBODY"


def _json(one: "Held") -> dict[str, Any]:
    before, after = (turn.handle if turn else None for turn in (one.before, one.after))
    return {"from": one.starts.isoformat(), "until": one.until.isoformat(), "before": before, "after": after}
