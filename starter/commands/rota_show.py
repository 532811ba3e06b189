"""`escalate rota show`: who is on call."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from starter import screen
from starter.commands.rota import rota_of
from starter.errors import Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from adapters.rota import Rota, Stretch

NOW = ("rank", "person", "title", "reached by", "until", "why")
AHEAD = ("rank", "from", "until", "person", "title", "why")


@click.command("show")
@click.argument("policy")
@click.option("--at", default="", metavar="TIME", help="At which moment: 2026-12-25T03:00, `tomorrow 09:00`. Else now.")
@click.option("--weeks", type=click.IntRange(0, 104), default=4, show_default=True, help="How many weeks from then on.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(policy: str, at: str, weeks: int, as_json: bool) -> None:
    """See who is on call by the rota of POLICY, until when, by which turn, and who follows.

    \b
    Examples:
      escalate rota show lincolnshire
      escalate rota show lincolnshire --at 2026-12-25T03:00 --weeks 0
      escalate rota show lincolnshire --weeks 12 --json
    """
    from adapters.rota.shape import within_reach
    from domain.spoken import say_instant
    from starter.times import now, read_time

    name, _, rota = rota_of(installation(), policy)
    moment = read_time(at, "--at", rota.about.zone) if at else now()
    try:
        within_reach(moment)
    except ValueError:
        raise Trouble(f"--at: the year {moment.year} is beyond every rota: say the day that is meant.") from None
    present = [(rank, rota.stretch(rank, moment)) for rank in rota.ranks]
    ends = moment + timedelta(weeks=weeks)
    ahead = [(rank, *one) for rank in rota.ranks for one in _ahead(rota, rank, moment, ends)]
    if as_json:
        on_call = [{"rank": rank, "turn": _json(one)} for rank, one in present]
        following = [
            {"rank": rank, "from": since.isoformat(), "until": _until(one, ends).isoformat(), "turn": _json(one)}
            for rank, since, one in ahead
        ]
        screen.as_json(
            {"policy": name, "edition": rota.about.edition, "at": moment.isoformat()}
            | {"on_call": on_call, "ahead": following}
        )
        return
    screen.say(f"On call for {name}, {say_instant(moment, rota.about.zone)} (rota edition {rota.about.edition})")
    screen.table(NOW, [_now(rank, one, rota.about.zone) for rank, one in present], indent=2)
    if weeks:
        screen.heading(f"The next {weeks} weeks" if weeks > 1 else "The next week")
        screen.table(AHEAD, [_row(rank, since, one, ends, rota.about.zone) for rank, since, one in ahead], indent=2)


def _ahead(rota: "Rota", rank: str, begins: datetime, ends: datetime) -> "list[tuple[datetime, Stretch]]":
    found, since = [], begins
    for one in rota.stretches(rank, begins, ends):
        found.append((one.turn.starts if one.turn else since, one))
        since = one.until
    return found


def _until(one: "Stretch", ends: datetime) -> datetime:
    return one.turn.until if one.turn else min(one.until, ends)


def _json(one: "Stretch") -> dict[str, Any] | None:
    return one.turn.model_dump(mode="json") if one.turn else None


def _now(rank: str, one: "Stretch", zone: str) -> screen.Row:
    from domain.spoken import say_instant

    if one.turn is None:
        return screen.Row((rank, "NOBODY", "", "", "", one.vacant), "late")
    ways = ", ".join(dict.fromkeys(channel.kind for channel in one.turn.channels)) or "NOTHING"
    cells = (rank, one.turn.handle, one.turn.title, ways, say_instant(one.turn.until, zone), _why(one))
    return screen.Row(cells, "" if one.turn.channels else "late")


def _row(rank: str, since: datetime, one: "Stretch", ends: datetime, zone: str) -> screen.Row:
    from domain.spoken import say_instant

    when = (say_instant(since, zone), say_instant(_until(one, ends), zone))
    if one.turn is None:
        return screen.Row((rank, *when, "NOBODY", "", one.vacant), "late")
    return screen.Row((rank, *when, one.turn.handle, one.turn.title, _why(one)))


def _why(one: "Stretch") -> str:
    if one.turn is None:
        return one.vacant
    return f"{one.turn.why} ({one.turn.note})" if one.turn.note else one.turn.why
