"""Whether a policy's file still says what cases hold under the same edition."""

from pydantic import ValidationError

from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.editions import policy_edition
from domain.policy import Policy


def other_wordings(register: str, policy: Policy) -> int:
    """Return in how many other wordings cases of the register hold the edition that a policy has.

    0 where there is no register yet, where it is away, and where what it holds cannot be compared.
    """
    try:
        kept = reading.list_policy_editions(register)
    except RegisterError:
        return 0
    ours = policy_edition(policy)
    bodies = (body for body in kept if (body.get("id"), body.get("edition")) == (policy.id, policy.edition))
    found = [read for body in bodies if (read := _read(body)) and read.edition_in_full == policy.edition_in_full]
    return sum(1 for read in found if policy_edition(read) != ours)


def _read(body: dict[str, object]) -> Policy | None:
    """Read a kept policy as this program would today, so that a default that was added since is no difference."""
    try:
        return Policy.model_validate(body)
    except ValidationError:
        return None


def say_edited(policy: Policy) -> str:
    """Say what is wrong with a file that was edited under its old edition, and how to mend it."""
    return (
        f"Cases hold edition {policy.edition_in_full} of {policy.id} in other words than this file: one name for two "
        "policies. Change `edition` whenever you change the file."
    )
