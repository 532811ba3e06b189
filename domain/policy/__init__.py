"""The policy: its shape, how its words are read, and the check that finds its faults."""

from .check import check_policy
from .faults import Fault, PolicyFaulty
from .overlay import lay_over
from .parts import Act, DutyRule, Outcome, Parent, Role, Stage, Track
from .period import Period, parse_period
from .reading import read_policy
from .shape import Policy

__all__ = [
    "Act",
    "DutyRule",
    "Fault",
    "Outcome",
    "Parent",
    "Period",
    "Policy",
    "PolicyFaulty",
    "Role",
    "Stage",
    "Track",
    "check_policy",
    "lay_over",
    "parse_period",
    "read_policy",
]
