"""A post and a register for stories: they keep what they are given, and can be down for a single case."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.directory import Contact
from adapters.post import PostDown
from adapters.register.entering import Shown
from adapters.register.errors import RegisterDown
from adapters.register.register import Register
from adapters.register.rows import Attempt, Edition
from domain.case.decided import Decided
from domain.case.effects import Notice, Receipt


class Postbag:
    """A post that keeps what it is given, in place of the real one."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []
        self.contacts: dict[str, Contact] = {}
        self.down: set[str] = set()
        """Cases whose notices do not leave now."""
        self.tries = 0

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        self.tries += 1
        if notice.case in self.down:
            raise PostDown("The mail host does not answer.")
        self.sent.append(notice)
        self.contacts[notice.ref] = contact
        return Receipt(ref=notice.ref, channel="postbag", accepted_at=datetime.now(UTC))

    def of(self, case: str) -> list[Notice]:
        """Every notice of a case that has left, each once, in the order in which they were decided."""
        mine = {notice.ref: notice for notice in list(self.sent) if notice.case == case}
        return sorted(mine.values(), key=_order)

    def times(self, ref: str) -> int:
        return sum(1 for notice in self.sent if notice.ref == ref)


def _order(notice: Notice) -> list[int]:
    return [int(part) if part.isdecimal() else 10**6 for part in notice.ref.split("/")[1:]]


def seat(notice: Notice) -> str:
    """Say a notice in one line: what, to whom."""
    return f"{notice.kind} to {notice.to.role}" + (f" of {notice.to.agency}" if notice.to.agency else "")


class Shelf(Register):
    """The real register, but for the cases it is down for."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url
        self.down: set[str] = set()
        self.refused = 0
        """Calls that met a register that was down."""

    def enter(self, decided: Sequence[Decided], editions: Sequence[Edition], shown: Shown, case_key: str = "") -> None:
        self._must_be_up(decided[0].entries[0].case)
        super().enter(decided, editions, shown, case_key)

    def note(self, attempts: Sequence[Attempt]) -> list[int]:
        for one in attempts:
            self._must_be_up(one.case_ref)
        return super().note(attempts)

    def accepted_among(self, notice_refs: Collection[str]) -> set[str]:
        for ref in notice_refs:
            self._must_be_up(ref.partition("/")[0])
        return super().accepted_among(notice_refs)

    def tries(self, notice_ref: str) -> list[Attempt]:
        self._must_be_up(notice_ref.partition("/")[0])
        return super().tries(notice_ref)

    def view(self, case_ref: str) -> dict[str, Any] | None:
        self._must_be_up(case_ref)
        return super().view(case_ref)

    def _must_be_up(self, case: str) -> None:
        if case in self.down:
            self.refused += 1
            raise RegisterDown("The register did not answer.")
