"""What the interface shows: the same as `list`, `show`, `history`, `explain`, `find`, `reads` and `export` do."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from starlette.responses import JSONResponse, Response

from adapters.register import reading
from adapters.register.reads import list_reads
from domain.command_table import COMMANDS, TYPED
from domain.views.explanation import explain
from services import case_inputs, entries, finding, history
from services.cases import said_due, unknown
from services.errors import PROBLEM, Trouble, Unknown
from services.explained import chosen
from services.exporting import FAILED, export_one
from services.narrowing import narrowed
from services.on_record import case_on_record
from services.rights import note_look, visible
from services.sayable import with_sayable
from services.telling import nobody_has, told
from services.times import now, read_time
from settings import Settings

from .asked import Asked
from .command_bodies import called
from .problem import unreadable

T = TypeVar("T")
MOST_FOUND = 200


async def in_thread(work: Callable[[Asked], T], asked: Asked) -> T:
    """Do what reads the register, aside."""
    return await asyncio.to_thread(work, asked)


def answered(said: Any, status: int = 200) -> JSONResponse:
    """Return it as JSON."""
    return JSONResponse(said, status)


async def list_cases(asked: Asked) -> Response:
    return answered(await in_thread(_cases, asked))


def _cases(asked: Asked) -> dict[str, Any]:
    settings, said = asked.settings, asked.query
    wanted = {name: getattr(said, name) for name in ("stage", "agency", "policy")}
    if said.policy:
        _must_be_a_known(settings, said.policy)
    fits = narrowed(settings, **wanted, placed=called) if any(one is not None for one in wanted.values()) else None
    before = read_time(said.due_before, "due_before") if said.due_before else None
    cases = reading.list_cases(settings.register, due_before=before, overdue=said.overdue, include_closed=said.all)
    cases = visible(settings, asked.caller.person, [one for one in cases if fits is None or fits.fits(one)])
    filters = {**wanted, "due before": said.due_before, "overdue": said.overdue, "all": said.all}
    _note_list(asked, filters, len(cases), "case", "cases")
    after = _read_cursor(said.after) if said.after else None
    rest = [one for one in cases if after is None or _place(one) > after]
    page, more = rest[: said.limit], len(rest) > said.limit
    theirs = reading.own_records(settings.register, [one["case_ref"] for one in page])
    return {
        "cases": [one if "unreadable" in one else _listed(one, theirs) for one in page],
        "next": _cursor(_place(page[-1])) if more else None,
    }


def _listed(case: dict[str, Any], theirs: Mapping[str, str]) -> dict[str, Any]:
    return {**case, "next_due_words": said_due(case["next_due"]), "own_record": theirs.get(case["case_ref"], "")}


def _place(case: Mapping[str, Any]) -> list[Any]:
    """Return where a case stands in a list: what is due first, first."""
    due = case.get("next_due")
    return [due is None, due or "", case["case_ref"]]


def _cursor(place: Sequence[Any]) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> list[Any]:
    try:
        place = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        is_due, due, ref = place
        if not (isinstance(is_due, bool) and isinstance(due, str) and isinstance(ref, str)):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise unreadable([("after", "It must be what `next` of a page said.")]) from None
    return [is_due, due, ref]


def _note_list(asked: Asked, by: Mapping[str, Any], count: int, one: str, more: str, case: str = "") -> None:
    """Note that cases were listed: one row, with by what they were narrowed and how many they are."""
    narrowed_by = ", ".join(f"{name} {'yes' if value is True else value}" for name, value in by.items() if value)
    detail = f"{asked.words}{f' ({narrowed_by})' if narrowed_by else ''}: {count} {one if count == 1 else more}"
    note_look(asked.settings, asked.look("exported", detail, case))


def _part(asked: Asked, whole: Sequence[T]) -> tuple[list[T], str | None]:
    """Return the page of a whole that is asked for, and the cursor of the next."""
    said = asked.query
    first = _read_number(said.after) if said.after else 0
    ends = first + said.limit
    return list(whole[first:ends]), str(ends) if ends < len(whole) else None


def _read_number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise unreadable([("after", "It must be what `next` of a page said.")])
    return int(text)


async def show(asked: Asked) -> Response:
    return answered(await in_thread(_case, asked))


def _case(asked: Asked) -> dict[str, Any]:
    url, case = asked.settings.register, asked.case
    found = reading.read_case(url, case)
    if found is None:
        raise unknown(case)
    made, tries = reading.read_entries(url, case), reading.read_attempts(url, case)
    view: dict[str, Any] = found["view"]
    return view | {
        "links": entries.links(made),
        "guests": entries.guests(made),
        "notices_not_accepted": nobody_has(reading.read_told(url, case), made, tries),
    }


async def show_history(asked: Asked) -> Response:
    return answered(await in_thread(_history, asked))


def _history(asked: Asked) -> dict[str, Any]:
    lines, more = _part(asked, history.read_lines(asked.settings.register, asked.case))
    return {"lines": lines, "next": more}


async def show_deadlines(asked: Asked) -> Response:
    return answered(await in_thread(_deadlines, asked))


def _deadlines(asked: Asked) -> dict[str, Any]:
    known = explain(case_on_record(asked.settings.register, asked.case))
    duty = asked.query.duty
    found = chosen(known, str(duty) if duty else "")
    if duty and not found:
        raise Unknown(f"{asked.case} has no duty {duty}: its duties are numbered 1 to {len(known)}.")
    return {"duties": [one.model_dump(mode="json") for one in found]}


async def show_told(asked: Asked) -> Response:
    return answered(await in_thread(_told, asked))


def _told(asked: Asked) -> dict[str, Any]:
    url, case = asked.settings.register, asked.case
    made, tries = reading.read_entries(url, case), reading.read_attempts(url, case)
    if not made:
        raise unknown(case)
    page, more = _part(asked, told(reading.read_told(url, case), tries, made))
    of: dict[str, list[dict[str, Any]]] = {}
    for one in tries:
        kept = {name: one[name] for name in ("number", "at", "channel", "result", "fallback")}
        of.setdefault(one["notice_ref"], []).append(kept)
    notices = [
        one._asdict() | {"came_to": one.came_to, "amiss": one.is_amiss, "attempts": of.get(one.notice, [])}
        for one in page
    ]
    return {"notices": notices, "next": more}


async def show_offers(asked: Asked) -> Response:
    return answered(await in_thread(_offers, asked))


def _offers(asked: Asked) -> dict[str, Any]:
    found = reading.read_case(asked.settings.register, asked.case)
    if found is None:
        raise unknown(asked.case)
    view = with_sayable(asked.settings.register, found["view"])
    return {
        "as_of": found["as_of_number"],
        "offers": [_offered(one) for one in view["offers"] if "sayers" in one],
        "commands": [{"name": one.name, "does": one.does, "group": row.group} for row, one in TYPED.values()],
    }


def _offered(offer: Mapping[str, Any]) -> dict[str, Any]:
    row = COMMANDS.get(offer["name"]) or COMMANDS[offer["kind"]]  # a plan is offered under the word of its command
    needs = [
        {"name": need, "field": _field_for(need, row.fields), "values": list(offer["values"].get(need, ()))}
        for need in offer["needs"]
    ]
    plain = {name: list(offer[name]) for name in ("sayers", "methods", "first", "expects")}
    return {
        **{name: offer[name] for name in ("name", "kind", "title", "stage")},
        **plain,
        "needs": needs,
        "is_open": not offer["first"],
        "is_optional": offer.get("is_optional", False),
        "open_to": offer.get("open_to", ""),
    }


def _field_for(need: str, fields: Iterable[Any]) -> str:
    """Return the field in which something is sent that an offer needs."""
    if need == "person":
        return need
    return next((one.key for one in fields if one.is_for(need) or one.empties == need), f"field.{need}")


async def show_looks(asked: Asked) -> Response:
    return answered(await in_thread(_looks, asked))


def _looks(asked: Asked) -> dict[str, Any]:
    url = asked.settings.register
    if not reading.has_case(url, asked.case):
        raise unknown(asked.case)
    found, more = _part(asked, list_reads(url, case=asked.case))
    return {"looks": found, "next": more}


async def find(asked: Asked) -> Response:
    return answered(await in_thread(_found, asked))


def _found(asked: Asked) -> dict[str, Any]:
    settings, said = asked.settings, asked.body
    cases = visible(settings, asked.caller.person, reading.list_cases(settings.register, include_closed=not said.open))
    found: list[finding.Found] = []
    locked: list[finding.Locked] = []
    more = False
    for one in finding.find(settings.register, cases, said.words):
        if isinstance(one, finding.Locked):
            locked.append(one)
        elif one is not None:
            if len(found) == MOST_FOUND:
                more = True
                break
            found.append(one)
    _note_list(asked, {"open": said.open}, len(found), "case", "cases")
    told = [one._asdict() | {"places": [place._asdict() for place in one.places]} for one in found]
    return {"found": told, "not_read": [one._asdict() for one in locked], "more": more}


async def take_bundle(asked: Asked) -> Response:
    held = await in_thread(_bundle, asked)
    name = f'attachment; filename="{asked.case}.zip"'
    return Response(held, media_type="application/zip", headers={"Content-Disposition": name})


def _bundle(asked: Asked) -> bytes:
    if not reading.has_case(asked.settings.register, asked.case):
        raise unknown(asked.case)
    with TemporaryDirectory() as folder:  # for its owner alone, and gone at once
        made = export_one(asked.settings, asked.case, Path(folder), now())
        if made.state == FAILED:
            raise Trouble(made.says, PROBLEM)
        return made.file.read_bytes()


async def list_policies(asked: Asked) -> Response:
    return answered(await in_thread(_policies, asked))


def _policies(asked: Asked) -> dict[str, Any]:
    found = []
    for name in _policy_ids(asked.settings):
        try:
            read = case_inputs.policy(asked.settings, name)
        except Trouble:
            found.append({"id": name, "title": "", "edition": "", "review": None, "usable": False})
        else:
            review = read.review.isoformat() if read.review else None
            found.append({"id": name, "title": read.title, "edition": read.edition, "review": review, "usable": True})
    return {"policies": found}


async def show_policy(asked: Asked) -> Response:
    return answered(await in_thread(_policy, asked))


def _policy(asked: Asked) -> dict[str, Any]:
    must_be_a_policy(asked.settings, asked.path["policy"])
    return case_inputs.policy(asked.settings, asked.path["policy"]).model_dump(mode="json", by_alias=True)


def _must_be_a_known(settings: Settings, name: str) -> None:
    try:
        must_be_a_policy(settings, name)
    except Unknown as error:
        raise unreadable([("policy", error.shown)]) from None


def must_be_a_policy(settings: Settings, name: str) -> None:
    """See that this installation has a policy of that id. Raises Unknown."""
    known = _policy_ids(settings)
    if name not in known:
        raise Unknown(f"There is no policy {name[:60]!r} here. Policies there: {', '.join(known) or 'none'}.")


def _policy_ids(settings: Settings) -> list[str]:
    return sorted(file.stem for file in settings.policies.glob("*.toml"))
