"""Consents: what counts only once every party has said the same, and who is told of it."""

from ..base.identities import Claim, ClaimKey, Consent, is_about_same
from ..base.people import Party
from ..base.refusals import Refusal
from ..case.command import Command
from ..case.effects import Recipient
from ..case.state import Escalation
from .draft import Draft
from .seats import delegates, supporters
from .senders import must_be_known


def still_to_say(case: Escalation, about: Consent, party: Party) -> list[str]:
    """Return the parties that have yet to say the same once *party* has."""
    said = {*case.said(about), party.id}
    return [other.id for other in case.parties if other.id not in said]


def note_consent(draft: Draft, about: Consent, party: Party) -> None:
    """Keep a party's word; it takes the place of what that party said before about the same thing."""
    for claim in draft.case.claims:
        if is_about_same(claim.about, about):
            take_back(draft, claim.about, party.id)
    note_said(draft, about, party.id)


def note_said(draft: Draft, about: ClaimKey, by: str) -> None:
    """Keep that somebody has said a claim."""
    said = draft.case.said(about)
    if by in said:
        return
    others = tuple(claim for claim in draft.case.claims if claim.about != about)
    draft.change(claims=(*others, Claim(about=about, said=(*said, by))))


def take_back(draft: Draft, about: ClaimKey, by: str) -> None:
    """Let somebody have said a claim no more; one that nobody says any more is let go."""
    left = (
        claim.but(said=tuple(one for one in claim.said if one != by)) if claim.about == about else claim
        for claim in draft.case.claims
    )
    draft.change(claims=tuple(claim for claim in left if claim.said))


def forget_consents(draft: Draft, about: ClaimKey) -> None:
    """Let go what was said about a thing, once all have said the same or it is settled otherwise."""
    draft.change(claims=tuple(claim for claim in draft.case.claims if not is_about_same(claim.about, about)))


def everyone(draft: Draft) -> tuple[Recipient, ...]:
    """Return the seats of the raiser, of each party at the step where the dispute stands, and of supporters.

    Whoever has something for a time hears it too: a change of times changes theirs.
    """
    case = draft.case
    parties = (draft.seat(party, _step(case)) for party in case.parties)
    having = (seat for duty in case.outstanding for seat in delegates(case, duty, draft.now))
    return tuple(dict.fromkeys((draft.raiser(), *parties, *supporters(case), *having)))


def others(draft: Draft, party: Party) -> tuple[Recipient, ...]:
    """Return the seats of the parties other than one that has just spoken."""
    return tuple(draft.seat(other, _step(draft.case)) for other in draft.case.parties if other != party)


def _step(case: Escalation) -> str:
    steps = [v.stage for v in (*case.visits, *case.open_visits) if case.policy.stage(v.stage).strand == "dispute"]
    return steps[-1] if steps else ""


def party_consenting(case: Escalation, event: Command, setting: str, on: bool, what: str) -> Party:
    """Return the party that speaks.

    Raises:
        Refusal: the local setting is off, or the speaker is no party.
    """
    party = must_be_known(case, event.by)
    if not on:
        raise Refusal(
            "not allowed",
            f"{what} is not allowed here: no policy provides for it, and the local setting `{setting}` is off.",
        )
    if party is None:
        raise Refusal("wrong side", f"{what} is for the parties to agree on: give one of them as the actor.")
    return party
