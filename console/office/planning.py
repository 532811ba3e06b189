"""Making a plan for many cases: each message is tried on the case as its record tells it first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from adapters.register.errors import RegisterError
from domain.base.people import Actor
from domain.base.refusals import Refusal, listed
from domain.base.words import say_due
from domain.case.state import Escalation
from domain.commands import AlertAcknowledged, DutyHandedOver, Extended, Message
from domain.decide import decide
from domain.engine.senders import OPERATIONS
from domain.views.status import CaseStatus, OwedNow, status_of
from services.errors import Trouble
from services.on_record import case_on_record
from settings import Settings

from .kept_plans import Act, Part

MOST_CASES = 100
Seat = tuple[str, str]
"""A role's id and an agency's id."""


class Asked(NamedTuple):
    """What a plan is made of, beside its cases."""

    act: Act
    number: str
    owner: Seat = ("", "")
    """Whose duties are handed over or put off."""
    to: Seat = ("", "")
    until: datetime | None = None
    reason: str = ""


class Tried(NamedTuple):
    """A part that the case would take, or why not."""

    part: Part | None
    why_not: str = ""


def read_cases(settings: Settings, refs: Sequence[str]) -> tuple[list[Escalation], list[str]]:
    """Return cases as their records tell them, and a sentence for each that cannot be read."""
    found, left_out = [], []
    for ref in refs[:MOST_CASES]:
        try:
            found.append(case_on_record(settings.register, ref))
        except (Trouble, RegisterError) as error:
            left_out.append(f"{ref}: {getattr(error, 'sentence', error)}")
    if len(refs) > MOST_CASES:
        left_out.append(f"{len(refs) - MOST_CASES} more cases: a plan holds {MOST_CASES}.")
    return found, left_out


def owners_of(cases: Sequence[Escalation]) -> dict[Seat, str]:
    """Return the seats that owe something in some cases, each with how it is called."""
    found: dict[Seat, str] = {}
    for case in cases:
        for owed in status_of(case).owed:
            for seat in owed.owed_by:
                found.setdefault((seat.role, seat.agency), f"{seat.title}, {seat.agency}".removesuffix(", "))
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def seats_of(cases: Sequence[Escalation]) -> dict[Seat, str]:
    """Return the seats that may have something handed to them: every role of the policies, in every party."""
    found: dict[Seat, str] = {}
    for case in cases:
        for party in case.parties:
            for role, is_called in case.policy.roles.items():
                if is_called.of:
                    continue  # a seat of the partnership, in no agency
                found.setdefault((role, party.agency), f"{is_called.title}, {party.agency}")
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def parts_of(asked: Asked, cases: Sequence[Escalation], now: datetime) -> tuple[list[Part], list[str]]:
    """Return what a plan would change, and a sentence for each thing that no case would take."""
    parts, left_out = [], []
    for case in cases:
        for tried in _tried(asked, case, now):
            if tried.part is None:
                left_out.append(f"{case.case}: {tried.why_not}")
            else:
                parts.append(tried.part)
    return parts, left_out


def _tried(asked: Asked, case: Escalation, now: datetime) -> Iterator[Tried]:
    made = {"acknowledge": _acknowledging, "hand-over": _handing_over, "extend": _extending}[asked.act]
    present = case
    for nth, (does, message) in enumerate(made(asked, case, status_of(case)), 1):
        if message is None:
            yield Tried(None, does)
            continue
        sent = message.but(id=f"plan-{asked.number}-{nth}")
        try:
            present = decide(present, sent, now).escalation
        except Refusal as refusal:
            yield Tried(None, f"{does}: {refusal.sentence}")
            continue
        said = sent.model_dump(mode="json", exclude_defaults=True)
        yield Tried(Part(case=case.case, does=does, kind=type(sent).model_fields["kind"].default, message=said))


Made = Iterator[tuple[str, Message | None]]
"""What a message does, in words; without one, why there is none."""


def _acknowledging(_: Asked, case: Escalation, status: CaseStatus) -> Made:
    if status.risks:
        yield "immediate risk is raised in it, and is answered in the case itself.", None
        return
    late = [one.what for one in status.owed if one.overdue and one.acknowledged_until is None]
    says = f"the alert is acknowledged: {listed(late)}" if late else "the alert is acknowledged"
    yield says, AlertAcknowledged(by=Actor(role=OPERATIONS), seen=case.entries)


def _handing_over(asked: Asked, case: Escalation, status: CaseStatus) -> Made:
    duties = [one for one in status.owed if _is_of(one, asked.owner)]
    if not duties:
        yield "that seat owes nothing in it.", None
    for one in duties:
        does = f"{one.what} ({one.due_words}) is handed over{_until(asked, case)}"
        yield (
            does,
            DutyHandedOver(
                by=_actor(asked.owner), duty=one.id, to=_actor(asked.to), until=asked.until, reason=asked.reason
            ),
        )


def _extending(asked: Asked, case: Escalation, status: CaseStatus) -> Made:
    """Say it for every party: each has to consent, and the office says that each does."""
    duties = [one for one in status.owed if _is_of(one, asked.owner) and one.due is not None]
    if not duties:
        yield "that seat owes nothing in it that has a time.", None
    seats = {seat.agency: seat.role for one in status.owed for seat in one.owed_by if seat.agency}
    for party in case.parties:
        if party.side == "raising":
            seats.setdefault(party.id, case.raiser.role)
    for one in duties:
        for party in case.parties:
            role = seats.get(party.id) or seats.get(party.agency, "")
            does = f"{one.what} ({one.due_words}) is put off{_until(asked, case)}, as {party.id} consents"
            by = Actor(agency=party.id, role=role)
            yield does, Extended(by=by, duty=one.id, until=asked.until, reason=asked.reason) if asked.until else None


def _is_of(owed: OwedNow, owner: Seat) -> bool:
    return any((seat.role, seat.agency) == owner for seat in owed.owed_by)


def _until(asked: Asked, case: Escalation) -> str:
    if asked.until is None:
        return ""
    return f" until {say_due(asked.until, case.policy.zone).removeprefix('by ')}"


def _actor(seat: Seat) -> Actor:
    return Actor(role=seat[0], agency=seat[1])


def seat_in(said: str, known: Mapping[Seat, Any]) -> Seat | None:
    """Return the seat that a form names as `role@agency`; None where it is none of those known."""
    role, _, agency = said.partition("@")
    return (role, agency) if (role, agency) in known else None
