"""What happened: a person's word, a moment that passed, or what the world answered."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, RootModel

from .calendar import Calendar
from .effects import Receipt
from .local import Local
from .people import Actor, Slug
from .policy import Policy
from .refusals import Why
from .value import Instant, Text, Value

Words = Annotated[Text, Field(max_length=20_000)]
"""What a person wrote. 20,000 characters at most."""
Name = Annotated[Text, Field(max_length=80)]


class Opening(Value):
    """A referral: everything an escalation begins with, the editions it is pinned to included."""

    case: Name
    policy: Policy
    calendar: Calendar
    local: Local = Local()
    facts: dict[Name, Name] = {}
    raising: Slug
    receiving: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=12)]
    partners: tuple[Slug, ...] = ()
    """Agencies of the partnership, from which an independent chair may come."""
    raiser: Actor
    own_record: Annotated[Text, Field(max_length=60)] = ""
    """The raising agency's own record number; never a child's name."""
    words: dict[Name, Words] = {}
    """What the referral says: `disagreement`, `outcome-sought`, `interim-safety` …"""
    opened_at: Instant | None = None
    """When the difference was raised; None means now. May lie in the past: then it is shown as entered late."""
    recorded_by: Name = ""


class Said(Value):
    """What every message of a person carries."""

    by: Actor
    at: Instant | None = None
    """Event time; None means now."""
    seen: int | None = None
    """Number of the last entry the sender had seen."""
    id: Name = ""
    """The same for every try; a repeated id gets the first answer."""
    recorded_by: Name = ""
    """Who enters it on the actor's behalf, with what proof."""
    evidence: Words = ""


class ActDone(Said):
    """An act of the policy was done."""

    kind: Literal["act"] = "act"
    act: Name
    stage: Name = ""
    method: Name = ""
    with_parties: tuple[Name, ...] = ()
    """Agencies that took part beside the sender's."""
    fields: dict[Name, Words] = {}
    date: Instant | None = None
    """For `.date-set`: when the meeting will be."""
    chair: Actor | None = None


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


class OutcomeSaid(Said):
    """Somebody declares an outcome of a stage."""

    kind: Literal["outcome"] = "outcome"
    outcome: Name
    stage: Name = ""
    fields: dict[Name, Words] = {}
    to: Name = ""
    """Where the outcome offers a choice of stages: the one chosen."""


class RiskRaised(Said):
    """Immediate risk to a child: anyone, any state, any wording or none. Nothing refuses it."""

    kind: Literal["risk"] = "risk"
    by: Actor = Actor()
    wording: Words = ""


class AlertAcknowledged(Said):
    """Somebody on call has seen the alert. It is not a resolution, and it expires."""

    kind: Literal["acknowledge"] = "acknowledge"


class Contested(Said):
    """A party says that what was entered with its name in it is not so."""

    kind: Literal["contest"] = "contest"
    entry: int
    reason: Words


class Corrected(Said):
    """An entry was wrong: it happened at another time, or not at all. The entry itself stays as it is."""

    kind: Literal["correct"] = "correct"
    entry: int
    reason: Words
    happened_at: Instant | None = None
    """When it really happened."""
    strike: bool = False
    """It did not happen."""


class Reopened(Said):
    """The dispute goes on after its end."""

    kind: Literal["reopen"] = "reopen"
    reason: Words


class Linked(Said):
    """Another case concerns the same person. Nothing is shared but the knowledge of it."""

    kind: Literal["link"] = "link"
    other: Name
    """The other case's reference."""
    reason: Words = ""


class Waived(Said):
    """A named person lets a duty go that would keep an ended case from closing."""

    kind: Literal["waive"] = "waive"
    duty: int
    reason: Words


Message = Annotated[
    ActDone
    | PlanProposed
    | PlanConfirmed
    | ConfirmationWithdrawn
    | OutcomeSaid
    | RiskRaised
    | AlertAcknowledged
    | Contested
    | Corrected
    | Reopened
    | Linked
    | Waived,
    Field(discriminator="kind"),
]


class Box(RootModel[Message]):
    """One message on its way. Temporal drops `Annotated` on a parameter, so the union travels in a box of its own."""

    model_config = {"hide_input_in_errors": True, "frozen": True}


MESSAGE_KINDS = (
    "act",
    "propose",
    "confirm",
    "unconfirm",
    "outcome",
    "risk",
    "acknowledge",
    "contest",
    "correct",
    "reopen",
    "link",
    "waive",
)


class MomentPassed(Value):
    """Time went by: whatever has become due up to now is due."""

    kind: Literal["moment"] = "moment"


class MessageRefused(Value):
    """A message that came by a door which cannot say no was refused; its text is not kept."""

    kind: Literal["refused"] = "refused"
    name: Name
    why: Why
    sentence: Words
    by: Actor = Actor()


class CancellationAsked(Value):
    """Somebody asked Temporal to cancel the case. A case ends by its policy, so it goes on."""

    kind: Literal["cancellation"] = "cancellation"


class NoticesReturned(Value):
    """What became of notices whose sending the register could not note, or that are hopeless."""

    kind: Literal["returned"] = "returned"
    receipts: tuple[Receipt, ...] = ()
    hopeless: tuple[str, ...] = ()
    """Refs of notices that no channel will take."""


Event = Message | MomentPassed | MessageRefused | CancellationAsked | NoticesReturned
