"""Gloucestershire: every stage's every outcome, the bypass from every stage, the panel refused and composed."""

from ..steps import Walk
from . import beginnings, chair, panel, settled

WALKS: dict[str, Walk] = {
    name: one for module in (beginnings, settled, chair, panel) for name, one in module.WALKS.items()
}
