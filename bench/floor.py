"""The floor: the smallest escalation that one would write by hand for one ladder, without policy, parties or rules.

Three stages and a final resolution. The record of an outcome and that of the next stage travel together.
docs/performance.md says what it costs, and tests/bench holds it to that.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from bench.floor_effects import FloorEffects, Notice, Record

STAGES = 4
STATUS = SearchAttributeKey.for_keyword("FloorStatus")
STAGE = SearchAttributeKey.for_int("FloorStage")
DUE = SearchAttributeKey.for_datetime("FloorDue")
WITHIN = timedelta(seconds=30)


@dataclass
class Start:
    """What a case begins with."""

    case: str
    words: str
    seconds: float = 86_400
    """How long each stage may take."""


@dataclass
class Outcome:
    """What somebody says of a stage."""

    stage: int
    words: str


@workflow.defn(name="Floor")
class Floor:
    """One escalation, by hand."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        self.case = start.case
        self.stage = 0
        self.number = 0
        self.said: Outcome | None = None

    @workflow.run
    async def run(self, start: Start) -> str:
        carried: list[Record] = []
        for stage in range(1, STAGES + 1):
            self.stage, self.said = stage, None
            due = workflow.now() + timedelta(seconds=start.seconds)
            workflow.upsert_search_attributes([STATUS.value_set("open"), STAGE.value_set(stage), DUE.value_set(due)])
            said, *_ = await asyncio.gather(
                self._outcome(due, start.seconds),  # the deadline is armed before anything else
                self._record([*carried, self._fact("opened", start.words)]),
                self._tell("opened", due),
            )
            carried = [self._fact("outcome", said.words)]
        workflow.upsert_search_attributes([STATUS.value_set("resolved")])
        await self._record(carried)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "resolved"

    @workflow.update
    def outcome(self, outcome: Outcome) -> int:
        self.said = outcome
        return outcome.stage

    @outcome.validator
    def may_be_said(self, outcome: Outcome) -> None:
        if outcome.stage != self.stage or self.said is not None:
            raise ApplicationError(f"Stage {outcome.stage} is not open.", type="NotOpen")

    async def _outcome(self, due: datetime, seconds: float) -> Outcome:
        try:
            await workflow.wait_condition(lambda: self.said is not None, timeout=seconds)
        except TimeoutError:
            await self._tell("overdue", due)
            await workflow.wait_condition(lambda: self.said is not None)
        assert self.said is not None  # noqa: S101 - just waited for
        return self.said

    def _fact(self, kind: str, words: str) -> Record:
        self.number += 1
        return Record(self.case, self.number, kind, self.stage, words)

    async def _record(self, records: list[Record]) -> None:
        await workflow.execute_activity_method(FloorEffects.record, records, start_to_close_timeout=WITHIN)

    async def _tell(self, kind: str, due: datetime) -> None:
        notice = Notice(self.case, self.stage, kind, due.isoformat())
        await workflow.execute_activity_method(FloorEffects.notify, notice, start_to_close_timeout=WITHIN)
