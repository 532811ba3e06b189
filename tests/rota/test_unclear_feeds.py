"""What a calendar file negates or leaves unclear is no appointment; what it says by its own zones is read so."""

from pathlib import Path

import pytest

from adapters.rota import RotaFault
from adapters.rota.feed import changes_of, covered_by, read_feed
from adapters.rota.file import load_rota
from tests.rota.made import HEAD, PEOPLE, WEEKLY, local
from tests.rota.test_feed import NOW, event

TEXT = HEAD.format(hands_over="09:00", ranks='"first", "second"') + PEOPLE + WEEKLY
INVITED = "ATTENDEE;PARTSTAT={}:mailto:bob@example.org\n"
ZONE = """BEGIN:VTIMEZONE
TZID:{}
BEGIN:STANDARD
DTSTART:20001029T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20000326T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
NO_SUMMER = """BEGIN:VTIMEZONE
TZID:{}
BEGIN:STANDARD
DTSTART:20001029T020000
TZOFFSETFROM:+0000
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


def override(
    uid: str = "one", person: str = "bob", starts: str = "2026-11-10", until: str = "2026-11-12", more: str = ""
) -> str:
    return (
        f'\n[[override]]\nrank = "first"\nfrom = {starts}T09:00:00\nuntil = {until}T09:00:00\nperson = "{person}"\n'
        f'why = "of old"\n' + (f'uid = "{uid}"\n' if uid else "") + more
    )


def read(tmp_path: Path, *events: str, head: str = "", has: str = "", area: str = ""):
    (tmp_path / "area.rota.toml").write_text(TEXT + has)
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n" + head + "".join(events) + "END:VCALENDAR\n"
    (tmp_path / "feed.ics").write_text(text.replace("\n", "\r\n"), newline="")
    rota = load_rota(tmp_path / "area.rota.toml")
    return rota, read_feed(tmp_path / "feed.ics", rota, NOW, area=area)


@pytest.mark.parametrize(
    ("one", "head", "why"),
    [
        (event(more=INVITED.format("DECLINED")), "", "bob has declined"),
        (event(summary="first", more=INVITED.format("declined")), "", "bob has declined"),
        (event(more=INVITED.format("TENTATIVE")), "", "bob has accepted tentatively"),
        (event(more=INVITED.format("DELEGATED")), "", "bob has sent another"),
        (event(more=INVITED.format("ACCEPTED;ROLE=NON-PARTICIPANT")), "", "bob is not asked to be there"),
        (event(summary="first: ann", more=INVITED.format("ACCEPTED")), "", "it names 2 people of the rota"),
        (event(more="STATUS:TENTATIVE\n"), "", "its status is tentative"),
        (event(more="TRANSP:TRANSPARENT\n"), "", "it is marked as free time"),
        (event(more="X-MICROSOFT-CDO-BUSYSTATUS:FREE\n"), "", "it is marked as free"),
        (event(more="X-MICROSOFT-CDO-BUSYSTATUS:OOF\n"), "", "it is marked as out of the office"),
        (event(), "METHOD:REPLY\n", "it is part of an answer or a change (REPLY)"),
        (event(), "METHOD:COUNTER\n", "it is part of an answer or a change (COUNTER)"),
        (event(), "METHOD:DECLINECOUNTER\n", "it is part of an answer or a change (DECLINECOUNTER)"),
        (event(more="EXDATE:20261110T090000Z\n"), "", "it repeats"),
        (event(more="RECURRENCE-ID:20261110T090000Z\n"), "", "it repeats"),
        (event(more="DURATION:PT1H\n"), "", "it has an end and a DURATION"),
        (event(more="STATUS:CONFIRMED\nSTATUS:CANCELLED\n"), "", "it says STATUS twice"),
        (event(more="no line of iCalendar\n"), "", "a line of it cannot be read"),
        (event(more='ATTENDEE;PARTSTAT=DECLINED;EMAIL="bob@example.org":urn:uuid:1\n'), "", "bob has declined"),
        (event(more="ATTENDEE;PARTSTAT=DECLINED:mailto:bob%40example.org\n"), "", "bob has declined"),
        (event(more="ATTENDEE;PARTSTAT=DECLINED:mailto:<bob@example.org>\n"), "", "bob has declined"),
        (event(more="ATTENDEE;CN=Bob;PARTSTAT=DECLINED:mailto:at-home@example.org\n"), "", "bob has declined"),
        (event(more="ATTENDEE;PARTSTAT=DECLINED:mailto:dee@example.org\n"), "", "nobody who is invited has accepted"),
        (event(more=INVITED.format('ACCEPTED;DELEGATED-TO="mailto:dee@example.org"')), "", "bob has sent another"),
        (event(more=INVITED.format("ACCEPTED;CUTYPE=ROOM")), "", "bob is invited as a room"),
        (event(more="SEQUENCE:two\n"), "", "its SEQUENCE is 'two'"),
        (event().replace("SUMMARY:", "SUMMARY;ENCODING=QUOTED-PRINTABLE:=4E=4F=54 "), "", "an old way (ENCODING)"),
    ],
)
def test_an_event_that_is_not_settled_wakes_nobody(tmp_path, one, head, why) -> None:
    _, feed = read(tmp_path, one, head=head)

    assert feed.overrides == ()
    assert len(feed.faults) == 1
    assert why in feed.faults[0]


