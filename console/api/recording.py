"""What all that records shares: a look at its texts, and how its answer is told, also where there is none yet."""

from collections.abc import Coroutine, Mapping
from typing import Any

from starlette.responses import Response

from adapters.register.errors import RegisterError
from domain.base.refusals import Refusal
from domain.case.state import Answer
from services.errors import NotAnswered, Trouble
from services.privacy import findings
from services.referrals import check_lengths
from services.remarks import gathered
from services.times import now

from .asked import Asked
from .command_bodies import called
from .problem import problem_of, unreadable
from .reads import answered

_WAITS = "Nobody answered in time. It may still be recorded: send the same again under the same id; it counts once."


async def recording(asked: Asked, id_: str, work: Coroutine[Any, Any, Answer]) -> Response:
    """Have a message recorded in a case, and tell its answer, or that nobody has answered in time. Raises Problem."""
    with gathered() as remarks:
        try:
            answer = await asked.here.going.within(work, asked.here.answer_within)
        except (TimeoutError, NotAnswered):
            return waiting(asked.case, id_, remarks)
        except (Refusal, Trouble, RegisterError) as error:
            raise problem_of(error, remarks) from None
    return answered(recorded_as(asked.case, id_, answer, remarks))


def recorded_as(case: str, id_: str, answer: Answer, remarks: list[str]) -> dict[str, Any]:
    """Return what a case answered to a message, as JSON."""
    return {"case": case, "id": id_, **answer.model_dump(mode="json"), "remarks": [*remarks]}


def waiting(case: str | None, id_: str, remarks: list[str]) -> Response:
    """Answer that nobody has answered in time."""
    return answered({"case": case, "id": id_, "detail": _WAITS, "remarks": [*remarks]}, 202)


def must_name_nobody(said: Mapping[str, str], *, yes: bool) -> None:
    """See that no text is too long, or looks as if it named a child. Raises Problem."""
    try:
        check_lengths(said)
    except Trouble as trouble:
        raise unreadable([("body", _without_dashes(trouble.shown))]) from None
    found = [] if yes else findings(said, now().date())
    if found:
        faults = []
        for one in found:
            place = _without_dashes(one).partition(" ")[0]
            faults.append((place, f"{_without_dashes(one)} Take it out, or send `yes` if it names nobody."))
        raise unreadable(faults)


def _without_dashes(sentence: str) -> str:
    """Return a sentence that begins with an option, as fields are called here."""
    first, blank, rest = sentence.partition(" ")
    return f"{called(first.removeprefix('--')) if first.startswith('--') else first}{blank}{rest}"
