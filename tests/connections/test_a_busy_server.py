"""A server that is there and too busy to answer, as one that has just started: it is asked again, not for ever."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows import service
from workflows.attributes import ALL
from workflows.connection import ServerAway


class Busy:
    """Knows none of our search attributes, and answers the first questions of each kind with a status."""

    def __init__(self, status: RPCStatusCode, times: int) -> None:
        self.status = status
        self.left = {"list": times, "add": times}
        self.asked: list[str] = []
        self.known: dict[str, int] = {}
        here = SimpleNamespace(config=SimpleNamespace(target_host="temporal.example.org:7233"))
        self.client = cast(Client, SimpleNamespace(operator_service=self, namespace="cases", service_client=here))

    def _answers(self, what: str, timeout: timedelta) -> None:
        assert timedelta() < timeout < timedelta(minutes=1)
        self.asked.append(what)
        if self.left[what]:
            self.left[what] -= 1
            raise RPCError("busy", self.status, b"")

    async def list_search_attributes(self, request: ListSearchAttributesRequest, **how: timedelta) -> Any:
        self._answers("list", how["timeout"])
        assert request.namespace == "cases"
        return SimpleNamespace(custom_attributes=self.known)

    async def add_search_attributes(self, request: AddSearchAttributesRequest, **how: timedelta) -> None:
        self._answers("add", how["timeout"])
        self.known |= {name: int(kind) for name, kind in request.search_attributes.items()}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SOONEST", timedelta())


@pytest.mark.parametrize(
    "status",
    [RPCStatusCode.CANCELLED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED],
    ids=lambda s: s.name,
)
async def test_what_it_cannot_answer_now_is_asked_again_and_the_worker_starts(status: RPCStatusCode) -> None:
    busy = Busy(status, 3)

    await service.prepare(busy.client)

    assert busy.asked == ["list"] * 4 + ["add"] * 4
    assert set(busy.known) == {key.name for key in ALL}
    assert await service.missing_attributes(busy.client) == []


@pytest.mark.parametrize("what", ["list", "add"])
async def test_one_that_never_answers_is_told_in_one_sentence_after_a_while(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(service, "PATIENCE", timedelta(milliseconds=20))
    busy = Busy(RPCStatusCode.CANCELLED, 0)
    busy.left[what] = 10**9

    with pytest.raises(ServerAway, match=r"^Temporal at temporal\.example\.org:7233 cannot answer now \(cancelled\)"):
        await service.prepare(busy.client)

    assert busy.asked.count(what) > 1


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (RPCStatusCode.NOT_FOUND, "knows no namespace cases"),
        (RPCStatusCode.PERMISSION_DENIED, "does not let us into the namespace cases"),
        (RPCStatusCode.UNAUTHENTICATED, "does not let us into the namespace cases"),
        (RPCStatusCode.UNIMPLEMENTED, "cannot answer now (unimplemented)"),
    ],
    ids=lambda one: one.name if isinstance(one, RPCStatusCode) else "",
)
async def test_an_answer_that_stays_the_same_is_asked_for_once(status: RPCStatusCode, says: str) -> None:
    busy = Busy(status, 10**9)

    with pytest.raises(ServerAway) as told:
        await service.prepare(busy.client)

    assert says in str(told.value)
    assert busy.asked == ["list"]
