"""The one workflow: a shell that waits for people and for moments, and in which no rule runs on replay.

It knows no area and no policy. What waits is decided by a local activity, so Temporal's history holds what was decided,
as data: the case is the fold of it (`CaseInMemory`), and the timer, the one activity, the search attributes and every
answer follow from it. Other rules over an old case thus change what comes, never what was.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError

from . import STANDS_STILL, UNRECORDABLE, WORKFLOW

with workflow.unsafe.imports_passed_through():
    from activities.bundles import Bundle, Done
    from activities.deciding import Ask, CaseInMemory, Decisions, Settled
    from activities.patience import doubled
    from domain.base.refusals import Refusal
    from domain.case.editions import calendar_edition, policy_edition
    from domain.case.state import Answer
    from domain.commands import Box, CancellationAsked, Message, MomentPassed, NoticesReturned, RiskRaised
    from domain.views.status import CaseStatus, status_of

    from .alarm import Alarm
    from .attributes import OVERDUE, attributes_of, changes
    from .carrying_out import CarryingOut
    from .inbox import OPENING, Inbox
    from .limits import CARRIED_BYTES, TURN_BYTES
    from .run import Carried, Run
    from .signals import ENTER_AGAIN, MOVE_ON, read_signal

SUGGESTED = 4_096
"""Events after which the server suggests a new run; it ends one by force at 51,200."""
FAR_TOO_LONG = 4
"""How many times that is too long to wait for a quiet moment, as while the register is down."""
AGAIN, AGAIN_AT_LATEST = timedelta(minutes=1), timedelta(minutes=15)
"""How soon deciding is tried again that failed by a mistake of ours: twice as late each time, until new code can."""
MOVING_ON = "moving-on"
"""Key of the last decision of a run, which nobody asks for."""
SENDER_HEARS = (
    "The program has made a mistake, and nothing was recorded: this case stands still until it is mended. The "
    "safeguarding lead on call and the partnership's office are told. Send it again later, with the same id."
)


@workflow.defn(name=WORKFLOW)
class EscalationWorkflow:
    """One escalation, from referral until nothing is owed any more."""

    @workflow.init
    def __init__(self, run: Run) -> None:
        if run.opening is None and run.carried is None:
            raise ApplicationError("A run begins with an opening or with a case carried over.", type="EmptyRun")
        self.run_input = run
        self.shown = workflow.info().typed_search_attributes
        self.case = CaseInMemory(run.case, run.policy, run.calendar)
        self.inbox = Inbox(self.case.waiting, run.undecided)
        self.decided_bytes = 0
        self.mistakes = 0
        self.said = {what: bool(workflow.memo_value(what, False)) for what in (STANDS_STILL, UNRECORDABLE)}
        self.key_is_handed_over = False
        self.must_move_on = False
        self.may_move_on = False
        self.carrying = CarryingOut(run, self._done)
        self.alarm = Alarm(run.policy.zone, self.inbox.add_moment, self.carrying.spawn)
        if run.carried is not None:
            self.case.starts_from(run.carried.state, run.carried.loose)
            self.case.shown, self.case.told_at = run.carried.shown, run.carried.told_at
            self.case.mark, self.case.unrecordable = run.carried.mark, run.carried.unrecordable
            self.case.case_key = run.carried.case_key
        elif run.opening is not None:
            # The server's clock, not the client's: one that is ahead would open it in the future, which is refused.
            at = run.opening.opened_at or workflow.info().start_time
            self.inbox.add_once(OPENING, run.opening.but(opened_at=at))

    @workflow.run
    async def run(self, run: Run) -> str:  # noqa: ARG002 - taken by __init__
        """Run until nothing is owed any more; returns the stage for lists as which it ended."""
        self._follow_on()
        self.carrying.spawn(self._keep_deciding())
        while True:
            try:
                await workflow.wait_condition(lambda: self.carrying.has_stirred or self._is_over or self._would_move_on)
            except asyncio.CancelledError:  # a button in Temporal's page: no click cancels a child's case
                self.inbox.add("cancel", CancellationAsked())
            self.carrying.check()
            self.carrying.issue()
            self._say_what_is_wrong()
            self._say_details()
            if self._is_over:
                return self.case.shown.stage if self.case.shown else ""
            if self._moves_on:
                workflow.continue_as_new(self._next_run())
            if self._would_move_on:
                self.inbox.add_once(MOVING_ON, MomentPassed())

    # --- the two doors, and the window

    @workflow.update(
        name="record", description="Record an act, an outcome, a plan or a confirmation; answers yes, or no and why"
    )
    async def record(self, box: Box) -> Answer:
        """Have a message decided, and answer it."""
        return _answer(await self.inbox.settled(self._named(box)))

    @record.validator
    def may_record(self, box: Box) -> None:
        """See whether a message is to be taken: what is refused here leaves nothing in history."""
        message = self._named(box)  # what is no message at all is rejected by its error
        try:
            self.case.try_deciding(message, workflow.now())
        except Refusal as refusal:
            raise ApplicationError(refusal.sentence, refusal.why, type="Refusal") from None
        except Exception:
            workflow.logger.error("trying_failed")
            if self.mistakes and not isinstance(message, RiskRaised):  # else it is taken, so that somebody is told
                raise ApplicationError(SENDER_HEARS, "not allowed", type="Mistake") from None

    @workflow.signal(dynamic=True, description="The same messages for clients that cannot wait for an answer")
    def take(self, name: str, args: Sequence[RawValue]) -> None:
        """Take a message, or a request of those who look after the system."""
        if name == MOVE_ON:
            self.must_move_on = True
        elif name == ENTER_AGAIN:
            self.case.unrecordable = ""
            self.carrying.enter_again()
        else:
            self.inbox.add("signal", read_signal(name, args, workflow.payload_converter()), name=name)

    @workflow.query(name="standing", description="Where the case stands now")
    def standing(self) -> CaseStatus:
        """Say where the case stands, by the rules of today."""
        cases = self.case.cases()
        if cases is None:
            raise ApplicationError("The case is only just being opened.", type="NotOpenYet")
        return status_of(cases[1])

    @workflow.query(name=UNRECORDABLE, description="Why the record does not take its entries; empty while it does")
    def unrecordable(self) -> str:
        """Say why the record does not take the case's entries, as a sentence."""
        return self.case.unrecordable

    @staticmethod
    def _named(box: Box) -> Message:
        """Give a message without an id its update's, so that a repeat is known for one in later runs too."""
        message = box.root
        info = workflow.current_update_info()
        return message if message.id or info is None else message.but(id=info.id)

    # --- what is decided

    async def _keep_deciding(self) -> None:
        while True:
            await workflow.wait_condition(lambda: bool(self.case.waiting))
            decisions = await workflow.execute_local_activity(
                "decide",
                Ask(number=self.case.number, now=workflow.now()),
                result_type=Decisions,
                start_to_close_timeout=timedelta(minutes=1),
                retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=10)),
            )
            self._take(decisions)
            if self.decided_bytes > TURN_BYTES:
                self.decided_bytes = 0
                await workflow.sleep(timedelta(milliseconds=1), summary="Others have a turn")

    def _take(self, decisions: Decisions) -> None:
        """Do what follows from what was decided."""
        is_first = not self.case.recorded
        self.case.fold(decisions)
        self.decided_bytes += decisions.size
        before, self.mistakes = self.mistakes, self.mistakes + 1 if decisions.has_mistake else 0
        if before and not self.mistakes:  # it can be decided again, so the rest need not wait for the timer
            self.inbox.try_again()
        self.may_move_on = any(one.key == MOVING_ON and not one.mistake for one in decisions.settled)
        bundle = self._bundle(decisions, is_first)
        if bundle is not None:
            self.carrying.add(bundle, decisions.size)
        self._follow_on()
        for settled in decisions.settled:
            self._settle(settled)

    def _bundle(self, decisions: Decisions, is_first: bool) -> Bundle | None:
        if not (decisions.decided or decisions.notices):
            return None
        policy, calendar = decisions.policy, decisions.calendar
        if is_first:
            policy, calendar = policy_edition(self.case.policy), calendar_edition(self.case.calendar)
        case_key = ""
        if decisions.decided and not self.key_is_handed_over:
            case_key, self.key_is_handed_over = self.case.case_key, bool(self.case.case_key)
        return Bundle(
            case=self.case.case,
            policy=self.run_input.policy.id,
            stage=self.case.shown.stage if self.case.shown else "",
            decided=decisions.decided,
            policy_edition=policy,
            calendar_edition=calendar,
            notices=decisions.notices,
            case_key=case_key,
            fault_is_told=bool(self.case.unrecordable),
        )

    def _follow_on(self) -> None:
        """Set the timer, hand over what was decided and show where the case stands."""
        shown = self.case.shown
        if self.mistakes:  # what is due has passed already: set for that, it would ring without end
            self.alarm.set(workflow.now() + doubled(AGAIN, self.mistakes, AGAIN_AT_LATEST))
        elif shown is not None and shown.closed_at is None:  # else the timer ends with the run: to cancel it costs
            self.alarm.set(shown.next_moment)
        self.carrying.issue()
        self._say_what_is_wrong()
        if shown is None:
            return
        wanted = attributes_of(shown)
        updates = changes(self.shown, wanted)
        if updates and (shown.closed_at is None or self.shown.get(OVERDUE)):
            workflow.upsert_search_attributes(updates)
            self.shown = wanted
        self._say_details()

    def _say_what_is_wrong(self) -> None:
        """Say for `doctor` that the case stands still, or that its record does not take its entries."""
        wrong = {STANDS_STILL: bool(self.mistakes), UNRECORDABLE: bool(self.case.unrecordable)}
        if wrong != self.said:
            self.said = wrong
            workflow.upsert_memo(wrong)

    def _say_details(self) -> None:
        """Say where the case stands for Temporal's own page; nothing of it is in history."""
        held_up = self.carrying.entries_waiting
        details = self.case.shown.details if self.case.shown else ""
        workflow.set_current_details(
            f"{details}\n\n**Held up:** {held_up} entries wait for the register" if held_up else details
        )

    def _settle(self, settled: Settled) -> None:
        self.inbox.settle(settled)
        if settled.key == OPENING and settled.why is not None:
            raise ApplicationError(settled.sentence, settled.why, type="Refusal", non_retryable=True)

    # --- what became of it

    def _done(self, done: Done) -> None:
        if done.unrecordable:
            self.case.unrecordable = (
                f"Nothing can be recorded in this case now, for its record does not take its entries: "
                f"{done.unrecordable} The safeguarding lead on call is told. Once it is mended, "
                f"`escalate resume {self.case.case}` has them entered again."
            )
        if done.hopeless:
            self.inbox.add("returned", NoticesReturned(hopeless=done.hopeless))

    # --- the end of a run

    @property
    def _is_quiet(self) -> bool:
        return self.inbox.is_empty and workflow.all_handlers_finished()

    @property
    def _is_over(self) -> bool:
        shown = self.case.shown
        is_closed = shown is not None and shown.closed_at is not None
        return (
            is_closed
            and self._is_quiet
            and self.carrying.are_done
            and not (self.carrying.refused or self.inbox.undecided)
        )

    @property
    def _would_move_on(self) -> bool:
        """In a quiet moment, so that nothing under way is done twice; where there is none for long, all the same.

        Not while the case stands still: code that cannot read it must not carry it over.
        """
        if self.mistakes or not self._is_quiet or not self.case.recorded:
            return False
        if self.carrying.size > CARRIED_BYTES:
            return False
        length = workflow.info().get_current_history_length()
        is_long = workflow.info().is_continue_as_new_suggested() or 0 < self.run_input.longest_history < length
        if not (is_long or self.must_move_on):
            return False
        return self.carrying.are_done or length > FAR_TOO_LONG * (self.run_input.longest_history or SUGGESTED)

    @property
    def _moves_on(self) -> bool:
        """Once the case has been decided on for it, and still would: then the code that runs now has read it.

        Whether it can read it is never asked here: older code would go another way than newer code does on replay.
        """
        return self.may_move_on and self._would_move_on

    def _next_run(self) -> Run:
        case = self.case
        carried = Carried(
            case=case.case,
            policy=case.policy,
            calendar=case.calendar,
            state=case.recorded,
            loose=case.loose,
            mark=case.mark,
            case_key=case.case_key,
            shown=case.shown,
            told_at=case.told_at,
            unrecordable=case.unrecordable,
        )
        return Run(
            carried=carried,
            unfinished=self.carrying.unfinished,
            refused=self.carrying.refused,
            undecided=self.inbox.undecided,
            at_once=self.run_input.at_once,
            longest_history=self.run_input.longest_history,
        )


def _answer(settled: Settled) -> Answer:
    if settled.answer is not None:
        return settled.answer
    if settled.why is not None:
        raise ApplicationError(settled.sentence, settled.why, type="Refusal")
    raise ApplicationError(SENDER_HEARS, "not allowed", type="Mistake")
