"""Consents: what counts only once every party has said the same, and who is told of it."""

from ...effects import Recipient
from ...escalation import Escalation
from ...people import Party
from ..turn import Turn
from .delegates import delegates
from .seats import supporters


def still_to_say(case: Escalation, about: str, word: str, party: Party) -> list[str]:
    """Return the parties that have yet to say *word* once *party* has."""
    said = {*case.claims.get(f"{about}/{word}", ()), party.id}
    return [other.id for other in case.parties if other.id not in said]


def note_consent(turn: Turn, about: str, word: str, party: Party) -> None:
    """Keep a party's word; it takes the place of what that party said before about the same thing."""
    claims = {
        key: tuple(one for one in said if one != party.id) if key.startswith(f"{about}/") else said
        for key, said in turn.case.claims.items()
    }
    key = f"{about}/{word}"
    turn.change(claims={**{k: said for k, said in claims.items() if said}, key: (*claims.get(key, ()), party.id)})


def forget_consents(turn: Turn, about: str) -> None:
    """Let go what was said about a thing, once all have said the same or it is settled otherwise."""
    turn.change(
        claims={k: said for k, said in turn.case.claims.items() if k != about and not k.startswith(f"{about}/")}
    )


def everyone(turn: Turn) -> tuple[Recipient, ...]:
    """Return the seats of the raiser, of each party at the step where the dispute stands, and of supporters.

    Whoever has something for a time hears it too: a change of times changes theirs.
    """
    case = turn.case
    parties = (turn.seat(party, _step(case)) for party in case.parties)
    having = (seat for duty in case.outstanding for seat in delegates(case, duty, turn.now))
    return tuple(dict.fromkeys((turn.raiser(), *parties, *supporters(case), *having)))


def others(turn: Turn, party: Party) -> tuple[Recipient, ...]:
    """Return the seats of the parties other than one that has just spoken."""
    return tuple(turn.seat(other, _step(turn.case)) for other in turn.case.parties if other != party)


def _step(case: Escalation) -> str:
    steps = [v.stage for v in (*case.visits, *case.open_visits) if case.policy.stage(v.stage).strand == "dispute"]
    return steps[-1] if steps else ""
