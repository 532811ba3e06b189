"""The policy: its shape, how its words are read, and the check that finds its faults."""

from .check import check_policy
from .faults import Fault, PolicyFaulty
from .language import Act, DutyRule, Outcome, Parent, Role, Stage, Track
from .loading import lay_over, read_policy
from .period import Period, parse_period
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
