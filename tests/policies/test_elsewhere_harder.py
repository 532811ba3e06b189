"""Four invented partnerships, written from the manual alone: their files check clean, their cases go as they say."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.calendars import load_calendar
from adapters.policies import load_policy
from domain.base.people import Actor
from domain.commands import DateAgreed, FactSaid
from domain.policy import Policy, check_policy
from domain.views.forecast import forecast
from starter.cli import cli
from tests.domain.case import CARE, LONDON, POLICE, SCHOOL, TRUST, Case, london, refused

PLACE = Path(__file__).parent / "elsewhere2"
NAMES = ("four-valleys-trust", "harbour-isles", "lough-and-glens", "riverside-borough")
RAISERS = {"harbour-isles": "worker", "riverside-borough": "professional", "four-valleys-trust": "clinician"}


def policy(name: str) -> Policy:
    return load_policy(PLACE / f"{name}.toml")[0]


def opened(name: str, at: str, **said: Any) -> Case:
    """Open a case under one of the four, with the working days of its own nation."""
    rules = policy(name)
    calendar = load_calendar(rules.nation, window=(2024, 2031))
    raiser = Actor(role=RAISERS.get(name, "practitioner"))
    return Case(at, policy=rules, calendar=calendar, raiser=raiser, **said)


def due(case: Case, rule: str, party: str = "") -> str:
    """When the newest duty of a rule is due, on London's clocks."""
    at = case.duty(rule, party).due
    return f"{at.astimezone(LONDON):%a %d %b %H:%M}" if at else ""


def answers(case: Case, fact: str, value: str, role: str) -> None:
    case.takes(FactSaid(by=case.seat(SCHOOL, role), fact=fact, value=value, reason="it was asked"))


def signs(case: Case, form: str, *seats: tuple[str, str, str]) -> None:
    """Let named people sign a form: role, agency and person of each."""
    for role, agency, person in seats:
        case.acts_as(Actor(role=role, agency=agency, person=person), f"{form}.signed")


def day(name: str, at: str, track: str = "") -> dict[str, str]:
    """Rehearse a ladder: the due moment of each rule's first duty, on London's clocks."""
    rules = policy(name)
    lines = forecast(rules, load_calendar(rules.nation, window=(2024, 2031)), london(at), track)
    found: dict[str, str] = {}
    for line in lines:
        found.setdefault(line.duty, f"{line.due.astimezone(LONDON):%a %d %b %H:%M}" if line.due else "")
    return found


# --- the files


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_written_from_the_manual_alone_has_no_fault_and_no_warning(name: str) -> None:
    assert check_policy(policy(name)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_checked_drawn_and_rehearsed_by_its_path(name: str) -> None:
    path = str(PLACE / f"{name}.toml")
    for words in (["check", path], ["show", path], ["deadlines", path, "--opened", "2027-03-25T15:00", "--json"]):
        done = CliRunner().invoke(cli, ["policy", *words])
        assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)


# --- Northern Ireland: every reply runs from its own receipt


def test_northern_ireland_rests_on_the_twelfth_and_on_st_patricks_day_and_england_does_not() -> None:
    twelfth = day("lough-and-glens", "2027-07-09T15:30")
    assert (twelfth["tier-1/1"], twelfth["tier-1/2"]) == ("Fri 09 Jul 17:00", "Tue 13 Jul 17:00")
    assert day("lough-and-glens", "2027-03-16T15:30")["tier-1/2"] == "Thu 18 Mar 17:00"
    assert day("lough-and-glens", "2026-12-23T16:30")["tier-1/3"] == "Tue 29 Dec 17:00"
    assert day("riverside-borough", "2027-03-16T15:30", "ladder")["talk/1"] == "Tue 23 Mar 17:00"


