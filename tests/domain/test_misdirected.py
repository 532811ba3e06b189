"""Not my case, I have left: the next person is told at once, the office mends the directory, and no clock stops."""

import pytest

from domain.base.people import Actor
from domain.case.effects import Notice
from domain.commands import AlertAcknowledged, DutyHandedOver, GuestAdded, Misdirected, SeatMended
from domain.policy.local_settings import Local
from domain.views.status import status_of

from .case import CARE, POLICE, SCHOOL, TUESDAY, Case, london, refused

OFFICE = Actor(role="operations", person="office-7")
SEAT = f"practitioner@{CARE}"
CARER = Actor(agency=CARE, role="practitioner")
HOURLY = Local(tolerance="same working day", alert_every_minutes=60)
DUE = "2025-03-06 10:00"


def since(case: Case, count: int) -> list[Notice]:
    return case.notices[count:]


def late(local: Local = HOURLY) -> Case:
    case = Case(TUESDAY, local=local)
    case.does(SCHOOL, "discussion")
    case.does(CARE, "acknowledgement")
    return case.pass_to(DUE)


def woken(case: Case) -> list[str]:
    return [role for role, _ in case.told("alert")]


@pytest.mark.parametrize("why", ["not-mine", "left"])
def test_rule_22_the_next_person_in_the_seat_is_told_at_once_and_the_office_what_to_mend(why: str) -> None:
    """Rule 22: it answers nothing, and changes no clock."""
    case = Case()
    before, count = case.state.duties, len(case.notices)

    answer = case.takes(Misdirected(by=CARER, why=why))

    office, seat = since(case, count)
    assert (office.kind, office.to.role, office.to.agency) == ("misdirected", "operations", "")
    assert (seat.kind, seat.to.role, seat.to.next_person) == ("owed", "practitioner", True)
    assert {one.what for one in seat.owed} == {
        "acknowledgement of the difference",
        "discussion",
        "agreed plan of action",
    }
    assert office.by == f"practitioner, {CARE}"
    assert case.state.duties == before
    assert "what is owed is still owed" in answer.sentence
    case.replays()


def test_every_later_notice_to_that_seat_goes_to_the_next_person_and_no_other_seats_does() -> None:
    case = Case()
    case.takes(Misdirected(by=CARER, why="left"))
    count = len(case.notices)

    case.pass_to("2025-03-07 00:00")

    told = {(n.to.role, n.to.agency): n.to.next_person for n in since(case, count) if n.kind == "overdue"}
    assert told == {("practitioner", CARE): True, ("practitioner", SCHOOL): False}


def test_once_the_office_has_mended_it_the_seat_is_told_as_before_and_hears_what_it_owes() -> None:
    case = Case()
    case.takes(Misdirected(by=CARER, why="left"))
    assert [(str(one.seat), one.why) for one in status_of(case.state).misdirected] == [(SEAT, "left")]
    count = len(case.notices)

    case.takes(SeatMended(by=OFFICE, seat=CARER))

    (told,) = since(case, count)
    assert (told.kind, told.to.role, told.to.next_person, len(told.owed)) == ("owed", "practitioner", False, 3)
    assert case.state.misdirected == ()
    case.replays()


def test_who_said_that_it_is_not_theirs_and_acts_after_all_is_told_again() -> None:
    case = Case()
    case.takes(Misdirected(by=CARER.but(person="staff-1"), why="not-mine"))

    case.acts_as(CARER.but(person="staff-2"), "acknowledgement")
    assert SEAT in [str(one.seat) for one in case.state.misdirected], (
        "the deputy's act says nothing of whoever usually sits there"
    )
    case.acts_as(CARER.but(person="staff-1"), "discussion", method="telephone")

    assert case.state.misdirected == ()
    case.replays()


def test_who_has_left_does_not_come_back_by_what_others_do_in_the_seat() -> None:
    case = Case()
    case.takes(Misdirected(by=CARER, why="left"))

    case.does(CARE, "acknowledgement")

    assert SEAT in [str(one.seat) for one in case.state.misdirected]


