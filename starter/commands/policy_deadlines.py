"""`escalate policy deadlines`: every deadline of a ladder, before any case depends on it."""

from typing import TYPE_CHECKING, Any

import click

from starter import screen
from starter.installation import installation
from starter.referrals import pairs
from starter.times import read_time

if TYPE_CHECKING:
    from domain.forecast import ForecastDeadline
    from domain.policy import Track

HEADERS = ("step", "what", "by whom", "how long", "when", "clause")
NOT_PLACED = ("step", "what", "by whom", "how long", "why not", "clause")


@click.command("deadlines")
@click.argument("policy")
@click.option(
    "--opened", required=True, metavar="TIME", help="When the difference is raised: 2025-04-17T15:00, `today 09:00`."
)
@click.option("--track", default="", help="Which route; the policy's first unless you say.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="What is answered about the case.")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of deadlines, JSON alone on stdout.")
def command(policy: str, opened: str, track: str, facts: tuple[str, ...], as_json: bool) -> None:
    """List every deadline of POLICY, a name or a file, if each step runs its full time.

    What is due at once is taken as done at once, all else at its last moment; each step is left at its last deadline,
    not agreed. What gets no date by this is listed with the reason. No case is opened. Meetings that groups have
    planned come from this installation's settings.

    \b
    Examples:
      escalate policy deadlines lincolnshire --opened 2025-04-17T15:00
      escalate policy deadlines lincolnshire --opened "today 09:00" --track conduct --json
      escalate policy deadlines sutton --opened "today 09:00" --fact matter=child --fact point=referral
    """
    from domain.forecast import forecast, route_taken
    from starter import case_inputs
    from starter.facts import answers as answers_of

    settings = installation()
    read = case_inputs.policy(settings, policy)
    at = read_time(opened, "Opened", read.zone)
    calendar = case_inputs.calendar(read, at, settings)
    answers = answers_of(read, pairs(facts, "--fact"))
    route = route_taken(read, track, answers)
    found = forecast(read, calendar, at, route.id, case_inputs.local(settings, read), answers)
    provisional = [one for one in found if one.due and calendar.is_provisional(one.due)]
    if provisional:
        screen.note(f"{len(provisional)} of these fall where bank holidays are not proclaimed yet, so they may move.")
    if as_json:
        screen.as_json([_json(one, read.zone) for one in found])
    else:
        _tell(route, "" if track or answers else "the policy's first: --fact or --track chooses", found)


def _tell(route: "Track", why: str, found: "tuple[ForecastDeadline, ...]") -> None:
    title = route.title or route.id.replace("-", " ")
    screen.say(f"Route: {title} [{route.id}{f', {why}' if why else ''}]: {', then '.join(route.stages)}.")
    placed, unplaced = [one for one in found if one.due], [one for one in found if not one.due]
    if placed:
        screen.table(HEADERS, [_row(one) for one in placed])
    else:
        screen.say("Nothing on this route gets a date.")
    if unplaced:
        screen.heading("Without a date here")
        screen.table(NOT_PLACED, [_row(one) for one in unplaced])


def _json(one: "ForecastDeadline", zone: str) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    due = one.due.astimezone(ZoneInfo(zone)).isoformat() if one.due else None
    return one.model_dump(mode="json") | {"due": due}


def _row(one: "ForecastDeadline") -> screen.Row:
    strength = "" if one.strength == "must" else f" ({one.strength})"
    by = {"raising": "raising side", "receiving": "receiving side"}.get(one.by, one.by)
    when = f"{one.due_words} (counted without {one.makeshift})" if one.makeshift else one.due_words
    cells = (one.stage or "every step", one.what, by + strength, one.timescale, when, one.clause)
    return screen.Row(cells, "" if one.due else "warning")
