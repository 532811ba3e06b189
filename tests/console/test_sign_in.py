"""Signing in: by a one-time link, at a provider; how a session ends; what is counted and locked out."""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from structlog.testing import capture_logs

from adapters.keyring import Keyring
from adapters.people.passes import new_pass
from console.app import make_app
from console.sign_in.provider import NotBelieved, Provider, ProviderAway, Sent
from settings import HERE, OidcSettings

from .conftest import ADDRESS, PEOPLE, Site
from .provider import provider, signs_in
from .test_pages import words

OPERATIONS = PEOPLE["operations"]
SENT = Sent("state", "nonce", "verifier")


def once(site: Site, account: str = "operations") -> str:
    keyring = Keyring(site.place.settings.encryption_keys)
    return f"/sign-in/once/{new_pass(keyring, account, 'console', site.place.now)}"


async def test_a_one_time_link_signs_in_by_a_press_and_no_second_time(site: Site, browser: httpx.AsyncClient) -> None:
    link = once(site)
    for _ in range(2):
        assert "You sign in as operations" in words(await browser.get(link)), "to open it uses it up not"
    answer = await browser.post(link)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    browser.cookies.clear()
    for again in (await browser.get(link), await browser.post(link)):
        assert again.status_code == 403
        assert "It is used or over: it is good once, and for five minutes." in words(again)
    assert "set-cookie" not in {*again.headers} or "session" not in again.headers["Set-Cookie"]


async def test_a_one_time_link_is_over_after_five_minutes(site: Site, browser: httpx.AsyncClient) -> None:
    link = once(site)
    site.place.passes(minutes=5, seconds=1)

    assert (await browser.post(link)).status_code == 403


async def test_a_press_from_another_site_signs_nobody_in(site: Site, browser: httpx.AsyncClient) -> None:
    """Or somebody could let others work under an account of theirs."""
    link = once(site)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example.org"}):
        answer = await browser.post(link, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert (await browser.post(link)).status_code == 303


async def test_the_cookie_is_no_scripts_goes_by_tls_alone_and_to_this_host_alone(
    site: Site, browser: httpx.AsyncClient
) -> None:
    (said,) = [
        one for one in (await browser.post(once(site))).headers.get_list("set-cookie") if "session" in one.split("=")[0]
    ]

    assert said.startswith("__Host-session=")
    for part in ("; Secure", "; HttpOnly", "; SameSite=lax", "; Path=/", "; Max-Age=36000"):
        assert part in said


async def test_somebody_comes_back_to_where_they_were_and_to_no_other_site(
    site: Site, browser: httpx.AsyncClient
) -> None:
    asked = await browser.get("/cases?overdue=yes")
    assert asked.headers["Location"] == "/sign-in?next=/cases%3Foverdue%3Dyes"
    await browser.get(asked.headers["Location"])
    assert (await browser.post(once(site))).headers["Location"] == "/cases?overdue=yes"
    for elsewhere in (
        "//elsewhere.example.org",
        "/\\elsewhere",
        "https://elsewhere.example.org",
        "/sign-out",
        "/a\r\nb",
    ):
        browser.cookies.clear()
        await browser.get("/sign-in", params={"next": elsewhere})
        assert (await browser.post(once(site))).headers["Location"] == "/", elsewhere


async def test_after_half_an_hour_without_a_page_it_says_why_one_is_signed_out(
    site: Site, browser: httpx.AsyncClient
) -> None:
    await browser.post(once(site))
    site.place.passes(minutes=30, seconds=1)
    answer = await browser.get("/cases", follow_redirects=True)

    assert "You were signed out after 30 minutes without a page." in words(answer)


async def test_who_signs_out_is_out_wherever_their_cookie_is(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.post(once(site))
    stolen = dict(browser.cookies)
    page = await browser.get("/sign-out")
    mark = page.text.split('name="mark" value="')[1].split('"')[0]
    assert (await browser.post("/sign-out", data={"mark": "x" * 32})).status_code == 403
    left = await browser.post("/sign-out", data={"mark": mark}, follow_redirects=True)

    assert "You have signed out." in words(left)
    assert not [one for one in browser.cookies if "session" in one]
    browser.cookies.update(stolen)
    assert (await browser.get("/")).status_code == 303


@pytest.mark.parametrize("near", ["127.0.0.1", "172.18.0.1"])
async def test_many_tries_in_vain_lock_an_address_out_for_a_while_and_no_other(site: Site, near: str) -> None:
    """A web server on this machine passes it on, straight or by the network of a container."""
    app = httpx.ASGITransport(site.app, client=(near, 5000))
    async with httpx.AsyncClient(transport=app, base_url=ADDRESS) as behind:
        one, other = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}, {"X-Forwarded-For": "192.0.2.7, 203.0.113.9"}
        for _ in range(20):
            assert (await behind.post("/sign-in/once/no", headers=one)).status_code == 403
        locked = await behind.post(once(site), headers=one)

        assert locked.status_code == 429
        assert "There were too many tries in vain from your network" in words(locked)
        assert (await behind.post(once(site), headers=other)).status_code == 303


async def test_somebody_from_afar_is_known_by_no_address_of_their_own_making(site: Site) -> None:
    app = httpx.ASGITransport(site.app, client=("198.51.100.4", 5000))
    async with httpx.AsyncClient(transport=app, base_url=ADDRESS) as afar:
        said = [
            (await afar.post("/sign-in/once/no", headers={"X-Forwarded-For": f"192.0.2.{n}"})).status_code
            for n in range(21)
        ]

    assert said == [403] * 20 + [429]


async def test_an_account_without_a_role_is_locked_out_after_five_tries(
    site: Site, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEOPLE, "gone", OPERATIONS._replace(account="gone"))
    link = [once(site, "gone") for _ in range(7)]
    monkeypatch.delitem(PEOPLE, "gone")
    said = [await browser.post(one) for one in link]

    assert [one.status_code for one in said] == [403] * 5 + [429] * 2
    assert "You have no role here" in words(said[0])


async def test_bad_links_of_notices_are_told_to_be_too_many_and_good_ones_open_all_the_same(
    site: Site, browser: httpx.AsyncClient
) -> None:
    good = await site.alerts()
    said = [(await browser.get("/n/nothing")).status_code for _ in range(31)]

    assert said == [404] * 30 + [429]
    assert (await browser.get(good)).status_code == 200


async def test_nothing_personal_and_no_pass_is_in_the_log(site: Site, browser: httpx.AsyncClient) -> None:
    with capture_logs() as log:
        link = once(site)
        await browser.post(link)
        await browser.post(link)

    assert [one["event"] for one in log] == ["signed_in", "sign_in_failed"]
    assert "operations" in log[0]["role"]
    assert link.rsplit("/", 1)[1] not in json.dumps(log)
    assert not [one for one in log if "account" in one]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with provider(tmp_path_factory.mktemp("provider")) as address:
        yield address


def with_provider(site: Site, issuer: str) -> None:
    """Let the site have a provider, and a file of people in which `operations` stands."""
    settings = site.place.settings
    console = replace(settings.console, keys=("k" * 32,))
    oidc = OidcSettings(issuer, "safeguarding-escalation", "hush", "sub")
    site.parts = replace(site.parts, settings=replace(settings, console=console, oidc=oidc))
    site.app.app = make_app(site.parts)
    settings.people.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "examples" / "people.toml", settings.people)
    with settings.people.open("a") as file:
        file.write('[operations]\ntitle = "operations"\nrole = "operations"\n')


