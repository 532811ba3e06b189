"""What happens is told: every entry once it is taken, in order, whatever the receiver does meanwhile."""

import asyncio
import hmac
import json
import re
import socket
import threading
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from structlog.testing import capture_logs

from adapters.register.address import sqlite_path
from adapters.register.rows import Attempt
from adapters.webhooks import following
from adapters.webhooks.document import described, schema_of
from adapters.webhooks.file import new_secret
from adapters.webhooks.following import LONGEST_WAIT
from adapters.webhooks.happenings import DOES
from domain.base.people import Actor
from domain.commands import AlertAcknowledged, RiskRaised
from settings import HERE
from tests.post.test_nothing_planted import NAME
from tests.watch.conftest import CASE, PRACTITIONER, Place
from tests.watch.listening import Asked, Listening, listening
from wiring import webhooks

from .conftest import Told

SEEN = AlertAcknowledged(by=Actor(role="on-call"), id="seen")


async def test_every_entry_is_told_once_and_in_order(told: Told, place: Place) -> None:
    await place.opens()
    place.now = place.next_moment
    place.works()
    while told.goes_on():
        pass

    entries = [one.entry for one in place.register.entries(CASE)]
    assert [one["data"]["entry"] for one in told.heard] == [one.number for one in entries]
    assert [one["data"]["kind"] for one in told.heard] == [one.kind for one in entries]
    assert {"case.opened", "duty.overdue", "alert.due", "entry.recorded"} <= set(told.types)
    assert told.goes_on() == 0


async def test_an_alert_is_told_when_it_is_due_sent_and_acknowledged(told: Told, place: Place) -> None:
    await place.opens()
    place.now = place.next_moment
    place.works()
    alert = place.last("alert")
    place.tries(alert, "failed")
    told.goes_on()
    assert "alert.sent" not in told.types

    place.register.attempt(_taken(place, alert))
    told.goes_on()
    told.goes_on()
    await place.says(SEEN)
    told.goes_on()

    of_alerts = [one for one in told.heard if one["type"].startswith("alert.")]
    assert [one["type"] for one in of_alerts] == ["alert.due", "alert.sent", "alert.acknowledged"]
    assert of_alerts[1]["data"]["notice"] == f"{CASE}/{alert}/1"


async def test_a_case_that_was_there_before_is_told_from_then_on(place: Place, receiver: Listening) -> None:
    await place.opens()
    told = Told(place, receiver)
    told.goes_on()
    await place.says(RiskRaised(by=PRACTITIONER, id="risk"))
    told.goes_on()

    assert told.types[0] == "risk.raised"


async def test_nothing_that_people_wrote_is_sent(told: Told, place: Place) -> None:
    await place.opens(words={"disagreement": NAME, NAME: NAME}, own_record=NAME, recorded_by=NAME)
    await place.says(RiskRaised(by=PRACTITIONER.but(person=NAME), wording=NAME, id=NAME))
    told.goes_on()

    sent = "".join(f"{one.headers} {one.body.decode()}" for one in told.receiver.asked)
    assert len(told.heard) == 3
    assert NAME not in sent
    assert "schools" not in sent


@pytest.mark.parametrize("status", [500, 503, 429, 302])
async def test_what_is_not_taken_is_tried_again_later_each_time_and_then_goes_on_in_order(
    told: Told, place: Place, status: int
) -> None:
    """A redirect is followed nowhere: the file names the address."""
    told.receiver.status = status
    await place.opens()
    waits = []
    for _ in range(4):
        began = place.now
        before = len(told.receiver.asked)
        while len(told.receiver.asked) == before:
            place.now += timedelta(seconds=1)
            told.goes_on()
        waits.append((place.now - began).total_seconds())
        assert len(told.receiver.asked) == before + 1, "one try, and then it rests"
    assert waits == [1, 5, 10, 20]
    assert {one["id"] for one in told.heard} == {f"{CASE}/1"}
    assert {one.path for one in told.receiver.asked} == {"/switch"}

    told.receiver.status = 200
    place.now += LONGEST_WAIT
    told.goes_on()

    assert [one["data"]["entry"] for one in told.heard[-2:]] == [1, 2]
    assert told.cursor.state("records") == ("", "", 0)


async def test_a_message_that_is_refused_holds_up_its_own_case_alone(told: Told, place: Place) -> None:
    await place.opens()
    told.receiver.status = 400
    told.goes_on()
    told.receiver.status = 200
    other = "ESC-OTHER"
    await place.opens(other)
    told.goes_on()

    assert {one["data"]["case"] for one in told.heard[1:]} == {other}
    place.now += timedelta(seconds=6)
    told.goes_on()
    assert [one["data"]["entry"] for one in told.heard if one["data"]["case"] == CASE] == [1, 1, 2]


async def test_a_worker_that_starts_anew_goes_on_where_it_was(told: Told, place: Place) -> None:
    await place.opens()
    told.goes_on()
    heard = len(told.heard)
    told.begun_anew()
    assert told.goes_on() == 0
    await place.says(RiskRaised(by=PRACTITIONER, id="risk"))
    told.goes_on()

    assert [one["data"]["entry"] for one in told.heard[heard:]] == [
        one.entry.number for one in place.register.entries(CASE)
    ][heard:]


