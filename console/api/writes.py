"""What the interface records: commands of a case, links between two, and new cases."""

import asyncio
import re
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.base.refusals import Refusal, meant
from domain.command_table import ELSEWHERE, TYPED
from domain.commands import Opening as CaseOpening
from domain.commands import RiskRaised
from domain.decide import open_case
from domain.views.status import status_of
from services import case_inputs, linking
from services.case_opening import opened
from services.command_fields import texts
from services.errors import NotAnswered, Trouble
from services.installation import prefix
from services.openings import must_not_mix, opening_of, reference_for, unsaid, whole
from services.privacy import findings
from services.recording import recorded
from services.referrals import Referral, cut
from services.remarks import gathered, note
from services.rights import must_see
from services.times import now
from services.waking import raise_risk

from .asked import Asked, Handler
from .command_bodies import called, said_with
from .given import one_id
from .problem import Problem, problem_of
from .reads import answered, must_be_a_policy
from .recording import must_name_nobody, recorded_as, recording, waiting

RECORD_WITHIN_SECONDS = 5.0
"""How long the register is waited for to take in a case that the same request has just opened."""
_WORD = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")


def recorder(name: str) -> Handler:
    """Return what records a command that is said so in every policy."""
    return lambda asked: _record(asked, name)


async def record_of_policy(asked: Asked) -> Response:
    """Record an act or an outcome that the case's policy names."""
    name = asked.path["name"]
    if name in ELSEWHERE:
        raise Problem("unknown", f"{name} is not recorded here: it has a place of its own, or none in this interface.")
    if not _WORD.fullmatch(name):
        raise Problem("unknown", f"There is no command {name[:40]!r}.{meant(name, TYPED)}")
    return await _record(asked, name)


async def _record(asked: Asked, name: str) -> Response:
    id_ = one_id(asked.key, asked.body.id, "id") or str(uuid4())
    said = {**said_with(name, asked.body), "id": id_}
    must_name_nobody(texts(said), yes=asked.body.yes)
    work = recorded(asked.settings, asked.case, name, said, asked.sender, called)
    return await recording(asked, id_, work)


async def link(asked: Asked) -> Response:
    """Note in two cases that they concern the same person."""
    said, settings = asked.body, asked.settings
    other = linking.other_case(settings, asked.case, said.other)
    await asyncio.to_thread(must_see, settings, asked.look("", case=other))
    words = {"by": said.by or "", "role": said.role or "", "reason": said.reason}
    words |= {"other_by": said.other_by or "", "other_role": said.other_role or ""}
    must_name_nobody(texts(words), yes=said.yes)
    id_ = one_id(asked.key, said.id, "id") or str(uuid4())
    with gathered() as remarks:
        work = linking.linked(settings, asked.case, other, words, asked.sender, id_, called)
        try:
            answers = await asked.here.going.within(work, asked.here.answer_within)
        except (TimeoutError, NotAnswered):
            return waiting(asked.case, id_, remarks)
        except (Refusal, Trouble, RegisterError) as error:
            raise problem_of(error, remarks) from None
    return answered({"answers": [recorded_as(case, id_, one, remarks) for case, one in answers.items()]})


async def open_one(asked: Asked) -> Response:
    """Open a case; what says immediate risk is held up by nothing that can be left out."""
    said, settings = asked.body, asked.settings
    request = one_id(asked.key, said.request, "request") or str(uuid4())
    with gathered() as remarks:
        try:
            opening = await asyncio.to_thread(_opening, asked, request)
            standing = status_of(open_case(opening, now()).escalation)  # refused here, before anything is sent
            seconds = asked.here.risk_within if opening.immediate_risk else asked.here.answer_within
            made, is_new = await asked.here.going.within(opened(opening, settings, request, asked.sender), seconds)
            if not is_new:
                return await _before(asked, opening, request, remarks)
        except (TimeoutError, NotAnswered):
            return waiting(reference_for(request, prefix(settings)), request, remarks)
        except (Refusal, Trouble, RegisterError) as error:
            raise problem_of(error, remarks) from None
    view = standing.but(case=made.case).model_dump(mode="json")
    return answered(_opened(made, request, remarks, view), 201)


