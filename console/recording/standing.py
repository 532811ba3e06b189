"""Where a case stands, as forms need it: the register's own JSON, and what agencies and roles are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.directory import DirectoryFault
from adapters.register import reading
from domain.base.known import sender_of
from domain.base.people import Actor
from domain.engine.senders import OPERATIONS
from services.case_inputs import directory_of_case
from services.entries import Named, duty_titles, entry_words, listed_answers, step_titles
from services.errors import Trouble
from services.sayable import with_sayable
from settings import Settings

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """Where a case stands."""

    case: str
    view: Row
    entries: Sequence[Row]
    edition: Row
    """The policy that it was opened under."""
    names: Mapping[str, str]
    """Titles of agencies by their ids."""
    as_of: int
    """Number of the last entry that was taken in."""

    @property
    def parties(self) -> Sequence[Row]:
        """The parties of the case."""
        parties: Sequence[Row] = self.view["parties"]
        return parties

    @property
    def local(self) -> Row:
        """The partnership's own settings, as the case carries them; what is not set is not in it."""
        said: Row = (self.entries[0]["body"] or {}).get("said", {})
        local: Row = said.get("local", {})
        return local

    @property
    def answered(self) -> frozenset[str]:
        """What is answered by now of what the policy asks, by the name of each: one struck out is not among them."""
        return frozenset(self.view.get("answered", ()))

    @property
    def _titled(self) -> Row:
        """The policy's roles and bodies, by their ids."""
        return {**self.edition.get("roles", {}), **self.edition.get("bodies", {})}

    def is_role(self, name: str) -> bool:
        """Is it a role or a body of the policy?"""
        return name in self._titled

    def act(self, name: str) -> Row:
        """Return an act of the policy, by its name or that of a part of it; empty for what is none."""
        found: Row = self.edition.get("acts", {}).get(name.partition(".")[0], {})
        return found

    def seat_known(self, seat: Actor) -> Actor:
        """Return a seat as the rules know it: a letter adds the answer of the case that chooses who sits there."""
        known = self._titled
        plain = seat.role.partition(".")[0]
        return seat.but(role=plain) if seat.role not in known and plain in known else seat

    def parties_of(self, agency: str) -> Sequence[Row]:
        """Return the parties that an agency is: both, where it is on both sides and it is not said which is meant."""
        exact = [one for one in self.parties if one["id"] == agency]
        return exact or [one for one in self.parties if one["agency"] == agency]

    def party(self, agency: str) -> Row | None:
        """Return the party that an agency is; None for one that is none, or is on both sides and did not say which."""
        theirs = self.parties_of(agency)
        return theirs[0] if len(theirs) == 1 else None

    def sides_of(self, seat: Actor) -> Sequence[Row]:
        """Return the parties between which a seat has to choose, since its agency is on both sides; else none."""
        theirs = self.parties_of(seat.agency)
        return theirs if len(theirs) > 1 and seat.role not in self.view["seats"] else ()

    def agency(self, id_: str) -> str:
        """Return what an agency is called, with its side where it is on both."""
        plain, dot, side = id_.rpartition(".")
        if dot and side in {"raising", "receiving"}:
            return f"{self.names.get(plain, plain)} ({side} side)"
        return self.names.get(id_, id_)

    def role(self, id_: str) -> str:
        """Return what a role or a body is called."""
        seat, _, more = id_.partition(".")
        known = self._titled
        told = known.get(id_) or known.get(seat) or {}
        title = str(told.get("title") or id_.replace("-", " ").replace(".", " "))
        return f"{title} ({more.replace('-', ' ')})" if more and id_ not in known and told else title

    def seat(self, by: Actor) -> str:
        """Return what a seat is called: `line manager, Lincolnshire Police`."""
        return ", ".join(part for part in (self.role(by.role), self.agency(by.agency) if by.agency else "") if part)

    def stage(self, id_: str) -> str:
        """Return what a step is called."""
        found = [one["title"] for one in self.edition.get("stages", ()) if one["id"] == id_]
        return str(found[0]) if found else id_

    def words_of(self, entry: Row) -> str:
        """Say what an entry is about, without what people wrote in it."""
        named = Named(duty_titles(self.entries, self.view, self.edition), listed_answers(self.edition))
        return entry_words(entry, step_titles(self.entries), named)

    def by(self, entry: Row) -> str:
        """Say whose word an entry is, in titles; a word of a sender's own is not repeated. Empty for the clock."""
        role, _, agency = (entry["on_behalf_of"] or entry["by"]).partition(", ")
        known = {*self._titled, OPERATIONS}
        parts = (self.role(role) if role in known else "", self.agency(agency) if self._is_known(agency) else "")
        return ", ".join(part for part in parts if part)

    def entry_of(self, id_: str) -> Row | None:
        """Return the entry of the message with an id; None while there is none."""
        said = ((one, (one["body"] or {}).get("said")) for one in self.entries if id_)
        return next((one for one, word in said if isinstance(word, dict) and word.get("id") == id_), None)

    def said_since(self, number: int) -> Sequence[Row]:
        """Return the entries after *number* in which somebody said or did something."""
        return [
            one for one in self.entries if one["number"] > number and sender_of(one["kind"], one["body"]).how != "-"
        ]

    def _is_known(self, agency: str) -> bool:
        return agency in self.names or any(agency in {one["id"], one["agency"]} for one in self.parties)


def act_of(entry: Row) -> str:
    """Return the act of which an entry tells, as it was said; empty for one that tells of none."""
    said = (entry["body"] or {}).get("said")
    return str(said.get("act", "")) if entry["kind"] == "act" and isinstance(said, dict) else ""


def standing_to_record(settings: Settings, case: str) -> Standing:
    """Read where a case stands, with all that may be said in it. Raises as `standing_of` does."""
    standing = standing_of(settings, case)
    return replace(standing, view=with_sayable(settings.register, standing.view))


def standing_of(settings: Settings, case: str) -> Standing:
    """Read where a case stands, as lists show it: of what may be said it has what something waits for, and no more.

    Raises:
        Trouble: the register knows no such case.
        RegisterError: it cannot be read now.
    """
    row, entries = reading.read_case(settings.register, case), reading.read_entries(settings.register, case)
    if row is None or not entries:
        raise Trouble(f"The record knows no case {case}. A new one takes a moment.")
    digest = ((entries[0]["body"] or {}).get("editions") or {}).get("policy", "")
    edition = reading.read_edition(settings.register, digest) or {}
    try:
        directory = directory_of_case(settings, row["policy"], case)
    except DirectoryFault:  # it keeps nobody from recording
        names = {}
    else:
        names = {one.id: one.title for one in directory.agencies if not one.abolished}
    return Standing(case, row["view"], entries, edition, names, row["as_of_number"])