@pytest.mark.parametrize(
    "title",
    ["bob NOT available for first", "first: bob can't", "bob away, first", "Cancelled: first: bob", "first: bob?",
     "bob on leave (first)", "No first on call bob", "first: bob TBC", "first cover needed for bob",
     "bob unavailable first", "first: bob isn’t on call", "bob off first", "ex-first bob", "first: bob off-duty",
     "first: bob not-available", "bob sick-leave first", "first: bob\\nNOT available", "first: bob n\u200bot on call",
     "First aid course - bob", "bob first day back", "bob back on the first", "second opinion (bob)",
     "first: Dee covering bob", "first: cover for bob", "first: bob's shift", "first: bob -> Dee", "first: bob → Dee",
     "first: bob replaced by Dee", "first: Dee in place of bob", "first: shadowing bob", "❌ first: bob",
     "first: bob N/A", "first: bob A/L", "first: everyone but bob", "Abgesagt: first: bob", "first: bob TOIL",
     "first on call training: bob", "first: bob or Dee", "first: bob handed over to Dee"],
)  # fmt: skip
def test_a_title_that_says_the_opposite_or_leaves_it_open_wakes_nobody(tmp_path, title) -> None:
    _, feed = read(tmp_path, event(summary=title))

    assert feed.overrides == ()
    assert "its title says" in feed.faults[0]


@pytest.mark.parametrize(
    "title",
    [
        "Out of hours, first: bob", "Out-of-hours first: bob", "Bank holiday first on call: bob", "first on-call - bob",
        "Weekend first: bob, from 9am until Monday 09:00", "[first] bob ✓", "bob covering first, week 23",
        "Christmas Day first - bob", "Safeguarding lead on call\\, first\\, bob", "first\\nbob",
        "First: Lead bob (bob)",
    ],
)  # fmt: skip
def test_a_title_in_everyday_words_is_taken(tmp_path, title) -> None:
    _, feed = read(tmp_path, event(summary=title))

    assert ([one.person for one in feed.overrides], feed.faults) == (["bob"], ())


def test_a_title_may_say_the_name_of_whoever_is_invited_and_that_of_the_area(tmp_path) -> None:
    invited = 'ATTENDEE;CN="Dee Hill";PARTSTAT=ACCEPTED;EMAIL=bob@example.org:urn:uuid:1\n'
    _, feed = read(tmp_path, event(summary="Hillshire first on call: Dee Hill", more=invited), area="hillshire")
    _, other = read(tmp_path, event(summary="Hillshire first on call: Dee Hill, bob"), area="hillshire")

    assert ([one.person for one in feed.overrides], feed.faults) == (["bob"], ())
    assert "its title says 'dee'" in other.faults[0]


