"""What people say to a case and what then happens: of each subject one file, with its messages and handlers.

Which there are is said by the table of commands; each row names its message and its handler here.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field, RootModel, model_serializer

from ..case.command import Command
from ..case.state import Answer
from ..command_table import COMMANDS
from ..engine.draft import Draft
from .acts.act_done import ActDone
from .alarms import AlertAcknowledged, RiskRaised
from .corrections import Contested, Corrected
from .delegation import DutyHandedOver
from .editions import CalendarAdopted, EditionAdopted
from .endings import Linked, Reopened, Waived, Withdrawn
from .facts import FactSaid, OwnRecordCorrected
from .opening import Opening
from .outcomes import OutcomeSaid
from .parties import PartyCorrected, PartyJoined, PartyLeft
from .pauses import Extended, Paused, Unpaused
from .plans import ConfirmationWithdrawn, PlanConfirmed, PlanProposed
from .times import DateAgreed, MeetingsPlanned, NumberFilled
from .voiding import CaseVoided
from .world import CancellationAsked, MessageRefused, MomentPassed, NoticesReturned
from .wrong_recipient import GuestAdded, Misdirected, SeatMended

__all__ = [
    "HANDLERS",
    "MESSAGES",
    "ActDone",
    "AlertAcknowledged",
    "Box",
    "CalendarAdopted",
    "CancellationAsked",
    "CaseVoided",
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
    "NoticesReturned",
    "NumberFilled",
    "Opening",
    "OutcomeSaid",
    "OwnRecordCorrected",
    "PartyCorrected",
    "PartyJoined",
    "PartyLeft",
    "Paused",
    "PlanConfirmed",
    "PlanProposed",
    "Reopened",
    "RiskRaised",
    "SeatMended",
    "Unpaused",
    "Waived",
    "Withdrawn",
    "kind_of",
]

Handler = Callable[[Draft, Any], Answer]


def _named(path: str) -> Any:
    """Return what a row of the table names by its place below this package."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"{__name__}.{module}"), name)


MESSAGES: dict[str, type[Command]] = {row.kind: _named(row.message) for row in COMMANDS.values()}
"""The message of every command, by its kind."""
HANDLERS: dict[type[Command], Handler] = {_named(row.message): _named(row.handler) for row in COMMANDS.values()}
"""What lets each command happen, by its message."""
_KINDS = {message: kind for kind, message in MESSAGES.items()}

if TYPE_CHECKING:
    Message = Command
else:
    Message = Annotated[Union[tuple(MESSAGES.values())], Field(discriminator="kind")]  # noqa: UP007 - made of a table
"""One command as it is sent: any of MESSAGES, told apart by its kind."""


def kind_of(message: Command) -> str:
    """Return the kind of the command that a message is."""
    return _KINDS[type(message)]


class Box(RootModel[Message]):
    """One message on its way. Temporal drops `Annotated` on a parameter, so the union travels in a box of its own.

    It is written with its kind, however it is written: what leaves out defaults would leave that out too, and nobody
    could read it. Nothing else at its default is written.
    """

    model_config = {"hide_input_in_errors": True, "frozen": True}

    @model_serializer(mode="plain")
    def _written(self) -> dict[str, Any]:
        return {"kind": kind_of(self.root), **self.root.model_dump(mode="json", exclude_defaults=True)}


Event = Message | MomentPassed | MessageRefused | CancellationAsked | NoticesReturned
