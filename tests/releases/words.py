"""Every kind of message that people may send, in an order in which one case of Lincolnshire takes them all."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

import pytest
from temporalio.client import Client, WorkflowQueryFailedError

from adapters.calendars import load_calendar
from adapters.register import reading
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.base.refusals import Refusal
from domain.case.plan import Action
from domain.case.state import Answer
from domain.commands import (
    ActDone,
    AlertAcknowledged,
    CalendarAdopted,
    CaseVoided,
    ConfirmationWithdrawn,
    Contested,
    Corrected,
    DutyHandedOver,
    EditionAdopted,
    Extended,
    FactSaid,
    GuestAdded,
    Linked,
    MeetingsPlanned,
    Message,
    Misdirected,
    Opening,
    OutcomeSaid,
    OwnRecordCorrected,
    PartyCorrected,
    PartyJoined,
    PartyLeft,
    Paused,
    PlanConfirmed,
    PlanProposed,
    Reopened,
    RiskRaised,
    SeatMended,
    Unpaused,
    Waived,
    Withdrawn,
)
from domain.views.status import CaseStatus
from tests.walks.everything import OFFICE, SETTINGS
from tests.walks.steps import PARTNERS, WORDS, A, B, C, D
from tests.walks.telling import shipped
from workflows.caseload import Caseload, NoAnswer
from workflows.connection import ServerAway

WORKER, WORKER_B = Actor(agency=A, role="practitioner"), Actor(agency=B, role="practitioner")
MANAGER, MANAGER_B = Actor(agency=A, role="line-manager"), Actor(agency=B, role="line-manager")
GROUP = Actor(role="ppet")
RAISED_BEFORE = timedelta(days=14)
"""Long enough that a plan of step 1 is late at the opening."""


class Now(NamedTuple):
    """What somebody knows who sends a message."""

    opening: Opening
    stands: CaseStatus
    last_entry: int
    """Number of the entry that the message before made."""

    def duty(self, words: str, by: str = "") -> int:
        """Return the number of a duty that is owed, by words of its title."""
        return next(one.id for one in self.stands.owed if words in one.what and by in {"", one.by})

    @property
    def today(self) -> datetime:
        """The instant at which the case was entered, which is the same for all that say it later."""
        assert self.opening.opened_at
        return self.opening.opened_at + RAISED_BEFORE

    @property
    def version(self) -> int:
        return self.stands.plan.version if self.stands.plan else 1


Word = Callable[[Now], Message]


def _in(**span: float) -> datetime:
    return datetime.now(UTC) + timedelta(**span)


def _discussion(_: Now) -> Message:
    return ActDone(by=WORKER, act="discussion", method="telephone")


def _proposal(by: Actor) -> Word:
    action = Action(what="Visit together", owner=A, by=_in(days=14).date())
    return lambda _: PlanProposed(by=by, actions=(action,), fields={"fits-existing-plan": "yes"}, residual=())


def _outcome(by: Actor, name: str) -> Word:
    return lambda _: OutcomeSaid(by=by, outcome=name, fields=WORDS)


def _both(message: Callable[[Actor, Now, datetime], Message], **after: float) -> tuple[Word, Word]:
    """Both sides say the same, with the same instant so long after the opening."""

    def said_by(by: Actor) -> Word:
        return lambda now: message(by, now, now.today + timedelta(**after))

    return said_by(WORKER), said_by(WORKER_B)


def _voided(number: int) -> Word:
    by = Actor(role="operations", person=f"staff-{number}")
    return lambda _: CaseVoided(by=by, reason="The referral was about another child.")


EVERY: tuple[Word, ...] = (
    _discussion,
    lambda now: Contested(by=WORKER_B, entry=now.last_entry, reason="We did not speak."),
    lambda _: AlertAcknowledged(by=Actor(role="on-call")),
    _discussion,
    lambda now: Corrected(by=WORKER, entry=now.last_entry, reason="Another case.", strike=True),
    _discussion,
    lambda now: Corrected(
        by=WORKER, entry=now.last_entry, reason="It was earlier.", happened_at=_in(days=-13, minutes=1)
    ),
    lambda _: Linked(by=WORKER, other="ESC-0000-0001"),
    lambda _: RiskRaised(by=WORKER_B),
    lambda _: ActDone(by=WORKER, act="statutory-services-telephoned"),
    lambda _: PartyJoined(by=WORKER, agency=C, side="receiving", reason="They know the family."),
    lambda _: PartyCorrected(by=OFFICE, party=C, agency=D, reason="The other agency was meant."),
    lambda _: PartyCorrected(by=OFFICE, party=D, agency=C, reason="It was the first after all."),
    lambda _: OwnRecordCorrected(by=OFFICE, number="EXAMPLE-0002", reason="Two digits were swapped."),
    lambda _: PartyLeft(by=WORKER, party=C, reason="They do not know them after all."),
    lambda _: PartyLeft(by=Actor(agency=C, role="practitioner"), party=C, reason="We do not."),
    lambda now: DutyHandedOver(
        by=WORKER_B,
        duty=now.duty("acknowledgement", B),
        to=Actor(agency=B, role="slo", person="staff-2"),
        until=_in(days=3),
        reason="On leave.",
    ),
    lambda now: DutyHandedOver(by=WORKER_B, duty=now.duty("acknowledgement", B), to=WORKER_B, reason="Back."),
    lambda _: Misdirected(by=WORKER_B, why="left"),
    lambda _: SeatMended(by=OFFICE, seat=WORKER_B),
    lambda _: GuestAdded(by=OFFICE, agency=D, role="practitioner", title="School nurse"),
    lambda _: FactSaid(by=WORKER, fact="ground", value="another one"),
    _proposal(WORKER),
    lambda now: ConfirmationWithdrawn(by=WORKER, version=now.version),
    *_both(lambda by, now, on: Extended(by=by, duty=now.duty("plan"), until=on, reason="A holiday."), days=9),
    *_both(lambda by, _, on: Paused(by=by, until=on, reason="A court date."), days=5),
    lambda _: Unpaused(by=WORKER, reason="It was put off."),
    lambda now: EditionAdopted(by=OFFICE, policy=now.opening.policy.but(edition="another"), reason="A new edition."),
    lambda now: CalendarAdopted(
        by=OFFICE, calendar=now.opening.calendar.but(edition="another"), reason="A new day off."
    ),
    lambda _: MeetingsPlanned(by=GROUP, of="ppet", at_times=(_in(days=20),)),
    _outcome(WORKER, "not-agreed"),
    _proposal(MANAGER),
    lambda now: PlanConfirmed(by=MANAGER_B, version=now.version),
    lambda _: Reopened(by=MANAGER, reason="The plan fell apart."),
    lambda _: Withdrawn(by=WORKER, reason="It is settled."),
    lambda now: Waived(
        by=Actor(agency=A, role="practitioner", person="staff-1"), duty=now.stands.owed[0].id, reason="Moot."
    ),
    lambda _: RiskRaised(by=WORKER_B),
    lambda _: ActDone(by=WORKER, act="statutory-services-telephoned"),  # a case with open risk is not voided
    *(_voided(number) for number in (1, 2)),
)
ELSEWHERE = frozenset({"fill", "agree-date"})
"""Kinds of message for which Lincolnshire's policy has no use; the walks of Sutton have them."""

