"""Whatever is offered is taken and whatever is taken was offered, however a case goes, under policies nobody wrote."""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.commands import ActDone, MomentPassed, OutcomeSaid
from domain.commands.acts.offer import Offer
from domain.commands.acts.offers import offers
from domain.commands.open_now import open_commands
from domain.decide import decide
from domain.policy import Policy
from tests.domain.case import CARE, TOLERANT, TRUST, Case, lincolnshire
from tests.domain.filled_in import filled_in, said_so
from tests.domain.policies_made import policies

PICK = st.integers(0, 60)
STEPS = st.lists(st.tuples(PICK, PICK, st.sampled_from([0, 0, 1, 30])), min_size=3, max_size=6)
QUICK = settings(
    max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
FEW = settings(QUICK, max_examples=12)
EVERYTHING = TOLERANT.but(extensions=True, pausing=True, withdrawal=True)
WORDS = dict.fromkeys(("reason", "interim-safety", "fits", "fits-existing-plan", "procedure", "with-whom"), "as said")


def opened(policy: Policy, three: bool) -> Case:
    facts = {"topic": "one"} if "topic" in policy.facts else {}
    raiser = Actor(role=min(policy.roles))
    receiving = (CARE, TRUST) if three else (CARE,)
    return Case(policy=policy, local=EVERYTHING, facts=facts, receiving=receiving, raiser=raiser)


def must_be_taken(case: Case, offer: Offer, pick: int) -> None:
    """Record what is offered, by one of those who may."""
    by = offer.sayers[pick % len(offer.sayers)] if offer.sayers else Actor()
    decision = decide(case.state, filled_in(case.state, offer, by, case.now), case.now)
    assert decision.entries, f"{offer} was taken, and nothing is on the record"


def must_be_taken_so(case: Case, offer: Offer, pick: int) -> None:
    """Say a command that is offered, in some way that is sensible."""
    refused = []
    for message in said_so(case.state, offer, pick, case.now):
        try:
            decide(case.state, message, case.now)
            return
        except Refusal as refusal:
            refused.append(refusal.sentence)
    raise AssertionError(f"{offer} was refused: {refused}")


def goes_on(case: Case, steps: list[tuple[int, int, int]]) -> None:
    """Let a case go on by what is offered, and see at each step that some more of it would be taken."""
    for pick, other, hours in steps:
        case.now += dt.timedelta(hours=hours)
        case.takes(MomentPassed())
        found = [offer for offer in offers(case.state) if offer.is_open]
        more = open_commands(case.state)
        for offer in {found[n % len(found)].title: found[n % len(found)] for n in (pick, other, pick + other)}.values():
            must_be_taken(case, offer, other)
        for offer in {more[n % len(more)].kind: more[n % len(more)] for n in (pick, other)}.values():
            must_be_taken_so(case, offer, other)
        offer = found[pick % len(found)]
        by = offer.sayers[other % len(offer.sayers)] if offer.sayers else Actor()
        case.takes(filled_in(case.state, offer, by, case.now))


def must_have_been_offered(case: Case, pick: int, other: int) -> None:
    """Record any act or outcome by any seat; one that is taken has to be on offer."""
    policy = case.state.policy
    acts = [f"{act}.{part}" if part else act for act in sorted(policy.acts) for part in policy.parts_of(act)]
    names = [*acts, *sorted(policy.outcome_ids)]
    name, parties = names[pick % len(names)], case.state.parties
    by = Actor(agency=parties[other % len(parties)].id, role=sorted(policy.roles)[other % len(policy.roles)])
    told = policy.acts.get(name.partition(".")[0])
    said: ActDone | OutcomeSaid = OutcomeSaid(by=by, outcome=name, fields=WORDS)
    if told is not None:
        with_parties = tuple(party.id for party in parties if party.id != by.agency)
        method, date = told.methods[0] if told.methods else "", case.now + dt.timedelta(days=2)
        said = ActDone(by=by, act=name, fields=WORDS, method=method, date=date, with_parties=with_parties)
    try:
        decide(case.state, said, case.now)
    except Refusal:
        return
    whole = policy.whole_act
    found = [one for one in offers(case.state) if one.is_open and whole(one.name) == whole(name)]
    assert any(is_for(one, by) for one in found), f"{said} is taken, and not offered: {found}"


def is_for(offer: Offer, by: Actor) -> bool:
    """May somebody record what is offered, as one who is named for it or to whom it is open?"""
    own = offer.open_to == "agencies" and by.agency in {sayer.agency for sayer in offer.sayers}
    return own or by in offer.sayers or offer.open_to == "anybody"


@QUICK
@given(steps=STEPS, three=st.booleans())
def test_what_is_offered_in_lincolnshire_is_taken(steps: list[tuple[int, int, int]], three: bool) -> None:
    goes_on(opened(lincolnshire(), three), steps)


@FEW
@given(policy=policies(), steps=STEPS, three=st.booleans())
def test_what_is_offered_under_any_policy_is_taken(
    policy: Policy, steps: list[tuple[int, int, int]], three: bool
) -> None:
    goes_on(opened(policy, three), steps)


@FEW
@given(policy=policies(), steps=STEPS, tries=st.lists(st.tuples(PICK, PICK), min_size=6, max_size=10))
def test_what_is_taken_under_any_policy_was_offered(
    policy: Policy, steps: list[tuple[int, int, int]], tries: list[tuple[int, int]]
) -> None:
    case = opened(policy, three=False)
    goes_on(case, steps[:2])

    for pick, other in tries:
        must_have_been_offered(case, pick, other)
