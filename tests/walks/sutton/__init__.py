"""Sutton: every step's every outcome on each of its routes, each gate both ways, and what follows the end."""

from ..steps import Walk
from . import assessment, conference, plan, referral, strategic

WALKS: dict[str, Walk] = {
    name: walk for module in (strategic, referral, assessment, conference, plan) for name, walk in module.WALKS.items()
}