@pytest.fixture
async def at_provider(site: Site, issuer: str) -> AsyncIterator[httpx.AsyncClient]:
    with_provider(site, issuer)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url=ADDRESS) as client:
        yield client


async def test_somebody_of_the_file_of_people_signs_in_at_the_provider(at_provider: httpx.AsyncClient) -> None:
    assert "Sign in with your organisation’s account" in words(await at_provider.get("/sign-in?next=/cases"))
    sent = (await at_provider.get("/sign-in/provider")).headers["Location"]
    asked = {name: one for name, (one,) in parse_qs(urlsplit(sent).query).items()}
    answer = await at_provider.get(signs_in(sent, "operations"))

    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{ADDRESS}/sign-in/back"
    assert len(asked["nonce"]) > 20
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases")
    assert (await at_provider.get("/sign-out")).status_code == 200


async def test_what_comes_back_is_good_once_and_in_the_browser_that_was_sent_alone(
    at_provider: httpx.AsyncClient,
) -> None:
    back = signs_in((await at_provider.get("/sign-in/provider")).headers["Location"], "operations")
    at_provider.cookies.clear()
    other = await at_provider.get(back)
    back = signs_in((await at_provider.get("/sign-in/provider")).headers["Location"], "operations")
    assert (await at_provider.get(back)).status_code == 303
    again = await at_provider.get(back)

    assert [other.status_code, again.status_code] == [403, 403]
    assert "The provider did not sign you in here" in words(other)


async def test_whoever_stands_in_no_file_of_people_is_signed_in_to_nothing(
    at_provider: httpx.AsyncClient, site: Site
) -> None:
    """In a trial without a file too, where an account of the machine would be its administrator."""
    for _ in range(2):
        back = signs_in((await at_provider.get("/sign-in/provider")).headers["Location"], "nobody-here")
        with capture_logs() as log:
            answer = await at_provider.get(back)
        assert answer.status_code == 403
        assert "You have no role here" in words(answer)
        assert "nobody-here" not in json.dumps(log)
        site.place.settings.people.unlink(missing_ok=True)


