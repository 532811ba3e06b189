"""One person at two steps: allowed, and flagged, as in a small agency who leads at one step acts at the next (L57)."""

from ...people import Actor
from ...refusals import listed
from ..turn import Turn

FLAG = "same-person-at"


def flag_hand(turn: Turn, by: Actor, stage: str) -> None:
    """Flag, on the entry just made and to its sender, that this person acted at an earlier step too (rule 40).

    Once for each step.
    """
    if not by.person.strip() or not stage or turn.case.policy.stage(stage).strand != "dispute":
        return
    earlier = turn.case.hands.get(by.person, ())
    if stage in earlier:
        return
    if earlier:
        titles = listed([turn.case.policy.stage(step).title for step in earlier])
        turn.warnings.append(f"The same person has acted at {titles} before. That is allowed, and the record shows it.")
        for step in earlier:
            turn.note(FLAG, step)
    turn.change(hands={**turn.case.hands, by.person: (*earlier, stage)})
