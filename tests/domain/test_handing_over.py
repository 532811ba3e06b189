"""A duty handed to somebody for a time: who is told, whose act counts, and that nothing else changes."""

import datetime as dt

import pytest

from domain.base.people import Actor
from domain.base.refusals import Refusal
from domain.case.effects import Notice
from domain.case.plan import Action
from domain.case.state import Duty
from domain.commands import DutyHandedOver, EditionAdopted, Extended, PartyLeft, PlanProposed
from domain.policy.language import Role
from domain.policy.local_settings import Local
from domain.views.status import status_of

from .case import CARE, POLICE, SCHOOL, Case, lincolnshire, london, refused

OFFICE = Actor(role="operations", person="office-7")
LEAVE = "2025-03-05 17:00"
LEAD = ("line-manager", CARE)
REMINDED = Local(tolerance="same working day", reminders=("4 hours",))


def handed(case: Case, duty: Duty, to: str = "line-manager", until: str = LEAVE, **said: object) -> None:
    agency = said.pop("agency", CARE)
    by = said.pop("by", Actor(agency=CARE, role="practitioner"))
    person = str(said.pop("person", ""))
    case.takes(
        DutyHandedOver(
            by=by,
            duty=duty.id,
            to=Actor(agency=agency, role=to, person=person),
            until=london(until) if until else None,
            reason="On leave",
        )
    )


def acknowledgement(case: Case) -> Duty:
    return next(d for d in case.state.outstanding if d.acts == ("acknowledgement",))


def plan(case: Case) -> Duty:
    return next(d for d in case.state.outstanding if d.acts == ("plan",))


def of(case: Case, kind: str) -> list[Notice]:
    return [notice for notice in case.notices if notice.kind == kind]


def test_rule_13_whoever_has_it_is_told_and_their_act_counts_for_the_owner_who_still_owes_it() -> None:
    """Rule 13: their act answers it for its owner, who owes it as before."""
    case = Case()
    before = acknowledgement(case)
    with pytest.raises(Refusal, match="cannot record"):
        case.does(CARE, "acknowledgement", role="line-manager")

    handed(case, before, person="staff-0042")

    (told,) = of(case, "handed-over")
    assert (told.to.role, told.to.agency, told.fact) == (*LEAD, "until 5:00pm on Wednesday 5 March 2025")
    assert (told.owed[0].by, told.owed[0].handed_to) == (CARE, (f"line-manager, {CARE}",))
    assert "staff-0042" not in told.model_dump_json()
    after = acknowledgement(case)
    assert after.but(handed=()) == before
    case.does(CARE, "acknowledgement", role="line-manager")
    done = case.state.duties[before.id - 1]
    assert (done.state, done.party) == ("done", CARE)
    assert case.entries[-1].by == f"line-manager, {CARE}"
    case.replays()


def test_owner_and_whoever_has_it_are_reminded_and_told_when_it_is_late() -> None:
    case = Case(local=REMINDED)
    agreed = plan(case)
    handed(case, agreed, until="2025-03-12 17:00")

    case.pass_to("2025-03-07 00:00")

    for kind in ("reminder", "overdue"):
        assert {*case.told(kind)} >= {("practitioner", CARE), LEAD}
    said = {one.handed_to for alert in of(case, "alert") for one in alert.owed if "plan" in one.what}
    assert said == {(f"line-manager, {CARE}",)}
    assert case.state.duties[agreed.id - 1].overdue_at == agreed.late_from
    case.replays()


def test_when_its_time_is_over_it_is_the_owners_again_and_no_entry_says_so() -> None:
    case = Case(local=REMINDED)
    handed(case, acknowledgement(case), until="2025-03-04 11:00")
    handed(case, plan(case), until="2025-03-04 11:00")
    entries = len(case.entries)

    case.sleep_to("2025-03-04 11:01")

    with pytest.raises(Refusal, match="cannot record"):
        case.does(CARE, "acknowledgement", role="line-manager")
    assert len(case.entries) == entries
    case.does(CARE, "acknowledgement", role="line-manager", at="2025-03-04 11:00")  # done in their time, entered after
    assert case.state.duties[acknowledged(case) - 1].state == "done"
    case.pass_to("2025-03-07 00:00")
    assert LEAD not in {*case.told("reminder"), *case.told("overdue")}
    case.replays()


def acknowledged(case: Case) -> int:
    return next(d.id for d in case.state.duties if d.acts == ("acknowledgement",))


def test_handing_it_to_oneself_takes_it_back_and_who_had_it_hears() -> None:
    case = Case()
    duty = acknowledgement(case)
    handed(case, duty)

    handed(case, duty, to="practitioner", until="")

    assert case.told("handed-back") == [LEAD]
    assert of(case, "handed-back")[0].owed[0].handed_to == ()
    assert case.entries[-1].kind == "handed-back"
    assert acknowledgement(case) == duty
    case.replays()
    assert "Nobody else has it" in refused(case, lambda: handed(case, duty, to="practitioner", until="")).sentence


def test_a_colleague_in_the_same_seat_may_have_it_by_their_handle() -> None:
    case = Case()

    handed(case, acknowledgement(case), to="practitioner", person="staff-0043")

    (one,) = acknowledgement(case).handed
    assert (one.to.person, one.agency) == ("staff-0043", CARE)