def test_each_agency_replies_from_its_own_receipt_and_no_receipt_means_no_reply_is_due() -> None:
    case = opened("lough-and-glens", "2027-07-08 15:30", receiving=(CARE, POLICE))
    case.does(SCHOOL, "letter")
    assert not case.duties("tier-1/4")

    case.pass_to("2027-07-09 16:59").does(CARE, "letter.received")
    case.pass_to("2027-07-13 10:00").does(POLICE, "letter.received")

    assert due(case, "tier-1/4", CARE) == "Wed 14 Jul 17:00", "Monday is the Twelfth"
    assert due(case, "tier-1/4", POLICE) == "Thu 15 Jul 17:00"
    assert case.duty("tier-1/3", POLICE).was_late
    assert not case.duty("tier-1/3", CARE).was_late
    case.replays()


def test_no_receipt_and_no_reply_open_the_way_up_at_the_minute_and_only_at_their_own_tier() -> None:
    case = opened("lough-and-glens", "2027-07-09 15:30")
    case.does(SCHOOL, "letter")
    case.pass_to("2027-07-13 16:59")
    assert "open only after" in refused(case, lambda: case.says(SCHOOL, "no-receipt")).sentence
    case.pass_to("2027-07-13 17:00").says(SCHOOL, "no-receipt")
    assert case.stages == ["tier-2"]
    assert "open only after" in refused(case, lambda: case.says(SCHOOL, "no-receipt")).sentence

    case.does(SCHOOL, "letter")
    case.pass_to("2027-07-14 09:00").does(CARE, "letter.received")
    assert due(case, "tier-2/4") == "Mon 19 Jul 17:00"
    case.pass_to("2027-07-19 17:00").says(SCHOOL, "no-reply")
    assert case.stages == ["tier-3"]
    case.replays()


def test_the_chair_of_the_panel_decides_and_the_receipt_of_the_decision_outlives_the_dispute() -> None:
    office, chair = Actor(role="panel-office"), Actor(role="panel-chair")
    case = opened("lough-and-glens", "2027-07-07 10:00")
    for _ in range(3):
        case.does(SCHOOL, "letter")
        case.does(CARE, "letter.received")
        case.does(CARE, "reply")
        case.says(SCHOOL, "not-agreed")
    case.does(SCHOOL, "panel-referral")
    case.does("", "panel-referral.received", "panel-office")
    assert due(case, "panel/5") == "Thu 22 Jul 17:00"
    signs(case, "panel-referral", ("service-head", SCHOOL, "person-1"))
    case.acts_as(office, "meeting.date-set", date=london("2027-07-14 10:00"))
    case.pass_to("2027-07-14 11:30").acts_as(chair, "meeting.held", with_parties=(SCHOOL, CARE))
    assert due(case, "panel/6") == "Fri 16 Jul 17:00"
    assert "decision" in refused(case, lambda: case.says_as(chair, "decided")).sentence

    case.acts_as(chair, "decision", fields={"decision": "as said", "reasons": "as said"})
    case.says_as(chair, "decided")
    assert case.ended == "decided"
    case.pass_to("2027-07-15 09:00").acts_as(office, "decision-sent")
    case.does(CARE, "decision-sent.received", "service-head")
    assert case.duty("panel/8", CARE).state == "done"
    assert due(case, "panel/8", SCHOOL) == "Fri 16 Jul 17:00"
    case.replays()


# --- a London borough: a working week or less; dissent; the same day


def test_a_working_week_is_shortened_for_the_childs_sake_and_never_lengthened() -> None:
    case = opened("riverside-borough", "2027-03-24 15:00")
    assert due(case, "talk/1") == "Fri 02 Apr 17:00", "Good Friday and Easter Monday are days off"

    def names(party: str, until: str) -> None:
        by = case.seat(party)
        case.takes(DateAgreed(by=by, timescale="working-week", until=london(until), reason="the child cannot wait"))

    assert "only ever shortens it" in refused(case, lambda: names(CARE, "2027-04-27 12:00")).sentence
    assert due(case, "talk/1") == "Fri 02 Apr 17:00"
    names(SCHOOL, "2027-03-27 12:00")
    assert due(case, "talk/1") == due(case, "talk/2") == "Sat 27 Mar 12:00"
    case.pass_to("2027-03-27 12:00")
    assert case.duty("talk/1").is_overdue
    case.replays()


