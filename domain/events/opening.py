"""A referral: everything an escalation begins with."""

from typing import Annotated

from pydantic import Field

from ..calendar import Calendar
from ..local import Local
from ..people import Actor, Slug
from ..policy import Policy
from ..value import Instant, Text, Value
from .said import Name, Words


class Opening(Value):
    """A referral, with the editions the escalation is pinned to."""

    case: Name
    policy: Policy
    calendar: Calendar
    local: Local = Local()
    facts: dict[Name, Name] = {}
    """Answers to what the policy asks; a date as `2025-03-04` or with its time and offset."""
    raising: Slug
    receiving: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=12)]
    partners: tuple[Slug, ...] = ()
    """Agencies of the partnership, from which an independent chair may come."""
    kinds: dict[Slug, Name] = {}
    """Agency id to its kind (`health`, `school`), where roles differ by kind."""
    raiser: Actor
    own_record: Annotated[Text, Field(max_length=60)] = ""
    """The raising agency's own record number; never a child's name."""
    words: dict[Name, Words] = {}
    """What the referral says: `disagreement`, `outcome-sought`, `interim-safety` …"""
    opened_at: Instant | None = None
    """When the difference was raised; None means now. May lie in the past: then it is shown as entered late."""
    immediate_risk: bool = False
    """True where a child is at immediate risk now: the case opens with that route taken."""
    unreachable: Annotated[tuple[Words, ...], Field(max_length=100)] = ()
    """Seats of its ladder in which nobody could be reached on the first day: a warning that the record keeps (L58)."""
    recorded_by: Name = ""
