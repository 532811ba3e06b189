"""`escalate rota` and its commands."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.errors import BAD_INPUT, PROBLEM, REFUSED, Trouble
from services.installation import installation
from services.remarks import note
from services.rotas import rota_of, to_be_changed
from services.rows import Row
from starter import screen
from starter.cli import Group
from starter.written import taken

from .rota_test import test

if TYPE_CHECKING:
    from adapters.rota import Rota, Stretch
    from adapters.rota.hand_overs import Change
    from adapters.rota.shape import Override
    from services.rotas import Changeable
    from settings import Settings

COMMANDS = {
    "check": "Find gaps and people who cannot be reached.",
    "show": "See who is on call, until when, and why.",
    "export": "Write one person's turns for their diary.",
    "import": "Take overrides over from a calendar file.",
    "hand-over": "Let a colleague take a rank for a time.",
    "swap": "Swap two weeks of a rank.",
    "test": "Ask somebody whether their telephone rings.",
}
NOW = ("rank", "person", "title", "reached by", "until", "why")
AHEAD = ("rank", "from", "until", "person", "title", "why")
HEADERS = ("", "rank", "from", "until", "person", "before")


@click.group("rota", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """See, check and change who is on call. directories/README.md says how to write a rota.

    \b
    Examples:
      escalate rota show lincolnshire
      escalate rota check lincolnshire --weeks 12
      escalate rota export lincolnshire --person staff-1001
      escalate rota hand-over lincolnshire --rank first --to staff-1004 --until "2026-11-24 09:00" --why "ill today"
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def rota_to_change(ctx: click.Context, settings: "Settings", policy: str, *, writes: bool) -> "Changeable":
    """Read a rota that is to be changed. With *writes* the file is locked until the command ends. Raises as that."""
    return ctx.with_resource(to_be_changed(settings, policy, writes=writes))


