"""`escalate policy check`: what is wrong with a policy, and with what a case needs beside it."""

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from starter import screen
from starter.errors import PROBLEM, Trouble
from starter.installation import installation

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.directory import Finding
    from domain.policy import Fault, Policy
    from settings import Settings


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


@click.command("check")
@click.argument("policy")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, policy: str, as_json: bool) -> None:
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
    from starter import case_inputs

    settings = installation()
    path = case_inputs.policy_path(settings, policy)
    checked, found = look_over(path)
    around = _around(settings, checked) if checked else None
    if as_json:
        screen.as_json(_json(path, found, around))
    else:
        _tell(path, checked, found)
        if checked and around:
            _tell_around(checked, around)
    is_draft = path.resolve().parent != settings.policies.resolve()
    if checked is None or (around and (_cannot_be_used(around) or (around.missing and not is_draft))):
        ctx.exit(PROBLEM)


def _around(settings: "Settings", policy: "Policy") -> Around:
    from adapters.directory import DirectoryFault, check_directory, load_directory
    from starter import case_inputs
    from starter.wordings import other_wordings, say_edited

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


def _json(path: "Path", found: "tuple[Fault, ...]", around: Around | None) -> dict[str, Any]:
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


def _tell(path: "Path", policy: "Policy | None", found: "tuple[Fault, ...]") -> None:
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
        tone: Any = "late" if fault.severity == "fault" else "warning"
        screen.say(f"  {fault.severity}: {fault}", tone)
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
