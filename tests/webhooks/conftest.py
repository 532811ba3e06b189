"""A real register, a receiver on loopback, and what follows the record for it, on a clock that the test moves."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.webhooks.cursor import FILE, Cursor
from adapters.webhooks.file import Hook, load_hooks, new_secret
from adapters.webhooks.following import Follower
from adapters.webhooks.looking import Look
from tests.watch.conftest import Place, place, settings
from tests.watch.listening import Listening, listening

__all__ = ["place", "settings"]


class Told:
    """One program that is told, and what it heard."""

    def __init__(self, place: Place, receiver: Listening, name: str = "records", **more: Any) -> None:
        self.place = place
        self.receiver = receiver
        self.name = name
        path = place.settings.webhooks
        before = path.read_text() if path.exists() else ""
        said = {"address": receiver.url, "secret_file": f"{name}.secret", **more}
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items())
        path.write_text(f"{before}[{name}]\n{lines}")
        self.secret = new_secret(self.hook)
        self.cursor = Cursor(place.settings.data / FILE)
        self.follower = self.begun_anew()

    @property
    def hook(self) -> Hook:
        return next(one for one in load_hooks(self.place.settings.webhooks) if one.name == self.name)

    def begun_anew(self) -> Follower:
        """A worker starts."""
        url = self.place.settings.register
        self.follower = Follower(
            self.hook, url, Look(url, good_for=0, clock=lambda: 0.0), self.cursor, lambda: self.place.now
        )
        return self.follower

    def goes_on(self) -> int:
        return self.follower.round()

    @property
    def heard(self) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.receiver.asked]

    @property
    def types(self) -> list[str]:
        return [one["type"] for one in self.heard]


@pytest.fixture
def receiver() -> Iterator[Listening]:
    with listening() as made:
        yield made


@pytest.fixture
def told(place: Place, receiver: Listening) -> Told:
    """A program that is followed from before any case."""
    made = Told(place, receiver)
    made.goes_on()
    return made
