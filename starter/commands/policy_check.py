"""`escalate policy check`: what is wrong with a policy, and with its directory."""

from typing import TYPE_CHECKING, Any

import click

from starter import screen
from starter.exits import PROBLEM
from starter.installation import installation

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.directory import Finding
    from domain.policy import Fault, Policy


@click.command("check")
@click.argument("policy")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, policy: str, as_json: bool) -> None:
    """Find what is wrong with POLICY, a name or a file: each fault with its place and its mend.

    The directory of the same name is looked at too; what is found there is for a person to judge.
    The exit code is 1 where the policy has a fault or the directory cannot be read.

    \b
    Examples:
      escalate policy check lincolnshire
      escalate policy check drafts/our-policy.toml --json
    """
    from adapters.policies import load_policy
    from domain.policy import PolicyFaulty
    from starter import shelf

    settings = installation()
    path = shelf.policy_path(settings, policy)
    try:
        checked, found = load_policy(path)
    except PolicyFaulty as faulty:
        checked, found = None, faulty.faults
    has_fault = any(fault.severity == "fault" for fault in found)
    place = shelf.directory_path(settings, checked.id) if checked else None
    seen, unreadable = _directory(place, checked) if checked and place and place.is_file() else ([], "")
    if as_json:
        directory = {"file": str(place), "cannot_be_read": unreadable, "found": [one.model_dump() for one in seen]}
        screen.as_json(
            {"file": str(path), "usable": not has_fault, "found": [fault.model_dump() for fault in found]}
            | {"directory": directory if seen or unreadable else None}
        )
    else:
        _tell(path, checked, found)
        _tell_directory(place, seen, unreadable)
    if has_fault or unreadable:
        ctx.exit(PROBLEM)


def _directory(place: "Path", policy: "Policy") -> "tuple[list[Finding], str]":
    from adapters.directory import DirectoryFault, check_directory, load_directory

    try:
        return check_directory(load_directory(place), policy.standing_seats), ""
    except DirectoryFault as fault:
        return [], str(fault)


def _tell(path: "Path", policy: "Policy | None", found: "tuple[Fault, ...]") -> None:
    faults = [fault for fault in found if fault.severity == "fault"]
    if policy is None or faults:
        screen.say(
            f"{path}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}; no case can be opened with it.", "late"
        )
    else:
        routes = f"{len(policy.tracks)} {'route' if len(policy.tracks) == 1 else 'routes'}"
        counts = f"{routes}, {len(policy.stages)} steps, {len(policy.rules)} duties"
        screen.say(f"{path}: no faults. {policy.title}, edition {policy.edition_in_full}: {counts}.", "good")
        _tell_open(policy)
    for fault in found:
        tone: Any = "late" if fault.severity == "fault" else "warning"
        screen.say(f"  {fault.severity}: {fault}", tone)


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


def _tell_directory(place: "Path | None", seen: "list[Finding]", unreadable: str) -> None:
    if unreadable:
        screen.heading("Directory")
        screen.say(f"  It cannot be used. {unreadable}", "late")
    elif seen:
        screen.heading(f"Directory {place}: to look at")
        for one in seen:
            screen.say(f"  {one.place}: {one.what}. {one.mend[:1].upper()}{one.mend[1:]}.", "warning")