def test_dissent_is_challenged_within_ten_working_days_of_the_minutes_received_with_two_signatures() -> None:
    chair = Actor(role="conference-chair")
    case = opened("riverside-borough", "2027-03-24 15:00", facts={"arose": "conference"})
    case.does(SCHOOL, "dissent")
    case.acts_as(chair, "minutes.sent")
    assert not case.duties("dissenting/4")
    case.pass_to("2027-03-25 11:00").does(SCHOOL, "minutes.received")
    assert due(case, "dissenting/4") == "Mon 12 Apr 17:00"

    case.pass_to("2027-04-12 16:59").does(SCHOOL, "challenge")
    signs(case, "challenge", ("professional", SCHOOL, "person-1"))
    assert "signed" in refused(case, lambda: case.says(SCHOOL, "challenged")).sentence
    signs(case, "challenge", ("safeguarding-lead", SCHOOL, "person-2"))
    case.says(SCHOOL, "challenged")
    assert not case.duty("dissenting/4").was_late
    assert due(case, "chair-answers/1") == "Mon 19 Apr 17:00"

    case.pass_to("2027-04-19 17:00").says(SCHOOL, "unanswered")
    head = Actor(role="quality-head")
    case.acts_as(head, "ruling", fields={"decision": "as said", "reasons": "as said"})
    case.says_as(head, "ruled")
    assert case.ended == "decided"
    case.replays()


def test_a_challenge_after_the_ten_days_is_taken_and_stays_late() -> None:
    case = opened("riverside-borough", "2027-03-24 15:00", facts={"arose": "conference"})
    case.acts_as(Actor(role="conference-chair"), "minutes.sent")
    case.pass_to("2027-03-25 11:00").does(SCHOOL, "minutes.received")
    case.pass_to("2027-04-12 17:01").does(SCHOOL, "challenge")

    assert case.duty("dissenting/4").was_late


def test_who_cannot_wait_goes_to_the_same_day_from_mid_ladder_over_the_change_of_the_clocks() -> None:
    case = opened("riverside-borough", "2027-03-27 22:30")
    assert "urgent is yes" in refused(case, lambda: case.says(SCHOOL, "cannot-wait")).sentence
    answers(case, "urgent", "yes", "professional")
    case.says(SCHOOL, "cannot-wait")
    assert due(case, "urgent/1") == "Sun 28 Mar 00:30"
    assert due(case, "urgent/2") == "Sun 28 Mar 23:30", "24 hours by the clock: an hour was lost at night"

    case.does(CARE, "strategy.held", with_parties=(SCHOOL,))
    assert due(case, "urgent/3") == "Tue 30 Mar 17:00", "the next working day: Monday is Easter Monday"
    case.says(SCHOOL, "child-safe")
    assert case.stages == ["urgent"], "one side's word is a claim"
    case.says(CARE, "child-safe")
    assert case.stages == ["service-managers"]
    assert case.duty("urgent/3").is_outstanding
    case.replays()


# --- one trust, three partnerships, three parties


def valley(**facts: str) -> Case:
    return opened(
        "four-valleys-trust",
        "2027-03-25 15:00",
        raising=TRUST,
        receiving=(CARE, SCHOOL),
        kinds={TRUST: "health", SCHOOL: "school"},
        facts=facts,
    )


def test_who_acts_goes_by_the_kind_of_agency_and_they_are_written_to_first() -> None:
    case = valley(area="lower valley")

    assert case.told("step-opened") == [("clinician", TRUST), ("practitioner", CARE), ("practitioner", SCHOOL)]