def test_a_rank_in_a_category_is_none_where_the_category_is_about_something_else(tmp_path) -> None:
    _, course = read(tmp_path, event(summary="bob", more="CATEGORIES:Blue,First aid\n"))
    _, duty = read(tmp_path, event(summary="bob", more="CATEGORIES:Blue,First on call\n"))

    assert "its title says 'aid'" in course.faults[0]
    assert [one.rank for one in duty.overrides] == ["first"]


def test_events_under_one_id_that_were_changed_at_different_times_are_unclear(tmp_path) -> None:
    later = "DTSTART:20261117T090000Z\nDTEND:20261118T090000Z"
    _, feed = read(
        tmp_path,
        event(more="LAST-MODIFIED:20261101T090000Z\n"),
        event(when=later, more="LAST-MODIFIED:20261102T090000Z\n"),
    )

    (fault,) = feed.faults
    assert "event 1 and event 2 have one UID, and were changed at different times" in fault


def test_a_version_of_many_digits_is_a_version(tmp_path) -> None:
    two = (event(summary="first: cy", more="SEQUENCE:1790000000001\n"), event(more="SEQUENCE:1790000000000\n"))
    _, feed = read(tmp_path, *two)

    assert [(one.person, one.sequence) for one in feed.overrides] == [("cy", 1790000000001)]


@pytest.mark.parametrize("newline", [b"\r\n", b"\r", b"\n"])
def test_lines_may_end_as_on_any_machine_and_be_folded_within_a_letter(tmp_path, newline: bytes) -> None:
    read(tmp_path, event(summary="first, bob", more="DESCRIPTION:caf\u00e9\n"))
    whole = (
        (tmp_path / "feed.ics").read_bytes().replace(b"\xc3\xa9", b"\xc3\r\n \xa9").replace(b"rst, b", b"rst,\r\n  b")
    )
    (tmp_path / "feed.ics").write_bytes(whole.replace(b"\r\n", newline))
    feed = read_feed(tmp_path / "feed.ics", load_rota(tmp_path / "area.rota.toml"), NOW)

    assert ([(one.rank, one.person) for one in feed.overrides], feed.faults) == ([("first", "bob")], ())


@pytest.mark.parametrize(
    ("whole", "why"),
    [
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "there is no event in it"),
        (
            "BEGIN:VCALENDAR\nVERSION:2.0\n" + event().replace("VEVENT", "VTODO") + "END:VCALENDAR\n",
            "there is no event",
        ),
        ("BEGIN:VCALENDAR\nVERSION:2.0\n" + event() + "END:VCALENDAR\n" + event("two"), "or not a whole one"),
        ("BEGIN:VCALENDAR\nVERSION:1.0\n" + event() + "END:VCALENDAR\n", "a calendar of version 1.0"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\n" + event("caf\u00e9") + "END:VCALENDAR\n", "this is not UTF-8 text"),
    ],
)
def test_a_file_that_says_nothing_of_who_is_on_call_is_refused_whole(tmp_path, whole: str, why: str) -> None:
    read(tmp_path, event())
    (tmp_path / "feed.ics").write_bytes(whole.encode("latin-1"))

    with pytest.raises(RotaFault, match=why):
        read_feed(tmp_path / "feed.ics", load_rota(tmp_path / "area.rota.toml"), NOW)


def test_one_who_declined_beside_one_who_accepted_is_passed_over(tmp_path) -> None:
    more = INVITED.format("DECLINED") + "ATTENDEE;PARTSTAT=ACCEPTED:mailto:cy@example.org\n"
    _, feed = read(tmp_path, event(summary="first", more=more))

    assert [one.person for one in feed.overrides] == ["cy"]


def test_a_calendar_that_calls_its_events_off_takes_them_out(tmp_path) -> None:
    rota, feed = read(tmp_path, event(), event("unknown"), head="METHOD:CANCEL\n", has=override())

    assert (feed.overrides, feed.faults) == ((), ())
    assert [(one.kind, one.number) for one in changes_of(rota, feed)] == [("taken out", 1)]


