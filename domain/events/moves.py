"""Moves of the dispute: an outcome, a withdrawal, a reopening."""

from typing import Literal

from .said import Name, Said, Words


class OutcomeSaid(Said):
    """Somebody declares an outcome of a stage."""

    kind: Literal["outcome"] = "outcome"
    outcome: Name
    stage: Name = ""
    fields: dict[Name, Words] = {}
    to: Name = ""
    """Where the outcome offers a choice of stages: the one chosen."""


class Withdrawn(Said):
    """The raising party withdraws the escalation, where the local settings allow it."""

    kind: Literal["withdraw"] = "withdraw"
    reason: Words


class Reopened(Said):
    """The dispute goes on after its end."""

    kind: Literal["reopen"] = "reopen"
    reason: Words
