"""What befalls a form on its way, tried on every kind: sent twice, slow, away, signed out, called back."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from console.app import make_app, make_pages
from domain.base.people import Actor
from services import letters, telling, temporal_client, times, waking
from settings import HERE, Settings, read_settings
from tests.watch.conftest import CASE

from .conftest import ADDRESS, PEOPLE, PRACTITIONER, Site
from .every_form import BY_LINK, KINDS, Kind, Ready, Scene
from .filling import fields_of
from .test_pages import words
from .test_two_consoles import breaks

DONE = {200, 303}
RING = "999"
EACH_BY_ITSELF = {"the board", "a plan is carried out"}
"""Of many cases, with a result for each on a page of its own."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Links in letters, and a copy of the directories, so that what is written harms none."""
    key = tmp_path / "link-key"
    key.write_text("k" * 32)
    key.chmod(0o600)
    shutil.copytree(HERE / "directories", tmp_path / "directories")
    said = {"ESCALATION_DATA": str(tmp_path / "data"), "ESCALATION_DIRECTORIES": str(tmp_path / "directories")}
    return read_settings({**said, "ESCALATION_CONSOLE_ADDRESS": ADDRESS, "ESCALATION_LINK_KEY_FILE": str(key)})


@pytest.fixture
async def scene(site: Site, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    made = Scene(site)
    site.parts = replace(site.parts, record=made.by_link)
    site.app.app = make_app(site.parts)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")
    monkeypatch.setattr(times, "clock", lambda: site.place.now)
    monkeypatch.setattr(telling, "WORD_SECONDS", 0)
    monkeypatch.setattr(temporal_client, "caseload", made.caseload)
    monkeypatch.setattr(waking, "_wake", lambda *_: "The safeguarding lead on call was told of the risk directly.")
    yield made
    await made.close()


def each(*, what: str = "") -> pytest.MarkDecorator:
    """Every kind of form; or those behind a link, or of whoever has signed in."""
    chosen = {
        "": KINDS,
        "by link": [one for one in KINDS if one.path == BY_LINK and one.name not in {"did it ring", "a new letter"}],
        "signed in": [one for one in KINDS if one.account and one.name != "signing out"],
    }[what]
    return pytest.mark.parametrize("kind", chosen, ids=lambda one: one.name)


def keeps(kind: Kind, answer: httpx.Response) -> None:
    """What was typed is given back, and immediate risk says whom to ring."""
    assert kind.typed in answer.text, (kind.name, words(answer))
    assert not kind.is_risk or RING in words(answer).split("Never write")[0]


async def is_done(kind: Kind, scene: Scene, ready: Ready) -> httpx.Response:
    """Press once more: now it is recorded, once."""
    answer = await ready.pressed()
    assert answer.status_code in DONE, (kind.name, words(answer))
    return answer


def test_every_route_that_takes_a_form_has_a_row(site: Site) -> None:
    taken = {
        one.path for one in make_pages(site.parts).routes if isinstance(one, Route) and "POST" in (one.methods or ())
    }

    assert taken == {kind.path for kind in KINDS}


@each()
async def test_a_form_that_is_sent_twice_counts_once_and_is_told_as_done_both_times(scene: Scene, kind: Kind) -> None:
    """A double press, or a page that is loaded again."""
    ready = await kind.fills(scene)
    before = scene.stands()
    first = await is_done(kind, scene, ready)
    once = scene.stands()
    again = await ready.pressed()

    assert once != before or kind.name in {"words looked for", "glass is broken", "signing in", "signing out"}
    assert again.status_code in DONE or "You are signed in on this browser already" in words(again), words(again)
    assert "This was not recorded" not in words(first) + words(again)
    if not kind.counts_twice:
        assert scene.stands() == once


@each()
async def test_while_the_register_is_away_what_was_typed_is_kept_and_is_recorded_once_it_is_back(
    scene: Scene, kind: Kind
) -> None:
    ready = await kind.fills(scene)
    before = scene.stands()
    with scene.without_register():
        answer = await ready.pressed()

    if "register" not in kind.needs:
        assert answer.status_code in DONE, (kind.name, words(answer))
        return
    if kind.name not in EACH_BY_ITSELF:
        assert answer.status_code == 503, (kind.name, words(answer))
        assert scene.stands() == before
    keeps(kind, answer)
    await is_done(kind, scene, ready)


@each()
async def test_while_temporal_is_away_it_says_so_and_what_was_typed_is_recorded_once_it_is_back(
    scene: Scene, kind: Kind
) -> None:
    ready = await kind.fills(scene)
    before = scene.stands()
    scene.is_away = True
    answer = await ready.pressed()
    if "temporal" not in kind.needs:
        assert answer.status_code in DONE, (kind.name, words(answer))
        return
    scene.is_away = False
    assert answer.status_code == 503 or kind.name in EACH_BY_ITSELF
    if kind.name not in EACH_BY_ITSELF:
        assert scene.stands() == before
        assert "not recorded" in words(answer).casefold() or "nothing was recorded" in words(answer) or kind.is_risk
    keeps(kind, answer)
    await is_done(kind, scene, ready)


@each()
async def test_an_answer_that_is_too_late_is_told_as_not_known_and_a_second_press_finds_out(
    scene: Scene, kind: Kind
) -> None:
    """The case has taken it; nobody says so in time."""
    if "temporal" not in kind.needs:
        return
    ready = await kind.fills(scene)
    before = scene.stands()
    scene.is_late = True
    answer = await ready.pressed()
    scene.is_late = False
    taken = scene.stands()

    assert taken != before
    if kind.name != "a plan is carried out":  # its page says it
        said = words(answer)
        assert "We do not know if this was recorded" in said or "may still be recorded" in said, said
    keeps(kind, answer)
    await is_done(kind, scene, ready)
    assert {case: count for case, count in scene.stands().items() if case.startswith("ESC")} == {
        case: count for case, count in taken.items() if case.startswith("ESC")
    }


@each(what="signed in")
async def test_whoever_was_signed_out_gets_back_what_they_typed_and_the_same_form_is_taken_once_they_sign_in_again(
    scene: Scene, kind: Kind
) -> None:
    ready = await kind.fills(scene)
    before = scene.stands()
    scene.place.passes(minutes=31)
    answer = await ready.pressed()
    if kind.is_risk:
        assert answer.status_code in DONE, words(answer)
        return
    assert answer.status_code == 403
    assert "sign in again" in words(answer)
    assert scene.stands() == before
    keeps(kind, answer)
    scene.signs_in(ready.browser, kind.account)
    await is_done(kind, scene, ready)


@each(what="signed in")
async def test_what_somebody_typed_is_neither_recorded_by_nor_shown_to_whoever_signs_in_after_them(
    scene: Scene, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEOPLE, "colleague", PEOPLE[kind.account]._replace(account="colleague", handle="staff-0009"))
    ready = await kind.fills(scene)
    before = scene.stands()
    scene.signs_in(ready.browser, "colleague")
    answer = await ready.pressed()

    assert answer.status_code == 403
    assert scene.stands() == before
    assert not kind.typed or kind.typed not in answer.text
    assert not kind.is_risk or RING in words(answer).split("Never write")[0]


@each(what="by link")
async def test_a_link_that_was_called_back_meanwhile_records_nothing_and_gives_back_what_was_typed(
    scene: Scene, kind: Kind
) -> None:
    ready = await kind.fills(scene)
    for role, agency in (("practitioner", "police"), ("practitioner", "schools"), ("on-call", "")):
        letters.revoke(scene.place.settings, CASE, Actor(role=role, agency=agency), "coordinator")
    before = scene.stands()
    answer = await ready.pressed()

    assert answer.status_code == 403
    assert "This link was called back meanwhile." in words(answer)
    assert scene.stands() == before
    keeps(kind, answer)
    assert not kind.is_risk or "Nobody has been told by this program." in words(answer)


@each()
async def test_what_consoles_remember_may_be_away_and_whoever_is_there_goes_on(scene: Scene, kind: Kind) -> None:
    ready = await kind.fills(scene)
    breaks(scene.site)
    answer = await ready.pressed()

    if kind.name in {"signing in", "a new letter"}:
        assert answer.status_code == 503
        assert "ring your partnership" in words(answer)
    else:
        assert answer.status_code in DONE, words(answer)


@each()
async def test_a_directory_and_a_rota_that_cannot_be_read_lose_nothing_that_was_typed(scene: Scene, kind: Kind) -> None:
    ready = await kind.fills(scene)
    for file in scene.place.settings.directories.glob("lincolnshire*.toml"):
        file.write_text("this is no TOML", encoding="utf-8")
    answer = await ready.pressed()

    assert answer.status_code in {*DONE, 400, 409, 503}, (kind.name, words(answer))
    if answer.status_code not in DONE:
        keeps(kind, answer)


async def test_while_the_register_is_away_a_letters_page_leads_to_the_form_of_immediate_risk_and_that_opens(
    scene: Scene,
) -> None:
    await scene.place.opens()
    path, browser = scene.site.path(2, PRACTITIONER), scene.browser()
    with scene.without_register():
        page = await browser.get(path)
        risk = await browser.get(f"{path}?form=risk")

    assert page.status_code == 503
    assert f'href="{path}?form=risk"' in page.text
    assert "Is a child in danger now?" in words(page)
    assert risk.status_code == 200
    assert RING in words(risk).split("Never write")[0]


async def test_the_page_that_keeps_what_was_typed_sends_it_again_as_the_same_message(scene: Scene) -> None:
    kinds = {one.name: one.fills for one in KINDS}
    ready = await kinds["an act"](scene)
    with scene.without_register():
        kept = await ready.pressed()
    again = await ready.browser.post(ready.path, data=fields_of(kept))

    assert "Nothing was recorded." in words(kept)
    assert "Send it again" in words(kept)
    assert fields_of(kept)["id"] == ready.sends["id"]
    assert again.status_code == 200
    assert "Recorded The frontline professional, Lincolnshire Police: Discussion" in words(again)


async def test_more_fields_than_a_form_has_are_refused_of_whoever_has_signed_in_too(scene: Scene) -> None:
    await scene.place.opens()
    answer = await scene.browser("operations").post("/cases", content=b"words=x&" * 500)

    assert answer.status_code == 413