def test_the_office_may_hand_it_over_and_then_the_owner_is_told_too() -> None:
    case = Case()

    handed(case, acknowledgement(case), by=OFFICE)

    assert case.told("handed-over") == [("practitioner", CARE), LEAD]
    assert of(case, "handed-over")[0].by == "the partnership's office"
    handed(case, acknowledgement(case), by=OFFICE, to="practitioner", until="")
    assert case.told("owed")[-1] == ("practitioner", CARE)
    case.replays()


def test_each_side_hands_over_its_own_share_of_what_both_owe() -> None:
    case = Case()
    discussion = next(d for d in case.state.outstanding if "discussion" in d.acts)

    handed(case, discussion)
    handed(case, discussion, by=Actor(agency=SCHOOL, role="practitioner"), agency=SCHOOL, to="slo")

    other_side = "of social-care, of the partnership or of this case"
    assert other_side in refused(case, lambda: handed(case, discussion, to="practitioner", agency=SCHOOL)).sentence
    now = case.state.duties[discussion.id - 1]
    assert {(one.agency, one.to.role) for one in now.handed} == {(CARE, "line-manager"), (SCHOOL, "slo")}
    case.does(SCHOOL, "discussion", role="slo", with_parties=(CARE,))
    assert case.state.duties[discussion.id - 1].state == "done"
    case.replays()


def test_a_plan_may_be_agreed_by_whoever_has_it_in_hand() -> None:
    case = Case()
    by, visit = Actor(agency=CARE, role="line-manager"), Action(what="Visit", owner=CARE, by=dt.date(2025, 12, 1))
    proposed = PlanProposed(by=by, actions=(visit,), fields={"fits-existing-plan": "yes"})
    with pytest.raises(Refusal, match="cannot record"):
        case.takes(proposed)

    handed(case, plan(case))
    case.takes(proposed)

    assert case.state.plan
    case.replays()


def test_a_seat_of_the_partnership_acts_in_the_partys_place() -> None:
    case = Case()
    duty = acknowledgement(case)

    handed(case, duty, to="ppet", agency="")

    assert case.told("handed-over") == [("ppet", "")]
    case.acts_as(Actor(role="ppet"), "acknowledgement")
    assert case.state.duties[duty.id - 1].state == "done"
    case.replays()


def test_who_leaves_the_dispute_has_nothing_of_what_all_owe() -> None:
    case = Case(receiving=(CARE, POLICE))
    discussion = next(d for d in case.state.outstanding if "discussion" in d.acts)
    handed(case, discussion)

    case.takes(PartyLeft(by=case.seat(CARE), party=CARE, reason="Not theirs"))

    assert case.state.duties[discussion.id - 1].handed == ()
    case.replays()


def test_a_seat_that_another_edition_does_not_know_has_it_no_more() -> None:
    spare = Role(title="spare", of="partnership")
    case = Case(policy=lincolnshire().but(roles={**lincolnshire().roles, "spare": spare}))
    duty = acknowledgement(case)
    handed(case, duty, to="spare", agency="", until="2025-04-01 17:00")

    case.takes(EditionAdopted(by=OFFICE, policy=lincolnshire().but(edition="2"), reason="It is in force"))

    assert case.state.duties[duty.id - 1].handed == ()
    case.pass_to("2025-03-20 10:00")
    assert ("spare", "") not in case.told("overdue")


def test_a_later_deadline_is_told_to_whoever_has_it() -> None:
    case = Case(local=Local(extensions=True))
    agreed = plan(case)
    handed(case, agreed)

    for party in (SCHOOL, CARE):
        case.takes(Extended(by=case.seat(party), duty=agreed.id, until=london("2025-03-20 10:00"), reason="So"))

    assert LEAD in case.told("times-changed")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"until": "2025-03-04 09:00"}, "had passed already"),
        ({"until": ""}, "Say until when they have it"),
        ({"by": Actor(agency=SCHOOL, role="practitioner")}, f"It is owed by {CARE}: they hand it over"),
        ({"by": Actor(role="operations")}, "Say which person of the office"),
        ({"agency": POLICE, "to": "slo"}, f"name a seat of {CARE}, of the partnership or of this case"),
        ({"to": "admiral"}, "is not a role of this policy"),
        ({"to": "slo", "agency": ""}, f"name a seat of {CARE}"),
    ],
)
def test_it_is_refused_in_a_sentence(said: dict[str, object], sentence: str) -> None:
    case = Case()

    assert sentence in refused(case, lambda: handed(case, acknowledgement(case), **said)).sentence  # type: ignore[arg-type]


def test_what_is_done_or_anybodys_is_not_handed_over() -> None:
    case = Case()
    duty = acknowledgement(case)
    case.does(CARE, "acknowledgement")
    assert "`show` lists what is" in refused(case, lambda: handed(case, duty)).sentence
    case.raises_risk()
    risk = next(d for d in case.state.outstanding if d.is_risk_call)
    assert "Anybody may do this" in refused(case, lambda: handed(case, risk)).sentence


def test_show_is_told_who_has_what_until_when() -> None:
    case = Case()
    handed(case, acknowledgement(case), person="staff-0042")

    (one,) = [owed for owed in status_of(case.state).owed if owed.handed]
    assert (str(one.handed[0].to), one.handed[0].until) == (f"line-manager, {CARE}", london(LEAVE))
