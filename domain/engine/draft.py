"""One decision being taken: the case as it changes, the entries and notices that follow.

Lives for one call of `decide`.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from ..base.identities import OpenIssue, PlanAction, Seat
from ..base.known import Known, kept
from ..base.people import Actor, Party
from ..base.words import say_due
from ..case.command import Command
from ..case.effects import Deadline, Entry, Notice, Owed, Recipient
from ..case.state import Duty, Escalation, Happened, Visit
from ..policy.event_words import ways_words
from .periods import resolved
from .seats import in_hand, recipients, seat_of

CARRIERS = frozenset({"step-opened", "outcome", "act-recorded", "chair", "appointed", "told", "owed"})
"""Kinds of notice that may also say what their recipient now owes."""
OUTAGE_SECONDS = 300
"""A moment noticed more than this after it passed was held up by an outage, and says so (rule 9)."""


class Draft:
    """Collects what one event brings about. The only mutable thing in the domain."""

    def __init__(self, case: Escalation, now: datetime, sender: Known | None = None) -> None:
        self.case = case
        self.now = now
        self.sender = sender
        """How whoever said what is decided was known; None where that was not shown."""
        self.warnings: list[str] = []
        self.command_entry = 0
        """Number of the entry of the message itself; 0 while there is none."""
        self._entries: list[dict[str, Any]] = []
        self._notices: list[Notice] = []

    # --- the state

    def change(self, **changes: Any) -> None:
        """Replace fields of the case."""
        self.case = self.case.but(**changes)

    def duty(self, number: int) -> Duty:
        """Return the duty of that number as it now is."""
        return self.case.duties[number - 1]

    def put_duty(self, duty: Duty) -> None:
        """Add a duty, or replace the one of the same id."""
        if duty.id > len(self.case.duties):
            self.change(duties=(*self.case.duties, duty))
        else:
            self.change(duties=tuple(duty if d.id == duty.id else d for d in self.case.duties))

    def put_visit(self, visit: Visit) -> None:
        """Replace a visit."""
        same = (visit.stage, visit.number)
        self.change(visits=tuple(visit if (v.stage, v.number) == same else v for v in self.case.visits))

    def remember(self, occurrence: Happened) -> None:
        """Add something that happened."""
        if occurrence.at != self.now and occurrence.known_at is None:
            occurrence = occurrence.but(known_at=self.now)
        self.change(occurrences=(*self.case.occurrences, occurrence))

    # --- the record

    def enter(self, kind: str, at: datetime, by: Actor | None = None, **body: JsonValue) -> int:
        """Draft the next entry and return its number. Empty values are left out of the body."""
        number = self.case.entries + 1
        self.change(entries=number)
        kept = {key: value for key, value in body.items() if value not in (None, "", [], {}, ())}
        recorded_by = str(kept.pop("recorded_by", ""))
        drafted = {
            "case": self.case.case,
            "number": number,
            "kind": kind,
            "at": at,
            "entered_at": self.now,
            "body": kept,
        }
        actor = str(by) if by else ""
        drafted |= {"by": recorded_by, "on_behalf_of": actor} if recorded_by else {"by": actor}
        self._entries.append(drafted)
        return number

    def enter_command(self, kind: str, at: datetime, command: Command, **body: JsonValue) -> int:
        """Draft the entry of a person's message: by whom, entered by whom, and the message itself, whole."""
        whole = command.model_dump(mode="json", exclude={"attested"}, exclude_defaults=True)
        said = {"recorded_by": command.recorded_by, **body, "said": whole, "known": self.known_sender}
        self.command_entry = self.enter(kind, at, command.by, **said)
        return self.command_entry

    def note(self, key: str, fact: JsonValue, entry: int = 0) -> None:
        """Add a consequence to an entry of this decision, the last one unless said: what arose, was done, lapsed."""
        drafted = next((d for d in self._entries if d["number"] == entry), self._entries[-1])
        drafted["body"].setdefault(key, []).append(fact)

    @property
    def known_sender(self) -> list[JsonValue]:
        """How the sender was known, as the entry of their message keeps it."""
        return [*kept(self.sender)]

    @property
    def entry(self) -> int:
        """Number of the entry being made."""
        return self.case.entries

    # --- the post

    def notify(self, kind: str, to: Iterable[Recipient], *, entry: int = 0, **said: Any) -> None:
        """Draft a notice to each seat, under the last entry unless said; a seat gets one of a kind in one entry."""
        place = f"{self.case.case}/{entry or self.entry}/"
        for recipient in to:
            of_entry = [notice for notice in self._notices if notice.ref.startswith(place)]
            if any(notice.kind == kind and notice.to == recipient for notice in of_entry):
                continue
            ref = f"{place}{len(of_entry) + 1}"
            self._notices.append(
                Notice(ref=ref, case=self.case.case, kind=kind, to=recipient, urgent=self.is_urgent, **said)
            )

    def tell_also(self, seat: Recipient, owed: tuple[Owed, ...], kinds: frozenset[str] = CARRIERS) -> bool:
        """Add what a seat owes to a notice that it gets anyway; False where it gets none of *kinds*."""
        for n, notice in enumerate(self._notices):
            if notice.to == seat and notice.kind in kinds:
                self._notices[n] = notice.but(owed=tuple(dict.fromkeys((*notice.owed, *owed))))
                return True
        return False

    @property
    def is_urgent(self) -> bool:
        """True while an urgent stage is open or somebody raised immediate risk that is not dealt with."""
        stages = self.case.policy
        open_now = [stages.stage(visit.stage) for visit in self.case.open_visits]
        return any(stage.urgent or stage.strand == "risk" for stage in open_now) or any(
            duty.is_risk_call for duty in self.case.outstanding
        )

    def owed(self, duty: Duty) -> Owed:
        """Say a duty as a notice does."""
        words = say_when(self.case, duty)
        return Owed(
            what=self.title_of(duty),
            by=self.owner_of(duty),
            due=duty.due,
            due_words=words,
            how=ways_words(self.case.policy, duty.acts),
            overdue=duty.is_overdue,
            handed_to=tuple(str(one.to) for one in in_hand(duty, self.now)),
        )

    def title_of(self, duty: Duty) -> str:
        """A duty's acts as people read them."""
        return title_of(self.case, duty)

    def owner_of(self, duty: Duty) -> str:
        """Who owes it, in words."""
        return owner_of(self.case, duty)

    def seat(self, party: Party, stage: str) -> Recipient:
        """The seat that speaks for a party at a stage: the first role it names for that side.

        Where it names none, as beside the dispute, the newest step that does; else the raiser's own role.
        """
        return seat_of(self.case, party, next(filter(None, self._roles(party, stage)), ()))

    def _roles(self, party: Party, stage: str) -> Iterator[tuple[str, ...]]:
        for step in (*([stage] if stage else ()), *(visit.stage for visit in reversed(self.case.visited))):
            yield getattr(self.case.policy.stage(step), party.side)

    def seats(self, who: str) -> tuple[Recipient, ...]:
        """The seats of a role or body of the partnership, or filled for this case."""
        return recipients(self.case, who)

    def raiser(self) -> Recipient:
        """The seat of whoever raised the case."""
        raiser = self.case.raiser
        return Recipient(role=raiser.role, title=self.case.policy.role_title(raiser.role), agency=raiser.agency)

    def known_agency(self, agency: str) -> str:
        """Return an agency that has a place in this case, else nothing: a notice repeats no word of a sender's own."""
        known = {*self.case.partners, *(name for party in self.case.parties for name in (party.id, party.agency))}
        return agency if agency in known else ""

    def known(self, by: Actor) -> Actor:
        """Return what of an actor a notice may name: a role of the policy, an agency of the case."""
        role = by.role if by.role in {*self.case.policy.roles, *self.case.policy.bodies} else ""
        return Actor(role=role, agency=self.known_agency(by.agency))

    def remember_told(self) -> None:
        """Keep which seats are told something of the case by this decision, for when it turns out to be an error."""
        seats = (Seat(role=notice.to.role, agency=notice.to.agency) for notice in self._notices)
        told = tuple(dict.fromkeys((*self.case.told, *seats)))
        if len(told) > len(self.case.told):
            self.change(told=told)

    @property
    def numbers(self) -> frozenset[int]:
        """Numbers of the entries drafted so far."""
        return frozenset(drafted["number"] for drafted in self._entries)

    @property
    def has_notices(self) -> bool:
        """True where somebody is told something."""
        return bool(self._notices)

    def effects(self, deadlines: Callable[[Notice], tuple[Deadline, ...]]) -> tuple[Entry | Notice, ...]:
        """Return what must be done: entries in order, then notices (rule 54), each with its recipient's *deadlines*."""
        return (
            *(Entry(**drafted) for drafted in self._entries),
            *(one.but(to=self.towards(one.to), deadlines=deadlines(one)) for one in self._notices),
        )

    def towards(self, seat: Recipient) -> Recipient:
        """Return a seat past those who said that it is not theirs."""
        named = Seat(role=seat.role, agency=seat.agency)
        return seat.but(next_person=True) if any(one.seat == named for one in self.case.misdirected) else seat


def say_when(case: Escalation, duty: Duty) -> str:
    """Say by when a duty is owed: a time, `at once`, or what its clock waits for."""
    if duty.due is None:
        return duty.waits or "no time is given"
    rule = case.rule_of(duty)
    if duty.is_risk_call or (
        rule and duty.due == duty.anchor_at and resolved(case, rule, duty.origin).period.is_prompt
    ):
        return "at once"
    return say_due(duty.due, case.policy.zone)


def title_of(case: Escalation, duty: Duty) -> str:
    """A duty's acts as people read them."""
    match duty.origin:
        case PlanAction(action=number):
            return f"action {number} of the plan"
        case OpenIssue(issue=number):
            return f"issue {number} that the plan leaves open"
        case _:
            return " or ".join(case.policy.act_title(act) for act in duty.acts)


def owner_of(case: Escalation, duty: Duty) -> str:
    """Who owes a duty, in words."""
    if duty.by == "together":
        return "both sides together" if len(case.parties) == 2 else "all parties together"
    if duty.party:
        return duty.party
    return case.policy.role_title(duty.by)
