"""What a case answered, on the screen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adapters.register.details import read_detail
from adapters.register.errors import RegisterError
from adapters.register.reading import read_attempts
from adapters.register.rows import reached
from services.errors import AWAY, Trouble
from services.remarks import note

from . import screen

if TYPE_CHECKING:
    from domain.case.state import Answer


WORD_SECONDS = 4.0
"""For the first word of what became of notices: they leave within a second where all is well."""
LOOK_SECONDS = 0.25


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
    until = time.monotonic() + WORD_SECONDS
    told: dict[str, str] = {}
    while True:
        before, told = told, _told(register, tuple(f"{case}/{entry}/" for entry in entries))
        if (told and told == before) or time.monotonic() >= until:
            break
        time.sleep(LOOK_SECONDS)
    if told:
        ways = ", ".join(sorted(set(told.values())))
        count = "One notice of it has" if len(told) == 1 else f"{len(told)} notices of it have"
        screen.say(f"{count} been taken so far (by {ways}).")
    else:
        screen.say("Nobody is known to have been told yet: ring the safeguarding lead on call yourself.")
    screen.say(f"To see who was told, and when:  {screen.program()} history {case}")


def _told(register: str, places: tuple[str, ...]) -> dict[str, str]:
    """Return the channel by which somebody has each notice under some places; none where the register cannot say."""
    try:
        every = read_attempts(register, places[0].partition("/")[0])
    except (RegisterError, ValueError):
        return {}
    tries = [one for one in every if one["notice_ref"].startswith(places)]
    have = reached((one["notice_ref"], one["result"]) for one in tries)
    return {
        one["notice_ref"]: one["channel"]
        for one in tries
        if one["notice_ref"] in have and one["result"] == "accepted" and not read_detail(one["detail"]).to
    }
