"""By what the list of cases is narrowed and sorted: words of the address, none of which somebody made up."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

Case = dict[str, Any]
DUE = {"": "at any time", "today": "by the end of today", "week": "within seven days"}
SORTS = {"": "next due first", "opened": "newest first", "reference": "by reference"}
_ORDER: Mapping[str, Callable[[Case], Any]] = {
    "opened": lambda case: case.get("opened_at") or "",
    "reference": lambda case: case["case_ref"],
}


class Filters(NamedTuple):
    """What is asked for; empty where it is not narrowed."""

    stage: str = ""
    agency: str = ""
    policy: str = ""
    due: str = ""
    overdue: str = ""
    closed: str = ""
    sort: str = ""

    @property
    def query(self) -> str:
        """As it stands in an address; only what is narrowed."""
        return urlencode({name: value for name, value in self._asdict().items() if value})

    @property
    def said(self) -> dict[str, str]:
        """By what it is narrowed, for the record of reads."""
        return {name: value for name, value in self._asdict().items() if value and name != "sort"}

    def fits(self, case: Case, now: datetime) -> bool:
        """Does a case of the register belong to those asked for? One that cannot be read belongs to every list."""
        if "unreadable" in case:
            return True
        return (
            self.stage in {"", case["stage"]}
            and self.policy in {"", case["policy"]}
            and (not self.agency or self.agency in case["agencies"])
            and (not self.overdue or bool(case["overdue"]))
            and self._is_due(case["next_due"], now)
        )

    def sorted(self, cases: Iterable[Case]) -> list[Case]:
        """Return cases in the order that is asked for; the register gives them the next due first."""
        order = _ORDER.get(self.sort)
        return sorted(cases, key=order, reverse=self.sort == "opened") if order else list(cases)

    def _is_due(self, due: str | None, now: datetime) -> bool:
        if not self.due:
            return True
        ends = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1 if self.due == "today" else 7)
        return due is not None and datetime.fromisoformat(due) <= ends


class Choices(NamedTuple):
    """What there is to be chosen, among the cases that somebody sees."""

    stages: list[str]
    agencies: list[str]
    policies: list[str]


def choices_of(cases: Iterable[Case]) -> Choices:
    """Return them, in order."""
    readable = [case for case in cases if "unreadable" not in case]
    return Choices(
        sorted({case["stage"] for case in readable}),
        sorted({agency for case in readable for agency in case["agencies"]}),
        sorted({case["policy"] for case in readable}),
    )


def filters_of(asked: QueryParams | Mapping[str, str], choices: Choices) -> Filters:
    """Read what an address asks for. What is none of the choices is left out: nothing else stands in an address."""
    known = {
        "stage": choices.stages,
        "agency": choices.agencies,
        "policy": choices.policies,
        "due": [*DUE],
        "overdue": ["yes"],
        "closed": ["yes"],
        "sort": [*SORTS],
    }
    return Filters(**{name: asked.get(name, "") for name, there in known.items() if asked.get(name, "") in there})
