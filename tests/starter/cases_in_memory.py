"""A caseload that needs no Temporal: the real rules, the real register, a fixed clock."""

from collections.abc import Callable
from datetime import datetime

from adapters.register.register import Register
from domain.case.state import Answer, Escalation
from domain.commands import Message, MomentPassed, Opening
from domain.decide import Decision, decide, open_case
from domain.views.status import CaseStatus, status_of
from tests.domain.case import Kept
from tests.register.made import keep
from workflows.caseload import NoSuchCase


class CasesInMemory:
    """Stands where `workflows.caseload.Caseload` stands."""

    def __init__(self, register: Register, clock: Callable[[], datetime]) -> None:
        self._register = register
        self._kept: dict[str, Kept] = {}
        self._clock = clock
        self.running: dict[str, Escalation] = {}
        self.openings: list[Opening] = []
        self.received: list[Message] = []

    @property
    def last(self) -> str:
        """Reference of the case opened last."""
        return self.openings[-1].case

    async def open(self, opening: Opening) -> bool:
        if opening.case in self.running:
            return False
        self.openings.append(opening)
        self._keep(open_case(opening, self._clock()))
        self.pass_time(opening.case)
        return True

    async def record(self, case: str, message: Message) -> Answer:
        if self._known(case).closed_at is not None:
            raise NoSuchCase(f"{case} is closed: nothing more is recorded in it.")
        self.received.append(message)
        decision = decide(self._known(case), message, self._clock())
        self._keep(decision)
        return decision.answer

    async def revive(self, case: Escalation, message: Message) -> Answer:
        """Stand where `workflows.revival.revive` stands: the case goes on from what was replayed."""
        assert self.running[case.case].closed_at is not None
        self.received.append(message)
        decision = decide(case, message, self._clock())
        self._keep(decision)
        return decision.answer

    async def look(self, case: str) -> CaseStatus:
        return status_of(self._known(case))

    def pass_time(self, case: str) -> None:
        """Let whatever has become due be due, as the worker's timer does."""
        self._keep(decide(self._known(case), MomentPassed(), self._clock()))

    def _known(self, case: str) -> Escalation:
        if case not in self.running:
            raise NoSuchCase(f"There is no case {case}. `escalate list` shows those that are open.")
        return self.running[case]

    def _keep(self, decision: Decision) -> None:
        self.running[decision.escalation.case] = decision.escalation
        keep(self._register, self._kept.setdefault(decision.escalation.case, Kept()), decision)
