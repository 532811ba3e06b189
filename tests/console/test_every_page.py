"""The guard of every page: each route as each role and as nobody, with forms of ours and of others."""

import json
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route
from structlog.testing import capture_logs

from adapters.people.roles import PAGES, ROLES, Right
from adapters.register.reads import list_reads
from console.app import make_pages
from settings import HERE
from tests.watch.conftest import CASE

from .conftest import ADDRESS, PEOPLE, Site
from .office import SECRET, grown, looks, signed_in, without_temporal
from .test_pages import words

OWN = "EXAMPLE-0001"
FILLED = {"{ref}": CASE, "{policy}": "lincolnshire", "{number}": "00000000", "{given}": "given", "{rest:path}": "x"} | {
    "{name}": "own-record"
}
NOTHING_THERE = {"/plans/{number}", "/retention/{number}", "/board/acknowledge", "/turns/cover/{id}"} | {
    "/retention/{number}/approve",
    "/retention/{number}/withdraw",
}
"""Pages of things of which there are none here."""
ACCOUNTS = {role.replace(" ", "-"): role for role in ROLES} | {"": ""}
FORM = {"policy": "lincolnshire", "risk": "", "words": "daily", "name": "mine", "do": "keep", "act": "acknowledge"}


def address(path: str) -> str:
    for part, said in FILLED.items():
        path = path.replace(part, said)
    return path


@pytest.fixture
async def grown_site(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    without_temporal(site, monkeypatch)
    await grown(site)
    return site


def routes(site: Site) -> list[tuple[str, str]]:
    """Every route there is: its path in the table, and its method."""
    found = [one for one in make_pages(site.parts).routes if isinstance(one, Route)]
    return sorted({(one.path, method) for one in found for method in {*(one.methods or ())} - {"HEAD"}})


async def asked(browser: httpx.AsyncClient, path: str, method: str, **more: Any) -> httpx.Response:
    return await browser.request(method, address(path), **more)


async def test_every_page_stands_in_the_table_and_nothing_else_does(site: Site) -> None:
    mounted = {one.path for one in make_pages(site.parts).routes if isinstance(one, Mount)}
    assert {path for path, _ in routes(site)} | mounted == set(PAGES)
    assert {path for path in PAGES if PAGES[path] == "by a token"} == mounted


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda one: one or "nobody")
async def test_each_role_and_nobody_opens_what_the_table_says_and_nothing_else(grown_site: Site, account: str) -> None:
    site, role = grown_site, ACCOUNTS[account]
    async with signed_in(site, account) as browser:
        for path, method in routes(site):
            right = PAGES[path]
            if method != "GET" or not isinstance(right, Right):
                continue
            before = len(looks(site))
            answer = await asked(browser, path, method)
            new = list_reads(site.place.settings.register)[before:]
            if not account:
                assert answer.status_code == 303, path
                assert answer.headers["Location"].startswith("/sign-in?next=")
                assert new == []
            elif role not in right.roles:
                assert answer.status_code == 403, path
                assert f"This page is not for the role {role}" in words(answer)
                assert [one["what"] for one in new] == (["failed to open"] if right.of == "case" else []), path
            else:
                missing = path in NOTHING_THERE
                assert answer.status_code == (400 if missing else 200), (path, words(answer))
                assert [one["what"] for one in new] == ([right.read] if right.read and not missing else []), path
            if account and role in right.roles:
                continue
            assert CASE not in words(answer)
            assert SECRET not in answer.text


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda one: one or "nobody")
@pytest.mark.parametrize(
    ("mark", "headers"),
    [
        ("", {}),
        ("0" * 32, {}),
        ("another", {}),
        ("good", {"Sec-Fetch-Site": "cross-site"}),
        ("good", {"Origin": "https://elsewhere.example.org"}),
    ],
    ids=["without a mark", "with a made-up mark", "with the mark of another page", "cross-site", "other origin"],
)
async def test_a_form_that_came_from_no_page_of_ours_shows_and_changes_nothing(
    grown_site: Site, account: str, mark: str, headers: dict[str, str]
) -> None:
    site = grown_site
    received, openings = len(site.place.cases.received), len(site.place.cases.openings)
    async with signed_in(site, account) as browser:
        for path, method in routes(site):
            if method == "GET" or not isinstance(PAGES[path], Right):
                continue
            form = {**FORM, "mark": _mark(site, browser, address(path), mark), "break-glass": "because", "risk": "yes"}
            answer = await asked(browser, path, method, data=form, headers=headers)
            assert answer.status_code == 403, path
            assert "Nothing was recorded" in words(answer)
            assert SECRET not in answer.text
            assert "set-cookie" not in answer.headers

    assert (len(site.place.cases.received), len(site.place.cases.openings)) == (received, openings)
    assert looks(site) == []
    assert not (site.place.settings.data / "plans").exists()
    assert not (site.place.settings.data / "views").exists()


