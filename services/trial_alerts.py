"""Sending somebody on a rota a test alert by each of their ways, so that they can say whether their telephone rang."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from adapters.directory import Channel, Contact
from adapters.files import NotWritten
from adapters.post import PostFailed
from adapters.rota import Rota
from adapters.rota.trial_alerts import TrialAlert, TrialAlerts, new_token
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL
from settings import Settings, SettingsFaulty

from .errors import LOOK_AFTER, Trouble

KINDS = {"text": "text message", "email": "e-mail", "webhook": "message to their program"}
"""Ways in words."""


class Sent(NamedTuple):
    """What became of a test alert by one way."""

    kind: str
    taken_by: str
    """The channel that took it; empty where none did."""
    why_not: str

    @property
    def way(self) -> str:
        """The way in words."""
        return KINDS.get(self.kind, self.kind)


def send_test_alert(settings: Settings, rota: Rota, handle: str, now: datetime) -> list[Sent]:
    """Send a test alert to each way of one who stands in a rota, and keep that it was sent.

    In training it goes to the outbox alone, as every notice does.

    Raises:
        Trouble: nobody has the handle, nothing reaches them, the post is not set up, or it cannot be kept.
    """
    from wiring import real_post

    person = rota.people.get(handle)
    if person is None:
        raise Trouble(f"Nobody in the rota has the handle {handle[:60]!r}. They are: {', '.join(rota.people)}.")
    ways = person.ways()
    if not ways:
        raise Trouble(
            f"Nothing reaches {handle}: give them an e-mail address, a number or a webhook in the rota first."
        )
    try:
        post = real_post(settings)
    except SettingsFaulty as faulty:
        raise Trouble("", typed=str(faulty), shown=f"No test alert can be sent here. {LOOK_AFTER}") from None
    token, sent = new_token(), []
    for number, way in enumerate(ways, 1):
        notice = Notice(ref=f"{token}/1/{number}", case="", kind="test-alert", to=ON_CALL)
        try:
            receipt = post.send(notice, _contact(way, person.title))
        except PostFailed as error:
            sent.append(Sent(way.kind, "", str(error)))
        else:
            sent.append(Sent(way.kind, receipt.channel, ""))
    _keep(settings, token, handle, sent, now)
    return sent


def _contact(way: Channel, title: str) -> Contact:
    addresses = (way.address,) if way.kind == "email" else ()
    return Contact(addresses=addresses, channels=(way,), titles=(title,))


def _keep(settings: Settings, token: str, handle: str, sent: Iterable[Sent], now: datetime) -> None:
    kept = [
        TrialAlert(f"{token}/1/{number}", handle, now.isoformat(), one.kind, one.taken_by)
        for number, one in enumerate(sent, 1)
    ]
    try:
        TrialAlerts(settings.data).keep(kept, now)
    except NotWritten as error:
        says = "The test alert was sent and cannot be kept, so no answer to it counts."
        raise Trouble(says, typed=str(error), shown=LOOK_AFTER) from None


def untried(settings: Settings, rota: Rota, now: datetime) -> tuple[str, ...]:
    """Return the people of a rota of whom no test alert is known to have rung within ninety days."""
    serving = [one for one, (begins, ends) in rota.services.items() if begins <= now < ends]
    return TrialAlerts(settings.data).untried(serving, now)
