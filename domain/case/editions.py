"""Editions: the policy and the calendar a case is pinned to, kept under a digest of their content."""

import hashlib
import weakref

from pydantic import JsonValue

from ..base.canonical import canonical
from ..policy import Policy
from ..time.calendar import Calendar

Body = dict[str, JsonValue]


def policy_edition(policy: Policy) -> Body:
    """Return a policy as it is kept: what it says, without what is left at its default."""
    body: Body = policy.model_dump(mode="json", exclude_defaults=True)
    return body


def calendar_edition(calendar: Calendar) -> Body:
    """Return a calendar as it is kept."""
    body: Body = calendar.model_dump(mode="json", exclude_defaults=True)
    return body


def digest(edition: Body) -> str:
    """Return the name of an edition by its content: SHA-256 over its canonical JSON (RFC 8785)."""
    return hashlib.sha256(canonical(edition)).hexdigest()


def digest_of(edition: Policy | Calendar) -> str:
    """Return the digest of a policy or calendar as it is kept; worked out once for each object."""
    known = _known.get(id(edition))
    if known is not None and known[0]() is edition:
        return known[1]
    made = digest(policy_edition(edition) if isinstance(edition, Policy) else calendar_edition(edition))
    key = id(edition)
    _known[key] = (weakref.ref(edition, lambda _: _known.pop(key, None)), made)
    return made


_known: dict[int, tuple["weakref.ref[Policy | Calendar]", str]] = {}
"""By the object's identity: an edition cannot be hashed, and comparing two takes as long as a digest."""
