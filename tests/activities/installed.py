"""An installation with GOV.UK Notify's stand-in, a mail host, a directory and a rota; its activities, tried by hand."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.bundles import Bundle, Bundles, Done
from activities.contacts import Contacts
from activities.entries import Entries
from activities.following import FollowUp
from activities.notices import Notices
from activities.on_call import OnCall
from activities.patience import Patience
from activities.sending import Sender
from adapters.directory import Contact, Directory, load_directory
from adapters.post import Common, Receipts, make_channels, make_post
from adapters.rota import load_rota
from domain.case.effects import Accepted, Notice, Receipt, Recipient
from domain.engine.seats import ON_CALL
from tests.ports import free_port
from tests.post.conftest import Mailbox
from tests.standins.notify import EMAIL, KEY, TEXT, Notify
from tests.workflows.postbag import Shelf

CASE = "ESC-2026-0001"
FIRST, SECOND, LEAD, DEPUTY = "+447700900111", "+447700900222", "+447700900333", "+447700900444"
FIRST_MAIL, SECOND_MAIL, DUTY = "first@rota.example.org", "second@rota.example.org", "duty@example.org"
DIRECTORY = f"""
[directory]
id = "area"
title = "The area"
edition = "1"
[fallback]
title = "Duty inbox"
email = ["{DUTY}"]
[[agency]]
id = "police"
title = "Police"
holder = [
  {{ role = "slo", title = "Head", text = ["{LEAD}"] }},
  {{ role = "slo", title = "Deputy head", text = ["{DEPUTY}"], deputy = true }},
]
"""
ROTA = f"""
[rota]
edition = "2026-3"
hands_over = 09:00:00
ranks = ["first", "second"]
[[person]]
handle = "one"
title = "First lead"
channels = ["text"]
text = ["{FIRST}"]
email = ["{FIRST_MAIL}"]
[[person]]
handle = "two"
title = "Second lead"
channels = ["text"]
text = ["{SECOND}"]
email = ["{SECOND_MAIL}"]
[[turn]]
rank = "first"
starting = 2026-11-02
persons = ["one"]
[[turn]]
rank = "second"
starting = 2026-11-02
persons = ["two"]
"""
PATIENCE = Patience(usual=timedelta(hours=2), urgent=timedelta(minutes=15))
SLO = Recipient(role="slo", title="senior officer", agency="police")


UNDER_WAY = Done(hopeless=("not known yet",))
"""Stands for the end that has not come."""


def alert(number: int = 3, **said: Any) -> Notice:
    return Notice(**{"ref": f"{CASE}/{number}/1", "case": CASE, "kind": "alert", "to": ON_CALL, **said})


def told(number: int = 3, **said: Any) -> Notice:
    """A notice to a seat of the directory, not urgent."""
    return alert(number, **({"kind": "step-opened", "to": SLO} | said))


class _AskedLater:
    """In place of the follow-up: notes what it is asked about, and asks nobody."""

    def __init__(self, under_way: list[Receipt]) -> None:
        self._under_way = under_way

    def look_after(self, policy: str, followed: Iterable[Accepted], beat: object) -> list[timedelta]:
        self._under_way += [one.receipt for one in followed]
        return [timedelta()]


class Installed:
    """What a worker would make of the settings; another worker, with no memory of the first, where one has died."""

    def __init__(self, folder: Path, shelf: Shelf, notify: Notify, smtp_port: int, mailbox: Mailbox) -> None:
        self.folder = folder
        self.shelf = shelf
        self.notify = notify
        self.mailbox = mailbox
        self.now = datetime.now(UTC)
        self.heartbeats: Sequence[Any] = ()
        self.beats = 0
        self.texts, self.mail_host = TEXT, "127.0.0.1"
        self.more_channels: dict[str, Any] = {}
        self.office: Contact | None = None
        self._port = smtp_port
        self._bundle = Bundle(case=CASE, policy="area", stage="step-1")
        self._begun = self.now
        self.under_way: list[Receipt] = []
        """What was to be followed after the last time something was sent."""
        notify.clock = self.clock
        (folder / "area.toml").write_text(DIRECTORY, encoding="utf-8")
        (folder / "area.rota.toml").write_text(ROTA, encoding="utf-8")

    def clock(self) -> datetime:
        return self.now

    def sender(self, post: Any = None) -> Sender:
        chosen: dict[str, Any] = {
            "smtp": {"host": self.mail_host, "port": self._port, "timeout": 2},
            "notify": {"key": KEY if self.texts else "", "url": self.notify.url, "text_template": self.texts},
            **self.more_channels,
        }
        real = make_post(self.folder / "outbox", Common(self.clock, "escalations@example.org"), chosen)
        contacts = Contacts(self._directory, self.on_call(), self.clock, office=self.office)
        return Sender(post(real) if post else real, self.shelf, contacts, self.clock)

    def on_call(self, setting: Contact | None = None) -> OnCall:
        rota = load_rota(self.folder / "area.rota.toml")
        return OnCall(lambda policy: rota, self._directory, setting, self.clock)

    def _directory(self, policy: str) -> Directory:
        return load_directory(self.folder / f"{policy}.toml")

    @property
    def receipts(self) -> Receipts:
        notify = {"url": self.notify.url, "email_template": EMAIL, "text_template": self.texts}
        chosen = {"notify": {"key": KEY if self.texts else "", **notify}, **self.more_channels}
        made = (make_channels(file, said, Common(self.clock)) for file, said in chosen.items())
        return Receipts([channel for file in made for channel in file])

    def sends(self, *notices: Notice, post: Any = None, waited: timedelta = timedelta()) -> Done:
        """The activity `enter-and-send`, first tried so long ago, up to where it asks what became of what has gone."""
        self.heartbeats, self.under_way = (), []
        self._bundle = Bundle(case=CASE, policy="area", stage="step-1", notices=notices)
        self._begun = self.now - waited
        try:
            return self._tried(post, _AskedLater(self.under_way))
        except ApplicationError:
            if not self.under_way:
                raise
            return UNDER_WAY

    def follows(self, post: Any = None, **later: float) -> timedelta | None:
        """The next try of it, so much *later*; returns how long until the one after, or None at its end."""
        self.now += timedelta(**later)
        try:
            self._tried(post)
        except ApplicationError as error:
            return error.next_retry_delay
        return None

    def _tried(self, post: Any, later: Any = None) -> Done:
        sender = self.sender(post)
        notices = Notices(sender, self.receipts, self.clock, waiting=PATIENCE.waiting)
        follow_up = FollowUp(sender, self.shelf, self.receipts, PATIENCE, self.clock)
        environment = ActivityEnvironment()
        environment.info = dataclasses.replace(
            environment.info,
            heartbeat_details=self.heartbeats,
            scheduled_time=self._begun,
            current_attempt_scheduled_time=self.now,
        )
        environment.on_heartbeat = self._beat
        bundles = Bundles(Entries(self.shelf), notices, later or follow_up, self.clock)
        done: Any = environment.run(bundles.enter_and_send, self._bundle)
        assert isinstance(done, Done)
        return done

    def rows(self, ref: str = f"{CASE}/3/1") -> list[tuple[str, str, str]]:
        return [(one.channel, one.result, one.detail) for one in self.shelf.tries(ref)]

    @property
    def mails(self) -> list[list[str]]:
        """To whom each e-mail went."""
        return self.mailbox.recipients

    def _beat(self, *details: Any) -> None:
        self.heartbeats = details
        self.beats += 1


@contextmanager
def installed(folder: Path) -> Iterator[Installed]:
    """Serve everything while the block lasts."""
    port, mailbox = free_port(), Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    with Shelf(f"sqlite:///{folder}/register.db") as shelf, Notify().serving() as notify:
        shelf.prepare()
        controller.start()
        try:
            yield Installed(folder, shelf, notify, port, mailbox)
        finally:
            controller.stop()
