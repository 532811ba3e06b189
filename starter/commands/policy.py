"""`escalate policy` and its commands."""

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from services.errors import PROBLEM, Trouble
from services.installation import installation
from services.remarks import note
from services.rows import Row
from starter import screen
from starter.cli import Group

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.directory import Finding
    from domain.policy import Fault, Policy, Track
    from domain.views.forecast import ForecastDeadline
    from settings import Settings

COMMANDS = {
    "list": "See which policies there are.",
    "check": "Find what is wrong with a policy, and with its directory.",
    "show": "Draw the ladder: steps, duties, ways on, our readings, the gaps.",
    "schema": "Print what an editor needs to complete and check a policy file.",
    "deadlines": "Every deadline of a ladder, if each step runs its full time.",
}
HEADERS = ("step", "what", "by whom", "how long", "when", "clause")
NOT_PLACED = ("step", "what", "by whom", "how long", "why not", "clause")


@click.group("policy", cls=Group, table=COMMANDS, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check, draw and rehearse policies. Nothing here touches a running case.

    \b
    Examples:
      escalate policy check lincolnshire
      escalate policy show lincolnshire
      escalate policy deadlines lincolnshire --opened 2025-04-17T15:00
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def list_(as_json: bool) -> None:
    """See which policies this installation has, and whether each can be used.

    \b
    Examples:
      escalate policy list
      escalate policy list --json
    """
    from adapters.policies import load_policy
    from domain.policy import PolicyFaulty

    folder = installation().policies
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            policy, _ = load_policy(path)
        except PolicyFaulty as faulty:
            found.append(
                {"policy": path.stem, "title": "", "edition": "", "review": None, "faults": len(faulty.faults)}
            )
        else:
            review = policy.review.isoformat() if policy.review else None
            found.append(
                {"policy": path.stem, "title": policy.title, "edition": policy.edition, "review": review, "faults": 0}
            )
    if as_json:
        screen.as_json(found)
    elif found:
        screen.table(("policy", "title", "edition", "review due", "faults"), [_policy_row(one) for one in found])
    else:
        screen.say(f"There is no policy in {folder}. policies/README.md says how to write one.")


def _policy_row(one: dict[str, Any]) -> Row:
    faults = f"{one['faults']}: see `escalate policy check {one['policy']}`" if one["faults"] else "none"
    return Row(
        (one["policy"], one["title"], one["edition"], one["review"] or "–", faults), "late" if one["faults"] else ""
    )


class Around(NamedTuple):
    """What a case needs beside the policy's file."""

    directory: "Path"
    missing: bool
    """There is no such directory, so `start` refuses."""
    unreadable: str = ""
    seen: "tuple[Finding, ...]" = ()
    settings: str = ""
    """Why the local settings cannot be used."""
    edited: str = ""
    """What is wrong where cases hold this edition in other words."""


@command.command("check")
@click.argument("policy")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def check(ctx: click.Context, policy: str, as_json: bool) -> None:
    """Find what is wrong with POLICY, a name or a file: each fault with its line, its place and its mend.

    The directory and the local settings of the same name are looked at too, and whether cases hold this edition in
    other words. The exit code is 1 where the policy has a fault, where one of these cannot be used, and where the file
    was changed under an edition that cases have; for a policy of this installation also where it has no directory.

    \b
    Examples:
      escalate policy check lincolnshire
      escalate policy check drafts/our-policy.toml --json
    """
    from adapters.policies import look_over
    from services import case_inputs

    settings = installation()
    path = case_inputs.policy_path(settings, policy)
    checked, found = look_over(path)
    around = _around(settings, checked) if checked else None
    if as_json:
        screen.as_json(_check_json(path, found, around))
    else:
        _tell_check(path, checked, found)
        if checked and around:
            _tell_around(checked, around)
    is_draft = path.resolve().parent != settings.policies.resolve()
    if checked is None or (around and (_cannot_be_used(around) or (around.missing and not is_draft))):
        ctx.exit(PROBLEM)


def _around(settings: "Settings", policy: "Policy") -> Around:
    from adapters.directory import DirectoryFault, check_directory, load_directory
    from services import case_inputs
    from services.case_inputs import other_wordings, say_edited

    place = case_inputs.directory_path(settings, policy.id)
    around = Around(place, missing=not place.exists())
    if other_wordings(settings.register, policy):
        around = around._replace(edited=say_edited(policy))
    try:
        case_inputs.local(settings, policy)
    except Trouble as trouble:
        around = around._replace(settings=trouble.sentence)
    if around.missing:
        return around
    try:
        return around._replace(seen=tuple(check_directory(load_directory(place), policy.standing_seats)))
    except DirectoryFault as fault:
        return around._replace(unreadable=str(fault))


def _cannot_be_used(around: Around) -> bool:
    return bool(around.unreadable or around.settings or around.edited)


def _check_json(path: "Path", found: "tuple[Fault, ...]", around: Around | None) -> dict[str, Any]:
    usable = not any(fault.severity == "fault" for fault in found)
    told: dict[str, Any] = {"file": str(path), "usable": usable, "found": [fault.model_dump() for fault in found]}
    told |= {"directory": None, "settings_cannot_be_used": "", "edited": ""}
    if around is None:
        return told
    seen = [one.model_dump() for one in around.seen]
    if seen or around.unreadable or around.missing:
        about = {"cannot_be_read": around.unreadable, "missing": around.missing, "found": seen}
        told["directory"] = {"file": str(around.directory)} | about
    return told | {"settings_cannot_be_used": around.settings, "edited": around.edited}


def _tell_check(path: "Path", policy: "Policy | None", found: "tuple[Fault, ...]") -> None:
    faults = [fault for fault in found if fault.severity == "fault"]
    if policy is None:
        screen.say(
            f"{path}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}; no case can be opened with it.", "late"
        )
    else:
        routes = f"{len(policy.tracks)} {'route' if len(policy.tracks) == 1 else 'routes'}"
        counts = f"{routes}, {len(policy.stages)} steps, {len(policy.rules)} duties"
        screen.say(f"{path}: no faults. {policy.title}, edition {policy.edition_in_full}: {counts}.", "good")
    for fault in found:
        screen.finding(fault.severity, str(fault))
    if policy is not None:
        _tell_open(policy)


def _tell_open(policy: "Policy") -> None:
    """List what the area's own text leaves open: declared in the file, never guessed."""
    if policy.gaps:
        screen.heading("Left open by the text")
    for gap in policy.gaps:
        filled = f" Filled by: {gap.fills}." if gap.fills else ""
        until = f" Until then: {gap.falls_back}." if gap.falls_back else ""
        screen.say(
            f"  {gap.says} ({', '.join(gap.rows)}).{filled}{until}" if gap.rows else f"  {gap.says}.{filled}{until}"
        )
    unknown = {name: told for name, told in policy.timescales.items() if told.value == "unknown"}
    if unknown:
        screen.heading("Set locally – not yet known")
    for name, told in unknown.items():
        screen.say(f"  {name}: {told.gap}")


def _tell_around(policy: "Policy", around: Around) -> None:
    if around.edited:
        screen.heading("Edition")
        screen.say(f"  {around.edited}", "late")
    if around.settings:
        screen.heading("Local settings")
        screen.say(f"  No case can be opened. {around.settings}", "late")
    if around.missing:
        screen.heading("Directory")
        screen.say(f"  No case can be opened yet: there is no directory {around.directory}.", "late")
        screen.say(f"  Write it: who holds which role of {policy.id}, agency by agency. See directories/README.md.")
    elif around.unreadable:
        screen.heading("Directory")
        screen.say(f"  It cannot be used. {around.unreadable}", "late")
    elif around.seen:
        screen.heading(f"Directory {around.directory}: to look at")
        for one in around.seen:
            screen.say(f"  {one.place}: {one.what}. {one.mend[:1].upper()}{one.mend[1:]}.", "warning")


@command.command("show")
@click.argument("policy")
@click.option("--drawing", metavar="FILE", help="Draw it as a picture (SVG) into a new file instead.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def show(policy: str, drawing: str | None, as_json: bool) -> None:
    """Draw the ladder of POLICY, a name or a file.

    Each step with who sits there, what is owed and by when, and the ways on; then our readings and the gaps,
    which are ours and not the area's words. A picture has the steps, their times and the ways on alone.

    \b
    Examples:
      escalate policy show lincolnshire
      escalate policy show lincolnshire --drawing lincolnshire.svg
      escalate policy show drafts/our-policy.toml --json
    """
    from services import case_inputs, ladder

    read = case_inputs.policy(installation(), policy)
    if drawing is not None:
        _draw(read, drawing, as_json=as_json)
        return
    if as_json:
        screen.as_json(read.model_dump(mode="json", by_alias=True))
        return
    for line in ladder.drawn(read):
        hang = f"{ladder.BAR}    " if line.text.startswith(ladder.BAR) else "      "
        screen.say(screen.wrapped(line.text, hang), line.tone)


def _draw(policy: "Policy", name: str, *, as_json: bool) -> None:
    from pathlib import Path

    from adapters.files import made_once
    from services.drawing import said, svg

    with made_once(Path(name).expanduser(), "give another name, or take that file away") as part:
        part.write_text(svg.file(said.of_policy(policy)), encoding="utf-8")
    if as_json:
        screen.as_json({"policy": policy.id, "edition": policy.edition_in_full, "drawing": name})
    else:
        screen.say(f"{name}: the ladder of {policy.title}, edition {policy.edition_in_full}.", "good")


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of a policy file, by which editors complete and check its keys.

    It is kept beside the policies. An editor that knows TOML finds it by the first line of a policy file,
    `#:schema ./policy.schema.json`. What it cannot see, whether names resolve and roads end, is for `policy check`.

    \b
    Examples:
      escalate policy schema
    """
    from adapters.policy_schema import policy_schema

    screen.as_json(policy_schema())


@command.command("deadlines")
@click.argument("policy")
@click.option(
    "--opened", required=True, metavar="TIME", help="When the difference is raised: 2025-04-17T15:00, `today 09:00`."
)
@click.option("--track", default="", help="Which route; the policy's first unless you say.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="What is answered about the case.")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of deadlines, JSON alone on stdout.")
def deadlines(policy: str, opened: str, track: str, facts: tuple[str, ...], as_json: bool) -> None:
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
    from domain.views.forecast import forecast, route_taken
    from services import case_inputs
    from services.facts import answers as answers_of
    from services.referrals import pairs
    from services.times import read_time

    settings = installation()
    read = case_inputs.policy(settings, policy)
    at = read_time(opened, "Opened", read.zone)
    calendar = case_inputs.calendar(read, at, settings)
    answers = answers_of(read, pairs(facts, "--fact"))
    route = route_taken(read, track, answers)
    found = forecast(read, calendar, at, route.id, case_inputs.local(settings, read), answers)
    provisional = [one for one in found if one.due and calendar.is_provisional(one.due)]
    if provisional:
        note(f"{len(provisional)} of these fall where bank holidays are not proclaimed yet, so they may move.")
    if as_json:
        screen.as_json([_deadline_json(one, read.zone) for one in found])
    else:
        _tell_deadlines(route, "" if track or answers else "the policy's first: --fact or --track chooses", found)


def _tell_deadlines(route: "Track", why: str, found: "tuple[ForecastDeadline, ...]") -> None:
    title = route.title or route.id.replace("-", " ")
    screen.say(f"Route: {title} [{route.id}{f', {why}' if why else ''}]: {', then '.join(route.stages)}.")
    placed, unplaced = [one for one in found if one.due], [one for one in found if not one.due]
    if placed:
        screen.table(HEADERS, [_deadline_row(one) for one in placed])
    else:
        screen.say("Nothing on this route gets a date.")
    if unplaced:
        screen.heading("Without a date here")
        screen.table(NOT_PLACED, [_deadline_row(one) for one in unplaced])


def _deadline_json(one: "ForecastDeadline", zone: str) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    due = one.due.astimezone(ZoneInfo(zone)).isoformat() if one.due else None
    return one.model_dump(mode="json") | {"due": due}


def _deadline_row(one: "ForecastDeadline") -> Row:
    strength = "" if one.strength == "must" else f" ({one.strength})"
    by = {"raising": "raising side", "receiving": "receiving side"}.get(one.by, one.by)
    when = f"{one.due_words} (counted without {one.makeshift})" if one.makeshift else one.due_words
    cells = (one.stage or "every step", one.what, by + strength, one.timescale, when, one.clause)
    return Row(cells, "" if one.due else "warning")