async def test_a_program_that_is_down_holds_up_no_other(told: Told, place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        gone = mute.getsockname()[1]
    with listening() as other:
        down = Told(place, other, "gone", address=f"http://127.0.0.1:{gone}/x")
        down.goes_on()
        await place.opens()
        down.goes_on()
        told.goes_on()

    assert told.types[0] == "case.opened"
    state = down.cursor.state("gone")
    assert state is not None
    assert (state.why, state.tries) == ("ConnectionRefusedError", 1)


async def test_a_receiver_that_takes_the_connection_and_says_nothing_is_left_after_a_while(
    place: Place, receiver: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following.send, "__defaults__", (0.2,))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        told = Told(place, receiver, address=f"http://127.0.0.1:{mute.getsockname()[1]}/x")
        told.goes_on()
        await place.opens()
        told.goes_on()

    state = told.cursor.state("records")
    assert state is not None
    assert state.why == "TimeoutError"


async def test_of_another_agencys_case_a_program_hears_nothing(place: Place, receiver: Listening) -> None:
    told = Told(place, receiver, agency="nspcc")
    told.goes_on()
    await place.opens()
    told.goes_on()
    assert told.heard == []
    with listening() as theirs:
        police = Told(place, theirs, "police", agency="police", types=["case.opened"])
        police.goes_on()
        await place.opens("ESC-OTHER")
        police.goes_on()

        assert police.types == ["case.opened"]


async def test_a_register_that_is_away_is_waited_for(told: Told, place: Place) -> None:
    await place.opens()
    path = sqlite_path(place.settings.register)
    assert path is not None
    path.rename(path.with_suffix(".gone"))
    assert told.goes_on() == 0
    path.with_suffix(".gone").rename(path)
    place.now += timedelta(seconds=6)

    assert told.goes_on() > 0


async def test_it_is_told_in_the_log_once_an_hour_and_without_the_address(told: Told, place: Place) -> None:
    told.receiver.status = 500
    await place.opens()
    with capture_logs() as logged:
        for _ in range(20):
            told.goes_on()
            place.now += timedelta(minutes=5)

    said = [one for one in logged if one["event"] == "webhook_not_taken"]
    assert len(said) == 2
    assert (said[0]["hook"], said[0]["reason"]) == ("records", "status 500")
    assert "127.0.0.1" not in json.dumps(logged)


async def test_two_secrets_sign_while_one_takes_the_place_of_the_other(told: Told, place: Place) -> None:
    newer = new_secret(told.hook)
    await place.opens()
    told.goes_on()

    for secret in (told.secret, newer):
        assert _is_ours(secret, told.receiver.asked[0])
    assert not _is_ours("whsec_" + "A" * 44, told.receiver.asked[0])
    newest = new_secret(told.hook)
    told.begun_anew()
    await place.says(RiskRaised(by=PRACTITIONER, id="risk"))
    told.goes_on()
    assert not _is_ours(told.secret, told.receiver.asked[-1]), "the first is forgotten"
    assert _is_ours(newest, told.receiver.asked[-1])


async def test_every_message_is_as_the_description_says(told: Told, place: Place) -> None:
    await place.opens()
    place.now = place.next_moment
    place.works()
    told.goes_on()
    place.register.attempt(_taken(place, place.last("alert")))
    told.goes_on()

    assert {"case.opened", "alert.sent"} <= set(told.types)
    for one in told.heard:
        Draft202012Validator(schema_of(one["type"])).validate(one)


def test_the_description_that_is_kept_is_that_of_this_version() -> None:
    """Renewed by `python -m adapters.webhooks > docs/asyncapi.json`."""
    kept = json.loads((HERE / "docs" / "asyncapi.json").read_text(encoding="utf-8"))

    assert kept == described()
    assert kept["asyncapi"] == "3.0.0"
    assert set(kept["components"]["messages"]) == set(DOES)
    for ref in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(kept)):
        found = kept
        for part in ref.split("/"):
            found = found[part]
    for name in DOES:
        Draft202012Validator.check_schema(schema_of(name))


async def test_two_workers_of_one_folder_send_each_message_once(
    told: Told, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(following, "READ_EVERY_SECONDS", 0.05)
    await place.opens()
    both = [asyncio.create_task(webhooks(place.settings).keep_looking()) for _ in range(2)]
    try:
        await asyncio.to_thread(_heard, told.receiver, 2)
    finally:
        for one in both:
            one.cancel()
        await asyncio.gather(*both, return_exceptions=True)

    assert [one["data"]["entry"] for one in told.heard] == [1, 2]


def _heard(receiver: Listening, count: int) -> None:
    """Wait until so much was heard."""
    ends = threading.Event()
    for _ in range(500):
        if len(receiver.asked) >= count:
            return
        receiver.was_asked.wait(0.02)
        ends.wait(0.01)
    raise AssertionError(len(receiver.asked))


def _is_ours(secret: str, asked: Asked) -> bool:
    """Say whether a message is signed with a secret: the few lines that a receiver has."""
    headers = {name.lower(): value for name, value in asked.headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + asked.body
    mark = b64encode(hmac.digest(b64decode(secret.removeprefix("whsec_")), signed, "sha256")).decode()
    return any(hmac.compare_digest(f"v1,{mark}", one) for one in headers["webhook-signature"].split())


def _taken(place: Place, number: int) -> Attempt:
    ref = f"{CASE}/{number}/1"
    return Attempt(notice_ref=ref, case_ref=CASE, at=place.now, channel="smtp", result="accepted")
