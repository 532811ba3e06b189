"""The kinds of entry that no walk has: what the office, a clock or the world brings about, whatever the policy."""

import datetime as dt

from domain.base.people import Actor
from domain.commands import (
    CalendarAdopted,
    CancellationAsked,
    CaseVoided,
    ConfirmationWithdrawn,
    Contested,
    Corrected,
    DateAgreed,
    DutyHandedOver,
    EditionAdopted,
    Extended,
    FactSaid,
    GuestAdded,
    Linked,
    MessageRefused,
    Misdirected,
    NoticesReturned,
    NumberFilled,
    OwnRecordCorrected,
    PartyCorrected,
    PartyJoined,
    PartyLeft,
    Paused,
    SeatMended,
    Unpaused,
    Waived,
    Withdrawn,
)
from domain.policy import DutyRule, Policy
from domain.policy.language import Fact
from domain.policy.local_settings import Local
from tests.domain.case import CARE, POLICE, SCHOOL, TRUST, Case, england

OPENED = "2025-03-04 10:00"
LATER = dt.datetime(2025, 3, 20, 22, tzinfo=dt.UTC)
OFFICE = Actor(role="operations", person="staff-7")
SETTINGS = Local(tolerance="same working day", extensions=True, pausing=True, withdrawal=True, reminders=("4 hours",))


def lincolnshire_case(policy: Policy, case: str) -> Case:
    """Tell a case of Lincolnshire in which everything happens that its walks leave out."""
    told = Case(OPENED, policy=policy, local=SETTINGS, case=case, facts={"concern": "difference"})
    school, care = told.seat(SCHOOL), told.seat(CARE)
    told.does(SCHOOL, "discussion")
    told.takes(Contested(by=care, entry=told.state.entries, reason="We did not speak."))
    told.does(SCHOOL, "discussion")
    told.takes(Corrected(by=school, entry=told.state.entries, reason="Another case.", strike=True))
    told.does(SCHOOL, "discussion")
    then = dt.datetime(2025, 3, 4, 10, tzinfo=dt.UTC)
    told.takes(Corrected(by=school, entry=told.state.entries, reason="It was earlier.", happened_at=then))
    told.takes(Linked(by=school, other="ESC-0000-0000"))
    told.takes(PartyJoined(by=school, agency=POLICE, side="receiving", reason="They know the family."))
    told.takes(PartyCorrected(by=OFFICE, party=POLICE, agency=TRUST, reason="The trust knows them."))
    told.takes(PartyCorrected(by=OFFICE, party=TRUST, agency=POLICE, reason="No, it was the police."))
    told.takes(PartyLeft(by=school, party=POLICE, reason="They do not know them after all."))
    told.takes(PartyLeft(by=Actor(agency=POLICE, role="practitioner"), party=POLICE, reason="They do not."))
    _about_seats(told)
    told.pass_to("2025-03-06 07:00")
    told.proposes(SCHOOL)
    told.takes(ConfirmationWithdrawn(by=school, version=1))
    plan = told.duty("step-1/3").id
    for party in (SCHOOL, CARE):
        told.takes(Extended(by=told.seat(party), duty=plan, until=LATER, reason="A holiday."))
    for ends in (LATER, LATER + dt.timedelta(days=1)):
        for party in (SCHOOL, CARE):
            told.takes(Paused(by=told.seat(party), until=ends, reason="A court date."))
        if ends == LATER:
            told.takes(Unpaused(by=school, reason="It was put off."))
    told.pass_to("2025-04-02 23:00")
    told.acknowledges()
    told.takes(EditionAdopted(by=OFFICE, policy=policy.but(edition="another"), reason="A new edition."))
    told.takes(CalendarAdopted(by=OFFICE, calendar=england().but(edition="another"), reason="A new day off."))
    _of_the_world(told, case)
    told.takes(Withdrawn(by=school, reason="It is settled."))
    owed = next(duty for duty in told.state.outstanding if not duty.is_risk_call)
    told.takes(Waived(by=Actor(agency=SCHOOL, role="practitioner", person="staff-1"), duty=owed.id, reason="Moot."))
    for _ in range(2):
        told.raises_risk(by=school)
    told.takes_call()
    told.takes(OwnRecordCorrected(by=OFFICE, number="EXAMPLE-0002", reason="Two digits were swapped."))
    for number in (7, 8):
        office = Actor(role="operations", person=f"staff-{number}")
        told.takes(CaseVoided(by=office, reason="The referral was about another child."))
    return told


def _about_seats(told: Case) -> None:
    care = told.seat(CARE)
    acknowledgement = next(d.id for d in told.state.outstanding if "acknowledgement" in d.acts and d.party == CARE)
    slo = Actor(agency=CARE, role="slo", person="staff-2")
    for to, until in ((slo, LATER), (care, None)):
        told.takes(DutyHandedOver(by=care, duty=acknowledgement, to=to, until=until, reason="On leave."))
    told.takes(Misdirected(by=care, why="left"))
    told.takes(SeatMended(by=OFFICE, seat=care))
    told.takes(GuestAdded(by=OFFICE, agency=TRUST, role="practitioner", title="School nurse"))


def _of_the_world(told: Case, case: str) -> None:
    told.takes(MessageRefused(name="outcome", why="missing", sentence="It needs a reason.", by=told.seat(SCHOOL)))
    told.takes(CancellationAsked())
    told.takes(NoticesReturned(hopeless=(f"{case}/2/2",)))


def sutton_case(policy: Policy, case: str) -> Case:
    """Tell a case of Sutton in which a number is filled, a date agreed, and a day comes with which something lapses."""
    facts = {"matter": "child", "point": "assessment and planning"}
    until = DutyRule(
        act=("written-report",), by="raising", when=("case.opened",), until=("fact.review",), clause="made"
    )
    policy = policy.but(facts={**policy.facts, "review": Fact(type="date")}, duties=(*policy.duties, until))
    told = Case(OPENED, policy=policy, case=case, facts=facts, raiser=Actor(role="professional"))
    manager = Actor(agency=SCHOOL, role="first-line-manager")
    told.takes(NumberFilled(by=manager, timescale="managers-time", within="5 working days", whose="Ours"))
    for by in (manager, Actor(agency=CARE, role="team-manager")):
        told.takes(DateAgreed(by=by, timescale="managers-time", until=LATER, reason="As said."))
    told.takes(FactSaid(by=told.seat(SCHOOL, "professional"), fact="review", value="2025-03-10"))
    return told.pass_to("2025-03-10 10:00")
