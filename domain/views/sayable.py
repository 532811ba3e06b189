"""What may be said in a case now: everything, worked out from the case when somebody asks, and kept nowhere."""

from ..base.value import Value
from ..case.state import Escalation
from ..commands.acts.offer import Offer
from ..commands.acts.offers import offers
from ..commands.open_now import open_commands


class Sayable(Value):
    """What may be said now, by the rules of today."""

    offers: tuple[Offer, ...]
    """Acts, outcomes and the plan: those that `CaseStatus` has, and last what nothing asks for."""
    commands: tuple[Offer, ...]
    """What else may be said: each command once for those from whom it is taken alike."""
    answered: tuple[str, ...]
    """What the policy asks and what is answered by now, by the names of facts; one struck out is not among them."""


def sayable(case: Escalation) -> Sayable:
    """Work out what may be said in a case now; some milliseconds."""
    return Sayable(
        offers=() if case.closed_at else offers(case),
        commands=open_commands(case),
        answered=tuple(sorted(name for name, answer in case.facts.items() if answer)),
    )
