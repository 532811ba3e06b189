"""The plan: proposed, confirmed, taken back; its actions and what it leaves open."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ..people import Slug
from ..value import Value
from .said import Name, Said, Words


class Action(Value):
    """One thing a plan says somebody will do."""

    what: Words
    owner: Slug
    by: date
    """The last day on which it is in time, in the policy's zone."""


class Residual(Value):
    """What a plan leaves open, and who pursues it until when."""

    what: Words
    owner: Slug
    by: date


class PlanProposed(Said):
    """A plan, or a new version of it. Proposing is confirming."""

    kind: Literal["propose"] = "propose"
    actions: Annotated[tuple[Action, ...], Field(max_length=50)]
    fields: dict[Name, Words] = {}
    residual: tuple[Residual, ...] | None = None
    """None: nothing was said of it. An empty list says there is nothing left open."""


class PlanConfirmed(Said):
    """A party confirms a version of the plan."""

    kind: Literal["confirm"] = "confirm"
    version: int


class ConfirmationWithdrawn(Said):
    """A party takes its confirmation back, before all have confirmed."""

    kind: Literal["unconfirm"] = "unconfirm"
    version: int
