"""`escalate rota import`: overrides from a calendar file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from starter import screen
from starter.commands.rota import rota_to_change
from starter.errors import BAD_INPUT, REFUSED, Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from adapters.rota.hand_overs import Change
    from adapters.rota.shape import Override

HEADERS = ("", "rank", "from", "until", "person", "before")


@click.command("import")
@click.argument("policy")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--rank", default="", help="Of events that name no rank themselves.")
@click.option("--yes", is_flag=True, help="Write it. Without this it is only shown.")
@click.option("--unreachable", type=int, metavar="N", help="Yes, N times nobody is left in a rank.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(
    ctx: click.Context, policy: str, file: str, rank: str, yes: bool, unreachable: int | None, as_json: bool
) -> None:
    """Take the events of FILE, an iCalendar file, over into the rota of POLICY as overrides: shown first.

    Each event says who (invited by e-mail, or a handle in its title) and in which rank (in its title or categories).
    An event that came before is changed, one that is called off is taken out, and what the file does not hold stays.
    An event that says the opposite or leaves it open is refused: declined, tentative, free time, "not" in its title.
    Nothing is written while any event cannot be used, or where nobody at all would be left on call. What it would
    cover that was handed over by hand is told. Where nobody would be left in a rank, --yes is not enough: say how
    often, as it tells you.

    \b
    Examples:
      escalate rota import lincolnshire on-call.ics
      escalate rota import lincolnshire on-call.ics --rank first --yes
    """
    from adapters.directory.tables import FileFault
    from adapters.files import write_whole
    from adapters.rota.check import uncovered
    from adapters.rota.feed import changes_of, covered_by, left_empty, read_feed, unable
    from adapters.rota.hand_overs import changed, compared, on_call_twice
    from starter.times import now

    name, place, old, rota = rota_to_change(ctx, installation(), policy, writes=yes)
    if rank and rank not in rota.ranks:
        raise Trouble(f"--rank: {rank[:40]!r} is no rank of the rota: say {' or '.join(rota.ranks)}.")
    try:
        feed = read_feed(Path(file), rota, now(), rank, name)
        changes = changes_of(rota, feed)
        text, made = changed(old, rota, changes, place) if changes and not feed.faults else (old, rota)
        refused = [f"{one.place}: {one.what}; {one.mend}." for one in uncovered(made, now()) if changes]
        refused += unable(rota, changes, now())
        empty = list(left_empty(rota, made, changes, now()))
        unsaid = bool(empty) and unreachable != len(empty)
        spans = [(one.after.rank, *one.after.span(rota.about.zone)) for one in changes if one.after]
        held = [held for rank, begins, ends in spans for held in compared(rota, made, rank, max(begins, now()), ends)]
        twice = on_call_twice(made, (one for one in held if one.is_changed))
        warnings = [*empty, *covered_by(rota, made, changes, now()), *dict.fromkeys(twice)]
        if yes and unsaid:
            refused.append(f"Nobody would be left in a rank: say --unreachable {len(empty)} where that is meant.")
        if yes and changes and not feed.faults and not refused:
            write_whole(place, text, instead_of=old)
    except FileFault as fault:
        raise Trouble(str(fault)) from None
    wrote = bool(yes and changes and not feed.faults and not refused)
    if as_json:
        shown = [_json(one) for one in changes]
        screen.as_json(
            {"policy": name, "file": str(place), "written": wrote, "changes": shown, "over": feed.over}
            | {"faults": list(feed.faults), "refused": refused, "warnings": warnings}
        )
    else:
        _tell(changes, rota.about.zone, feed.over)
    for sentence in warnings:
        screen.note(f"Take care: {sentence}")
    for sentence in (*feed.faults, *refused):
        screen.note(sentence)
    if feed.faults or refused:
        screen.note("Nothing was written.")
        ctx.exit(BAD_INPUT if feed.faults else REFUSED)
    if not as_json and changes:
        more = f" --unreachable {len(empty)}" if empty else ""
        screen.say(
            f"Written to {place}." if wrote else f"Nothing is written yet: say the same with --yes{more}.",
            "good" if wrote else "",
        )


def _tell(changes: "tuple[Change, ...]", zone: str, over: int) -> None:
    if over:
        screen.say(f"{over} {'event is' if over == 1 else 'events are'} over, and left alone.")
    if changes:
        screen.table(HEADERS, [_row(one, zone) for one in changes])
    else:
        screen.say("The rota says all of it already.")


def _row(one: "Change", zone: str) -> screen.Row:
    shown = one.after or one.before
    assert shown is not None  # noqa: S101 - a change has one of them
    before = _said(one.before, zone) if one.before and one.after else ""
    starts, until = _times(shown, zone)
    return screen.Row((one.kind, shown.rank, starts, until, shown.person or "nobody", before))


def _said(one: "Override", zone: str) -> str:
    starts, until = _times(one, zone)
    return f"{one.person or 'nobody'}, {one.rank}, {starts} to {until}"


def _times(one: "Override", zone: str) -> tuple[str, str]:
    from domain.spoken import say_instant

    starts, until = one.span(zone)
    return say_instant(starts, zone), say_instant(until, zone)


def _json(one: "Change") -> dict[str, Any]:
    before, after = (each.model_dump(mode="json", by_alias=True) if each else None for each in (one.before, one.after))
    return {"change": one.kind, "before": before, "after": after}