@command.command("check")
@click.argument("policy")
@click.option("--weeks", type=click.IntRange(1, 104), default=12, show_default=True, help="How far to look ahead.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def check(ctx: click.Context, policy: str, weeks: int, as_json: bool) -> None:
    """Find what is wrong with the rota of POLICY, a name or a file, from now on.

    Looked for are times at which nobody is on call, people whom nothing reaches, who have left, or who are on call
    twice at once, and overrides that would leave nobody at all: those are passed over when an alert goes out.
    The exit code is 1 where something is a fault; a warning is for a person to judge.

    \b
    Examples:
      escalate rota check lincolnshire
      escalate rota check lincolnshire --weeks 26 --json
    """
    from adapters.rota import check_rota
    from services.joining import people_without_account, said_of
    from services.times import now
    from services.trial_alerts import untried

    name, path, rota = rota_of(installation(), policy)
    found = check_rota(rota, now(), weeks)
    silent = untried(installation(), rota, now())
    unknown = people_without_account(installation(), rota)
    faults = sum(one.severity == "fault" for one in found)
    if as_json:
        screen.as_json(
            {"policy": name, "file": str(path), "edition": rota.about.edition, "weeks": weeks}
            | {"well": not faults, "found": [one.model_dump() for one in found], "not_known_to_ring": list(silent)}
            | {"no_account": list(unknown)}
        )
    else:
        told = [(one.severity, str(one)) for one in found]
        screen.findings(f"{path}, edition {rota.about.edition}", told, f" in the next {weeks} weeks")
        if silent:
            note(f"No test alert is known to have rung in 90 days: {', '.join(silent)}. Send one: escalate rota test.")
        if unknown:
            note(said_of(unknown))
    if faults:
        ctx.exit(PROBLEM)


@command.command("show")
@click.argument("policy")
@click.option("--at", default="", metavar="TIME", help="At which moment: 2026-12-25T03:00, `tomorrow 09:00`. Else now.")
@click.option("--weeks", type=click.IntRange(0, 104), default=4, show_default=True, help="How many weeks from then on.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def show(policy: str, at: str, weeks: int, as_json: bool) -> None:
    """See who is on call by the rota of POLICY, until when, by which turn, and who follows.

    \b
    Examples:
      escalate rota show lincolnshire
      escalate rota show lincolnshire --at 2026-12-25T03:00 --weeks 0
      escalate rota show lincolnshire --weeks 12 --json
    """
    from adapters.rota.awake import Awake
    from adapters.rota.shape import within_reach
    from domain.base.words import say_instant
    from services.awake import says_awake
    from services.telephones import telephones_of_area, telephones_on_call
    from services.times import now, read_time
    from starter.to_ring import show_numbers

    settings = installation()
    name, _, rota = rota_of(settings, policy)
    moment = read_time(at, "--at", rota.about.zone) if at else now()
    try:
        within_reach(moment)
    except ValueError:
        raise Trouble(f"--at: the year {moment.year} is beyond every rota: say the day that is meant.") from None
    present = [(rank, rota.stretch(rank, moment)) for rank in rota.ranks]
    awake = Awake(settings.data)
    says = {rank: says_awake(awake, one.turn, rota.about.zone, moment) for rank, one in present if one.turn and not at}
    ends = moment + timedelta(weeks=weeks)
    ahead = [(rank, *one) for rank in rota.ranks for one in _ahead(rota, rank, moment, ends)]
    if as_json:
        on_call = [{"rank": rank, "turn": _turn_json(one), "says": says.get(rank, "")} for rank, one in present]
        following = [
            {"rank": rank, "from": since.isoformat(), "until": _until(one, ends).isoformat(), "turn": _turn_json(one)}
            for rank, since, one in ahead
        ]
        screen.as_json(
            {"policy": name, "edition": rota.about.edition, "at": moment.isoformat()}
            | {"on_call": on_call, "ahead": following}
        )
        return
    screen.say(f"On call for {name}, {say_instant(moment, rota.about.zone)} (rota edition {rota.about.edition})")
    screen.table(NOW, [_now(rank, one, rota.about.zone, says.get(rank, "")) for rank, one in present], indent=2)
    colleagues = telephones_on_call(rota, dict.fromkeys(one.turn.handle for _, one in present if one.turn))
    numbers = telephones_of_area(settings, name)
    show_numbers(*colleagues, *numbers.office, *numbers.services)
    if weeks:
        screen.heading(f"The next {weeks} weeks" if weeks > 1 else "The next week")
        screen.table(
            AHEAD, [_stretch_row(rank, since, one, ends, rota.about.zone) for rank, since, one in ahead], indent=2
        )


def _ahead(rota: "Rota", rank: str, begins: datetime, ends: datetime) -> "list[tuple[datetime, Stretch]]":
    found, since = [], begins
    for one in rota.stretches(rank, begins, ends):
        found.append((one.turn.starts if one.turn else since, one))
        since = one.until
    return found


def _until(one: "Stretch", ends: datetime) -> datetime:
    return one.turn.until if one.turn else min(one.until, ends)


def _turn_json(one: "Stretch") -> dict[str, Any] | None:
    return one.turn.model_dump(mode="json") if one.turn else None


def _now(rank: str, one: "Stretch", zone: str, says: str) -> Row:
    from domain.base.words import say_instant

    if one.turn is None:
        return Row((rank, "NOBODY", "", "", "", one.vacant), "late")
    ways = ", ".join(dict.fromkeys(channel.kind for channel in one.turn.channels)) or "NOTHING"
    title = f"{one.turn.title}, {says}" if says else one.turn.title
    cells = (rank, one.turn.handle, title, ways, say_instant(one.turn.until, zone), _why(one))
    return Row(cells, "" if one.turn.channels else "late")


def _stretch_row(rank: str, since: datetime, one: "Stretch", ends: datetime, zone: str) -> Row:
    from domain.base.words import say_instant

    when = (say_instant(since, zone), say_instant(_until(one, ends), zone))
    if one.turn is None:
        return Row((rank, *when, "NOBODY", "", one.vacant), "late")
    return Row((rank, *when, one.turn.handle, one.turn.title, _why(one)))


def _why(one: "Stretch") -> str:
    if one.turn is None:
        return one.vacant
    return f"{one.turn.why} ({one.turn.note})" if one.turn.note else one.turn.why


@command.command("export")
@click.argument("policy")
@click.option("--person", required=True, metavar="HANDLE", help="Whose turns, by the handle of the rota.")
@click.option("--weeks", type=click.IntRange(1, 104), default=26, show_default=True, help="How far to look ahead.")
@click.option(
    "--out", type=click.Path(dir_okay=False), default="", metavar="FILE", help="Where to write it; else on the screen."
)
@click.option("--json", "as_json", is_flag=True, help="For programs: the turns as JSON alone on stdout.")
def export(policy: str, person: str, weeks: int, out: str, as_json: bool) -> None:
    """Write the turns of one person in the rota of POLICY as an iCalendar file, which every diary can take over.

    A later file takes the place of those before it: a turn that was moved is moved, and one that was given away is in
    it as called off. Write to the same FILE each time, and what it had before and is not theirs any more is too.

    \b
    Examples:
      escalate rota export lincolnshire --person staff-1001 --out staff-1001.ics
      escalate rota export lincolnshire --person staff-1001 --weeks 52 --json
    """
    from pathlib import Path

    from adapters.files import write_whole
    from adapters.rota import RotaFault
    from adapters.rota.calendar_file import calendar_file, given_away, gone_since, turns_of
    from adapters.rota.events import read_events
    from services.times import now

    name, _, rota = rota_of(installation(), policy)
    if person not in rota.people:
        raise Trouble(
            f"--person: nobody in the rota has the handle {person[:60]!r}. They are: {', '.join(rota.people)}."
        )
    span = now(), now() + timedelta(weeks=weeks)
    entries = (*turns_of(rota, person, *span), *given_away(rota, person, *span))
    with suppress(RotaFault):  # what is no calendar of ours is written over
        before = read_events(Path(out)) if out and Path(out).exists() else ()
        entries += tuple(gone_since(before, name, person, {one.uid(name) for one in entries}, *span))
    turns = [one.turn for one in entries if one.turn and one.until > now()]
    text = calendar_file(name, entries, now()).decode()
    if out:
        write_whole(Path(out), text)
    if as_json:
        screen.as_json([turn.model_dump(mode="json", exclude={"channels"}) for turn in turns])
    elif out:
        screen.say(
            f"{out}: {len(turns)} {'turn' if len(turns) == 1 else 'turns'} of {person} in the next {weeks} weeks.",
            "good",
        )
    else:
        screen.exported(text)
    if not turns:
        note(f"{person} has no turn in the next {weeks} weeks.")


@command.command("import")
@click.argument("policy")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--rank", default="", help="Of events that name no rank themselves.")
@click.option("--yes", is_flag=True, help="Write it. Without this it is only shown.")
@click.option("--unreachable", type=int, metavar="N", help="Yes, N times nobody is left in a rank.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def import_(
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
    from services.times import now

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
        shown = [_change_json(one) for one in changes]
        screen.as_json(
            {"policy": name, "file": str(place), "written": wrote, "changes": shown, "over": feed.over}
            | {"faults": list(feed.faults), "refused": refused, "warnings": warnings}
        )
    else:
        _tell(changes, rota.about.zone, feed.over)
    for sentence in warnings:
        note(f"Take care: {sentence}")
    for sentence in (*feed.faults, *refused):
        note(sentence)
    if feed.faults or refused:
        note("Nothing was written.")
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
        screen.table(HEADERS, [_change_row(one, zone) for one in changes])
    else:
        screen.say("The rota says all of it already.")


def _change_row(one: "Change", zone: str) -> Row:
    shown = one.after or one.before
    assert shown is not None  # noqa: S101 - a change has one of them
    before = _said(one.before, zone) if one.before and one.after else ""
    starts, until = _times(shown, zone)
    return Row((one.kind, shown.rank, starts, until, shown.person or "nobody", before))


def _said(one: "Override", zone: str) -> str:
    starts, until = _times(one, zone)
    return f"{one.person or 'nobody'}, {one.rank}, {starts} to {until}"


def _times(one: "Override", zone: str) -> tuple[str, str]:
    from domain.base.words import say_instant

    starts, until = one.span(zone)
    return say_instant(starts, zone), say_instant(until, zone)


def _change_json(one: "Change") -> dict[str, Any]:
    before, after = (each.model_dump(mode="json", by_alias=True) if each else None for each in (one.before, one.after))
    return {"change": one.kind, "before": before, "after": after}


@command.command("hand-over")
@click.argument("policy")
@click.option("--rank", required=True, help="Which rank: first, second, deputy, duty-manager.")
@click.option("--to", required=True, metavar="HANDLE", help="Who takes it, by the handle of the rota.")
@click.option("--until", required=True, metavar="TIME", help="Until when: `2026-11-24 09:00`, `tomorrow 9am`.")
@click.option("--from", "since", default="", metavar="TIME", help="From when; now where it is left out.")
@click.option("--why", required=True, metavar="WORDS", help="The reason, without anybody's name: the rota shows it.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def hand_over(
    ctx: click.Context, policy: str, rank: str, to: str, until: str, since: str, why: str, dry_run: bool, as_json: bool
) -> None:
    """Hand a rank of the rota of POLICY over to a colleague for a time: it is written as an override.

    Who has the rank before and after is shown, and the alerts that nobody has acknowledged: tell your colleague of
    them. It is refused where no alert would reach the colleague, or they are not in the service then. Times are on
    the clocks of the rota's zone.

    \b
    Examples:
      escalate rota hand-over lincolnshire --rank first --to staff-1004 --until "2026-11-24 09:00" --why "ill today"
      escalate rota hand-over lincolnshire --rank second --to staff-1005 --from "2026-12-01 09:00" \\
        --until "2026-12-03 09:00" --why "training days" --dry-run
    """
    from services import rota_changes
    from services.times import now, read_time
    from starter.rota_changes import settle

    settings = installation()
    _, path, rota = rota_of(settings, policy)
    why = taken({"why": why})["why"]
    rota_changes.must_fit(rota, rank, why)
    starts = read_time(since, "--from", rota.about.zone, ahead=True) if since else now().replace(microsecond=0)
    if starts < now() - timedelta(minutes=1):
        raise Trouble("--from lies in the past: leave it out to hand over now.")
    ends = read_time(until, "--until", rota.about.zone, ahead=True)
    waiting = rota_changes.alerts_waiting(settings, rota_changes.policies_with(settings, path))
    # The register may be slow to answer: nobody else is kept waiting for that.
    changing = rota_to_change(ctx, settings, policy, writes=not dry_run)
    change = rota_changes.handed_over(changing, rank, to, starts, ends, why)
    settle(ctx, change, dry_run=dry_run, as_json=as_json, waiting=waiting)


@command.command("swap")
@click.argument("policy")
@click.option("--rank", required=True, help="Which rank: first, second, deputy, duty-manager.")
@click.option("--week", required=True, metavar="DATE", help="The day on which the one week is handed over.")
@click.option("--with", "other", required=True, metavar="DATE", help="The same of the week it is swapped with.")
@click.option("--why", required=True, metavar="WORDS", help="The reason, without anybody's name: the rota shows it.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def swap(
    ctx: click.Context, policy: str, rank: str, week: str, other: str, why: str, dry_run: bool, as_json: bool
) -> None:
    """Swap two weeks of a rank in the rota of POLICY: whoever has the one takes the other.

    A week is named by the day on which it is handed over. An override in it stays. It is refused where no alert would
    reach one of the two in their new week, or they are not in the service then.

    \b
    Examples:
      escalate rota swap lincolnshire --rank first --week 2026-11-23 --with 2026-12-07 --why "agreed between the two"
      escalate rota swap lincolnshire --rank first --week 2026-11-30 --with 2026-12-14 --why "leave" --dry-run
    """
    from services import rota_changes
    from services.times import read_day
    from starter.rota_changes import settle

    changing = rota_to_change(ctx, installation(), policy, writes=not dry_run)
    why = taken({"why": why})["why"]
    rota_changes.must_fit(changing.rota, rank, why)
    weeks = read_day(week, "--week"), read_day(other, "--with")
    change = rota_changes.swapped(changing, rank, weeks, why)
    settle(ctx, change, dry_run=dry_run, as_json=as_json, waiting=[])


command.add_command(test)
