"""No page tells anybody to type a command or names a file of the machine, whatever is broken behind it."""

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from adapters.people.roles import ROLES
from console.app import make_pages
from services import telling, temporal_client, times, waking
from settings import HERE, Settings, read_settings
from tests.watch.conftest import CASE
from workflows.caseload import Caseload, NoAnswer, NoSuchCase
from workflows.caseload import _not_found as not_found
from workflows.connection import ServerAway
from workflows.encryption import KeyMissing

from .conftest import PRACTITIONER, Site
from .filling import anything, fields_of, form_in, send
from .office import grown, signed_in, without_temporal
from .test_every_page import FORM, address

ACCOUNTS = sorted(role.replace(" ", "-") for role in ROLES)
ELSEWHERE = ("/sign-in", "/sign-out", "/n/", "/static")
"""Where one signs in it is said how a one-time link is made: by whoever has an account on the machine."""
_NAMED = re.compile(r"escalate [a-z<]|--[a-z]{2,}")
_OUR_ROOMS = ("services", "console")
_TELL = {"Trouble", "Unknown", "NotAnswered", "BehindGlass", "Problem", "note"}
_OF_A_FILE = {"path", "fault", "faulty"}
_OF_A_TERMINAL = {"services/referrals.py", "services/subject.py"}
"""What reads a file that somebody named on a command line."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose files a test may break."""
    for folder in ("policies", "directories"):
        shutil.copytree(HERE / folder, tmp_path / folder)
    folders = {f"ESCALATION_{name.upper()}": str(tmp_path / name) for name in ("policies", "directories", "data")}
    return read_settings(folders)


def breaks_file(*name: str) -> Callable[[Settings, pytest.MonkeyPatch], None]:
    def breaks(settings: Settings, _: pytest.MonkeyPatch) -> None:
        path = settings.data.parent.joinpath(*name)
        path.write_text("[broken", encoding="utf-8")

    return breaks


