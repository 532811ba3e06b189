"""What the interface does for one case beside its commands: another edition is adopted, guests come and go."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from adapters.register.errors import RegisterError
from domain.base.refusals import Refusal
from domain.case.state import Answer
from services import adopting, guests
from services.command_fields import texts
from services.errors import NotAnswered, Trouble
from services.on_record import case_on_record
from services.remarks import gathered, note
from services.sending import send

from .asked import Asked
from .command_bodies import called
from .given import one_id
from .problem import problem_of
from .reads import answered, must_be_a_policy
from .recording import must_name_nobody, recorded_as, recording, waiting


async def adopt(asked: Asked) -> Response:
    """Show what another edition would move, and unless no more is wanted let the case take it."""
    said, settings = asked.body, asked.settings
    id_ = one_id(asked.key, said.id, "id")
    words: dict[str, Any] = {name: getattr(said, name) or "" for name in ("policy", "by", "role", "person", "reason")}
    must_name_nobody(texts(words), yes=said.yes)
    if said.policy:
        must_be_a_policy(settings, said.policy)

    def looked_at() -> adopting.Adoption:
        case = case_on_record(settings.register, asked.case)
        return adopting.adoption(settings, case, {**words, "calendar": said.calendar, "id": id_}, called)

    with gathered() as remarks:
        try:
            message, changes, before = await asyncio.to_thread(looked_at)
            if said.show_only and not before:
                answer = None
            elif before:
                answer = before
            else:
                work = send(settings, asked.case, message, asked.sender)
                answer = await asked.here.going.within(work, asked.here.answer_within)
        except (TimeoutError, NotAnswered):
            return waiting(asked.case, message.id, remarks)
        except (Refusal, Trouble, RegisterError) as error:
            raise problem_of(error, remarks) from None
    return answered(
        {
            "case": asked.case,
            "adopted": answer is not None,
            "changes": [one.model_dump(mode="json") for one in changes],
            "answer": recorded_as(asked.case, message.id, answer, remarks) if answer else None,
            "remarks": [*remarks],
        }
    )


async def add_guest(asked: Asked) -> Response:
    """Let somebody be reached in the case; what is answered holds no address."""
    said, settings = asked.body, asked.settings
    given = one_id(asked.key, said.id, "id")
    words: Mapping[str, str] = {name: getattr(said, name) for name in ("agency", "title", "role", "person")}
    must_name_nobody(texts(words), yes=said.yes)
    ways = {kind: getattr(said, kind) for kind in guests.WAYS}
    id_ = given or str(uuid4())

    def looked_at() -> tuple[guests.Wanted, Answer | None]:
        wanted = guests.wanted(settings, asked.case, words, ways, id_, called)
        return wanted, guests.answered_before(settings, asked.case, wanted) if given else None

    async def added() -> Answer:
        wanted, before = await asyncio.to_thread(looked_at)
        return before or await guests.guest_added(settings, asked.case, wanted, asked.sender)

    return await recording(asked, id_, added())


async def remove_guests(asked: Asked) -> Response:
    """Delete addresses that were kept for the case alone."""
    said = asked.body
    with gathered() as remarks:
        deleted = await asyncio.to_thread(
            guests.guests_removed, asked.settings, asked.case, said.agency or "", said.role or "", called
        )
        if deleted.sentence:
            note(deleted.sentence)
    told = {"case": asked.case, "deleted": deleted.contacts, "left": [*deleted.left], "remarks": [*remarks]}
    return answered(told)
