"""What the watch finds in a real register, and what it lets be."""

import sqlite3

import pytest

from adapters.register.address import sqlite_path
from adapters.register.case_key import CaseKey
from adapters.register.recorded import Recorded
from domain.case.patch import Unreadable
from domain.commands import AlertAcknowledged, RiskRaised
from domain.policy.local_settings import Local
from tests.watch.conftest import CASE, PRACTITIONER, Place, Round

ON_CALL = AlertAcknowledged(by=PRACTITIONER)


async def comes_to_alert(place: Place) -> int:
    """Something is overdue and was noticed in time; return the number of the alert."""
    await place.opens()
    place.now = place.next_moment
    place.works()
    return place.last("alert")


async def test_a_case_whose_worker_is_at_work_is_let_be(place: Place, go_round: Round) -> None:
    await place.opens()
    assert go_round().found == ()

    place.now = place.next_moment
    place.passes(minutes=1)
    assert go_round().found == (), "a worker is given two minutes"


async def test_a_moment_that_nobody_took_is_found_after_two_minutes(place: Place, go_round: Round) -> None:
    await place.opens()
    as_of = len(place.register.entries(CASE))
    place.now = place.next_moment
    place.passes(minutes=2, seconds=1)
    (found,) = go_round().found

    assert (found.what, found.case, found.ref) == ("moment", CASE, f"watch/{CASE}/moment/{as_of}")
    assert "nothing was entered since" in found.says
    assert f"`escalate resume {CASE}`" in found.mend

    place.passes(days=3)
    assert [one.ref for one in go_round().found] == [found.ref], "the same as long as it lasts"


async def test_a_moment_that_was_taken_late_is_mended(place: Place, go_round: Round) -> None:
    await place.opens()
    place.now = place.next_moment
    place.passes(hours=5)
    assert [one.what for one in go_round().found] == ["moment"]

    place.works()
    assert go_round().found == ()


async def test_an_alert_that_was_never_tried_is_found_after_two_minutes(place: Place, go_round: Round) -> None:
    number = await comes_to_alert(place)
    place.passes(minutes=1, seconds=59)
    assert go_round().found == ()

    place.passes(seconds=2)
    (found,) = go_round().found
    assert (found.what, found.ref) == ("alert", f"watch/{CASE}/alert/{number}")
    assert "was never tried" in found.says


@pytest.mark.parametrize("result", ["failed", "refused"])
async def test_an_alert_that_was_never_accepted_is_found_after_five_minutes(
    place: Place, go_round: Round, result: str
) -> None:
    number = await comes_to_alert(place)
    place.tries(number, result)  # type: ignore[arg-type]
    place.passes(minutes=4, seconds=59)
    assert go_round().found == ()

    place.passes(seconds=2)
    (found,) = go_round().found
    assert found.ref == f"watch/{CASE}/alert/{number}"
    assert "no channel has taken it" in found.says
    assert found.mend.startswith("Wake the safeguarding lead on call by telephone now")

    place.tries(number, "accepted")
    assert go_round().found == ()


async def test_a_notice_to_somebody_else_under_the_alerts_number_is_no_alert(place: Place, go_round: Round) -> None:
    number = await comes_to_alert(place)
    place.tries(number, "accepted", index=9)
    place.passes(minutes=3)

    assert [one.what for one in go_round().found] == ["alert"]


async def test_the_next_alert_that_is_accepted_mends_the_one_that_was_not(place: Place, go_round: Round) -> None:
    await comes_to_alert(place)
    place.passes(minutes=60)
    place.works()
    assert [one.what for one in go_round().found] == ["alert"]

    place.tries(place.last("alert"), "accepted")
    assert go_round().found == ()


async def test_an_alert_that_was_taken_and_never_delivered_is_found_unless_another_way_took_it(
    place: Place, go_round: Round
) -> None:
    number = await comes_to_alert(place)
    place.tries(number, "accepted")
    place.passes(minutes=15)
    place.tries(number, "undelivered")
    place.passes(minutes=1, seconds=59)
    assert go_round().found == (), "the next way is being tried"

    place.passes(seconds=1)
    (found,) = go_round().found
    assert found.ref == f"watch/{CASE}/alert/{number}"
    assert "was taken and never delivered" in found.says

    place.tries(number, "accepted")
    assert go_round().found == ()


async def test_an_alert_that_was_delivered_reached_somebody(place: Place, go_round: Round) -> None:
    number = await comes_to_alert(place)
    place.tries(number, "accepted")
    place.tries(number, "delivered")
    place.passes(minutes=20)

    assert go_round().found == ()