@pytest.mark.parametrize(
    "more", ["RECURRENCE-ID:20261110T090000Z\nSTATUS:CANCELLED\n", "ATTENDEE:mailto:cy@example.org\n"]
)
def test_what_is_called_off_in_part_takes_nothing_out_and_is_told(tmp_path, more) -> None:
    _, feed = read(tmp_path, event(more=more), head="METHOD:CANCEL\n", has=override())

    assert feed.cancelled == frozenset()
    assert "it calls off" in feed.faults[0]


def test_an_event_called_off_and_not_called_off_is_unclear(tmp_path) -> None:
    _, feed = read(tmp_path, event(), event(more="STATUS:CANCELLED\n"), has=override())

    assert feed.cancelled == frozenset()
    assert feed.faults == ("1 of the events are called off and not called off at once; export them again.",)


def test_an_event_that_ended_early_ends_in_the_rota_too(tmp_path) -> None:
    ended = event(when="DTSTART:20261102T090000Z\nDTEND:20261103T080000Z")
    rota, feed = read(tmp_path, ended, has=override(starts="2026-11-02", until="2026-11-05"))

    (change,) = changes_of(rota, feed)
    assert change.kind == "changed"
    assert change.after
    assert change.after.span("Europe/London")[1] == local("2026-11-03T08:00")


def test_an_event_that_began_long_ago_and_still_repeats_is_not_over(tmp_path) -> None:
    old = "DTSTART:20250101T090000Z\nDTEND:20250102T090000Z"
    _, feed = read(tmp_path, event(when=old, more="RRULE:FREQ=WEEKLY\n"))
    _, done = read(tmp_path, event(when=old, more="RRULE:FREQ=WEEKLY;UNTIL=20250301T090000Z\n"))

    assert (feed.over, len(feed.faults)) == (0, 1)
    assert (done.over, done.faults) == (1, ())


def test_two_events_under_one_id_are_both_kept_however_often_the_file_is_read(tmp_path) -> None:
    later = "DTSTART:20261117T090000Z\nDTEND:20261118T090000Z"
    both = override() + override(person="cy", starts="2026-11-17", until="2026-11-18")
    first_rota, first = read(tmp_path, event(), event(summary="first: cy", when=later))
    again_rota, again = read(tmp_path, event(), event(summary="first: cy", when=later), has=both)

    assert [one.kind for one in changes_of(first_rota, first)] == ["added", "added"]
    assert changes_of(again_rota, again) == ()


def test_events_under_one_id_of_which_none_is_known_as_the_other_are_refused(tmp_path) -> None:
    later = "DTSTART:20261117T090000Z\nDTEND:20261118T090000Z"
    rota, feed = read(
        tmp_path, event(), event(summary="first: cy", when=later), has=override(starts="2026-11-20", until="2026-11-21")
    )

    with pytest.raises(RotaFault, match="2 events of the file and 1 overrides of the rota share one UID"):
        changes_of(rota, feed)


def test_the_latest_version_of_an_event_is_the_one_that_counts(tmp_path) -> None:
    two = (event(summary="first: cy", more="SEQUENCE:2\n"), event(more="SEQUENCE:1\n"))
    for events in (two, two[::-1]):
        _, feed = read(tmp_path, *events)

        assert [(one.person, one.sequence) for one in feed.overrides] == [("cy", 2)]


def test_an_earlier_version_than_the_rotas_changes_nothing_and_is_told(tmp_path) -> None:
    for more in ("SEQUENCE:1\n", "SEQUENCE:1\nSTATUS:CANCELLED\n"):
        _, feed = read(tmp_path, event(more=more), has=override(person="cy", more="sequence = 2\n"))

        assert (feed.overrides, feed.cancelled) == ((), frozenset())
        assert "the rota holds version 2 of it and this is version 1" in feed.faults[0]


