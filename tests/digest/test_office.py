"""The office is told every day how things stand, and what the daily checks of directory and rota found."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from activities.checkpoints import Checkpoints
from activities.checkpoints import Place as Signing
from activities.digests import Told
from adapters.checkpoint.keys import make_key
from adapters.post import SmtpPost, write_letter
from adapters.register import reading
from adapters.register.address import sqlite_path
from domain.views.digest import Area, OfficeDigest
from tests.domain.case import london
from tests.post.conftest import clock

from .conftest import MONDAY, Place
from .test_night import ROTA, in_the_night

LAST_WEEK = MONDAY - timedelta(days=3)


def area_of(place: Place) -> Area:
    (digest,) = place.sent
    assert isinstance(digest, OfficeDigest)
    (area,) = digest.areas
    return area


def lay_hands_on(place: Place, query: str, *values: str) -> None:
    path = sqlite_path(place.settings.register)
    with closing(sqlite3.connect(str(path))) as connection:
        connection.execute(query, values)
        connection.commit()


def write_view(place: Place, case: str, view: object) -> None:
    """Put a view in place of the one that the register holds, as an older version or a hand might have."""
    lay_hands_on(place, "UPDATE standing SET view = ? WHERE case_ref = ?", json.dumps(view), case)


async def test_it_counts_and_lists_what_is_late(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    await place.opens("ESC-2", MONDAY - timedelta(hours=1))

    assert place.tells_office() == Told(sent=1)
    area = area_of(place)
    assert (area.open, area.late_count, area.today) == (2, 2, 2)
    assert [(one.case, one.what) for one in area.late] == [
        ("ESC-1", "acknowledgement of the difference"),
        ("ESC-1", "discussion"),
    ]
    assert place.sent[0].fact == "2 cases open, 2 late, 2 due today"


async def test_a_closed_case_is_in_no_digest(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    lay_hands_on(place, "UPDATE standing SET open = 0")

    assert place.tells_people() == Told()
    place.tells_office()
    assert (area_of(place).open, area_of(place).late_count) == (0, 0)


async def test_it_is_told_on_days_off_too(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    place.now = london("2026-12-25 07:30")

    assert place.tells_office() == Told(sent=1)


async def test_it_goes_to_the_offices_address_as_one_message_for_all_policies(place: Place) -> None:
    place.settings = replace(place.settings, digest=replace(place.settings.digest, operations="office@example.org"))
    (place.settings.directories / "sutton.rota.toml").write_text(ROTA, encoding="utf-8")
    await place.opens("ESC-1", LAST_WEEK)
    place.tells_office()

    (digest,) = place.sent
    assert isinstance(digest, OfficeDigest)
    assert place.addresses(digest) == ("office@example.org",)
    assert digest.ref == "digest/2026-11-23/office"
    assert [area.open for area in digest.areas] == [1, 0]


async def test_without_an_address_it_goes_to_the_directorys_fallback_contact(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    place.tells_office()

    assert place.addresses(place.sent[0]) == ("desk@example.org",)
    assert place.sent[0].ref == "digest/2026-11-23/office.lincolnshire"


async def test_it_says_which_seats_are_empty_and_which_nobody_made_sure_of(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    place.tells_office()

    said = " ".join(area_of(place).directory)
    assert "nobody can be reached as senior liaison officer in any agency" in said
    assert "nobody has said when these were verified" in said


async def test_it_says_where_the_rota_has_a_gap_in_the_next_two_weeks(place: Place) -> None:
    place.rota(ROTA.replace('persons = ["S-101"', 'until = 2026-11-30\npersons = ["S-101"'))
    place.tells_office()

    (said,) = [one for one in area_of(place).rota if "nobody is on call" in one]
    assert said.startswith("rank first: nobody is on call from Monday 30 November 2026, 9:00am until ")


async def test_a_rota_alone_is_reason_enough_to_tell_the_office(place: Place) -> None:
    assert place.tells_office() == Told()
    place.rota(ROTA)

    assert place.tells_office() == Told(sent=1)


async def test_a_directory_or_rota_that_cannot_be_used_is_told_of(place: Place) -> None:
    place.settings = replace(place.settings, digest=replace(place.settings.digest, operations="office@example.org"))
    place.directory("no = directory")
    place.rota("no = rota")
    place.tells_office()

    assert area_of(place).directory[0].startswith("It cannot be used, so nobody is told of anything.")
    assert area_of(place).rota[0].startswith("It cannot be used, so nobody is woken by it.")


async def test_an_alert_that_reached_nobody_is_told_of(place: Place) -> None:
    await in_the_night(place)
    place.now = london("2026-11-23 07:30")
    place.tells_office()

    (said,) = area_of(place).unheard
    assert "In ESC-1 the lead on call was to be alerted" in said
    assert "was never tried" in said
    assert [one.case for one in area_of(place).raised] == ["ESC-1"]


async def test_what_no_known_seat_owes_is_in_the_offices_list_alone(place: Place) -> None:
    """A standing from before the seats were kept leaves what it holds to the office."""
    await place.opens("ESC-1", MONDAY - timedelta(hours=1))
    (_, view), *_ = reading.read_views(place.settings.register, "lincolnshire")
    for one in view["owed"]:
        del one["owed_by"]
    write_view(place, "ESC-1", view)
    lay_hands_on(place, "UPDATE standing SET owed = NULL, awaited = NULL, next_moment = NULL")

    assert place.tells_people() == Told()
    place.tells_office()
    assert {one.what for one in area_of(place).on_nobody} == {"acknowledgement of the difference", "discussion"}


async def test_a_case_that_cannot_be_read_is_told_of_and_holds_up_no_other(place: Place) -> None:
    await place.opens("ESC-1", LAST_WEEK)
    await place.opens("ESC-2", LAST_WEEK)
    write_view(place, "ESC-1", [])

    assert place.tells_people() == Told(sent=2)
    place.sent.clear()
    place.tells_office()
    assert area_of(place).unheard == ("ESC-1 cannot be read: run `escalate verify ESC-1`.",)


async def test_more_late_than_fits_is_counted(place: Place) -> None:
    for number in range(30):
        await place.opens(f"ESC-{number:02}", LAST_WEEK)
    place.tells_office()

    assert (len(area_of(place).late), area_of(place).late_count) == (40, 60)


async def test_the_newest_checkpoint_leaves_with_the_letter_as_it_is_signed_and_as_files(place: Place) -> None:
    await place.opens("ESC-1", MONDAY - timedelta(hours=1))
    said = place.settings.checkpoints
    signed = Signing(said.folder, said.key, said.vkeys, said.origin)
    first = Checkpoints(place.register, signed, lambda: make_key(signed.key)).make(MONDAY - timedelta(hours=4))

    place.tells_office()
    (digest,) = place.sent
    assert isinstance(digest, OfficeDigest)
    letter = write_letter(digest, place.postbag.contacts[digest.ref])
    mail = SmtpPost("127.0.0.1", 1, "escalations@example.org", clock).write(digest, place.postbag.contacts[digest.ref])

    note = str(first.checkpoint.note)
    assert note in letter.body, "what is saved from the text can be verified"
    assert {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()} == {
        "2026-11-23T033000Z.checkpoint": note.encode(),
        "2026-11-23T033000Z.heads": "".join(f"{leaf}\n" for leaf in first.heads).encode(),
    }


async def test_without_a_checkpoint_nothing_is_said_of_one(place: Place) -> None:
    await place.opens("ESC-1", MONDAY - timedelta(hours=1))
    place.tells_office()
    (digest,) = place.sent
    assert "THE RECORD" not in write_letter(digest, place.postbag.contacts[digest.ref]).body
