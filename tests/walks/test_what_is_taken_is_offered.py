"""What the rules take is offered just before: each act, outcome and plan of every walk, to whoever says it."""

from typing import Any

import pytest

from domain.command_table.built_in import RISK_ACT
from domain.commands import ActDone, Event, OutcomeSaid, PlanConfirmed, PlanProposed
from domain.commands.acts.offer import Offer
from domain.commands.acts.offers import offers
from tests.domain.case import Case

from . import telling
from .all import WALKS
from .telling import tell


def is_offered(case: Case, said: ActDone | OutcomeSaid | PlanProposed | PlanConfirmed) -> bool:
    """Is it offered now, open, at its step, and to whoever says it?"""
    found = [offer for offer in offers(case.state) if offer.is_open and _is(case, offer, said)]
    return any(is_for(case, offer, said) for offer in found)


def is_for(case: Case, offer: Offer, said: Any) -> bool:
    """May whoever says it record what is offered: as one of its sayers, or as one to whom it is open?"""
    agencies = {party.agency: party.id for party in case.state.parties}
    by = said.by.but(person="", agency=agencies.get(said.by.agency, said.by.agency))
    if by in offer.sayers or offer.open_to == "anybody" or offer.name == RISK_ACT:
        return True
    return offer.open_to == "agencies" and by.agency in {sayer.agency for sayer in offer.sayers}


def _is(case: Case, offer: Offer, said: Any) -> bool:
    name = said.act if isinstance(said, ActDone) else said.outcome if isinstance(said, OutcomeSaid) else said.kind
    stage = getattr(said, "stage", "")
    whole = case.state.policy.whole_act
    return whole(offer.name) == whole(name) and stage in {"", offer.stage}


class Watched(Case):
    """A case that notes what was taken in it without being offered."""

    unoffered: list[str]

    def takes(self, event: Event) -> Any:
        if isinstance(event, ActDone | OutcomeSaid | PlanProposed | PlanConfirmed):
            was_offered = is_offered(self, event)
            answer = super().takes(event)
            if not was_offered:
                self.unoffered.append(f"{event!r} at {self.stages}")
            return answer
        return super().takes(event)


@pytest.mark.parametrize("name", WALKS)
def test_whatever_a_walk_records_was_offered_to_whoever_records_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watched, "unoffered", [], raising=False)
    monkeypatch.setattr(telling, "Case", Watched)

    tell(WALKS[name])

    assert Watched.unoffered == []