async def test_a_provider_that_is_away_is_one_sentence(site: Site) -> None:
    with_provider(site, "http://localhost:1")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url=ADDRESS) as browser:
        answer = await browser.get("/sign-in/provider")

    assert answer.status_code == 503
    assert "The provider by which you sign in does not answer" in words(answer)


async def test_nobody_has_the_provider_asked_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with_provider(site, "http://localhost:1")
    asked: list[None] = []

    def begins(_: Provider) -> tuple[str, Sent]:
        asked.append(None)
        return "https://login.example.org", SENT

    monkeypatch.setattr(Provider, "begins", begins)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url=ADDRESS) as browser:
        said = [(await browser.get("/sign-in/provider")).status_code for _ in range(61)]

    assert said == [303] * 60 + [429]
    assert len(asked) == 60


KEY = RSAKey.generate_key(2048, {"kid": "1"})
OTHER = RSAKey.generate_key(2048, {"kid": "1"})
GOOD: dict[str, Any] = {
    "iss": "https://login.example.org",
    "aud": "client",
    "sub": "operations",
    "nonce": "nonce",
    "email": "office@example.org",
    "exp": 4_102_444_800,
    "iat": 1_700_000_000,
}


def named(monkeypatch: pytest.MonkeyPatch, site: Site, token: str, claim: str = "sub", **said: Any) -> str:
    """The account that a provider names by a token."""
    settings = replace(site.place.settings, oidc=OidcSettings("https://login.example.org", "client", "hush", claim))
    asked = Provider(settings, f"{ADDRESS}/sign-in/back")
    about = {"issuer": "https://login.example.org", "token_endpoint": "https://login.example.org/token"}
    about |= {"jwks_uri": "https://login.example.org/keys"} | said
    keys = KeySet([KEY]).as_dict(private=False)
    monkeypatch.setattr(asked, "_asked", lambda _, address: keys if address.endswith("keys") else about)
    monkeypatch.setattr("console.sign_in.provider.OAuth2Session.fetch_token", lambda *_, **__: {"id_token": token})
    return asked.account("code", SENT)


def test_a_statement_that_holds_names_the_account(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    assert named(monkeypatch, site, jwt.encode({"alg": "RS256", "kid": "1"}, GOOD, KEY)) == "operations"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example.org"},
        {"aud": "another"},
        {"aud": ["client", "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_102_444_800},
    ],
    ids=str,
)
def test_a_statement_about_somebody_else_or_for_somebody_else_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, site: Site, wrong: dict[str, Any]
) -> None:
    claims = {name: one for name, one in {**GOOD, **wrong}.items() if one is not None}

    with pytest.raises(NotBelieved):
        named(monkeypatch, site, jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY))


def test_a_statement_signed_by_nobody_by_another_or_with_the_secret_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    by_another = jwt.encode({"alg": "RS256", "kid": "1"}, GOOD, OTHER)
    by_secret = jwt.encode({"alg": "HS256", "kid": "1"}, GOOD, OctKey.import_key("hush" * 8))
    by_nobody = by_another.rsplit(".", 1)[0] + "."
    for token in (by_another, by_secret, by_nobody, "", "a.b.c"):
        with pytest.raises(NotBelieved):
            named(monkeypatch, site, token)


def test_an_e_mail_address_counts_only_where_it_is_verified(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    bare = jwt.encode({"alg": "RS256", "kid": "1"}, GOOD, KEY)
    verified = jwt.encode({"alg": "RS256", "kid": "1"}, {**GOOD, "email_verified": True}, KEY)

    assert named(monkeypatch, site, bare, "email") == ""
    assert named(monkeypatch, site, verified, "email") == "office@example.org"


def test_a_provider_that_answers_for_another_issuer_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    token = jwt.encode({"alg": "RS256", "kid": "1"}, GOOD, KEY)
    with pytest.raises(NotBelieved):
        named(monkeypatch, site, token, issuer="https://elsewhere.example.org")
    with pytest.raises(ProviderAway):
        named(monkeypatch, site, token, token_endpoint=7)


def test_a_signed_way_to_the_provider_is_good_for_a_quarter_of_an_hour(site: Site) -> None:
    from console.entrance import Entrance
    from console.sign_in.attempts import Attempts
    from console.sign_in.pages import SignInPages

    with_provider(site, "http://localhost:1")
    pages = SignInPages(site.parts, Entrance(site.parts), Attempts(site.store))
    cookie = pages._signed(SENT)

    class Asked:
        cookies = {"sign-in-sent": cookie}

    assert pages._sent(Asked()) == SENT  # type: ignore[arg-type]
    site.place.now += timedelta(minutes=15, seconds=1)
    assert pages._sent(Asked()) is None  # type: ignore[arg-type]
