"""What somebody may see and for whom they may speak, and where their looks go into the record of reads.

Immediate risk is asked nothing here: whoever cries it is heard.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from adapters.people.file import Person
from adapters.people.roles import COMMANDS, is_of_party, sees, sees_all
from adapters.register import reading
from adapters.register.errors import NothingThere, RegisterError
from settings import Settings

from .errors import REFUSED, Trouble
from .remarks import note

RISK_IS_HEARD = "Immediate risk is taken from anybody: escalate record REF risk, or escalate start --immediate-risk."
RISK_IS_HEARD_HERE = "Immediate risk is taken from anybody, about any case."
"""The same where nothing is typed."""


class Look(NamedTuple):
    """Somebody's look at a case, or at a list of cases."""

    who: Person
    known: str
    """How it is known that it is they: `by the account of the machine`."""
    case: str
    """Empty for a list."""
    detail: str
    what: str
    """As the record of reads has it: `showed`, `listed`, `exported`, `failed to open`. Empty where nothing is shown."""

    def but_failed(self, why: str = "") -> "Look":
        """Return it as one that came to nothing."""
        return self._replace(what="failed to open", detail=f"{self.detail}{why}")


def may_see(settings: Settings, who: Person, found: Mapping[str, Any]) -> bool:
    """Say whether somebody is to know of a case, as the register lists it."""
    if sees(who.role, who.agency, found, has_alerted=False):
        return True
    has_alerted = found["case_ref"] in _alerted(settings, who, found["case_ref"])
    return sees(who.role, who.agency, found, has_alerted=has_alerted)


def _alerted(settings: Settings, who: Person, case: str = "") -> frozenset[str]:
    """Return the cases that have alerted; none for those whose role is told of no alert."""
    return reading.list_alerted(settings.register, case) if who.role == "on-call lead" else frozenset()


def visible(settings: Settings, who: Person, cases: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of *cases*, as the register lists them, that somebody is to know of."""
    is_seen = sight(settings, who)
    return [one for one in cases if is_seen(one)]


def sight(settings: Settings, who: Person) -> Callable[[Mapping[str, Any]], bool]:
    """Return what says of a case, as the register lists it, whether somebody is to know of it.

    Which cases have alerted is read once, and only where a case is none of those that are seen anyway.
    """
    alerted = cache(lambda: _alerted(settings, who))

    def is_seen(found: Mapping[str, Any]) -> bool:
        if sees(who.role, who.agency, found, has_alerted=False):
            return True
        return sees(who.role, who.agency, found, has_alerted=found["case_ref"] in alerted())

    return is_seen


def must_speak_for(who: Person, agency: str, role: str) -> None:
    """See that whoever types may speak for an agency: an agency manager and a lead on call for their own alone.

    Raises Trouble.
    """
    if who.role not in COMMANDS["record"].roles:
        says = f"Nothing is recorded by {who.who}, for want of a role that may."
        raise Trouble(says, REFUSED, typed=RISK_IS_HEARD, shown=RISK_IS_HEARD_HERE)
    if who.role not in {"agency manager", "on-call lead"} or speaks_in(who, agency):
        return
    if who.role == "on-call lead" and not agency and role in {"", "on-call"}:
        return
    whom = who.agency or "their own seat"
    raise Trouble(
        f"The {who.title} ({who.account}) speaks for {whom} and not for {agency or role or 'anybody else'}: ask the "
        "partnership's office to record it.",
        REFUSED,
        typed=RISK_IS_HEARD,
        shown=RISK_IS_HEARD_HERE,
    )


def speaks_in(who: Person, agency: str) -> bool:
    """Is it their agency, on whichever side of a case?"""
    return bool(who.agency) and agency in {who.agency, f"{who.agency}.raising", f"{who.agency}.receiving"}


def must_see(settings: Settings, look: Look, reason: str = "", glass: str = "") -> None:
    """See that somebody may look at a case, and note their look; a look without `what` is only asked for.

    With a *reason*, one who may not see it opens it all the same: that is on record, and the office is told. *glass*
    says how to do so, for the sentence of a refusal; empty where it cannot be done.

    Raises:
        Trouble: they may not. It is in the record of reads.
        RegisterError: it cannot be read, and their role sees not every case.
    """
    try:
        found = reading.read_standing(settings.register, look.case)
    except RegisterError:
        if look.what and not sees_all(look.who.role):
            raise
        return  # what is recorded, the case itself takes or refuses
    if found is None:
        if look.what:
            note_look(settings, look.but_failed(": not known"))
        return
    is_opened = not may_see(settings, look.who, found)
    if is_opened:
        _must_break_glass(settings, look, reason, glass)
    if look.what:
        why = reason if is_opened else ""  # whoever may see it anyway breaks no glass
        note_look(settings, look, why, found)
    if is_opened:
        from .glass import tell_office

        note(tell_office(settings, look.who, look.case, found["policy"]))


def _must_break_glass(settings: Settings, look: Look, reason: str, glass: str) -> None:
    """See that there is a reason to open a case that a role may not see. Raises Trouble."""
    who, case = look.who, look.case
    if reason.strip():
        note(f"{case} is not for your role to see: that you opened it, and why, is on record, and the office is told.")
        return
    note_look(settings, look.but_failed())
    agency = f" of {who.agency}" if who.agency else ""
    raise Trouble(
        f"{case} is not for the {who.role}{agency} to see. That it was asked for is on record. Ask the partnership's "
        f"office.{glass}",
        REFUSED,
        typed=RISK_IS_HEARD,
        shown=RISK_IS_HEARD_HERE,
    )


def note_look(settings: Settings, look: Look, reason: str = "", found: Mapping[str, Any] | None = None) -> None:
    """Note a look at a case, as the register lists that where it is known.

    Whatever stands in the way of that, the look goes on; it is kept aside then, and that is said.
    """
    from adapters.people.aside import ReadsAside
    from adapters.register.reads import Read, note_reads
    from services.times import now

    who = look.who
    read = Read.made(
        now(),
        look.what,
        case_ref=look.case,
        detail=look.detail,
        account=who.account,
        title=who.title,
        role=who.role,
        agency=who.agency,
        known=look.known,
        of_party=found is not None and is_of_party(who.agency, found),
        reason=" ".join(reason.split()),
    )
    aside = ReadsAside(settings.data)
    try:
        note_reads(settings.register, [read])
    except NothingThere:
        if reading.has_entries(settings.register):  # else there is nothing to look at either
            aside.keep(read)  # until a worker of this version has made room for it: nothing is amiss
        return
    except RegisterError as error:
        said = str(error)
    else:
        aside.note(settings.register)
        return
    kept = "it is kept aside and noted later" if aside.keep(read) else "and it cannot be kept aside: tell the office"
    note(f"That you looked could not be noted; {kept}.", typed=said)
