"""What a case answered, on the screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from services.errors import AWAY, Trouble
from services.remarks import note
from services.telling import taken_so_far

from . import screen

if TYPE_CHECKING:
    from domain.case.state import Answer


def tell(case: str, answer: "Answer", id_: str, *, as_json: bool) -> None:
    """Print the answer to a message, and where to look next."""
    for warning in answer.warnings:
        note(f"Careful: {warning}")
    if as_json:
        screen.as_json({"case": case, "id": id_} | answer.model_dump(mode="json"))
        return
    screen.say(answer.sentence)
    screen.say(f"To see where it stands now:  {screen.program()} show {case}")


def say_telephone() -> None:
    """Say what comes before any program where a child is at immediate risk."""
    from domain.commands.alarms import TELEPHONE

    note(f"{TELEPHONE} Do not wait for this program.")


@contextmanager
def unheard(of_risk: bool) -> Iterator[None]:
    """Say of immediate risk that cannot be taken as it was typed that nobody has heard of it."""
    try:
        yield
    except Exception as error:
        if of_risk and not (isinstance(error, Trouble) and error.code == AWAY):  # that says who was told
            note(
                "It is on no record, and nobody was told of the risk: ring the safeguarding lead on call yourself. "
                "Then mend this and type it again:"
            )
        raise


def say_who_was_told(register: str, case: str, *entries: int) -> None:
    """Say how many notices of some entries have been taken so far, and by what; waits for the first word."""
    screen.say(taken_so_far(register, case, *entries))
    screen.say(f"To see who was told, and when:  {screen.program()} history {case}")