def test_stage_two_waits_for_every_position_the_named_doctor_and_two_signatures() -> None:
    case = valley(area="lower valley", harm="significant harm likely", injury="yes")
    assert due(case, "stage-1/1") == "Thu 25 Mar 19:00", "four hours, as significant harm is likely"
    case.does(TRUST, "discussion", "clinician", with_parties=(CARE, SCHOOL))
    assert due(case, "stage-1/2", SCHOOL) == "Wed 31 Mar 00:00", "the end of the next working day after Easter"
    case.does(TRUST, "position", "clinician")
    case.does(CARE, "position", "practitioner")

    def to_stage_two() -> object:
        return case.says(CARE, "to-stage-2", "practitioner")

    missing = refused(case, to_stage_two).sentence
    assert SCHOOL in missing
    assert "named doctor's view" in missing
    assert "signed" in missing
    case.does(SCHOOL, "position", "practitioner")
    assert "named doctor" in refused(case, lambda: case.does(TRUST, "medical-view", "clinician")).sentence
    case.does(TRUST, "medical-view", "named-doctor")
    case.does(TRUST, "escalation-form", "clinician", fields={"risk-considered": "as said"})
    signs(case, "escalation-form", ("named-nurse", TRUST, "person-1"))
    same = refused(case, lambda: signs(case, "escalation-form", ("designated-doctor", TRUST, "person-1")))
    assert "two people" in same.sentence
    signs(case, "escalation-form", ("designated-doctor", TRUST, "person-2"))
    to_stage_two()

    assert case.stages == ["stage-2"]
    assert due(case, "case/1") == "Wed 31 Mar 00:00", "word to the partnership's office"
    case.replays()


def test_a_child_who_moves_takes_the_other_partnerships_times_and_its_office() -> None:
    case = valley(area="lower valley", harm="needs not met")
    for party, role in ((TRUST, "clinician"), (CARE, "practitioner"), (SCHOOL, "practitioner")):
        case.does(party, "position", role)
    case.does(TRUST, "escalation-form", "clinician", fields={"risk-considered": "as said"})
    signs(case, "escalation-form", ("named-midwife", TRUST, "person-1"), ("designated-nurse", TRUST, "person-2"))
    case.says(TRUST, "not-agreed", "clinician")
    assert due(case, "stage-2/1") == "Fri 02 Apr 00:00"

    case.takes(FactSaid(by=case.seat(TRUST, "named-nurse"), fact="area", value="dale and moor", reason="moved house"))

    assert due(case, "stage-2/1") == "Wed 31 Mar 15:00", "48 hours on working days"
    assert case.told("fact-changed") == [("partnership-office.dale-and-moor", "")]
    case.replays()


def test_an_unknown_time_waits_and_the_scrutineers_office_may_say_it() -> None:
    case = valley(area="upper valley")
    for party, role in ((TRUST, "clinician"), (CARE, "practitioner"), (SCHOOL, "practitioner")):
        case.does(party, "position", role)
    case.does(TRUST, "escalation-form", "clinician", fields={"risk-considered": "as said"})
    signs(case, "escalation-form", ("named-nurse", TRUST, "person-1"), ("designated-nurse", TRUST, "person-2"))
    case.says(TRUST, "not-agreed", "clinician")
    case.says(CARE, "not-agreed", "line-manager")
    case.does(TRUST, "meeting.date-set", "designated-doctor", date=london("2027-03-31 14:00"))
    assert due(case, "stage-3/3", SCHOOL) == "Wed 31 Mar 00:00", "one working day before: the end of the 30th"
    case.pass_to("2027-03-31 15:00")
    case.does(TRUST, "meeting.held", "designated-doctor", with_parties=(CARE, SCHOOL))
    case.says(SCHOOL, "not-agreed", "senior")
    case.does(TRUST, "scrutiny-referral", "executive")
    assert due(case, "stage-4/3") == ""
    signs(case, "scrutiny-referral", *(("executive", party, f"person-{party}") for party in (TRUST, CARE, SCHOOL)))
    assert case.duty("stage-4/2").state == "done"

    office = Actor(role="partnership-office")
    case.takes(DateAgreed(by=office, timescale="upper-scrutiny", until=london("2027-04-16 12:00"), reason="as said"))
    assert due(case, "stage-4/3") == "Fri 16 Apr 12:00"
    scrutineer = Actor(role="scrutineer")
    case.acts_as(scrutineer, "advice-given", fields={"advice": "as said"})
    case.says_as(scrutineer, "advised")
    assert case.ended == "decided"
    assert [case.duty("stage-4/4", party).is_outstanding for party in (TRUST, CARE, SCHOOL)] == [True] * 3
    case.replays()


