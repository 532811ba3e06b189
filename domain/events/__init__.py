"""What happened: a person's word, a moment that passed, or what the world answered."""

from typing import Annotated

from pydantic import Field, RootModel

from .acts import ActDone
from .alarms import AlertAcknowledged, RiskRaised
from .clocks import DateAgreed, Extended, MeetingsPlanned, NumberFilled, Paused, Unpaused
from .editions import CalendarAdopted, EditionAdopted
from .facts import FactSaid, PartyJoined, PartyLeft
from .mending import Contested, Corrected, Linked, Waived
from .moves import OutcomeSaid, Reopened, Withdrawn
from .opening import Opening
from .plans import Action, ConfirmationWithdrawn, PlanConfirmed, PlanProposed, Residual
from .said import Name, Said, Words
from .seats import DutyHandedOver, GuestAdded, Misdirected, SeatMended
from .world import CancellationAsked, MessageRefused, MomentPassed, NoticesReturned

__all__ = [
    "MESSAGE_KINDS",
    "ActDone",
    "Action",
    "AlertAcknowledged",
    "Box",
    "CalendarAdopted",
    "CancellationAsked",
    "ConfirmationWithdrawn",
    "Contested",
    "Corrected",
    "DateAgreed",
    "DutyHandedOver",
    "EditionAdopted",
    "Event",
    "Extended",
    "FactSaid",
    "GuestAdded",
    "Linked",
    "MeetingsPlanned",
    "Message",
    "MessageRefused",
    "Misdirected",
    "MomentPassed",
    "Name",
    "NoticesReturned",
    "NumberFilled",
    "Opening",
    "OutcomeSaid",
    "PartyJoined",
    "PartyLeft",
    "Paused",
    "PlanConfirmed",
    "PlanProposed",
    "Reopened",
    "Residual",
    "RiskRaised",
    "Said",
    "SeatMended",
    "Unpaused",
    "Waived",
    "Withdrawn",
    "Words",
]

Message = Annotated[
    ActDone
    | PlanProposed
    | PlanConfirmed
    | ConfirmationWithdrawn
    | OutcomeSaid
    | Withdrawn
    | Reopened
    | RiskRaised
    | AlertAcknowledged
    | Contested
    | Corrected
    | Linked
    | Waived
    | FactSaid
    | PartyJoined
    | PartyLeft
    | DateAgreed
    | NumberFilled
    | MeetingsPlanned
    | Extended
    | Paused
    | Unpaused
    | EditionAdopted
    | CalendarAdopted
    | DutyHandedOver
    | Misdirected
    | SeatMended
    | GuestAdded,
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
    "withdraw",
    "reopen",
    "risk",
    "acknowledge",
    "contest",
    "correct",
    "link",
    "waive",
    "fact",
    "join",
    "leave",
    "agree-date",
    "fill",
    "meetings",
    "extend",
    "pause",
    "unpause",
    "adopt",
    "adopt-calendar",
    "hand-over",
    "misdirected",
    "mended",
    "guest",
)

Event = Message | MomentPassed | MessageRefused | CancellationAsked | NoticesReturned
