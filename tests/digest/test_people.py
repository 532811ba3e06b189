"""Each person gets one message on what is on them, and whoever has nothing on them gets none."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.digests import Told
from adapters.digest.sources import on_hand
from adapters.directory import Contact
from adapters.directory.guests import guest_of, guests_path, write_guests
from adapters.post import PostDown, write_letter
from adapters.register import reading
from domain.base.people import Actor
from domain.case.effects import FailedAttempt, Notice, Receipt
from domain.case.plan import Action
from domain.commands import DutyHandedOver, Misdirected, PlanConfirmed, PlanProposed
from tests.domain.case import london

from .conftest import DIRECTORY, MONDAY, POLICY, Place

LAST_WEEK = MONDAY - timedelta(days=3)
"""A Friday: what was owed then at once is late by now."""
HOLDER = """
  [[agency.holder]]
  role = "{role}"
  title = "{title}"
  email = {email}
"""


async def test_what_is_late_today_and_coming_is_one_message_to_each_who_owes_it(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)

    assert place.tells_people() == Told(sent=2)
    digest = place.to("constable@example.org")
    assert [(one.band, one.what) for one in digest.items] == [
        ("late", "acknowledgement of the difference"),
        ("late", "discussion"),
        ("coming", "agreed plan of action"),
    ]
    assert digest.fact == "2 things are on you today, 2 late"
    assert [one.what for one in place.to("teacher@example.org").items] == ["discussion", "agreed plan of action"]


async def test_what_is_late_says_how_to_ring_the_other_side_and_no_digest_how_to_ring_oneself(place: Place) -> None:
    service = '[[service]]\ntitle = "Care"\ntelephone = "01632 960125"\n'
    text = DIRECTORY.replace('title = "teacher"', 'title = "teacher"\n  telephone = "01632 960123"')
    place.directory(text.replace('title = "constable"', 'title = "constable"\n  telephone = "01632 960124"') + service)
    await place.opens("ESC-1", LAST_WEEK)

    place.tells_people()

    digest = place.to("teacher@example.org")
    body = write_letter(digest, place.postbag.contacts[digest.ref]).body
    assert "– OVERDUE\n  Ring:  01632 960124, constable, Police\n  Look:  escalate show ESC-1\n" in body
    assert body.count("01632 960124") == 1, "what is not late names nobody to ring"
    assert "01632 960123" not in body
    assert "If a child may be in danger:" in body
    assert "* Care\n  Ring:  01632 960125\n" in body


async def test_whoever_has_nothing_on_them_gets_nothing(place: Place) -> None:
    assert place.tells_people() == Told()
    assert place.sent == []


async def test_nobody_is_told_on_a_day_off(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    place.now = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)

    assert place.tells_people() == Told()
    place.now = datetime(2026, 12, 25, 7, 30, tzinfo=UTC)
    assert place.tells_people() == Told()


async def test_somebody_who_holds_three_seats_gets_one_message_that_says_which_is_meant(place: Place) -> None:
    place.directory(DIRECTORY.replace("constable@example.org", "Teacher@example.org"))
    await place.opens("ESC-1", LAST_WEEK)

    assert place.tells_people() == Told(sent=1)
    (digest,) = place.sent
    assert place.addresses(digest) == ("teacher@example.org",)
    items = place.to_all(digest)
    assert len(items) == 3  # what both sides owe is listed once
    teacher, constable = "frontline professional, Schools", "frontline professional, Police"
    assert {one.what: set(one.seat.split("; ")) for one in items} == {
        "acknowledgement of the difference": {constable},
        "discussion": {teacher, constable},
        "agreed plan of action": {teacher, constable},
    }


async def test_of_several_holders_each_gets_their_own_with_what_else_is_on_them(place: Place) -> None:
    place.directory(DIRECTORY + HOLDER.format(role="practitioner", title="sergeant", email='["sergeant@example.org"]'))
    await place.opens("ESC-1", LAST_WEEK)

    assert place.tells_people() == Told(sent=3)
    refs = {place.addresses(one): one.ref for one in place.sent}
    assert refs[("constable@example.org",)].endswith("/practitioner.police")
    assert refs[("sergeant@example.org",)].endswith("/practitioner.police.2")


async def test_seats_in_which_nobody_can_be_reached_are_one_message_to_the_fallback_contact(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK, receiving=("nspcc",), partners=("schools", "nspcc"))
    await place.opens("ESC-2", LAST_WEEK, receiving=("health",), partners=("schools", "health"))
    place.tells_people()

    digest = place.to("desk@example.org")
    assert digest.ref == "digest/2026-11-23/lincolnshire/fallback"
    assert {one.seat for one in digest.items} == {"frontline professional, nspcc", "frontline professional, health"}
    assert place.postbag.contacts[digest.ref].fallback


async def test_e_mail_is_tried_before_a_text_whatever_the_directory_prefers(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    place.tells_people()

    contact = place.postbag.contacts[place.to("constable@example.org").ref]
    assert [one.kind for one in contact.channels] == ["email", "text"]


async def test_a_second_run_on_the_same_day_sends_nothing_twice(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    first = place.tells_people()
    place.now += timedelta(hours=2)

    assert place.tells_people() == first
    assert len(place.sent) == 2
    assert [row["result"] for row in reading.read_attempts(place.settings.register, "")] == ["accepted"] * 2


async def test_a_reference_is_of_the_first_place_in_the_directory_so_it_is_the_same_whatever_is_owed(
    place: Place,
) -> None:
    first = HOLDER.format(role="line-manager", title="head", email='["teacher@example.org"]')
    schools, police = DIRECTORY.split('[[agency]]\nid = "police"')
    before, holder = schools.split("  [[agency.holder]]")
    place.directory(f'{before}{first}\n  [[agency.holder]]{holder}[[agency]]\nid = "police"{police}')
    await place.opens("ESC-1", LAST_WEEK)
    place.tells_people()

    digest = place.to("teacher@example.org")
    assert digest.ref == "digest/2026-11-23/lincolnshire/line-manager.schools"
    assert digest.to.role == "practitioner"


async def test_one_who_cannot_be_written_to_holds_up_no_other_and_is_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    send = place.postbag.send

    def but_not_to_the_police(notice: Notice, contact: object) -> Receipt:
        if notice.to.agency == "police":
            raise PostDown("The mail host does not answer.")
        return send(notice, contact)  # type: ignore[arg-type]

    monkeypatch.setattr(place.postbag, "send", but_not_to_the_police)
    with pytest.raises(ApplicationError, match="wait for the post: 1"):
        place.tells_people()
    assert [place.addresses(one) for one in place.sent] == [("teacher@example.org",)]

    monkeypatch.setattr(place.postbag, "send", send)
    assert place.tells_people() == Told(sent=2)
    assert [place.addresses(one) for one in place.sent] == [("teacher@example.org",), ("constable@example.org",)]


async def test_one_of_two_addresses_that_could_not_be_written_to_is_written_to_later_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.directory(DIRECTORY.replace('["teacher@example.org"]', '["teacher@example.org", "school@example.org"]'))
    await place.opens("ESC-1", LAST_WEEK)
    send = place.postbag.send

    def but_not_to_the_second(notice: Notice, contact: Contact) -> Receipt:
        receipt = send(notice, contact)
        left = FailedAttempt(channel="smtp", why="PostDown", to="holder 1, e-mail 2")
        return receipt.but(in_vain=(left,)) if notice.to.agency == "schools" else receipt

    monkeypatch.setattr(place.postbag, "send", but_not_to_the_second)
    with pytest.raises(ApplicationError, match="wait for the post: 1"):
        place.tells_people()
    monkeypatch.setattr(place.postbag, "send", send)

    assert place.tells_people() == Told(sent=2)
    assert place.tells_people() == Told(sent=2)
    to_schools = [one for one in place.sent if one.to.agency == "schools"]
    assert len(to_schools) == 2, "the second time to one address, and no third time"
    assert place.addresses(to_schools[1]) == ("school@example.org",)


async def test_no_reference_holds_an_address(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    place.tells_people()

    assert all(re.fullmatch(r"digest/2026-11-23/lincolnshire/[a-z.-]+", one.ref) for one in place.sent)


async def test_more_than_fits_is_counted(place: Place) -> None:
    for number in range(20):
        await place.opens(f"ESC-{number:02}", LAST_WEEK)
    place.tells_people()

    digest = place.to("constable@example.org")
    assert (len(digest.items), digest.more) == (30, 30)
    assert digest.fact == "40 things are on you today, 40 late"
    assert {one.band for one in digest.items} == {"late"}


async def test_a_day_that_changes_the_clocks_is_one_day(place: Place) -> None:
    """Sunday 29 March 2026 has 23 hours; the digest of Friday looks to the end of Monday."""
    place.now = london("2026-03-27 07:30")
    await place.opens("ESC-1", london("2026-03-26 16:00"))

    place.tells_people()
    plan = next(one for one in place.to("teacher@example.org").items if "plan" in one.what)
    assert (plan.band, plan.when) == ("coming", "by 4:00pm on Monday 30 March 2026")


async def test_a_register_or_directory_that_cannot_be_read_is_tried_again(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    place.directory("no = directory")

    with pytest.raises(ApplicationError, match="cannot be made now") as told:
        place.tells_people()
    assert (told.value.type, told.value.non_retryable) == ("DirectoryFault", False)


def test_a_policy_that_is_gone_keeps_the_usual_working_days(place: Place) -> None:
    assert place.sources.ground("no-such-policy").calendar.nation == "england-and-wales"
    assert place.sources.ground(POLICY).seats["slo"] == "senior liaison officer"


async def test_whoever_has_a_duty_for_a_time_has_it_on_them_beside_its_owner(place: Place) -> None:
    place.directory(DIRECTORY + HOLDER.format(role="line-manager", title="head", email='["head@example.org"]'))
    await place.opens("ESC-1", LAST_WEEK)
    await place.says(
        "ESC-1",
        DutyHandedOver(
            by=Actor(agency="police", role="practitioner"),
            duty=1,
            to=Actor(agency="police", role="line-manager"),
            until=MONDAY + timedelta(hours=1),
            reason="Leave.",
            id="1",
        ),
    )

    place.tells_people()
    assert [one.what for one in place.to("head@example.org").items] == ["acknowledgement of the difference"]
    assert "acknowledgement of the difference" in {one.what for one in place.to("constable@example.org").items}

    place.now += timedelta(days=1)
    place.sent.clear()
    place.tells_people()
    assert ("head@example.org",) not in {place.addresses(one) for one in place.sent}


async def test_where_they_said_that_it_is_not_theirs_it_is_on_the_deputy(place: Place) -> None:
    deputy = HOLDER.format(role="practitioner", title="sergeant", email='["sergeant@example.org"]')
    place.directory(f"{DIRECTORY}{deputy}  deputy = true\n")
    await place.opens("ESC-1", LAST_WEEK)
    await place.says("ESC-1", Misdirected(by=Actor(agency="police", role="practitioner"), why="not-mine", id="1"))

    place.tells_people()
    told = {place.addresses(one) for one in place.sent}
    assert ("sergeant@example.org",) in told
    assert ("constable@example.org",) not in told


async def test_somebody_with_no_place_in_the_directory_is_told_of_their_one_case(place: Place) -> None:
    seat = {"role": "practitioner", "title": "childminder", "email": ["minder@example.org"]}
    for case in ("ESC-1", "ESC-2"):
        await place.opens(case, LAST_WEEK, receiving=("minder",), partners=("schools", "minder"))
    path = guests_path(place.settings.data, "ESC-2")
    assert path
    write_guests(path, (guest_of("minder", "A childminder", seat),))

    place.tells_people()
    assert {one.case for one in place.to("minder@example.org").items} == {"ESC-2"}
    assert place.to("minder@example.org").ref == "digest/2026-11-23/lincolnshire/practitioner.minder.ESC-2"
    assert {one.case for one in place.to("desk@example.org").items} == {"ESC-1"}


async def test_what_one_side_has_proposed_is_in_the_digest_of_the_other_until_it_is_answered(place: Place) -> None:
    await place.opens("ESC-1", MONDAY)
    school, police = (Actor(agency=agency, role="practitioner") for agency in ("schools", "police"))
    action = Action(what="Visit", owner="police", by=date(2026, 12, 3))
    await place.says("ESC-1", PlanProposed(by=school, actions=(action,), fields={"fits-existing-plan": "yes"}))

    place.tells_people()
    (answer,) = place.to("constable@example.org").of("answer")
    assert answer.what == "your answer to version 1 of the plan, as schools said"
    assert answer.when == "it counts once it is confirmed by police"
    assert place.to("teacher@example.org").of("answer") == ()

    await place.says("ESC-1", PlanConfirmed(by=police, version=1))
    found = on_hand(place.settings.register, POLICY, place.sources.ground(POLICY), place.now)
    assert [item for item, _ in found.items if item.band == "answer"] == []
