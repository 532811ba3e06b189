"""How often somebody may ask, and what is done about tokens that are tried."""

import json
from datetime import timedelta

import httpx
from limits import RateLimitItemPerMinute
from structlog.testing import capture_logs

from adapters.console_store.held import Limit

from .conftest import Api

TWO = RateLimitItemPerMinute(2)


async def get(client: httpx.AsyncClient, address: str = "192.0.2.1") -> httpx.Response:
    return await client.get("/policies", headers={"X-Forwarded-For": f"198.51.100.9, {address}"})


async def test_a_token_is_answered_so_often_and_another_goes_on(api: Api) -> None:
    few = Api(api.settings, of_a_token=TWO)
    async with few.as_("coordinator") as client, few.as_("keeper") as other:
        answers = [(await get(client)).status_code for _ in range(3)]
        last = await get(client)

        assert answers == [200, 200, 429]
        assert 1 <= int(last.headers["Retry-After"]) <= 120
        assert (await get(other)).status_code == 200


async def test_an_address_is_answered_so_often_as_the_web_server_before_us_says_it(api: Api) -> None:
    few = Api(api.settings, of_an_address=TWO)
    async with few.as_("coordinator") as client:
        answers = [(await get(client)).status_code for _ in range(3)]

        assert answers == [200, 200, 429]
        assert (await get(client, "192.0.2.2")).status_code == 200


async def test_whoever_tries_tokens_is_locked_out_for_a_while_and_those_at_work_there_go_on(api: Api) -> None:
    few = Api(api.settings, failed=Limit(2, timedelta(minutes=1)))
    async with few.as_("coordinator") as works, few.as_("keeper") as comes, few.client({}) as tries:
        assert (await get(works)).status_code == 200
        tried = {"Authorization": "Bearer esct_0a1b2c3d_x", "X-Forwarded-For": "192.0.2.1"}
        answers = [(await tries.get("/policies", headers=tried)).status_code for _ in range(4)]

        assert answers == [401, 401, 429, 429]
        assert (await get(works)).status_code == 200
        assert (await get(comes)).status_code == 429
        assert (await get(comes, "192.0.2.2")).status_code == 200


async def test_after_a_restart_those_who_tried_are_locked_out_still_and_those_at_work_there_go_on(api: Api) -> None:
    limit = Limit(2, timedelta(minutes=1))
    few = Api(api.settings, failed=limit)
    tried = {"Authorization": "Bearer esct_0a1b2c3d_x", "X-Forwarded-For": "192.0.2.1"}
    at_work = {"Authorization": f"Bearer {few.token('coordinator')}"}
    async with few.client(at_work) as works, few.client({}) as tries:
        assert (await get(works)).status_code == 200
        assert [(await tries.get("/policies", headers=tried)).status_code for _ in range(3)] == [401, 401, 429]

    anew = Api(api.settings, failed=limit)
    async with anew.client(at_work) as works, anew.client({}) as tries, anew.as_("keeper") as comes:
        assert (await tries.get("/policies", headers=tried)).status_code == 429
        assert (await get(comes)).status_code == 429
        assert (await get(works)).status_code == 200
    for one in (few, anew):
        one.store.close()


async def test_no_token_and_no_word_is_in_the_log(api: Api, opened: str) -> None:
    text = api.token("coordinator")
    with capture_logs() as logged:
        async with api.client({"Authorization": f"Bearer {text}"}) as client:
            await client.get(f"/cases/{opened}")
            await client.post("/search", json={"words": ["daily contact"]})
            await client.post(f"/cases/{opened}/commands/risk", json={"note": "daily contact", "by": "schools"})
            await client.get("/cases", headers={"Authorization": f"Bearer {text[:-1]}x"})

    said = json.dumps(logged)
    assert len(logged) >= 4
    assert text[-20:] not in said
    assert text[:-1][-20:] not in said
    assert "daily contact" not in said


async def test_no_other_site_may_ask_and_nothing_is_kept_on_the_way(api: Api) -> None:
    """The console's own headers stand around it: see tests/console/test_guard.py."""
    async with api.as_("coordinator", Origin="https://elsewhere.example.org") as client:
        asked = await client.options("/cases", headers={"Access-Control-Request-Method": "GET"})
        answer = await client.get("/cases")

    assert asked.status_code == 405
    assert not [name for name in (*asked.headers, *answer.headers) if name.lower().startswith("access-control")]
