"""What happened: a person's word, a moment that passed, or what the world answered.

Which words there are is said by the table of commands.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field, RootModel

from ..commands import COMMANDS, Command
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
    "MESSAGES",
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
    "kind_of",
]


def _message(row: Command) -> type[Said]:
    module, _, name = row.message.rpartition(".")
    found: type[Said] = getattr(import_module(f"{__name__}.{module}"), name)
    return found


MESSAGES: dict[str, type[Said]] = {row.kind: _message(row) for row in COMMANDS.values()}
"""The message of every command, by its kind."""
_KINDS = {message: kind for kind, message in MESSAGES.items()}

if TYPE_CHECKING:
    Message = Said
else:
    Message = Annotated[Union[tuple(MESSAGES.values())], Field(discriminator="kind")]  # noqa: UP007 - made of a table
"""One command as it is sent: any of MESSAGES, told apart by its kind."""


def kind_of(message: Said) -> str:
    """Return the kind of the command that a message is."""
    return _KINDS[type(message)]


class Box(RootModel[Message]):
    """One message on its way. Temporal drops `Annotated` on a parameter, so the union travels in a box of its own."""

    model_config = {"hide_input_in_errors": True, "frozen": True}


Event = Message | MomentPassed | MessageRefused | CancellationAsked | NoticesReturned
