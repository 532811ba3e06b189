"""What `escalate doctor` checks, a file for each part of an installation; `checks.all` goes over them."""

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """What was looked at, how it is, and the mend where it is not well."""

    what: str
    state: Literal["ok", "warning", "problem"]
    says: str
    mend: str = ""
