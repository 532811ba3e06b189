"""`escalate policy schema`: what an editor needs to complete and check a policy file."""

import click

from starter import screen


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of a policy file, by which editors complete and check its keys.

    It is kept beside the policies. An editor that knows TOML finds it by the first line of a policy file,
    `#:schema ./policy.schema.json`. What it cannot see, whether names resolve and roads end, is for `policy check`.

    \b
    Examples:
      escalate policy schema
    """
    from adapters.policy_schema import policy_schema

    screen.as_json(policy_schema())