def _mark(site: Site, browser: httpx.AsyncClient, path: str, kind: str) -> str:
    visitor = site.parts.visitors.visitor(browser.cookies.get("__Host-session") or "")
    if visitor is None or kind not in {"good", "another"}:
        return kind
    return site.parts.visitors.mark(visitor, path if kind == "good" else "/elsewhere")


@pytest.mark.parametrize("account", [one for one in ACCOUNTS if one])
async def test_a_form_of_ours_does_no_more_than_the_role_may(grown_site: Site, account: str) -> None:
    site, role = grown_site, ACCOUNTS[account]
    async with signed_in(site, account) as browser:
        for path, method in routes(site):
            right = PAGES[path]
            if method == "GET" or not isinstance(right, Right) or path == "/sign-out":
                continue
            form = {**FORM, "mark": _mark(site, browser, address(path), "good")}
            answer = await asked(browser, path, method, data=form)
            if role not in right.roles:
                assert answer.status_code == 403, path
                assert SECRET not in answer.text
            else:
                assert answer.status_code in {200, 303, 400, 403, 422}, (path, words(answer))


async def test_a_session_of_somebody_who_left_the_file_of_people_is_over_at_once(
    grown_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with signed_in(grown_site, "operations") as browser:
        assert (await browser.get("/")).status_code == 200
        monkeypatch.delitem(PEOPLE, "operations")
        assert (await browser.get("/")).status_code == 303


async def test_nothing_personal_and_nothing_that_was_written_is_in_addresses_titles_or_the_log(
    grown_site: Site,
) -> None:
    site = grown_site
    with capture_logs() as log:
        async with signed_in(site, "operations") as browser:
            for path, method in routes(site):
                if method != "GET" or not isinstance(PAGES[path], Right):
                    continue
                answer = await asked(browser, path, method)
                if answer.headers["Content-Type"].startswith("text/html"):
                    title = answer.text.split("<title>")[1].split("</title>")[0]
                    assert SECRET not in title
                    assert OWN not in title
                for part in answer.text.split('href="')[1:]:
                    assert OWN not in part.split('"')[0]
                    assert "%20" not in part.split('"')[0]
    assert "operations" not in json.dumps([{**one, "role": ""} for one in log])


async def test_every_page_says_what_a_guard_says(grown_site: Site) -> None:
    async with signed_in(grown_site, "operations") as browser:
        for path, method in routes(grown_site):
            answer = await asked(browser, path, method)
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'"), path
            assert answer.headers["Cache-Control"] == "no-store"
            assert not [one for one in ("<script", " onclick", " style=", "javascript:") if one in answer.text], path


async def test_an_error_of_ours_tells_nothing(grown_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("console.office.listing.cases_of", breaks)
    async with signed_in(grown_site, "operations") as browser:
        with capture_logs() as log:
            answer = await browser.get("/cases")

    assert answer.status_code == 500
    assert "This is a mistake of ours." in words(answer)
    assert SECRET not in answer.text + json.dumps(log)
    assert ADDRESS not in json.dumps(log)


def test_the_document_has_the_table_of_pages_as_the_program_has_it() -> None:
    document = (HERE / "docs" / "access.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line.split("|")[3:-1] for line in document.splitlines() if line.startswith("| `/")}

    assert {path for path, right in PAGES.items() if isinstance(right, Right)} == set(rows)
    for path, cells in rows.items():
        right = PAGES[path]
        assert isinstance(right, Right)
        assert {role for role, cell in zip(ROLES, cells, strict=False) if cell.strip() != "–"} == right.roles, path
        assert cells[-1].strip() == (right.read or "–")


async def test_immediate_risk_about_a_case_is_taken_from_a_form_that_was_open_for_longer_than_a_session(
    grown_site: Site,
) -> None:
    async with signed_in(grown_site, "auditor") as browser:
        form = {"mark": _mark(grown_site, browser, f"/cases/{CASE}/risk", "good"), "note": "They ring us."}
        grown_site.place.passes(minutes=45)
        answer = await browser.post(f"/cases/{CASE}/risk", data=form)
        other = await browser.post(f"/cases/{CASE}", data=form | {"break-glass": "because"})

    assert answer.status_code == 200
    assert "They ring us." in answer.text
    assert other.status_code == 403