@pytest.mark.parametrize(
    ("when", "head", "starts", "until"),
    [
        ("DTSTART;TZID=GMT:20270610T090000\nDTEND;TZID=GMT:20270611T090000", ZONE.format("GMT"),
         "2027-06-10T09:00", "2027-06-11T09:00"),
        ("DTSTART;TZID=Ours:20270610T090000\nDTEND;TZID=Ours:20270611T090000", ZONE.format("Ours"),
         "2027-06-10T09:00", "2027-06-11T09:00"),
        ("DTSTART;TZID=GMT Standard Time:20270610T090000\nDTEND;TZID=GMT Standard Time:20270611T090000", "",
         "2027-06-10T09:00", "2027-06-11T09:00"),
        ("DTSTART;TZID=Europe/Paris:20270610T090000\nDTEND;TZID=Europe/Paris:20270611T090000", "",
         "2027-06-10T08:00", "2027-06-11T08:00"),
        ("DTSTART;TZID=Europe/London:20270328T000000\nDURATION:PT24H", "", "2027-03-28T00:00", "2027-03-29T01:00"),
        ("DTSTART;TZID=Europe/London:20270328T000000\nDURATION:P1D", "", "2027-03-28T00:00", "2027-03-29T00:00"),
        ("DTSTART;TZID=Europe/London:20270328T000000\nDURATION:P1DT1H", "", "2027-03-28T00:00", "2027-03-29T01:00"),
        ("DTSTART;TZID=Europe/London:20271025T090000\nDURATION:P1W", "", "2027-10-25T09:00", "2027-11-01T09:00"),
        (("DTSTART;TZID=Europe/London:20270610T000000\nDTEND;TZID=Europe/London:20270611T000000\n"
         "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"), "", "2027-06-10T09:00", "2027-06-11T09:00"),
        ("DTSTART:20270609T230000Z\nDTEND:20270610T230000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "",
         "2027-06-10T09:00", "2027-06-11T09:00"),
    ],
)  # fmt: skip
def test_zones_and_durations_are_read_as_they_are_defined(tmp_path, when, head, starts, until) -> None:
    _, feed = read(tmp_path, event(when=when), head=head)

    assert feed.faults == ()
    assert feed.overrides[0].span("Europe/London") == (local(starts), local(until))


