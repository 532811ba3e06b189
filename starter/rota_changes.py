"""A change of the rota by hand, as a command shows it: before and after, with what is waiting meanwhile."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.errors import REFUSED
from services.remarks import note
from services.rota_changes import settled
from services.rows import Row

from . import screen

if TYPE_CHECKING:
    from adapters.rota.hand_overs import Held
    from adapters.rota.rota import Turn
    from services.rota_changes import Change

HEADERS = ("from", "until", "before", "after")
WAITING = ("case", "overdue", "owed by", "due")


def settle(
    ctx: click.Context, change: "Change", *, dry_run: bool, as_json: bool, waiting: list[dict[str, Any]]
) -> None:
    """Show a change and what is *waiting*, and write it unless it leaves nobody on call or this is a dry run.

    Raises:
        NotWritten: it cannot be written.
    """
    done = settled(change, dry_run=dry_run)
    if as_json:
        shown = [_json(one) for one in change.held]
        screen.as_json(
            {"policy": change.policy, "file": str(change.place), "rank": change.rank, "written": done.wrote}
            | {"held": shown, "warnings": done.warnings, "refused": done.refused, "waiting": waiting}
        )
    else:
        _show(change)
    for sentence in done.warnings:
        note(f"Take care: {sentence}")
    for sentence in done.refused:
        note(sentence)
    if done.refused:
        note("Nothing was written.")
        ctx.exit(REFUSED)
    if not as_json:
        _end(change.place, waiting, is_changed=done.is_change, wrote=done.wrote)


def _show(change: "Change") -> None:
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
