"""A press reaches the case that Temporal runs, and the page says so; with Temporal away it says that as well."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.links import Links
from console.app import make_app
from console.looks import Looks
from console.notices.pressed import ACKNOWLEDGE, message_of
from console.notices.register import Reader
from console.notices.seats import Seats
from console.parts import Parts
from console.record import NotRecorded, Unsure, recorder
from console.visitors import Visitors
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL
from services import temporal_client
from settings import Settings, read_settings
from tests.workflows.conftest import Stage, server, story
from tests.workflows.postbag import Postbag, Shelf
from tests.workflows.story import Story, both, by
from wiring import directories, rotas
from worker import worker

from .conftest import ADDRESS, PEOPLE, store_in
from .test_pages import words
from .test_press import fields, question

__all__ = ["server", "story"]
LINKS = Links(ADDRESS, ("k" * 32,))
OVERDUE = (*both("overdue", "practitioner"), "alert to on-call")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("console")
    alone = {"ESCALATION_GATHER_SECONDS": "0"}
    return read_settings({"ESCALATION_DATA": str(folder), "ESCALATION_TASK_QUEUE": "console", **alone})


@pytest.fixture(scope="session")
async def stage(server: WorkflowEnvironment, settings: Settings) -> AsyncIterator[Stage]:
    """A worker whose register the pages can find."""
    postbag, shelf = Postbag(), Shelf(settings.register)
    async with worker(settings, server.client, post=postbag, register=shelf):
        yield Stage(server, settings.task_queue, shelf, postbag)


@pytest.fixture
async def browser(
    stage: Stage, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """The real pages over the story's register and server."""

    async def client(_: object) -> object:
        return stage.server.client

    monkeypatch.setattr(temporal_client, "client", client)
    seats = Seats(directories(settings), rotas(settings), None)
    reader = Reader(
        settings.register,
        seats,
        lambda: datetime.now(UTC),
        Looks(settings.register, settings.data, lambda: datetime.now(UTC)),
    )
    store = store_in(settings.data, lambda: datetime.now(UTC))
    parts = Parts(
        settings=settings,
        address=ADDRESS,
        links=LINKS,
        reader=reader,
        record=recorder(settings),
        visitors=Visitors(("k" * 32,), PEOPLE.get, lambda: datetime.now(UTC), store),
        store=store,
        confirming=None,
        clock=lambda: datetime.now(UTC),
    )
    app = make_app(parts)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client_of_ours:
        yield client_of_ours
    store.close()


async def alerted(story: Story) -> Notice:
    await story.opens_at_step_1()
    await story.next_moment_comes()
    return (await story.notices(*OVERDUE))[-1]


async def test_a_press_and_a_yes_stop_the_climb_of_a_real_case(story: Story, browser: httpx.AsyncClient) -> None:
    """Section 6: an acknowledgement stops the climb; it is no resolution."""
    path = LINKS.to(await alerted(story)).removeprefix(ADDRESS)
    page = await browser.get(path)
    sent = {**fields(await question(browser, path)), "sure": "yes"}
    answer = await browser.post(path, data=sent)
    again = await browser.post(path, data=sent)
    after = await browser.get(answer.headers["Location"])

    assert "Something is overdue" in words(page)
    assert (answer.status_code, again.status_code) == (303, 303)
    assert "The safeguarding lead on call has this alert" in words(after)
    standing = await story.stands()
    assert standing.owed[-1].acknowledged_until
    assert (standing.stage, standing.overdue) == ("step-1", 1)
    assert (await story.entries()).count("acknowledged") == 1
    await story.passes(hours=3)
    await story.notices()


async def test_a_press_in_a_case_that_temporal_lost_brings_it_back_and_is_recorded(
    story: Story, browser: httpx.AsyncClient
) -> None:
    await story.opens_at_step_1()
    await story.raises_risk(by("police", "practitioner"))
    told, *_ = await story.notices("risk to on-call", *both("risk", "practitioner"))
    assert (await story.entries())[-1] == "risk"
    path = LINKS.to(told).removeprefix(ADDRESS)
    await story.handle.terminate("a test")

    answers = []
    for button in ("acknowledge", "rang"):
        sent = {**fields(await question(browser, path, button)), "sure": "yes"}
        answers.append(await browser.post(path, data=sent))
    after = words(await browser.get(path))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (await story.entries())[-2:] == ["acknowledged", "act"]
    assert "The immediate risk of this notice is dealt with." in after
    assert (await story.stands()).urgency == "ordinary"


async def test_a_press_that_nobody_answers_in_time_goes_on_being_sent(
    story: Story, settings: Settings, browser: httpx.AsyncClient
) -> None:
    notice = await alerted(story)
    message = message_of(LINKS.read(LINKS.to(notice).removeprefix(ADDRESS)), ACKNOWLEDGE, 0)
    assert message
    with pytest.raises(Unsure):
        await recorder(settings, within=0.0)(story.case, message)

    answer = await recorder(settings)(story.case, message)
    assert answer.sentence.startswith("Acknowledged.")
    assert (await story.entries()).count("acknowledged") == 1


async def test_with_temporal_away_nothing_is_recorded_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    linked = LINKS.read(LINKS.to(Notice(ref="ESC-1/4/1", case="ESC-1", kind="alert", to=ON_CALL)).removeprefix(ADDRESS))
    message = message_of(linked, ACKNOWLEDGE, 0)
    assert message
    with pytest.raises(NotRecorded):
        await recorder(read_settings({}))("ESC-1", message)