# --- everything at once


def isles(at: str = "2027-03-24 15:00", **facts: str) -> Case:
    return opened("harbour-isles", at, facts={"decided-on": "2027-03-01"} | facts)


def at_managers() -> Case:
    case = isles()
    case.does(SCHOOL, "raised")
    case.does(CARE, "reply")
    case.does(SCHOOL, "rejoinder")
    case.says(SCHOOL, "not-agreed")
    return case


def before_the_board() -> Case:
    case = isles(grave="yes")
    case.says(SCHOOL, "not-agreed")
    case.says(SCHOOL, "to-board", fields={"interim-safety": "as said", "risk-considered": "as said"})
    return case


MEMBERS = (
    Actor(agency=SCHOOL, role="board-member"),
    Actor(agency=CARE, role="board-member"),
    Actor(agency=TRUST, role="board-chair"),
)
OFFICE, COMPLAINTS, JUDGE = (Actor(role=role) for role in ("partnership-office", "complaints-office", "appeal-judge"))


def decided(case: Case) -> None:
    """Let the board be named, hear both sides and decide."""
    case.acts_as(OFFICE, "board-named", appointees=MEMBERS)
    for party in (SCHOOL, CARE):
        case.does(party, "statement", "director")
    case.acts_as(MEMBERS[2], "board-decision", fields={"decision": "as said", "how-they-voted": "as said"})
    case.says_as(MEMBERS[0], "board-decided")


def test_what_is_raised_after_28_days_is_taken_and_flagged_and_in_time_is_not() -> None:
    late, in_time = isles(**{"decided-on": "2027-02-01"}), isles()
    assert (due(late, "workers/1"), due(in_time, "workers/1")) == ("Mon 01 Mar 17:00", "Mon 29 Mar 17:00")
    for case in (late, in_time):
        case.pass_to("2027-03-24 15:01").does(SCHOOL, "raised")
        assert case.duty("workers/1").state == "done"

    assert late.duty("workers/1").was_late
    assert not in_time.duty("workers/1").was_late


def test_no_reply_and_no_answer_to_it_each_raise_the_duty_to_refer_at_the_minute() -> None:
    unreplied, unanswered = isles(), isles()
    for case in (unreplied, unanswered):
        case.does(SCHOOL, "raised")
        assert due(case, "workers/3") == "Tue 30 Mar 17:00"
    unanswered.pass_to("2027-03-25 16:00").does(CARE, "reply")
    assert due(unanswered, "workers/4") == "Tue 30 Mar 17:00"
    for case in (unreplied, unanswered):
        case.pass_to("2027-03-30 16:59")
        assert not case.duties("workers/5")
        case.pass_to("2027-03-30 17:00")
        assert due(case, "workers/5") == "Tue 30 Mar 17:00"
        case.says(SCHOOL, "not-agreed")
        assert case.duty("workers/5").state == "done", "done by going up"
        case.replays()


def test_a_complaint_stops_the_clocks_which_keep_what_they_had_left() -> None:
    case = at_managers()
    assert due(case, "managers/1") == "Wed 31 Mar 17:00"
    case.pass_to("2027-03-30 12:00").says_as(COMPLAINTS, "complained")
    assert case.duty("managers/1").due is None
    assert due(case, "complaint/1") == "Tue 27 Apr 17:00"

    case.pass_to("2027-04-14 09:30").acts_as(COMPLAINTS, "complaint-answer")
    case.says_as(COMPLAINTS, "complaint-over")

    assert due(case, "managers/1") == "Thu 15 Apr 17:00", "the rest of a day and one day more"
    case.replays()


def test_papers_and_dissent_count_back_from_the_conference_and_follow_it() -> None:
    case = at_managers()
    answers(case, "conference-on", "2027-05-06", "manager")
    assert (due(case, "case/1"), due(case, "case/2")) == ("Fri 30 Apr 17:00", "Tue 04 May 17:00"), "3 May is a day off"
    answers(case, "conference-on", "2027-05-13", "manager")
    assert (due(case, "case/1"), due(case, "case/2")) == ("Mon 10 May 17:00", "Tue 11 May 17:00")
    case.pass_to("2027-05-10 17:00")
    assert case.duty("case/1").is_overdue
    case.replays()


