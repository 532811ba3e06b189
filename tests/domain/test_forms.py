"""Forms, signatures and approvals: what must be filled in, who signs, and that two roles are two people."""

from domain.base.people import Actor
from domain.policy import Policy

from .case import CARE, SCHOOL, Case, refused
from .small import made


def with_form(signed_by: str = '["worker", "adviser"]') -> Policy:
    return made(f"""
[role]
worker = {{ title = "worker" }}
adviser = {{ title = "safeguarding adviser" }}
head = {{ title = "head of service" }}
[act]
referral = {{ kind = "form", fields = ["problem", "aim"], later = ["achieved"], signed_by = {signed_by} }}
talk = {{ kind = "discussion" }}
note = {{ kind = "record", approved_by = ["adviser", "head"] }}
[[track]]
id = "only"
stages = ["first", "second"]
[[stage]]
id = "first"
title = "First step"
clause = "1"
raising = ["worker", "adviser"]
receiving = ["worker", "adviser"]
duty = [
  {{ act = "referral", by = "raising" }},
  {{ act = "referral.signed", by = "raising", when = "referral", within = "2 working days" }},
  {{ act = "referral.completed", by = "raising", until = "done" }},
  {{ act = "note.approved", by = "each party", when = "note" }},
]
outcome = [
  {{ id = "up", said_by = "any party", needs = ["referral.signed"], leads_to = "second" }},
]
[[stage]]
id = "second"
title = "Second step"
raising = ["worker"]
receiving = ["worker"]
outcome = [
  {{ id = "back", said_by = "any party", leads_to = "first" }},
  {{ id = "over", said_by = "any party", leads_to = "end: noted" }},
]
""")


def a_case(policy: Policy | None = None) -> Case:
    return Case(policy=policy or with_form(), raiser=Actor(role="worker"))


def signs(case: Case, role: str, person: str, party: str = SCHOOL) -> str:
    by = Actor(agency=party, role=role, person=person)
    return case.acts_as(by, "referral.signed").sentence


def test_S51_a_form_with_an_empty_field_is_refused_and_names_it() -> None:
    case = a_case()

    refusal = refused(case, lambda: case.does(SCHOOL, "referral", fields={"problem": "as said", "aim": " "}))

    assert refusal.sentence == "Referral cannot be recorded without: aim."


def test_S62_what_is_filled_in_later_is_asked_for_later_and_outlives_the_dispute() -> None:
    case = a_case()
    case.does(SCHOOL, "referral")
    signs(case, "worker", "w-1")
    signs(case, "adviser", "a-1")
    case.says(SCHOOL, "up")
    case.says(SCHOOL, "over")
    assert case.duty("first/3").is_outstanding

    refusal = refused(case, lambda: case.does(SCHOOL, "referral.completed", "worker"))
    case.does(SCHOOL, "referral.completed", "worker", fields={"achieved": "The visit took place"})

    assert refusal.sentence == "Referral: completed cannot be recorded without: achieved."
    assert case.duty("first/3").state == "done"
    assert case.state.closed_at is not None


def test_rule_40_two_signatures_of_two_roles_are_two_people() -> None:
    case = a_case()
    case.does(SCHOOL, "referral")

    first = signs(case, "worker", "w-1")
    refusal = refused(case, lambda: signs(case, "adviser", "w-1"))
    refused_move = refused(case, lambda: case.says(SCHOOL, "up"))
    second = signs(case, "adviser", "a-1")

    assert first.endswith("Still to sign it: safeguarding adviser.")
    assert "two people" in refusal.sentence
    assert refused_move.sentence == "'Up' also needs: referral: signed."
    assert second.endswith("Everybody who signs it has.")
    assert case.duty("first/2").state == "done"
    case.says(SCHOOL, "up")
    assert case.stages == ["second"]


def test_S63_a_signature_names_a_person_of_the_role_that_signs() -> None:
    case = a_case()
    early = refused(case, lambda: signs(case, "worker", "w-1"))
    case.does(SCHOOL, "referral")

    nameless = refused(case, lambda: signs(case, "worker", ""))
    stranger = refused(case, lambda: signs(case, "head", "h-1"))

    assert early.sentence.startswith("There is no referral yet")
    assert "named person" in nameless.sentence
    assert stranger.why == "wrong role"


def test_S27_an_amended_form_needs_new_signatures() -> None:
    case = a_case()
    case.does(SCHOOL, "referral")
    signs(case, "worker", "w-1")
    signs(case, "adviser", "a-1")
    case.does(SCHOOL, "referral")

    assert signs(case, "worker", "w-1").endswith("Still to sign it: safeguarding adviser.")


def test_S12_what_every_party_signs_is_signed_when_the_last_has() -> None:
    case = a_case(with_form('"every party"'))
    case.does(SCHOOL, "referral")

    one = signs(case, "worker", "w-1")
    both = signs(case, "worker", "w-2", CARE)

    assert one.endswith(f"Still to sign it: {CARE}.")
    assert both.endswith("Everybody who signs it has.")
    case.says(CARE, "up")
    assert case.stages == ["second"]


def test_S35_a_record_is_approved_by_another_person_than_wrote_it() -> None:
    case = a_case()
    writer = Actor(agency=SCHOOL, role="worker", person="w-1")
    case.acts_as(writer, "note")
    owed = case.duty("first/4", SCHOOL)

    own = refused(case, lambda: case.acts_as(writer.but(role="adviser"), "note.approved"))
    case.acts_as(Actor(agency=SCHOOL, role="adviser", person="a-1"), "note.approved")

    assert owed.is_outstanding
    assert "another person" in own.sentence
    assert case.duty("first/4", SCHOOL).state == "done"
    assert case.duty("first/4", CARE).is_outstanding


def test_S35_from_the_seat_that_wrote_it_without_a_person_nobody_approves_it() -> None:
    case = a_case()
    case.acts_as(Actor(agency=SCHOOL, role="adviser"), "note")

    own = refused(case, lambda: case.acts_as(Actor(agency=SCHOOL, role="adviser", person="a-1"), "note.approved"))
    assert "record it again, with the person" in own.sentence

    case.acts_as(Actor(agency=SCHOOL, role="adviser", person="a-2"), "note")
    case.acts_as(Actor(agency=SCHOOL, role="adviser", person="a-1"), "note.approved")
    assert case.duty("first/4", SCHOOL).state == "done"
    case.replays()


def test_rule_02_the_entries_of_a_signed_form_give_the_same_case() -> None:
    case = a_case()
    case.does(SCHOOL, "referral")
    signs(case, "worker", "w-1")
    signs(case, "adviser", "a-1")
    case.says(SCHOOL, "up")

    case.replays()
