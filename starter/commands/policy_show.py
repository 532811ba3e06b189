"""`escalate policy show`: the ladder, drawn."""

import click

from starter import screen
from starter.installation import installation


@click.command("show")
@click.argument("policy")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(policy: str, as_json: bool) -> None:
    """Draw the ladder of POLICY, a name or a file.

    Each step with who sits there, what is owed and by when, and the ways on; then our readings and the gaps,
    which are ours and not the area's words.

    \b
    Examples:
      escalate policy show lincolnshire
      escalate policy show drafts/our-policy.toml --json
    """
    from starter import case_inputs, ladder

    read = case_inputs.policy(installation(), policy)
    if as_json:
        screen.as_json(read.model_dump(mode="json", by_alias=True))
        return
    for line in ladder.drawn(read):
        hang = f"{ladder.BAR}    " if line.text.startswith(ladder.BAR) else "      "
        screen.say(screen.wrapped(line.text, hang), line.tone)
