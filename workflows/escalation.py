"""The one workflow: it waits for people and for moments, asks `decide`, and has the effects carried out.

It knows no area and no policy. Everything it must remember is one value, `self.case`; everything timed is a moment in
that value, and one timer waits for the earliest.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from . import WORKFLOW

with workflow.unsafe.imports_passed_through():
    from activities.notices import Sent
    from domain.decide import Decision, decide, next_moment, open_case
    from domain.escalation import Answer
    from domain.events import Box, CancellationAsked, Event, MessageRefused, MomentPassed, NoticesReturned, Said
    from domain.people import Actor
    from domain.refusals import Refusal
    from domain.standing import Standing, standing_of

    from .alarm import Alarm
    from .attributes import OVERDUE, attributes_of, changes
    from .details import details_of
    from .effects import Effects
    from .limits import must_fit
    from .run import Run
    from .signals import read_signal

SUGGESTED = 4_096
"""Events after which the server suggests a new run; it ends one by force at 51,200."""
FAR_TOO_LONG = 4
"""How many times that is too long to wait for a quiet moment, as while the register is down."""


@workflow.defn(name=WORKFLOW)
class EscalationWorkflow:
    """One escalation, from referral until nothing is owed any more."""

    @workflow.init
    def __init__(self, run: Run) -> None:
        self.stirred = False
        self.longest_history = run.longest_history
        self.shown = workflow.info().typed_search_attributes
        self.effects = Effects(run, self._settled)
        if run.carried is not None:
            self.case = run.carried
        elif run.opening is not None:
            # The server's clock, not the client's: one that is ahead would open it in the future, which is refused.
            at = run.opening.opened_at or workflow.info().start_time
            self._take(open_case(run.opening.but(opened_at=at), workflow.now()))
        else:
            raise ApplicationError("A run begins with an opening or with a case carried over.", type="EmptyRun")
        self.alarm = Alarm(self.case.policy.zone, self._moment, self.effects.spawn)

    @workflow.run
    async def run(self, run: Run) -> Standing:  # noqa: ARG002 - taken by __init__
        while True:
            self.effects.check()
            if self.case.closed_at is None:  # else the timer ends with the run: to cancel it would be one event more
                self.alarm.set(next_moment(self.case))
            standing = standing_of(self.case)
            self.effects.issue(self.case, standing)
            self._show(standing)
            if self.case.closed_at is not None and self.effects.are_done and workflow.all_handlers_finished():
                return standing
            if self._is_long_enough and workflow.all_handlers_finished():
                after = Run(carried=self.case, longest_history=self.longest_history)
                workflow.continue_as_new(self.effects.carried_into(after))
            try:
                await workflow.wait_condition(lambda: self.stirred or self.effects.has_stirred)
            except asyncio.CancelledError:  # a button in Temporal's page: no click cancels a child's case
                self._happen(CancellationAsked())
            self.stirred = False

    # --- the two doors, and the window

    @workflow.update(
        name="record", description="Record an act, an outcome, a plan or a confirmation; answers yes, or no and why"
    )
    def record(self, box: Box) -> Answer:
        return self._happen(self._named(box))

    @record.validator
    def may_record(self, box: Box) -> None:
        try:
            must_fit(box.root)
            decide(self.case, self._named(box), workflow.now())
        except Refusal as refusal:
            raise ApplicationError(refusal.sentence, refusal.why, type="Refusal") from None

    @workflow.signal(dynamic=True, description="The same messages for clients that cannot wait for an answer")
    def take(self, name: str, args: Sequence[RawValue]) -> None:
        event = read_signal(name, args, workflow.payload_converter())
        try:
            must_fit(event)
            self._happen(event)
        except Refusal as refusal:
            by = event.by if isinstance(event, Said) else Actor()
            self._happen(MessageRefused(name=name[:80], why=refusal.why, sentence=refusal.sentence, by=by))

    @workflow.query(name="standing", description="Where the case stands now")
    def standing(self) -> Standing:
        return standing_of(self.case)

    @staticmethod
    def _named(box: Box) -> Event:
        """Give a message without an id its update's, so that a repeat is known for one in later runs too."""
        message = box.root
        info = workflow.current_update_info()
        return message if message.id or info is None else message.but(id=info.id)

    # --- what happens

    def _happen(self, event: Event, now: datetime | None = None) -> Answer:
        return self._take(decide(self.case, event, now or workflow.now()))

    def _take(self, decision: Decision) -> Answer:
        self.case = decision.escalation
        self.effects.add(decision.effects)
        self.stirred = True
        return decision.answer

    def _moment(self, now: datetime) -> None:
        self._happen(MomentPassed(), now)

    def _settled(self, sent: Sent) -> None:
        if sent.unrecorded or sent.hopeless:
            self._happen(NoticesReturned(receipts=sent.unrecorded, hopeless=sent.hopeless))

    # --- what operators see

    def _show(self, standing: Standing) -> None:
        wanted = attributes_of(standing, self.case.partners)
        updates = changes(self.shown, wanted)
        if updates and (standing.closed_at is None or self.shown.get(OVERDUE)):
            workflow.upsert_search_attributes(updates)
            self.shown = wanted
        workflow.set_current_details(details_of(standing, self.case.policy.zone, self.effects.entries_waiting))

    @property
    def _is_long_enough(self) -> bool:
        """In a quiet moment, so that nothing under way is done twice; where there is none for long, all the same."""
        length = workflow.info().get_current_history_length()
        wanted = workflow.info().is_continue_as_new_suggested() or 0 < self.longest_history < length
        return wanted and (self.effects.are_out or length > FAR_TOO_LONG * (self.longest_history or SUGGESTED))
