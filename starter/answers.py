"""What a case answered, on the screen."""

from typing import TYPE_CHECKING

from . import screen

if TYPE_CHECKING:
    from domain.escalation import Answer


def tell(case: str, answer: "Answer", id_: str, *, as_json: bool) -> None:
    """Print the answer to a message, and where to look next."""
    for warning in answer.warnings:
        screen.note(f"Careful: {warning}")
    if as_json:
        screen.as_json({"case": case, "id": id_} | answer.model_dump(mode="json"))
        return
    screen.say(answer.sentence)
    screen.say(f"To see where it stands now:  {screen.program()} show {case}")
