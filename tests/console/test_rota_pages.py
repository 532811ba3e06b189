"""The rota page: my turns, who is next, and cover that is asked for and taken up."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.people.roles import ROLES
from adapters.rota import load_rota
from adapters.rota.cover import CoverRequests
from services import times
from settings import HERE, Settings, read_settings

from .conftest import Site
from .signed_in import Visit
from .test_pages import words

TIME = {"from": "2026-11-27 09:00", "until": "2026-11-29 09:00"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A copy of the directories, so that what is written harms none."""
    shutil.copytree(HERE / "directories", tmp_path / "directories")
    told = {"ESCALATION_DATA": str(tmp_path / "data"), "ESCALATION_DIRECTORIES": str(tmp_path / "directories")}
    return read_settings(told)


@pytest.fixture(autouse=True)
def _clock(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(times, "clock", lambda: site.place.now)
    return iter(())


@pytest.fixture
def lead(site: Site) -> Visit:
    """Who is on call first until Wednesday, and again from Friday: staff-1003."""
    return Visit(site, "on-call-lead")


@pytest.fixture
def second(site: Site) -> Visit:
    """staff-1001."""
    return Visit(site, "second")


def path(site: Site) -> Path:
    return site.place.settings.directories / "lincolnshire.rota.toml"


def holder(site: Site, day: str) -> str:
    from datetime import datetime

    turn = load_rota(path(site)).stretch("first", datetime.fromisoformat(f"{day}T12:00+00:00")).turn
    return turn.handle if turn else ""


async def asks(lead: Visit, **changes: str) -> str:
    form = await lead.opens("/turns/cover", area="lincolnshire", rank="first", **TIME)
    return words(await lead.sends(form, **{"from": TIME["from"], "until": TIME["until"], "why": "training", **changes}))


def letters(site: Site) -> list[str]:
    return sorted(one.read_text() for one in Path(site.place.settings.outbox).glob("*cover*"))


def id_of(site: Site) -> str:
    (one,) = CoverRequests(site.place.settings.data).waiting(site.place.now)
    return one.id


async def test_the_page_shows_my_turns_who_is_on_call_and_who_is_next(site: Site, lead: Visit) -> None:
    said = words(await lead.opens("/turns"))

    assert "safeguarding lead on call Lincolnshire Safeguarding Children Partnership" in said
    assert "now Wednesday 25 November 2026, 9:00am Ask for cover" in said
    assert "Friday 27 November 2026, 9:00am Monday 30 November 2026, 9:00am" in said
    assert "Safeguarding lead, health (staff-1003), you Wednesday 25 November" in said
    assert "Deputy safeguarding lead (staff-1004)" in said
    assert "Nobody asks for cover." in said


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_sees_the_rota_and_only_the_roles_of_the_table_ask_for_cover(site: Site, role: str) -> None:
    visit = Visit(site, role.replace(" ", "-"))
    rota, cover = await visit.opens("/turns"), await visit.opens("/turns/cover")

    assert rota.status_code == 200
    assert cover.status_code == (403 if role in {"agency manager", "auditor"} else 200)
    assert ("Ask for cover" in rota.text) is (role == "on-call lead"), "whoever has no turn has nothing to ask for"


async def test_cover_is_asked_for_and_the_others_and_the_office_are_told_without_the_reason(
    site: Site, lead: Visit
) -> None:
    before = path(site).read_text()
    said = await asks(lead)

    assert "You have asked for cover Everybody else on this rota and the office are told." in said
    assert path(site).read_text() == before, "nothing changes until somebody takes it up"
    told = letters(site)
    assert len(told) == 6, "five others, and the office"
    for letter in told:
        assert "Safeguarding lead, health (staff-1003) asks for cover" in " ".join(letter.split())
        assert "training" not in letter.replace("TRAINING", "")
    kept = CoverRequests(site.place.settings.data)
    assert kept.path.stat().st_mode & 0o777 == 0o600


async def test_whoever_takes_it_up_is_on_call_by_the_rota_and_both_and_the_office_are_told(
    site: Site, lead: Visit, second: Visit
) -> None:
    await asks(lead)
    before, told = path(site).read_text(), len(letters(site))
    assert holder(site, "2026-11-28") == "staff-1003"
    assert "Take this over" in words(await second.opens("/turns"))
    question = await second.opens(f"/turns/cover/{id_of(site)}")
    assert path(site).read_text() == before
    answer = words(await second.sends(question, sure="yes"))

    assert "You have taken it over The rota is changed." in answer
    assert path(site).read_text().startswith(before)
    assert 'person = "staff-1001"\nwhy = "cover: training"' in path(site).read_text()
    assert [holder(site, f"2026-11-{day}") for day in (28, 29)] == ["staff-1001", "staff-1003"]
    assert len(letters(site)) - told == 3
    assert any("takes over from Safeguarding lead, health (staff-1003)" in " ".join(x.split()) for x in letters(site))
    assert "Nobody asks for cover." in words(await lead.opens("/turns"))


async def test_it_is_taken_up_once_and_a_second_press_is_told_so(site: Site, lead: Visit, second: Visit) -> None:
    await asks(lead)
    question = await second.opens(f"/turns/cover/{id_of(site)}")
    await second.sends(question, sure="yes")
    after, told = path(site).read_text(), letters(site)
    again = await second.sends(question, sure="yes")
    asker = await lead.opens(question.url.path)

    assert (again.status_code, path(site).read_text(), letters(site)) == (200, after, told)
    assert "You have taken it over" in words(again)
    assert asker.status_code == 409
    assert "It is taken up already" in words(asker)
    assert "has taken it up. You changed nothing." in words(asker)


async def test_one_can_take_back_ones_own_request_and_nobody_elses(site: Site, lead: Visit, second: Visit) -> None:
    await asks(lead)
    before = path(site).read_text()
    answer = words(await lead.sends(await lead.opens(f"/turns/cover/{id_of(site)}"), sure="yes"))

    assert "Your request is withdrawn You are still on call for that time." in answer
    assert path(site).read_text() == before
    assert "Nobody asks for cover." in words(await second.opens("/turns"))


async def test_a_no_changes_nothing(site: Site, lead: Visit, second: Visit) -> None:
    await asks(lead)
    before = path(site).read_text()
    answer = await second.sends(await second.opens(f"/turns/cover/{id_of(site)}"), sure="no")

    assert (answer.status_code, path(site).read_text()) == (303, before)
    assert id_of(site)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"why": ""}, "Say in a few words why"),
        ({"until": "2026-12-03 09:00"}, "staff-1003 is not on call as safeguarding lead on call for all of the time"),
        ({"until": "2026-11-27 08:00"}, "The cover would end before it begins"),
        ({"until": "whenever"}, "'whenever' is no time that can be read"),
        ({"area": "nowhere"}, "There is no such rota"),
        ({"rank": "third"}, "'third' is no rank of the rota"),
    ],
)
async def test_what_cannot_be_asked_is_said_beside_what_was_typed(
    site: Site, lead: Visit, changes: dict[str, str], sentence: str
) -> None:
    said = await asks(lead, **changes)

    assert "Nothing was asked yet." in said
    assert sentence in said
    assert CoverRequests(site.place.settings.data).waiting(site.place.now) == ()
    assert letters(site) == []