def _opened(opening: CaseOpening, request: str, remarks: list[str], view: Any = None) -> dict[str, Any]:
    return {
        "case": opening.case,
        "new": view is not None,
        "request": request,
        "unreachable": list(opening.unreachable),
        "standing": view,
        "remarks": [*remarks],
    }


def _opening(asked: Asked, request: str) -> CaseOpening:
    said, settings = asked.body, asked.settings
    must_not_mix(settings)
    must_be_a_policy(settings, said.policy)
    referral = Referral(
        policy=said.policy,
        raising=said.raising,
        receiving=said.receiving,
        raised_by=said.raised_by,
        own_record=said.own_record,
        opened=said.opened or "",
        facts=said.facts,
        words=cut(said.words) if said.immediate_risk else said.words,
        kinds=said.kinds,
        immediate_risk=said.immediate_risk,
    )
    _look_at_texts(referral, request, yes=said.yes)
    policy = whole(referral, case_inputs.policy(settings, said.policy), called)
    opening = opening_of(referral, policy, settings, reference_for(request, prefix(settings)), called)
    unsaid(opening.facts, policy)
    for sentence in opening.unreachable:
        note(sentence)
    return opening


def _look_at_texts(referral: Referral, request: str, *, yes: bool) -> None:
    """Look at every word of a referral, the names of its tables too. Raises Problem; never for immediate risk."""
    words = {"--request": request, "own_record": referral.own_record}
    for name in ("facts", "words", "kinds"):
        table = getattr(referral, name)
        words |= {f"{name}.{key}": text for key, text in table.items()}
        words[f"{name} (a name)"] = "\n".join(table)
    if not referral.immediate_risk:
        must_name_nobody(words, yes=yes)
        return
    for found in findings(words, now().date()):
        note(f"Careful: {found}")


async def _before(asked: Asked, opening: CaseOpening, request: str, remarks: list[str]) -> Response:
    """Answer where the same request had opened a case before: as then, if it says the same; else refuse it."""
    if opening.immediate_risk:
        note(f"{opening.case} had been opened by the same request before: the risk is raised in it.")
        risk = RiskRaised(id=str(uuid4()))
        work = raise_risk(asked.settings, opening.case, risk, asked.sender)
        await asked.here.going.within(work, asked.here.risk_within)
        return answered(_opened(opening, request, remarks))
    said = await asyncio.to_thread(_said_before, asked, opening.case)
    ends = asyncio.get_running_loop().time() + RECORD_WITHIN_SECONDS
    while said is None and asyncio.get_running_loop().time() < ends:  # two at once: the other is entered in a moment
        await asyncio.sleep(0.1)
        said = await asyncio.to_thread(_said_before, asked, opening.case)
    if said is None:
        return waiting(opening.case, request, remarks)
    if said != _told(opening):
        raise Problem(
            "refused",
            f"Another case was opened under the id {request[:40]!r}, and nothing was opened or changed: send it under "
            "an id of its own, or what it said then.",
            why="used id",
        )
    return answered(_opened(opening, request, remarks))


def _said_before(asked: Asked, case: str) -> dict[str, Any] | None:
    """Return what the case on the record was opened with; None where it is not there yet, or cannot be read."""
    try:
        found = reading.read_entries(asked.settings.register, case)
    except RegisterError:
        return None
    body = found[0]["body"] if found else None
    if body is None:
        return None
    said = body.get("said", {})
    policy = str(body.get("policy", "")).partition(" ")[0]
    return {"policy": policy, **{name: said.get(name) for name in _COMPARED}}


_COMPARED = ("facts", "raising", "receiving", "raiser", "own_record", "words")
"""What a sender says of a case. The rest comes of the directory and the settings, which may change meanwhile."""


def _told(opening: CaseOpening) -> dict[str, Any]:
    said = opening.model_dump(mode="json", include=set(_COMPARED), exclude_defaults=True)
    return {"policy": opening.policy.id, **{name: said.get(name) for name in _COMPARED}}
