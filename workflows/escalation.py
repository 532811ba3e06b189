"""The one workflow: it waits for people and for moments, asks `decide`, and has the effects carried out.

It knows no area and no policy. Everything it must remember is one value, `self.case`; everything timed is a moment in
that value, and one timer waits for the earliest. Entries go to the register in order, one batch at a time; notices go
beside them, so that neither a register nor a mail host that is down holds up the other.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from . import WORKFLOW

with workflow.unsafe.imports_passed_through():
    from activities.entries import Batch
    from activities.notices import Bundle, Sent
    from domain.decide import Decision, decide, next_moment, open_case
    from domain.decide.turn import ON_CALL
    from domain.effects import Entry, Notice
    from domain.escalation import Answer
    from domain.events import Box, Event, MessageRefused, MomentPassed, NoticesReturned, Said
    from domain.people import Actor
    from domain.refusals import Refusal
    from domain.spoken import say_instant
    from domain.standing import Standing, standing_of

    from .attributes import OVERDUE, attributes_of, changes
    from .details import details_of
    from .run import Run
    from .signals import read_signal

WITHOUT_END = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=60))
BATCH = 50


@workflow.defn(name=WORKFLOW)
class EscalationWorkflow:
    """One escalation, from referral until nothing is owed any more."""

    @workflow.init
    def __init__(self, run: Run) -> None:
        self.entries: list[Entry] = list(run.entries)
        self.notices: list[Notice] = list(run.notices)
        self.entering: tuple[Entry, ...] = ()
        self.sending: list[tuple[Notice, ...]] = []
        self.armed: datetime | None = None
        self.timer: asyncio.Task[None] | None = None
        self.stirred = False
        self.longest_history = run.longest_history
        self.shown = workflow.info().typed_search_attributes
        if run.carried is not None:
            self.case = run.carried
        elif run.opening is not None:
            self._take(open_case(run.opening, workflow.now()))

    @workflow.run
    async def run(self, run: Run) -> Standing:
        while True:
            self._arm()
            self._issue()
            self._show()
            if self._is_finished:
                await workflow.wait_condition(workflow.all_handlers_finished)
                return standing_of(self.case)
            if self._is_long_enough:
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._carried_over())
            await workflow.wait_condition(lambda: self.stirred)
            self.stirred = False

    # --- the two doors, and the window

    @workflow.update(name="record", description="Record an act, an outcome, a plan or a confirmation; answers yes, or no and why")
    def record(self, box: Box) -> Answer:
        return self._happen(self._named(box))

    @record.validator
    def may_record(self, box: Box) -> None:
        try:
            decide(self.case, self._named(box), workflow.now())
        except Refusal as refusal:
            raise ApplicationError(refusal.sentence, refusal.why, type="Refusal") from None

    @workflow.signal(dynamic=True, description="The same messages for clients that cannot wait for an answer")
    def take(self, name: str, args: Sequence[RawValue]) -> None:
        event = read_signal(name, args, workflow.payload_converter())
        try:
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

    # --- deciding

    def _happen(self, event: Event, now: datetime | None = None) -> Answer:
        return self._take(decide(self.case, event, now or workflow.now()))

    def _take(self, decision: Decision) -> Answer:
        self.case = decision.escalation
        self.entries += [effect for effect in decision.effects if isinstance(effect, Entry)]
        self.notices += [effect for effect in decision.effects if isinstance(effect, Notice)]
        self.stirred = True
        return decision.answer

    # --- the one timer

    def _arm(self) -> None:
        """Wait for the earliest moment; the timer is set anew only where that has changed."""
        moment = next_moment(self.case)
        if moment == self.armed:
            return
        if self.timer is not None:
            self.timer.cancel()
        self.armed = moment
        self.timer = asyncio.create_task(self._tick(moment)) if moment else None

    async def _tick(self, moment: datetime) -> None:
        if moment > workflow.now():
            await workflow.sleep(moment - workflow.now(), summary=f"Until {say_instant(moment, self.case.policy.zone)}")
        self.armed = self.timer = None
        self._happen(MomentPassed(), max(moment, workflow.now()))

    # --- effects

    def _issue(self) -> None:
        if self.entries and not self.entering:
            self.entering = tuple(self.entries[:BATCH])
            del self.entries[:BATCH]
            asyncio.create_task(self._enter(self.entering))  # noqa: RUF006 - kept by the workflow's own loop
        if self.notices:
            bundle = tuple(self.notices)
            self.notices.clear()
            self.sending.append(bundle)
            asyncio.create_task(self._send(bundle))  # noqa: RUF006 - kept by the workflow's own loop

    async def _enter(self, entries: tuple[Entry, ...]) -> None:
        first, last = entries[0].number, entries[-1].number
        editions = self.case if first == 1 else None
        batch = Batch(
            entries=entries,
            standing=standing_of(self.case).but(as_of=last),
            policy=editions.policy.model_dump(mode="json", exclude_defaults=True) if editions else None,
            calendar=editions.calendar.model_dump(mode="json") if editions else None,
        )
        try:
            await workflow.execute_activity(
                "enter", batch, start_to_close_timeout=timedelta(seconds=30), retry_policy=WITHOUT_END, summary=f"Entries {first} to {last}"
            )
        except ActivityError:
            self.notices.append(record_fault(self.case.case, first))
        self.entering = ()
        self.stirred = True

    async def _send(self, notices: tuple[Notice, ...]) -> None:
        sent = await workflow.execute_activity(
            "send",
            Bundle(policy=self.case.policy.id, notices=notices),
            result_type=Sent,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(minutes=2),
            retry_policy=WITHOUT_END,
            summary=", ".join(dict.fromkeys(notice.kind for notice in notices)),
        )
        self.sending.remove(notices)
        self.stirred = True
        if sent.unrecorded or sent.hopeless:
            self._happen(NoticesReturned(receipts=sent.unrecorded, hopeless=sent.hopeless))

    # --- what operators see

    def _show(self) -> None:
        standing = standing_of(self.case)
        wanted = attributes_of(standing)
        updates = changes(self.shown, wanted)
        if updates and (standing.closed_at is None or self.shown.get(OVERDUE)):
            workflow.upsert_search_attributes(updates)
            self.shown = wanted
        workflow.set_current_details(details_of(standing, self.case.policy.zone, len(self.entries) + len(self.entering)))

    # --- ends

    @property
    def _is_finished(self) -> bool:
        return self.case.closed_at is not None and not (self.entries or self.notices or self.entering or self.sending)

    @property
    def _is_long_enough(self) -> bool:
        length = workflow.info().get_current_history_length()
        return workflow.info().is_continue_as_new_suggested() or 0 < self.longest_history < length

    def _carried_over(self) -> Run:
        """Everything that has not certainly been carried out goes along: a repeat is the same effect by its reference."""
        return Run(
            carried=self.case,
            entries=(*self.entering, *self.entries),
            notices=(*(notice for bundle in self.sending for notice in bundle), *self.notices),
            longest_history=self.longest_history,
        )


def record_fault(case: str, number: int) -> Notice:
    """Tell the lead on call that the register holds another entry under a number of this case."""
    return Notice(ref=f"{case}/{number}/register", case=case, kind="record-fault", to=ON_CALL, urgent=True)
