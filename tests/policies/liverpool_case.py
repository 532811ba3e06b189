"""Cases under Liverpool's policy, for its tests: how they open, climb and refer."""

from pathlib import Path
from typing import Any

from adapters.policies import load_policy
from domain.base.people import Actor
from domain.commands import FactSaid
from domain.policy import Policy
from tests.domain.case import SCHOOL, TUESDAY, Case

INTERNAL = "internal disagreement about a referral"
NEED = "progress of a child in need plan"
PROTECTION = "progress of a child protection plan"
CONFERENCE = "conference decided against a protection plan"
DISCONTINUED = "child in need plan discontinued"
LETTERS = {
    NEED: [f"need-{letter}" for letter in "abcdef"],
    PROTECTION: [f"protection-{letter}" for letter in "abcdefgh"],
    CONFERENCE: [f"conference-{letter}" for letter in "abcdef"],
}
AUTHORITY = "childrens-services"
STAFF, LEAD = f"{SCHOOL}.raising", f"{SCHOOL}.receiving"


def liverpool() -> Policy:
    return load_policy(Path(__file__).parents[2] / "policies" / "liverpool.toml")[0]


def opened(situation: str = "", opened_at: str = TUESDAY, **facts: str) -> Case:
    facts |= {"situation": situation} if situation else {}
    return Case(opened_at, policy=liverpool(), raiser=Actor(role="worker"), facts=facts)


def within_the_school() -> Case:
    facts = {"situation": INTERNAL}
    return Case(policy=liverpool(), raiser=Actor(role="worker"), receiving=(SCHOOL,), facts=facts)


def climbed(stage: str) -> Case:
    """Go up the partnership's own ladder to a stage."""
    case = opened()
    while stage not in case.stages:
        if case.stages != ["stage-3"]:
            case.does(SCHOOL, "step-outcome")
        case.says(SCHOOL, "not-agreed")
    return case


def referral(case: Case, act: str = "referral", **said: Any) -> None:
    """Let the raising side open a referral and send its form."""
    case.says(SCHOOL, "referred", role="worker")
    case.does(SCHOOL, act, role="worker", **said)


def tells(case: Case, fact: str, value: str, reason: str = "it was asked", party: str = SCHOOL) -> None:
    case.takes(FactSaid(by=case.seat(party, "worker"), fact=fact, value=value, reason=reason))


def does_as(case: Case, role: str, act: str, **said: Any) -> None:
    """Let a seat of the partnership do an act."""
    case.does("", act, role, **said)
