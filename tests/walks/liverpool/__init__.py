"""Liverpool: every rung of every situation's ladder, the partnership's four stages, and what goes on beside them."""

from ..steps import Walk
from . import ladder, referrals, situations, within

WALKS: dict[str, Walk] = {
    name: walk for module in (within, situations, ladder, referrals) for name, walk in module.WALKS.items()
}
