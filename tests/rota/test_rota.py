"""Who is on call, until when, and why."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.rota.made import PEOPLE, WEEKLY, local, made, person, who

TWO = ("first", "second")
SECOND = '[[turn]]\nrank = "second"\nstarting = 2026-11-02\npersons = ["cy"]\n'


def override(rank: str, starts: str, until: str, who: str = "", more: str = "") -> str:
    named = f'person = "{who}"\n' if who else ""
    return f'[[override]]\nrank = "{rank}"\nfrom = {starts}\nuntil = {until}\n{named}why = "leave"\n{more}'


def test_people_follow_one_another_from_hand_over_to_hand_over() -> None:
    rota = made(WEEKLY)

    assert [who(rota, at) for at in ("2026-11-02T08:59", "2026-11-02T09:00", "2026-11-09T08:59:59")] == [
        "",
        "ann",
        "ann",
    ]
    assert [who(rota, f"2026-11-{day}T12:00") for day in ("09", "16", "23", "30")] == ["bob", "cy", "ann", "bob"]


def test_a_turn_says_who_where_until_when_and_by_which_edition() -> None:
    (turn,) = made(WEEKLY).holders("first", local("2026-11-11T12:00"))

    assert (turn.handle, turn.title, turn.why) == ("bob", "Lead bob", "rota edition 2026-11, turn 1")
    assert (turn.starts, turn.until) == (local("2026-11-09T09:00"), local("2026-11-16T09:00"))
    assert [(channel.kind, channel.address) for channel in turn.channels] == [("email", "bob@example.org")]


def test_a_contact_carries_the_channels_and_the_reason_and_no_name() -> None:
    contact = made(WEEKLY).contact("first", local("2026-11-11T12:00"))

    assert contact is not None
    assert (contact.addresses, contact.titles) == (("bob@example.org",), ("Lead bob",))
    assert contact.why == "rota edition 2026-11, turn 1"


@pytest.mark.parametrize(("rung", "handle"), [("on-call", "ann"), ("on-call.second", "cy"), ("second", "cy")])
def test_a_rank_may_be_named_by_its_seat(rung: str, handle: str) -> None:
    assert who(made(WEEKLY + SECOND, ranks=TWO), "2026-11-03T12:00", rung) == handle


@pytest.mark.parametrize("rung", ["deputy", "on-call.deputy", "nonsense", ""])
def test_a_rank_that_the_rota_does_not_fill_is_held_by_nobody(rung: str) -> None:
    rota = made(WEEKLY)

    assert rota.holders(rung, local("2026-11-03T12:00")) == ()
    assert rota.contact(rung, local("2026-11-03T12:00")) is None


def test_turns_of_several_weeks_and_a_rotation_that_another_replaces_or_ends() -> None:
    rota = made(
        '[[turn]]\nrank = "first"\nstarting = 2026-11-02\nweeks_each = 2\npersons = ["ann", "bob"]\n'
        '[[turn]]\nrank = "first"\nstarting = 2026-12-09\nuntil = 2026-12-23\npersons = ["cy"]\n'
    )

    assert [who(rota, f"2026-{day}T12:00") for day in ("11-15", "11-16", "11-29", "11-30")] == [
        "ann",
        "bob",
        "bob",
        "ann",
    ]
    assert [who(rota, f"2026-12-{day}") for day in ("09T08:59", "09T09:00", "23T08:59", "23T09:00")] == [
        *("ann", "cy", "cy", "")
    ]


def test_a_single_week_stands_over_the_rotation() -> None:
    rota = made(WEEKLY + '[[turn]]\nrank = "first"\nweek_of = 2026-11-09\npersons = ["cy"]\n')

    assert [who(rota, f"2026-11-{day}T12:00") for day in ("08", "09", "16")] == ["ann", "cy", "cy"]
    assert rota.holders("first", local("2026-11-10T12:00"))[0].why == "rota edition 2026-11, turn 2"


def test_a_swap_gives_each_the_others_week() -> None:
    rota = made(WEEKLY + '[[swap]]\nrank = "first"\nweeks = [2026-11-02, 2026-11-16]\nwhy = "agreed"\n')

    assert [who(rota, f"2026-11-{day}T12:00") for day in ("02", "09", "16", "23")] == ["cy", "bob", "ann", "ann"]
    assert rota.holders("first", local("2026-11-02T12:00"))[0].why == "rota edition 2026-11, swap 1"


def test_an_override_wins_over_swap_and_turn_and_the_last_of_two_over_the_first() -> None:
    rota = made(
        WEEKLY
        + '[[swap]]\nrank = "first"\nweeks = [2026-11-02, 2026-11-16]\n'
        + override("first", "2026-11-03T12:00:00", "2026-11-05T12:00:00", "bob")
        + override("first", "2026-11-04T12:00:00", "2026-11-04T18:00:00", "ann")
    )

    moments = ("03T11:59", "03T12:00", "04T12:00", "04T18:00", "05T12:00")
    assert [who(rota, f"2026-11-{at}") for at in moments] == ["cy", "bob", "ann", "bob", "cy"]
    (turn,) = rota.holders("first", local("2026-11-04T13:00"))
    assert (turn.why, turn.note) == ("rota edition 2026-11, override 2", "leave")


def test_the_reason_that_people_wrote_stays_out_of_what_the_record_keeps() -> None:
    rota = made(WEEKLY + override("first", "2026-11-03T12:00:00", "2026-11-05T12:00:00", "bob"))

    contact = rota.contact("first", local("2026-11-04T12:00"))

    assert contact is not None
    assert "leave" not in contact.why


def test_a_turn_ends_where_a_stronger_part_begins() -> None:
    rota = made(WEEKLY + override("first", "2026-11-03T12:00:00", "2026-11-05T12:00:00", "bob"))

    assert rota.holders("first", local("2026-11-02T12:00"))[0].until == local("2026-11-03T12:00")
    assert rota.holders("first", local("2026-11-06T12:00"))[0].until == local("2026-11-09T09:00")


def test_whoever_is_not_in_the_service_holds_nothing() -> None:
    people = person("ann", "until = 2026-11-04") + person("bob", "from = 2026-11-10") + person("cy")
    rota = made(WEEKLY, people=people)

    moments = ("04T23:59:59", "05T00:00", "09T12:00", "10T00:00", "16T09:00")
    assert [who(rota, f"2026-11-{at}") for at in moments] == ["ann", "", "", "bob", "cy"]
    assert rota.stretch("first", local("2026-11-09T12:00")).until == local("2026-11-10T00:00")


def test_an_override_for_one_who_has_left_gives_way_to_the_turn() -> None:
    people = person("ann") + person("bob", "until = 2026-11-03") + person("cy")
    rota = made(WEEKLY + override("first", "2026-11-03T12:00:00", "2026-11-05T12:00:00", "bob"), people=people)

    assert [who(rota, f"2026-11-{at}") for at in ("03T13:00", "04T13:00")] == ["bob", "ann"]


def test_an_override_without_a_person_leaves_its_rank_empty_while_another_is_held() -> None:
    rota = made(WEEKLY + SECOND + override("first", "2026-11-03T12:00:00", "2026-11-05T12:00:00"), ranks=TWO)

    assert [who(rota, f"2026-11-{at}") for at in ("03T11:00", "04T12:00", "05T13:00")] == ["ann", "", "ann"]
    assert who(rota, "2026-11-04T12:00", "second") == "cy"


def test_nobody_can_take_the_last_reachable_person_away() -> None:
    away = override("first", "2026-11-03T12:00:00", "2026-11-05T12:00:00")
    both = away + override("second", "2026-11-04T12:00:00", "2026-11-06T12:00:00")
    rota = made(WEEKLY + SECOND + both, ranks=TWO)

    assert who(rota, "2026-11-04T11:59") == ""
    assert (who(rota, "2026-11-04T12:00"), who(rota, "2026-11-04T12:00", "second")) == ("ann", "cy")
    assert who(rota, "2026-11-05T12:00", "second") == ""
    assert rota.holders("first", local("2026-11-04T12:00"))[0].why == (
        "rota edition 2026-11, turn 1; the overrides that left nobody to be reached were passed over"
    )


def test_somebody_who_cannot_be_reached_takes_nobodys_place() -> None:
    mute = '[[person]]\nhandle = "dee"\ntitle = "Lead dee"\ntext = ["12"]\n'
    rota = made(WEEKLY + override("first", "2026-11-03T12:00:00", "2026-11-05T12:00:00", "dee"), people=PEOPLE + mute)

    contact = rota.contact("first", local("2026-11-04T12:00"))

    assert contact is not None
    assert contact.titles == ("Lead ann",)


@pytest.mark.parametrize(
    ("monday", "hours"), [("2027-03-22", 167), ("2026-10-19", 169)], ids=["clocks go forward", "clocks go back"]
)
def test_the_hand_over_stays_at_its_local_time_over_both_clock_changes(monday: str, hours: int) -> None:
    rota = made('[[turn]]\nrank = "first"\nstarting = 2026-01-05\npersons = ["ann", "bob"]\n')

    (turn,) = rota.holders("first", local(f"{monday}T12:00"))

    assert turn.starts == local(f"{monday}T09:00")
    assert turn.until - turn.starts == timedelta(hours=hours)


def test_a_hand_over_in_the_hour_that_comes_twice_is_at_the_first_of_the_two() -> None:
    rota = made('[[turn]]\nrank = "first"\nstarting = 2026-10-18\npersons = ["ann", "bob"]\n', hands_over="01:30")

    assert who(rota, local("2026-10-25T01:29")) == "ann"
    assert who(rota, local("2026-10-25T01:30")) == "bob"
    assert who(rota, local("2026-10-25T01:29", fold=1)) == "bob"


def test_a_hand_over_in_the_hour_that_never_comes_is_an_hour_later_on_the_clock() -> None:
    rota = made('[[turn]]\nrank = "first"\nstarting = 2027-03-21\npersons = ["ann", "bob"]\n', hands_over="01:30")

    assert who(rota, datetime(2027, 3, 28, 1, 29, 59, tzinfo=UTC)) == "ann"  # 02:29:59 on the clock
    assert who(rota, local("2027-03-28T02:30")) == "bob"
    assert rota.holders("first", local("2027-04-01T12:00"))[0].until == local("2027-04-04T01:30")


def test_stretches_follow_one_another_without_a_gap_and_join_a_persons_weeks() -> None:
    rota = made(WEEKLY + SECOND, ranks=TWO)
    begins, ends = local("2026-11-01T00:00"), local("2026-11-20T00:00")

    firsts = [(s.turn.handle if s.turn else "", s.until) for s in rota.stretches("first", begins, ends)]

    assert firsts == [
        *(("", local("2026-11-02T09:00")), ("ann", local("2026-11-09T09:00")), ("bob", local("2026-11-16T09:00"))),
        ("cy", ends),
    ]
    assert [s.turn.handle for s in rota.stretches("second", local("2026-11-02T09:00"), ends) if s.turn] == ["cy"]


def test_a_turn_of_somebody_who_cannot_be_reached_begins_when_another_rank_has_somebody_who_can() -> None:
    """Before that they were passed over, so that it was not their turn."""
    mute = '[[person]]\nhandle = "dee"\ntitle = "Lead dee"\ntext = ["12"]\n'
    text = (
        WEEKLY
        + '[[turn]]\nrank = "second"\nstarting = 2026-11-02\npersons = ["dee"]\n'
        + override("first", "2026-11-03T12:00:00", "2026-11-06T12:00:00", "dee")
        + override("second", "2026-11-04T12:00:00", "2026-11-06T12:00:00", "cy")
    )
    rota = made(text, people=PEOPLE + mute, ranks=TWO)

    assert who(rota, "2026-11-04T11:59") == "ann"
    (turn,) = rota.holders("first", local("2026-11-05T12:00"))
    assert (turn.handle, turn.starts) == ("dee", local("2026-11-04T12:00"))