@pytest.mark.parametrize(
    ("when", "head", "why"),
    [
        ("DTSTART;TZID=Nowhere/Real:20270610T090000\nDTEND;TZID=Nowhere/Real:20270611T090000", "",
         "no time zone is called 'Nowhere/Real'"),
        ("DTSTART;TZID=Europe/London:20270610T090000\nDTEND;TZID=Europe/London:20270611T090000",
         NO_SUMMER.format("Europe/London"), "defines the zone 'Europe/London' otherwise than clocks go there"),
        ("DTSTART;TZID=Ours:20270610T090000\nDTEND;TZID=Ours:20270611T090000",
         "BEGIN:VTIMEZONE\nTZID:Ours\nEND:VTIMEZONE\n", "defines the zone 'Ours' in a way that cannot be read"),
        ("DTSTART;TZID=Europe/London:20270610T090000Z\nDTEND:20270611T090000Z", "",
         "in UTC and in the zone 'Europe/London' at once"),
        ("DTSTART:20270610T090000\nDTEND:20270611T090000", "X-WR-TIMEZONE:America/New_York\n",
         "its calendar is on the clocks of America/New_York, not of Europe/London"),
        ("DTSTART;TZID=Europe/London:20271031T013000\nDTEND;TZID=Europe/London:20271031T090000", "",
         "1:30am on Sunday 31 October 2027 came twice"),
        ("DTSTART;TZID=Ours:20271031T013000\nDTEND;TZID=Ours:20271031T090000", ZONE.format("Ours"),
         "comes twice or never in 'Ours'"),
        ("DTSTART;TZID=Europe/London:20270328T013000\nDTEND;TZID=Europe/London:20270328T090000", "", "did not exist"),
        ("DTSTART;VALUE=DATE:20270610\nDTEND:20270611T090000Z", "", "one of its ends is a day and the other a time"),
        ("DTSTART:20270610T080000Z\nDTEND:99991231T235959Z", "", "the year 9999 cannot be right"),
        ("DTSTART:00010101T000000Z\nDTEND:20270611T080000Z", "", "the year 1 cannot be right"),
        ("DTSTART;VALUE=DATE:20270610\nDTEND;VALUE=DATE:99991231", "", "the year 9999 cannot be right"),
        ("DTSTART:20270610T080000Z\nDTEND:20991231T235959Z", "", "it lasts longer than a year"),
        ("DTSTART:20270610T0930Z\nDTEND:20270611T0930Z", "", "its DTSTART is no day or time that there is"),
        ("DTSTART:20270230T080000Z\nDTEND:20270301T080000Z", "", "its DTSTART is no day or time that there is"),
        ("DTSTART:20270610T080000Z\nDURATION:P99999999D", "", "it lasts longer than a year"),
        ("DTSTART;VALUE=DATE:20270610\nDURATION:P999999W", "", "it lasts longer than a year"),
        ("DTSTART:20270610T080000Z\nDURATION:PT99999999H", "", "it lasts longer than a year"),
        ("DTSTART:20270610T080000Z\nDURATION:-PT1H", "", "it ends before it starts"),
        (("DTSTART;TZID=Europe/London:20270610T100000\nDTEND;TZID=Europe/London:20270611T100000\n"
         "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"), "", "does not run from midnight to midnight"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_relied_on_are_refused_in_a_sentence(tmp_path, when, head, why) -> None:
    _, feed = read(tmp_path, event(when=when), head=head)

    assert feed.overrides == ()
    assert len(feed.faults) == 1
    assert why in feed.faults[0]


def test_what_an_alarm_within_an_event_says_is_not_the_events_own(tmp_path) -> None:
    said = "ACTION:EMAIL\nTRIGGER:-PT1H\nDURATION:PT5M\nSUMMARY:second\nATTENDEE:mailto:cy@example.org\n"
    alarm = f"BEGIN:VALARM\n{said}END:VALARM\n"
    _, feed = read(tmp_path, event(more=alarm))

    assert ([(one.rank, one.person) for one in feed.overrides], feed.faults) == ([("first", "bob")], ())


def test_a_file_that_breaks_off_is_refused_whole(tmp_path) -> None:
    read(tmp_path, event())
    path = tmp_path / "feed.ics"
    path.write_text(path.read_text().partition("END:VCALENDAR")[0])

    with pytest.raises(RotaFault, match="no iCalendar file, or not a whole one"):
        read_feed(path, load_rota(tmp_path / "area.rota.toml"), NOW)


def test_what_was_handed_over_by_hand_and_would_be_covered_is_told(tmp_path) -> None:
    from adapters.rota.hand_overs import changed

    has = override("", "cy") + '\n[[swap]]\nrank = "first"\nweeks = [2026-11-30, 2026-12-07]\n'
    week = "DTSTART;VALUE=DATE:20261109\nDTEND;VALUE=DATE:20261204"
    rota, feed = read(tmp_path, event(summary="first: ann", when=week), has=has)
    changes = changes_of(rota, feed)
    _, made = changed(TEXT + has, rota, changes, tmp_path / "area.rota.toml")

    assert list(covered_by(rota, made, changes, NOW)) == [
        (
            "override 1 (cy, by hand: of old) would be covered from Tuesday 10 November 2026, 9:00am until Thursday "
            "12 November 2026, 9:00am: ann would have rank first then."
        ),
        (
            "swap 1 (by hand: no reason given) would be covered from Monday 30 November 2026, 9:00am until Friday "
            "4 December 2026, 9:00am: ann would have rank first then."
        ),
    ]


@pytest.mark.parametrize(
    "table",
    ['[[turn]]\nrank = "first"\nweek_of = 9999-12-31\npersons = ["ann"]\n',
     '[[person]]\nhandle = "dee"\ntitle = "x"\nuntil = 9999-12-31\n',
     '[[override]]\nrank = "first"\nfrom = 0001-01-01T00:00:00Z\nuntil = 2026-12-01T00:00:00Z\nwhy = "x"\n',
     '[[swap]]\nrank = "first"\nweeks = [2026-12-07, 9999-12-31]\n'],
)  # fmt: skip
def test_a_year_beyond_every_rota_is_a_fault_with_its_place(tmp_path, table) -> None:
    (tmp_path / "area.rota.toml").write_text(TEXT + table)

    with pytest.raises(RotaFault, match=r"the year (9999|1) cannot be right"):
        load_rota(tmp_path / "area.rota.toml")