T = TypeVar("T")


class NeverAnsweredError(AssertionError):
    """A case takes no message any more, however often it is sent."""


WITHIN_SECONDS = 240.0
"""In which whoever sends a message again and again must have had its answer."""


def opening_of(ref: str, now: datetime) -> Opening:
    """Return how that case opens: raised so long ago that it is late at once."""
    return Opening(
        case=ref,
        policy=shipped("lincolnshire"),
        calendar=load_calendar("england-and-wales").for_case(now),
        local=SETTINGS,
        facts={"concern": "difference"},
        raising=A,
        receiving=(B,),
        partners=PARTNERS,
        raiser=WORKER,
        opened_at=now - RAISED_BEFORE,
    )


class Talk:
    """One case to which every kind of message is sent, each until it is answered."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._caseload = Caseload(client, task_queue)
        self.ref = make_reference(uuid.uuid4().int % 2**35)
        self._opening = opening_of(self.ref, datetime.now(UTC))
        self.said: list[tuple[Message, Answer]] = []

    async def opens(self) -> None:
        """Open it, late: the lead on call is alerted at once."""
        await _until_answered(lambda: self._caseload.open(self._opening))

    @property
    def is_over(self) -> bool:
        """True where everything has been said."""
        return len(self.said) == len(EVERY)

    async def goes_on(self) -> float:
        """Say what is next; return the seconds to its answer."""
        message = await self.next()
        began = time.monotonic()
        await self.says(message)
        return time.monotonic() - began

    async def next(self) -> Message:
        """Return what is next to be said."""
        stands = await _until_answered(lambda: self._caseload.look(self.ref))
        last = self.said[-1][1].entry if self.said else 0
        return EVERY[len(self.said)](Now(self._opening, stands, last)).but(id=uuid.uuid4().hex)

    async def goes_on_to(self, share: float) -> None:
        """Go on until so much of everything is said."""
        while len(self.said) < round(share * len(EVERY)):
            await self.goes_on()

    async def hears_the_same_again(self) -> None:
        """Whatever was said is answered as it was then."""
        for message, answer in self.said:
            assert await _until_answered(lambda message=message: self._caseload.record(self.ref, message)) == answer  # type: ignore[misc]

    async def is_refused(self, message: Message) -> str:
        """Send a message that cannot be taken; return what its sender is told."""
        with pytest.raises(Refusal) as told:
            await _until_answered(lambda: self._caseload.record(self.ref, message))
        return told.value.sentence

    async def says(self, message: Message) -> None:
        """Send a message, and keep its answer."""
        self.said.append((message, await _until_answered(lambda: self._caseload.record(self.ref, message))))

    async def is_entered(self, register: str) -> None:
        """Wait until the register has everything that the case has decided."""
        await is_entered(self._caseload, register, self.ref)


async def is_entered(caseload: Caseload, register: str, ref: str) -> None:
    """Wait until a register has everything that a case has decided so far."""
    ends = time.monotonic() + WITHIN_SECONDS
    stands = await _until_answered(lambda: caseload.look(ref))
    while (reading.read_case(register, ref) or {"as_of_number": 0})["as_of_number"] < stands.as_of:
        assert time.monotonic() < ends, "it was never entered"
        await asyncio.sleep(0.05)


async def _until_answered(ask: Callable[[], Awaitable[T]]) -> T:
    ends = time.monotonic() + WITHIN_SECONDS
    while True:
        try:
            return await ask()
        except (NoAnswer, ServerAway, WorkflowQueryFailedError) as error:
            if time.monotonic() > ends:
                raise NeverAnsweredError(str(error)) from None
            await asyncio.sleep(0.1)
