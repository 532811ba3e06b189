"""What is answered, as programs may rely on it: keys may be added, and none of these is taken away."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.case.state import Answer
from domain.views.explanation import Explained
from domain.views.status import CaseStatus


class Answered(BaseModel):
    """Something that is answered; it may hold more than is declared."""

    model_config = ConfigDict(extra="allow")


class Health(Answered):
    """Whether the interface is there."""

    well: bool
    training: bool = Field(description="Are cases invented here?")


class Listed(Answered):
    """One case of a list. A case that cannot be read has its reference and `unreadable` alone."""

    case_ref: str
    unreadable: bool = False
    as_of_number: int | None = None
    policy: str | None = None
    stage: str | None = None
    urgency: str | None = None
    opened_at: str | None = None
    next_due: str | None = None
    next_due_words: str | None = None
    overdue: int | None = None
    open: bool | None = None
    agencies: list[str] | None = None
    own_record: str | None = None


class Cases(Answered):
    """One page of cases, the next due first."""

    cases: list[Listed]
    next: str | None = Field(description="`after` for the page that follows; null for the last.")


class Case(CaseStatus):
    """Where a case stands, as the register has it."""

    model_config = ConfigDict(extra="allow", frozen=True)
    links: list[str] = []
    guests: dict[str, str] = {}
    notices_not_accepted: list[dict[str, Any]] = []


class Line(Answered):
    """An entry, or a try to send a notice between two entries."""

    line: str = Field(description="`entry` or `attempt`.")
    event_time: str
    what: str


class History(Answered):
    """Everything that happened, in order."""

    lines: list[Line]
    next: str | None


class Deadlines(Answered):
    """How deadlines came about."""

    duties: list[Explained]


class ToldNotice(Answered):
    """What became of one notice; instants are empty where it did not come to that."""

    notice: str
    entry: int | None
    kind: str
    to: str
    agency: str
    due: str
    tries: int
    first_tried: str
    accepted: str
    channel: str
    delivered: str
    failed: str
    acknowledged: str
    acknowledged_by: str
    came_to: str
    amiss: bool
    attempts: list[dict[str, Any]]


class Told(Answered):
    """Who was told."""

    notices: list[ToldNotice]
    next: str | None


class Offered(Answered):
    """One thing that may be recorded now, or once what stands in `first` is there."""

    name: str = Field(description="The last part of the path by which it is recorded.")
    kind: str
    title: str
    stage: str
    sayers: list[dict[str, Any]]
    needs: list[dict[str, Any]] = Field(description="Each with the `field` in which it is sent, and `values`.")
    methods: list[str]
    first: list[str]
    expects: list[str]
    is_open: bool
    is_optional: bool = Field(description="Nothing asks for it and nothing waits for it.")
    open_to: str = Field(
        description="Who may record it too: `agencies`, any role of the sayers' own; `anybody` in the case; or empty."
    )


class Offers(Answered):
    """What may be recorded now."""

    as_of: int
    offers: list[Offered]
    commands: list[dict[str, Any]] = Field(description="What may be said whatever the policy, each with what it does.")


class Looks(Answered):
    """Who looked at a case."""

    looks: list[dict[str, Any]]
    next: str | None


class FoundCase(Answered):
    """A case in which everything that was looked for stands, and where; never what stands there."""

    case: str
    policy: str
    stage: str
    own_record: str
    places: list[dict[str, Any]]


class Found(Answered):
    """What was found, and which cases could not be read."""

    found: list[FoundCase]
    not_read: list[dict[str, Any]]
    more: bool = Field(description="Do more fit than are given? Then look for more words.")


class Policies(Answered):
    """The policies of this installation."""

    policies: list[dict[str, Any]]


class Policy(Answered):
    """A policy, as its file says."""

    id: str
    title: str
    edition: str


class Recorded(Answer):
    """What the case answered."""

    model_config = ConfigDict(extra="allow", frozen=True)
    case: str
    id: str = Field(description="Of the message: sent again with it, it counts once.")
    remarks: list[str] = Field(description="Sentences beside the answer.")


class Linked(Answered):
    """What both cases answered."""

    answers: list[Recorded]


class Adopted(Answered):
    """What another edition moves, and what the case answered if it was to take it."""

    case: str
    adopted: bool
    changes: list[dict[str, Any]] = Field(
        description="Each duty with its time before and after; none where the same message was answered before."
    )
    answer: Recorded | None
    remarks: list[str]


class GuestsDeleted(Answered):
    """How many contacts were deleted, and of which agencies some are left."""

    case: str
    deleted: int
    left: list[str]
    remarks: list[str]


class MayBeSentAgain(Answered):
    """Nobody answered in time: it may still be recorded. Send the same again under the same id; it counts once."""

    case: str | None
    id: str
    detail: str
    remarks: list[str]


class Opened(Answered):
    """A case that was opened, now or before by the same request."""

    case: str
    new: bool
    request: str
    unreachable: list[str] = Field(description="Seats of its ladder in which nobody could be reached on the first day.")
    standing: dict[str, Any] | None
    remarks: list[str]
