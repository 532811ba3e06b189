"""When the watch tells, how often, and by which ways."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.watch.found import Found
from adapters.watch.notebook import read_notebook
from adapters.watch.rounds import Watch
from adapters.watch.telling import Channel, FolderChannel
from settings import Settings
from tests.ports import free_port
from tests.watch.conftest import FOUND, MONDAY, Ear, Place, Round
from tests.watch.listening import Listening


async def is_late(place: Place) -> None:
    await place.opens()
    place.now = place.next_moment
    place.passes(minutes=3)


async def test_a_finding_is_told_once_then_each_hour_and_then_as_mended(
    place: Place, go_round: Round, ear: Ear
) -> None:
    await is_late(place)
    go_round()
    assert ear.new() == [("found", "moment")]

    for _ in range(118):
        place.passes(seconds=30)
        go_round()
    assert ear.new() == []

    place.passes(minutes=1)
    go_round()
    assert ear.new() == [("lasts", "moment")]

    place.works()
    go_round()
    assert ear.new() == [("mended", "moment")]
    place.tries(place.last("alert"), "accepted")
    place.passes(hours=1)
    place.works()
    place.tries(place.last("alert"), "accepted")
    go_round()
    assert ear.new() == []


async def test_each_telling_has_a_reference_of_its_own_and_all_name_the_finding(
    place: Place, go_round: Round, ear: Ear
) -> None:
    await is_late(place)
    for _ in range(3):
        go_round()
        place.passes(hours=1)
    place.works()
    go_round()

    assert len({alarm.ref for alarm in ear.heard}) == 4
    assert len({alarm.found.ref for alarm in ear.heard}) == 1
    assert [alarm.times for alarm in ear.heard] == [1, 2, 3, 3]


async def test_what_no_channel_took_is_told_in_the_next_round_and_meanwhile_no_sign_of_life_is_given(
    place: Place, ear: Ear, switch: Listening
) -> None:
    ear.is_down = True
    watch = Watch([lambda _: iter([FOUND])], [ear], read_notebook(place.settings.watch.heartbeat), ping=switch.url)
    report = watch.round(MONDAY)
    assert (report.is_sound, report.ping, switch.asked) == (False, "", [])

    ear.is_down = False
    assert watch.round(MONDAY + timedelta(seconds=30)).is_sound
    assert ear.new() == [("found", "moment")]
    assert len(switch.asked) == 1


async def test_one_way_that_is_down_holds_up_no_other(place: Place, ear: Ear, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ways: list[Channel] = [FolderChannel(tmp_path / "file" / "folder"), ear]
    report = Watch([lambda _: iter([FOUND])], ways, read_notebook(tmp_path / "watch.json")).round(MONDAY)

    assert report.is_sound
    assert ear.new() == [("found", "moment")]


def register_lost(place: Place) -> Path:
    path = Path(place.settings.register.removeprefix("sqlite:///"))
    return path.rename(path.with_suffix(".lost"))


async def test_a_register_that_cannot_be_read_is_told_after_a_minute_and_what_was_found_in_it_is_not_called_mended(
    place: Place, go_round: Round, ear: Ear
) -> None:
    await is_late(place)
    go_round()
    lost = register_lost(place)
    place.passes(seconds=30)
    report = go_round()
    assert ([one.what for one in report.found], report.is_sound) == (["register"], False)
    assert ear.new() == [("found", "moment")]

    place.passes(minutes=1)
    go_round()
    assert ear.new() == [("found", "register")]

    lost.rename(lost.with_suffix(".db"))
    place.passes(seconds=30)
    place.works()
    go_round()
    assert sorted(ear.new()) == [("mended", "moment"), ("mended", "register")]


async def test_a_register_that_comes_back_within_a_minute_wakes_nobody(place: Place, go_round: Round, ear: Ear) -> None:
    await place.opens()
    lost = register_lost(place)
    go_round()
    lost.rename(lost.with_suffix(".db"))
    place.passes(seconds=30)

    assert go_round().is_sound
    assert ear.new() == []


async def test_a_round_without_the_register_is_no_round_for_those_who_look_at_the_heartbeat(
    place: Place, go_round: Round
) -> None:
    go_round()
    first = read_notebook(place.settings.watch.heartbeat).last_round
    register_lost(place)
    place.passes(minutes=10)
    go_round()

    assert read_notebook(place.settings.watch.heartbeat).last_round == first == MONDAY.isoformat()


def test_a_fault_of_the_watch_itself_is_told_and_stops_nothing_else(ear: Ear, tmp_path: Path) -> None:
    def faulty(_: datetime) -> Iterator[Found]:
        raise RuntimeError("SECRET")

    report = Watch([faulty, lambda _: iter([FOUND])], [ear], read_notebook(tmp_path / "watch.json")).round(MONDAY)

    assert [one.what for one in report.found] == ["watch", "moment"]
    assert not report.is_sound
    assert "SECRET" not in repr(ear.heard)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"findings": [{"ref": "x"}]}', "\x00"])
def test_a_heartbeat_that_cannot_be_read_is_begun_anew(tmp_path: Path, ear: Ear, text: str) -> None:
    file = tmp_path / "watch.json"
    file.write_text(text)
    Watch([lambda _: iter([FOUND])], [ear], read_notebook(file)).round(MONDAY)

    assert ear.new() == [("found", "moment")]
    assert list(read_notebook(file).known) == [FOUND.ref]


def test_a_heartbeat_that_cannot_be_written_stops_no_alarm(tmp_path: Path, ear: Ear) -> None:
    (tmp_path / "file").touch()
    watch = Watch([lambda _: iter([FOUND])], [ear], read_notebook(tmp_path / "file" / "watch.json"))
    watch.round(MONDAY)
    watch.round(MONDAY + timedelta(seconds=30))

    assert ear.new() == [("found", "moment")]


# --- the sign of life


def test_after_a_sound_round_the_switch_is_called(tmp_path: Path, switch: Listening) -> None:
    watch = Watch([], [], read_notebook(tmp_path / "watch.json"), ping=switch.url)

    assert watch.round(MONDAY).ping == "reached"
    assert [(one.method, one.path) for one in switch.asked] == [("GET", "/switch")]
    assert read_notebook(tmp_path / "watch.json").ping == "reached"


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_switch_that_answers_badly_is_not_reached(tmp_path: Path, switch: Listening, status: int) -> None:
    switch.status = status
    watch = Watch([], [], read_notebook(tmp_path / "watch.json"), ping=switch.url)

    assert watch.round(MONDAY).ping == "not reached"
    assert len(switch.asked) == 1, "nobody is followed elsewhere"


def test_a_switch_that_is_away_is_not_reached_and_stops_nothing(tmp_path: Path) -> None:
    watch = Watch([], [], read_notebook(tmp_path / "watch.json"), ping=f"http://127.0.0.1:{free_port()}/")

    assert watch.round(MONDAY).ping == "not reached"
    assert read_notebook(tmp_path / "watch.json").last_round == MONDAY.isoformat()


def test_while_training_every_alarm_says_so(settings: Settings, ear: Ear) -> None:
    watch = Watch([lambda _: iter([FOUND])], [ear], read_notebook(settings.watch.heartbeat), training=True)
    watch.round(datetime.now(UTC))

    assert ear.heard[0].subject.startswith("TRAINING: ")