async def test_an_alert_that_somebody_acknowledged_reached_them_whatever_the_post_says(
    place: Place, go_round: Round
) -> None:
    number = await comes_to_alert(place)
    place.tries(number, "failed")
    place.passes(minutes=6)
    assert [one.what for one in go_round().found] == ["alert"]

    await place.says(ON_CALL)
    assert go_round().found == ()


async def test_immediate_risk_of_which_nobody_was_told_is_found(place: Place, go_round: Round) -> None:
    await place.opens()
    await place.says(RiskRaised(by=PRACTITIONER))
    place.passes(minutes=3)
    (found,) = go_round().found
    assert found.ref == f"watch/{CASE}/alert/{place.last('risk')}"

    for number in range(place.last("risk"), len(place.register.entries(CASE)) + 1):
        place.tries(number, "accepted")
    assert go_round().found == ()


async def test_an_acknowledgement_that_ran_out_with_nothing_said_since_is_found(place: Place, go_round: Round) -> None:
    number = await comes_to_alert(place)
    place.tries(number, "accepted")
    place.passes(minutes=5)
    await place.says(ON_CALL)
    place.passes(hours=23, minutes=59)
    assert go_round().found == ()

    place.passes(minutes=4)
    (found,) = go_round().found
    assert found.what == "acknowledgement"
    assert "nobody has been alerted again" in found.says

    place.works()
    place.tries(place.last("alert"), "accepted")
    assert go_round().found == ()


async def test_a_moment_that_passes_in_silence_by_the_rules_is_no_finding(place: Place, go_round: Round) -> None:
    """The ceiling of alerts: the acknowledgement runs out, and the rules say nothing until it lifts."""
    local = Local(tolerance="same working day", alerts_a_day=1, acknowledgement_hours=1)
    await place.opens(local=local)
    place.now = place.next_moment
    place.works()
    place.tries(place.last("alert"), "accepted")
    place.passes(minutes=5)
    await place.says(ON_CALL)
    place.passes(hours=1, minutes=10)

    assert go_round().found == ()
    place.passes(hours=23)
    assert [one.what for one in go_round().found] == ["acknowledgement"], "the ceiling has lifted"


async def test_a_case_whose_record_no_longer_gives_it_is_taken_for_due(
    place: Place, go_round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(*_: object) -> None:
        raise Unreadable("Entry 2: The changes of an entry do not fit what came before them.")

    monkeypatch.setattr(Recorded, "case", no)
    await place.opens()
    place.now = place.next_moment
    place.passes(minutes=3)

    assert [one.what for one in go_round().found] == ["moment"]


def spoil(place: Place, what: str) -> None:
    """Lay hands on the standing of the other case."""
    path = sqlite_path(place.settings.register)
    assert path is not None
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE standing SET {what} WHERE case_ref = 'ESC-OTHER'")  # noqa: S608
    connection.close()


@pytest.mark.parametrize("owed", ["NULL", "'rubbish'", "'[7]'"])
async def test_a_standing_that_cannot_be_read_is_a_finding_and_hides_no_other_case(
    place: Place, go_round: Round, owed: str
) -> None:
    await place.opens("ESC-OTHER")
    await place.opens()
    spoil(place, f"view = '[]', owed = {owed}")
    place.now = place.next_moment
    place.passes(minutes=3)

    assert {(one.case, one.what) for one in go_round().found} == {("ESC-OTHER", "case"), (CASE, "moment")}


@pytest.mark.parametrize("what", ["owed = NULL", "owed = 'rubbish'", "view = '[]'"])
async def test_of_what_stands_twice_one_is_enough_to_watch_a_case_by(place: Place, go_round: Round, what: str) -> None:
    await place.opens("ESC-OTHER")
    await place.opens()
    spoil(place, what)
    place.now = place.next_moment
    place.passes(minutes=3)

    assert {(one.case, one.what) for one in go_round().found} == {("ESC-OTHER", "moment"), (CASE, "moment")}


async def test_a_round_decrypts_no_standing_where_all_is_well(
    place: Place, go_round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.opens("ESC-OTHER")
    await place.opens()

    def no(*_: object) -> str:
        raise AssertionError("It was decrypted.")

    monkeypatch.setattr(CaseKey, "decrypted", no)
    assert go_round().found == ()


async def test_nothing_about_a_child_and_no_words_of_people_are_told(place: Place, go_round: Round) -> None:
    words = {"disagreement": "Invented: SECRETWORD", "interim-safety": "Invented: SECRETWORD"}
    await place.opens(words=words, own_record="SECRETNUMBER")
    place.now = place.next_moment
    place.passes(minutes=3)
    report = go_round()

    assert report.found
    assert "SECRET" not in repr(report) + place.settings.watch.heartbeat.read_text()