def fails(error: Exception, *, at_once: bool = False) -> Callable[[Settings, pytest.MonkeyPatch], None]:
    """Let Temporal fail, as it says itself: before anything is sent, or once it is."""

    def breaks(_: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        async def client(_: Settings) -> Any:
            if at_once:
                raise error

        async def record(*_: object) -> Any:
            raise error

        async def away(*_: object) -> Any:
            raise temporal_client._away(AWAY)

        monkeypatch.setattr(temporal_client, "client", client)
        monkeypatch.setattr(temporal_client, "caseload", REAL)
        monkeypatch.setattr(Caseload, "record", record)
        monkeypatch.setattr(Caseload, "open", record)
        monkeypatch.setattr(Caseload, "__init__", lambda *_: None)
        monkeypatch.setattr(temporal_client, "revive", away)

    return breaks


REAL = temporal_client.caseload
AWAY = ServerAway("Nobody answers at 127.0.0.1:7233. Start everything with `escalate up`.")
BROKEN: dict[str, Callable[[Settings, pytest.MonkeyPatch], None]] = {
    "nothing": lambda *_: None,
    "the policy": breaks_file("policies", "lincolnshire.toml"),
    "the directory": breaks_file("directories", "lincolnshire.toml"),
    "the rota": breaks_file("directories", "lincolnshire.rota.toml"),
    "the register": breaks_file("data", "register.db"),
    "Temporal is away": fails(AWAY, at_once=True),
    "nobody answers": fails(NoAnswer("Nobody answered: is a worker running (`escalate worker`)?")),
    "the case is lost": fails(NoSuchCase(not_found(CASE))),
    "a key is missing": fails(KeyMissing("0123")),
}


@pytest.fixture(params=BROKEN)
async def site_of(request: pytest.FixtureRequest, site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with a case that has gone on; then something breaks."""
    without_temporal(site, monkeypatch)
    await grown(site)
    monkeypatch.setattr(times, "clock", lambda: site.place.now)
    monkeypatch.setattr(telling, "WORD_SECONDS", 0)
    monkeypatch.setattr(waking, "WITHIN_SECONDS", 5)
    BROKEN[request.param](site.place.settings, monkeypatch)
    return site


def must_name_nothing(answer: httpx.Response, settings: Settings, what: str) -> None:
    """See that a page names nothing; a bundle that is handed over is bytes, in which anything may stand by chance."""
    if answer.headers.get("Content-Type", "").startswith("application/zip"):
        return
    found = _NAMED.findall(re.sub(r"<head>.*?</head>|<[^>]*>", " ", answer.text, flags=re.DOTALL))
    assert not found, (what, found, answer.text[:6000])
    for place in (settings.data.parent, HERE):
        assert str(place) not in answer.text, (what, answer.text)


@pytest.mark.parametrize("account", ACCOUNTS)
async def test_no_page_of_whoever_has_signed_in_names_a_command_or_a_file(site_of: Site, account: str) -> None:
    settings = site_of.place.settings
    async with signed_in(site_of, account) as browser:
        for one in make_pages(site_of.parts).routes:
            if not isinstance(one, Route) or one.path.startswith(ELSEWHERE):
                continue
            for method in {*(one.methods or ())} - {"HEAD"}:
                path = address(one.path)
                visitor = site_of.parts.visitors.visitor(browser.cookies.get("__Host-session") or "")
                assert visitor
                form = {**FORM, "mark": site_of.parts.visitors.mark(visitor, path), "sure": "yes", "kind": "x"}
                answer = await browser.request(method, path, data=form if method == "POST" else None)
                must_name_nothing(answer, settings, f"{method} {path}")


async def test_no_form_and_no_answer_to_it_names_a_command_or_a_file(site_of: Site) -> None:
    settings, start = site_of.place.settings, f"/cases/{CASE}/record"
    async with signed_in(site_of, "operations") as browser:
        listed = await browser.get(start)
        must_name_nothing(listed, settings, start)
        paths = [part.partition('"')[0] for part in listed.text.split('href="')[1:] if part.startswith(f"{start}/")]
        for path in [*paths, f"/cases/{CASE}/risk"]:
            page = await browser.get(path.replace("&amp;", "&"))
            must_name_nothing(page, settings, path)
            if page.status_code != 200:
                continue
            button = "yes" if path.endswith("/risk") else "check"
            checked = await send(browser, page, button, anything(page) | {"no_residual": [], "one-of": "strike"})
            must_name_nothing(checked, settings, f"{path}, checked")
            if "record" in [value for _, value in form_in(checked).buttons]:
                done = await send(browser, checked, "record", {"names-nobody": "yes"})
                must_name_nothing(done, settings, f"{path}, recorded")


async def test_no_page_behind_a_link_names_a_command_or_a_file(site_of: Site, browser: httpx.AsyncClient) -> None:
    settings = site_of.place.settings
    for link in (site_of.path(2, PRACTITIONER), site_of.path(2)):
        page = await browser.get(link)
        must_name_nothing(page, settings, link)
        for press in ("acknowledge", "rang", "not-mine", "left"):
            asked = await browser.get(link, params={"press": press})
            must_name_nothing(asked, settings, press)
            if form_in(asked).buttons:
                must_name_nothing(await browser.post(link, data=fields_of(asked) | {"sure": ["yes"]}), settings, press)
        for form in ("discussion", "not-agreed", "risk"):
            opened = await browser.get(link, params={"form": form})
            must_name_nothing(opened, settings, form)
            if form_in(opened).buttons:
                checked = await send(browser, opened, "yes" if form == "risk" else "check", anything(opened))
                must_name_nothing(checked, settings, form)


async def test_opening_a_case_names_no_command_and_no_file(site_of: Site) -> None:
    settings = site_of.place.settings
    said = {"policy": "lincolnshire", "raising": "schools", "receiving": "police", "raised_by": "practitioner"}
    async with signed_in(site_of, "operations") as browser:
        page = await browser.get("/open")
        must_name_nothing(page, settings, "/open")
        for step, more in (("policy", {}), ("agencies", {}), ("check", {}), ("agencies", {"risk": "yes"})):
            form = {**fields_of(page), **said, "fact.concern": "difference", "step": step, "request": step, **more}
            visitor = site_of.parts.visitors.visitor(browser.cookies.get("__Host-session") or "")
            assert visitor
            form["mark"] = site_of.parts.visitors.mark(visitor, "/open")
            must_name_nothing(await browser.post("/open", data=form), settings, f"/open {step} {more}")


# --- the sentences themselves


def told(room: str) -> Iterator[tuple[str, ast.expr]]:
    """Yield what is said on a page or to a program by every trouble and remark of a room."""
    for path in sorted((HERE / room).rglob("*.py")):
        if str(path.relative_to(HERE)) in _OF_A_TERMINAL:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in _TELL:
                where = f"{path.relative_to(HERE)}:{call.lineno}"
                yield from ((where, one) for one in call.args)
                yield from ((where, one.value) for one in call.keywords if one.arg == "shown")


@pytest.mark.parametrize("room", _OUR_ROOMS)
def test_every_trouble_has_its_mend_in_the_words_of_the_place_where_it_is_read(room: str) -> None:
    """What a terminal alone can do stands in `typed`."""
    wrong = []
    for where, said in told(room):
        texts = [one.value for one in ast.walk(said) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        stems = {one.value for one in ast.walk(said) if isinstance(one, ast.Attribute) and one.attr == "stem"}
        names = {one.id for one in ast.walk(said) if isinstance(one, ast.Name) and one not in stems}
        wrong += [f"{where}: {one}" for one in texts if "escalate " in one]
        wrong += [f"{where}: {one}" for one in names & _OF_A_FILE]

    assert wrong == []


def test_no_template_names_a_command_but_where_one_signs_in() -> None:
    pages = {path.name for path in (HERE / "console" / "templates").rglob("*.html") if "escalate " in path.read_text()}

    assert pages == {"sign_in.html"}
