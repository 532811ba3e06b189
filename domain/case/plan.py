"""The plan of a dispute: its actions, what it leaves open, its numbered versions and who confirmed each."""

from datetime import date

from ..base.people import Slug
from ..base.value import Instant, Value
from .command import Words


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


class PlanVersion(Value):
    """A numbered version of the plan, and which parties confirmed it."""

    version: int
    entry: int
    actions: tuple[Action, ...]
    """What each says is kept of the newest version alone, as in `residual`; of older ones it stands in their entry."""
    stage: str = ""
    """Step at which it was proposed."""
    residual: tuple[Residual, ...] | None = None
    confirmed: dict[str, Instant] = {}
    """Party id to the event time of its confirmation."""
    agreed_at: Instant | None = None
    agreed_entry: int = 0
    """Entry with which it was agreed; 0 until then."""
    agreed_through: int = 0
    """Last entry that came of the agreement alone."""

    def without_texts(self) -> "PlanVersion":
        """Return it as it is kept once a newer version stands: who has something to do by when, and no words."""
        residual = None if self.residual is None else tuple(one.but(what="") for one in self.residual)
        return self.but(actions=tuple(action.but(what="") for action in self.actions), residual=residual)
