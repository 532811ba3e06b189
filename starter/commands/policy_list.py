"""`escalate policy list`: which policies there are."""

from typing import Any

import click

from starter import screen
from starter.installation import installation


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(as_json: bool) -> None:
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
        screen.table(("policy", "title", "edition", "review due", "faults"), [_row(one) for one in found])
    else:
        screen.say(f"There is no policy in {folder}. policies/README.md says how to write one.")


def _row(one: dict[str, Any]) -> screen.Row:
    faults = f"{one['faults']}: see `escalate policy check {one['policy']}`" if one["faults"] else "none"
    return screen.Row(
        (one["policy"], one["title"], one["edition"], one["review"] or "–", faults), "late" if one["faults"] else ""
    )