def test_two_strands_run_beside_each_other_and_join_before_the_board() -> None:
    case = at_managers()
    case.says(SCHOOL, "both-strands")
    assert (due(case, "medical-strand/1"), due(case, "legal-strand/1")) == ("Fri 02 Apr 17:00", "Fri 09 Apr 17:00")
    case.does(SCHOOL, "medical", "manager")
    assert "open only after" in refused(case, lambda: case.says(SCHOOL, "medical-joins", "manager")).sentence
    case.says(SCHOOL, "medical-ready", "manager")
    assert case.stages == ["medical-strand", "legal-strand"]
    case.does(CARE, "legal", "manager")
    case.says(CARE, "legal-joins", "manager")
    case.says(SCHOOL, "medical-joins", "manager")

    assert case.stages == ["board"]
    assert len(case.duties("board/3")) == 1, "it opened once"
    case.replays()


def test_the_board_needs_its_chair_and_three_agencies_and_hears_everyone_first() -> None:
    case = before_the_board()
    two = MEMBERS[:2]
    assert "needs" in refused(case, lambda: case.acts_as(OFFICE, "board-named", appointees=two)).sentence
    case.acts_as(OFFICE, "board-named", appointees=MEMBERS)
    words = {"decision": "as said", "how-they-voted": "as said"}
    case.does(SCHOOL, "statement", "director")
    assert CARE in refused(case, lambda: case.acts_as(MEMBERS[2], "board-decision", fields=words)).sentence
    case.does(CARE, "statement", "director", method="none wished")
    case.acts_as(MEMBERS[2], "board-decision", fields=words)
    case.says_as(MEMBERS[1], "board-decided")

    assert case.stages == ["standing"]
    case.replays()


def test_what_grows_grave_joins_the_fast_ladder_in_mid_case_and_runs_by_the_clock() -> None:
    case = isles("2027-03-27 22:30")
    answers(case, "grave", "yes", "worker")
    case.says(SCHOOL, "graver")
    assert case.stages == ["fast-managers"]
    assert due(case, "fast-managers/1") == "Sun 28 Mar 03:30", "four hours over the change of the clocks"
    case.says(SCHOOL, "not-agreed")
    assert due(case, "fast-directors/1") == "Sun 28 Mar 23:30"
    case.replays()


def test_a_decision_stands_while_it_is_appealed_to_another_body() -> None:
    case = before_the_board()
    decided(case)
    assert due(case, "standing/1") == "Fri 02 Apr 17:00"
    case.does(CARE, "appeal", "director")
    case.says(CARE, "appealed")
    assert case.stages == ["appeal"]
    assert due(case, "standing/1") == "Fri 02 Apr 17:00", "to be carried out all the same"
    case.pass_to("2027-04-02 17:00")
    assert case.duty("standing/1").is_overdue
    case.acts_as(JUDGE, "appeal-decision", fields={"decision": "as said"})
    case.says_as(JUDGE, "upheld")
    assert case.ended == "decided"
    assert case.duty("standing/1").is_outstanding
    case.replays()


def test_what_is_sent_back_is_decided_anew_and_what_nobody_appeals_ends_at_the_minute() -> None:
    case = before_the_board()
    decided(case)
    case.does(CARE, "appeal", "director")
    case.says(CARE, "appealed")
    case.acts_as(JUDGE, "appeal-decision", fields={"decision": "as said"})
    case.says_as(JUDGE, "sent-back")
    assert "not heard" in refused(case, lambda: case.says_as(MEMBERS[0], "board-decided")).sentence
    decided(case)
    case.pass_to("2027-04-09 16:59")
    assert "open only after" in refused(case, lambda: case.says_as(OFFICE, "unappealed")).sentence
    case.pass_to("2027-04-09 17:00").says_as(OFFICE, "unappealed")

    assert case.ended == "decided"
    case.replays()
