"""What is wrong with a policy file: place, what, and how to mend it."""

from typing import Literal

from ..base.value import Value


class Fault(Value):
    """One thing found by the check."""

    place: str
    """Where in the file: `stage step-1, duty 3, within`."""
    what: str
    mend: str
    severity: Literal["fault", "warning"] = "fault"
    file: str = ""
    """The file it is in; empty where it was looked for in tables that come from none."""
    line: int = 0
    """In that file, from 1; 0 where the file cannot be read at all."""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        place = f"{self.file}{line}: " if self.file else ""
        return f"{place}{'' if self.place == self.file else f'{self.place}: '}{self.what}. {self.mend}"


class PolicyFaulty(Exception):  # noqa: N818 - reads as a sentence
    """A policy that cannot be used. `faults` holds every fault found, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(str(fault) for fault in faults))
