"""What was raised in the night is told to the leads on call in the morning: by rung, and by no name."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.digests import Told
from adapters.digest import leads, night_before
from domain.base.people import Actor
from domain.commands import ActDone, AlertAcknowledged, RiskRaised
from domain.views.digest import Night, Raised
from tests.domain.case import london
from tests.register.made import enter

from .conftest import Place

SUNDAY_NIGHT = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
ROTA = """
[rota]
edition = "2026-1"
hands_over = "09:00"
ranks = ["first"]

[[person]]
handle = "S-101"
title = "safeguarding lead"
email = ["lead.101@example.org"]

[[person]]
handle = "S-102"
title = "safeguarding lead"
email = ["lead.102@example.org"]

[[turn]]
rank = "first"
starting = 2026-11-16
persons = ["S-101", "S-102"]
"""


async def in_the_night(place: Place, case: str = "ESC-1") -> None:
    """A case of Friday whose first duties were late at the end of Friday, and which is seen to on Monday at 5am."""
    place.now = london("2026-11-23 05:00")
    await place.opens(case, london("2026-11-20 10:00"))


def night_of(place: Place) -> Night:
    notice = place.sent[-1]
    assert isinstance(notice, Night)
    return notice


async def test_an_alert_of_the_night_is_told_with_its_rung_and_that_nobody_answered(place: Place) -> None:
    await in_the_night(place)

    assert place.tells_leads() == Told(sent=1)
    (raised,) = night_of(place).raised
    assert raised == Raised(
        case="ESC-1",
        at="Monday 23 November 2026, 5:00am",
        what="alert",
        rungs=("safeguarding lead on call",),
        is_open=True,
    )
    assert night_of(place).since == "Sunday 22 November 2026, 5:00pm"
    assert night_of(place).fact == "1 case alerted in the night, 1 still open"


async def test_an_acknowledgement_is_told_by_seat_with_until_when(place: Place) -> None:
    await in_the_night(place)
    place.now = london("2026-11-23 05:20")
    await place.says("ESC-1", AlertAcknowledged(by=Actor(agency="schools", role="slo", person="Zebedee"), id="1"))
    place.tells_leads()

    (raised,) = night_of(place).raised
    assert raised.acknowledged == (
        "Monday 23 November 2026, 5:20am by senior liaison officer, Schools, until Tuesday 24 November 2026, 5:20am"
    )
    assert raised.is_open


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("slo, police", "senior liaison officer, Police"),
        ("on-call", "safeguarding lead on call"),
        ("on-call.duty-manager", "duty manager on call"),
        ("on-call.zebedee", "somebody"),
        ("zebedee, quux", "somebody"),
        ("Zebedee Quux", "somebody"),
        ("", "somebody"),
    ],
)
async def test_only_seats_that_policy_and_directory_know_are_named(place: Place, by: str, said: str) -> None:
    await in_the_night(place)
    enter(
        place.register,
        [place.entry("ESC-1", "acknowledged", by=by, until=(place.now + timedelta(hours=24)).isoformat())],
    )
    place.tells_leads()

    (raised,) = night_of(place).raised
    assert raised.acknowledged == f"Monday 23 November 2026, 5:00am by {said}, until Tuesday 24 November 2026, 5:00am"


async def test_what_was_done_since_is_over(place: Place) -> None:
    await in_the_night(place)
    place.now = london("2026-11-23 06:00")
    for side, act in (("police", "acknowledgement"), ("schools", "discussion")):
        said = ActDone(by=Actor(agency=side, role="practitioner"), act=act, id=act, method="telephone")
        await place.says("ESC-1", said)
    place.tells_leads()

    assert [one.is_open for one in night_of(place).raised] == [False]


async def test_immediate_risk_is_said_as_such(place: Place) -> None:
    place.now = london("2026-11-23 01:00")
    await place.opens("ESC-1", london("2026-11-23 00:30"))
    await place.says("ESC-1", RiskRaised(by=Actor(agency="schools", role="practitioner"), id="1"))
    place.now = london("2026-11-23 07:30")
    place.tells_leads()

    assert [(one.what, one.is_open) for one in night_of(place).raised] == [("immediate risk", True)]


async def test_each_thing_raised_has_its_own_time_and_says_who_saw_it(place: Place) -> None:
    """Acknowledged by one lead, then a risk at 5:28am that another has, then something else that nobody has seen."""
    await in_the_night(place)
    place.now = london("2026-11-23 05:20")
    await place.says("ESC-1", AlertAcknowledged(by=Actor(role="on-call"), id="1"))
    place.now = london("2026-11-23 05:28")
    await place.says("ESC-1", RiskRaised(by=Actor(agency="schools", role="practitioner"), id="2"))
    place.now = london("2026-11-23 05:35")
    await place.says("ESC-1", AlertAcknowledged(by=Actor(role="on-call.second"), id="3"))
    place.now = london("2026-11-23 06:00")
    await place.says("ESC-1", RiskRaised(by=Actor(agency="police", role="practitioner"), id="4"))
    place.now = london("2026-11-23 06:05")
    await place.says("ESC-1", ActDone(by=Actor(), act="statutory-services-telephoned", id="5"))
    place.now = london("2026-11-23 07:00")
    await place.says("ESC-1", RiskRaised(by=Actor(agency="police", role="practitioner"), id="6"))
    place.now = london("2026-11-23 07:30")
    place.tells_leads()

    told = [(one.at[-6:], one.what, one.acknowledged[25:60], one.is_open) for one in night_of(place).raised]
    assert told == [
        ("5:00am", "alert", "5:20am by safeguarding lead on call", True),
        ("5:28am", "immediate risk", "5:35am by second safeguarding lead ", False),
        ("6:00am", "immediate risk", "", False),
        ("7:00am", "immediate risk", "", True),
    ]
    assert night_of(place).fact == "1 case alerted in the night, 1 still open"


async def test_an_acknowledgement_that_something_newer_followed_is_still_told(place: Place) -> None:
    """The newer alert has its own line, with its own time."""
    await in_the_night(place)
    alert = place.entry("ESC-1", "alert", by="", duties=[1, 2], rungs=["first"])
    enter(place.register, [alert])
    enter(
        place.register, [place.entry("ESC-1", "acknowledged", by="on-call", duties=[1, 2], until=alert.at.isoformat())]
    )
    place.now += timedelta(minutes=40)
    enter(place.register, [place.entry("ESC-1", "alert", by="", duties=[3], rungs=["first"])])
    place.tells_leads()

    told = [(one.at[-6:], bool(one.acknowledged)) for one in night_of(place).raised]
    assert told == [("5:00am", True), ("5:40am", False)]


async def test_a_night_in_which_nothing_was_raised_is_no_message(place: Place) -> None:
    await in_the_night(place)
    place.now += timedelta(days=2)

    assert place.tells_leads() == Told()
    assert place.sent == []


async def test_who_is_on_call_now_and_who_had_the_night_are_both_told_once(place: Place) -> None:
    place.rota(ROTA)
    await in_the_night(place)
    place.now = london("2026-11-23 09:30")  # the hand-over was at 9

    assert place.tells_leads() == Told(sent=2)
    assert [place.addresses(one) for one in place.sent] == [("lead.102@example.org",), ("lead.101@example.org",)]
    assert [one.ref for one in place.sent] == [f"digest/2026-11-23/lincolnshire/night.{n}" for n in (1, 2)]
    assert place.tells_leads() == Told(sent=2)
    assert len(place.sent) == 2


async def test_a_lead_who_had_the_night_and_still_has_the_rota_is_told_once(place: Place) -> None:
    place.rota(ROTA)
    await in_the_night(place)
    place.now = london("2026-11-23 07:30")

    assert place.tells_leads() == Told(sent=1)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 13.5), ("2026-10-25", 15.5), ("2026-11-23", 14.5)], ids=["spring", "autumn", ""]
)
def test_a_night_begins_at_five_on_the_clocks_of_the_area(day: str, hours: float) -> None:
    morning = london(f"{day} 07:30")

    assert morning - night_before(morning.date(), "Europe/London") == timedelta(hours=hours)


def test_without_a_rota_no_lead_is_known() -> None:
    assert leads(None, SUNDAY_NIGHT, SUNDAY_NIGHT) == ()