def test_what_was_handed_to_a_seat_that_says_it_is_not_theirs_goes_back_to_its_owner() -> None:
    case = Case()
    duty = next(d for d in case.state.outstanding if d.acts == ("acknowledgement",))
    lead = Actor(agency=CARE, role="line-manager")
    case.takes(DutyHandedOver(by=CARER, duty=duty.id, to=lead, until=london("2025-03-10 10:00"), reason="On leave"))
    count = len(case.notices)

    case.takes(Misdirected(by=lead, why="not-mine"))

    told = [(n.kind, n.to.role, n.to.next_person) for n in since(case, count)]
    assert ("owed", "practitioner", False) in told
    assert case.state.duties[duty.id - 1].handed == ()
    case.replays()


def test_a_woken_lead_whose_case_it_is_not_wakes_the_next_rung_at_once_and_has_answered_nothing() -> None:
    case = late()
    case.now = london("2025-03-06 10:10")

    case.takes(Misdirected(by=Actor(role="on-call"), why="not-mine"))

    assert woken(case) == ["on-call", "on-call.second"]
    assert case.state.outstanding[0].acknowledged_until is None
    assert case.told("misdirected") == [("operations", "")]
    assert case.state.misdirected == (), "who has a rung changes with the rota"
    case.pass_to("2025-03-06 11:10")
    assert woken(case)[2:] == ["on-call.duty-manager"]
    case.replays()


def test_from_the_last_rung_the_climb_begins_anew() -> None:
    case = late(HOURLY.but(climb=("first", "second")))
    case.pass_to("2025-03-06 11:05")

    case.takes(Misdirected(by=Actor(role="on-call.second"), why="left"))

    assert woken(case) == ["on-call", "on-call.second", "on-call"]


def test_a_lead_from_whom_the_alert_has_gone_on_hurries_nobody() -> None:
    case = late()
    case.pass_to("2025-03-06 12:05")
    before = woken(case)

    case.takes(Misdirected(by=Actor(role="on-call"), why="not-mine"))

    assert woken(case) == before


def test_an_acknowledgement_counts_no_more_once_its_lead_says_that_it_is_not_theirs() -> None:
    case = late()
    case.takes(AlertAcknowledged(by=Actor(role="on-call")))

    case.takes(Misdirected(by=Actor(role="on-call"), why="not-mine"))

    assert woken(case) == ["on-call", "on-call.second"]
    case.replays()


def test_immediate_risk_that_reached_the_wrong_lead_goes_to_the_next() -> None:
    case = Case()
    case.raises_risk()

    case.takes(Misdirected(by=Actor(role="on-call"), why="left"))

    assert case.told("risk")[-1] == ("on-call.second", "")
    case.replays()


def test_strangers_say_nothing_of_a_seat_and_only_the_office_mends_one() -> None:
    case = Case()
    assert (
        "no party" in refused(case, lambda: case.takes(Misdirected(by=CARER.but(agency="nobody"), why="left"))).sentence
    )
    rung = Actor(role="on-call.tenth")
    assert "no rung" in refused(case, lambda: case.takes(Misdirected(by=rung, why="left"))).sentence
    assert "office" in refused(case, lambda: case.takes(SeatMended(by=CARER, seat=CARER))).sentence
    assert "none waits for it" in refused(case, lambda: case.takes(SeatMended(by=OFFICE, seat=CARER))).sentence


def test_a_contact_for_one_case_is_entered_without_an_address() -> None:
    case = Case()

    case.takes(GuestAdded(by=OFFICE, agency="childminder", role="practitioner", title="Childminder"))

    assert case.entries[-1].kind == "guest-added"
    assert case.entries[-1].body["seat"] == "practitioner@childminder"
    case.replays()
    odd = GuestAdded(by=OFFICE, agency="childminder", role="admiral", title="Childminder")
    assert "not a role" in refused(case, lambda: case.takes(odd)).sentence
    by = Actor(agency=POLICE, role="slo")
    stranger = GuestAdded(by=by, agency="childminder", role="practitioner", title="Childminder")
    assert "no party" in refused(case, lambda: case.takes(stranger)).sentence
