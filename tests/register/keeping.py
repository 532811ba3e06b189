"""A small register as a file, kept as it was written: every later version must read it.

`python -m tests.register.keeping` writes the one of the present shape anew. Those of a released shape are never written
over.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from activities.entries import standing_row
from adapters.keyring import make_keys
from adapters.register.editions import Editions
from adapters.register.register import Register
from adapters.register.rows import Attempt
from domain.base.people import Actor
from domain.base.reference import make_reference
from domain.case.patch import SHAPE
from domain.case.state import Escalation
from domain.commands import CalendarAdopted, DutyHandedOver, EditionAdopted, Linked
from domain.views.status import status_of
from settings import RegisterAddress
from tests.domain.case import CARE, SCHOOL, Case, england, lincolnshire, london
from tests.register.made import editions_new_to, key_for

KEPT = Path(__file__).with_name("kept")
ENCRYPTED = KEPT / "encrypted"
"""The same, encrypted under a key for each case; `keys` beside them are their keys, and open nothing else."""
OFFICE = Actor(role="operations", person="office-7")


def agreed_and_closed() -> Case:
    """A plan is agreed, an action is late, and nothing is owed at the end."""
    case = Case(case=make_reference(1))
    case.does(CARE, "acknowledgement")
    case.does(SCHOOL, "discussion")
    case.agree(by="2025-03-20")
    for party in (SCHOOL, CARE):
        case.does(party, "written-follow-up")
        case.does(party, "filed")
    case.pass_to("2025-03-24 10:00")
    late = {"action": "1", "reason": "Nobody was in", "replacement": "2025-03-28"}
    case.does(CARE, "explained", fields=late)
    case.does(CARE, "action-done", fields={"action": "1"})
    return case


def urgent_with_risk() -> Case:
    """Deadlines pass, the lead answers, risk is raised, and an independent chair is asked."""
    case = Case(case=make_reference(2))
    case.does(SCHOOL, "discussion")
    case.pass_to("2025-03-10 09:00")
    case.acknowledges()
    case.climb_to("step-3")
    case.does(SCHOOL, "contact-slo", role="line-manager")
    case.says(SCHOOL, "not-agreed")
    case.set_date("2025-03-12 10:00")
    case.raises_risk(wording="x")
    case.takes_call()
    case.sleep_to("2025-03-13 12:00")
    case.does(CARE, "chaired-meeting.held", with_parties=(SCHOOL,))
    return case


def under_other_editions() -> Case:
    """One side has said what the other has not; a duty is handed over; policy and calendar are adopted in mid-case."""
    case = Case(case=make_reference(3))
    case.says(SCHOOL, "agreed")
    case.takes(Linked(by=case.seat(SCHOOL), other=make_reference(1), id="link"))
    duty = next(one for one in case.state.outstanding if one.acts == ("acknowledgement",))
    lead = Actor(agency=CARE, role="line-manager")
    by, until = Actor(agency=CARE, role="practitioner"), london("2025-03-05 17:00")
    case.takes(DutyHandedOver(by=by, duty=duty.id, to=lead, until=until, reason="On leave"))
    case.takes(EditionAdopted(by=OFFICE, policy=lincolnshire().but(edition="another"), reason="A mistake was mended."))
    case.takes(CalendarAdopted(by=OFFICE, calendar=england().but(edition="another")))
    case.does(SCHOOL, "discussion")
    case.contests(CARE, case.state.entries)
    return case


STORIES = (agreed_and_closed, urgent_with_risk, under_other_editions)


def facts_of(case: Escalation) -> dict[str, Any]:
    """Return of a case what no version may read otherwise."""
    return {
        "entries": case.entries,
        "open": sorted(f"{visit.stage} {visit.number}" for visit in case.open_visits),
        "ended": case.ended.how if case.ended else "",
        "closed": case.closed_at.isoformat() if case.closed_at else "",
        "owed": {str(duty.id): duty.due.isoformat() if duty.due else "" for duty in case.outstanding},
        "overdue": [duty.id for duty in case.outstanding if duty.is_overdue],
        "plan": sorted(case.plan.confirmed) if case.plan else [],
        "editions": [case.policy.edition, case.calendar.edition],
    }


def facts_of_story(case: Case) -> dict[str, Any]:
    """Return what is kept beside the register: the case, and the notices that have reached nobody."""
    return facts_of(case.state) | {"waiting": _unsent(case)}


def fill(register: Register, case: Case) -> None:
    """Enter a whole story as a worker would have, with what became of its notices: each tenth reached nobody."""
    editions = Editions(lambda _: None)
    for edition in (case.opening.policy, case.opening.calendar, case.state.policy, case.state.calendar):
        editions.know(edition)
    opened = case.state.but(policy=case.opening.policy, calendar=case.opening.calendar)
    kept = [*editions_new_to(None, opened), *editions_new_to(opened, case.state)]
    key = key_for(register, case.opening.case)
    register.enter(case.kept.decided, kept, lambda state: standing_row(status_of(editions.case(state))), key)
    unsent = _unsent(case)
    register.note(
        [
            Attempt(
                notice_ref=notice.ref,
                case_ref=notice.case,
                at=case.opening.opened_at or case.now,
                channel="smtp",
                result="failed" if notice.ref in unsent else "accepted",
            )
            for notice in case.notices
        ]
    )


def _unsent(case: Case) -> list[str]:
    return [notice.ref for notice in case.notices][::10]


def main() -> None:
    """Write the register of the present shape, and beside it what no version may read otherwise; in clear too."""
    write(KEPT, None)
    make_keys(ENCRYPTED / "keys")
    write(ENCRYPTED, ENCRYPTED / "keys")


def write(folder: Path, keys: Path | None) -> None:
    """Write it into a folder, encrypted where there are keys."""
    path = folder / f"{SHAPE}.db"
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    cases = [story() for story in STORIES]
    with Register(RegisterAddress(f"sqlite:///{path}", keys)) as register:
        register.prepare()
        for case in cases:
            fill(register, case)
    with closing(sqlite3.connect(path)) as connection:  # one file, and no log beside it
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    told = {case.state.case: facts_of_story(case) for case in cases}
    (folder / f"{SHAPE}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
