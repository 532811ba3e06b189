"""Other people than the directory says: a duty handed over, a wrong person told, a contact for one case."""

import uuid

from domain.commands import DutyHandedOver, GuestAdded, Misdirected, SeatMended
from tests.workflows.story import Story, both, by

OFFICE = by("", "operations").but(person="office-7")


def fresh() -> str:
    return uuid.uuid4().hex


async def test_a_duty_handed_over_a_wrong_person_told_and_a_contact_added_on_the_way_to_the_end(story: Story) -> None:
    await story.opens_at_step_1()
    (duty,) = [one for one in (await story.stands()).owed if one.what.startswith("acknowledgement")]
    until = (await story.stands()).next_due
    lead = by("police", "line-manager").but(person="staff-0042")
    said = {"duty": duty.id, "to": lead, "until": until, "reason": "On leave."}
    await story.caseload.record(story.case, DutyHandedOver(by=by("police", "practitioner"), id=fresh(), **said))
    (told,) = await story.notices("handed-over to line-manager of police")
    assert "staff-0042" not in told.model_dump_json()
    await story.act("police", "line-manager", "acknowledgement")

    await story.caseload.record(story.case, Misdirected(by=by("police", "practitioner"), why="left", id=fresh()))
    (_, next_one) = await story.notices("misdirected to operations", "owed to practitioner of police")
    assert next_one.to.next_person
    contact = story.postbag.contacts[next_one.ref]
    assert contact.fallback, "nobody is deputy there"

    await story.next_moment_comes()
    (schools, police, _) = await story.notices(*both("overdue", "practitioner"), "alert to on-call")
    assert (schools.to.next_person, police.to.next_person) == (False, True)
    await story.caseload.record(story.case, Misdirected(by=by("", "on-call"), why="not-mine", id=fresh()))
    await story.notices("misdirected to operations", "alert to on-call.second")

    await story.caseload.record(story.case, SeatMended(by=OFFICE, seat=by("police", "practitioner"), id=fresh()))
    (again,) = await story.notices("owed to practitioner of police")
    assert not again.to.next_person
    added = GuestAdded(by=OFFICE, agency="childminder", role="practitioner", title="Childminder", id=fresh())
    await story.caseload.record(story.case, added)

    await story.act("schools", "practitioner", "discussion", method="telephone")
    await story.propose("schools", "practitioner")
    await story.notices("act-recorded to practitioner of police", "plan-proposed to practitioner of police")
    await story.confirm("police", "practitioner")
    await story.notices(
        "alert-withdrawn to on-call", "alert-withdrawn to on-call.second", *both("outcome", "practitioner")
    )
    await story.files_everything()
    await story.does_actions("schools", 1)
    await story.notices("closed to practitioner of schools", "closed to practitioner of police")
    await story.closes()
    kinds = await story.entries()
    assert [kinds.count(kind) for kind in ("handed-over", "misdirected", "seat-mended", "guest-added")] == [1, 2, 1, 1]
