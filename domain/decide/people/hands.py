"""One person at two steps: allowed, and flagged, as in a small agency who leads at one step acts at the next (L57)."""

from ...people import Actor
from ...refusals import listed
from ..turn import Turn

FLAG = "same-person-at"


def flag_hand(turn: Turn, by: Actor, stage: str) -> None:
    """Flag, on the entry just made and to its sender, that this person acted at another step before (rule 40)."""
    if not by.person.strip() or not stage or turn.case.policy.stage(stage).strand != "dispute":
        return
    earlier = turn.case.hands.get(by.person, ())
    others = [step for step in earlier if step != stage]
    if others:
        titles = listed([turn.case.policy.stage(step).title for step in others])
        turn.warnings.append(f"The same person has acted at {titles} before. That is allowed, and the record shows it.")
        for step in others:
            turn.note(FLAG, step)
    turn.change(hands={**turn.case.hands, by.person: tuple(dict.fromkeys((*earlier, stage)))})