async def test_what_was_somebody_elses_by_then_is_not_taken_over(site: Site, lead: Visit, second: Visit) -> None:
    """The rota changed by hand after the request."""
    await asks(lead)
    question = await second.opens(f"/turns/cover/{id_of(site)}")
    more = 'rank = "first"\nfrom = 2026-11-28T09:00:00\nuntil = 2026-11-28T10:00:00\nperson = "staff-1002"\nwhy = "x"\n'
    path(site).write_text(f"{path(site).read_text()}\n[[override]]\n{more}")
    before = path(site).read_text()
    answer = await second.sends(question, sure="yes")

    assert answer.status_code == 400
    assert "is not on call as safeguarding lead on call for all of the time" in words(answer)
    assert path(site).read_text() == before


async def test_a_request_whose_time_is_over_waits_no_more(site: Site, lead: Visit) -> None:
    await asks(lead)
    site.place.now += timedelta(days=10)

    assert CoverRequests(site.place.settings.data).waiting(site.place.now) == ()
    assert "Nobody asks for cover." in words(await lead.opens("/turns"))


async def test_a_rota_that_cannot_be_used_hides_no_other(site: Site, lead: Visit) -> None:
    path(site).with_name("sutton.rota.toml").write_text("nonsense")

    assert "Lincolnshire Safeguarding Children Partnership" in words(await lead.opens("/turns"))
