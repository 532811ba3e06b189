"""The settings as the program uses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from .address import RegisterAddress

LINK_KEY = "link.key"
"""File in the data folder that holds the key of links where none is set."""


@dataclass(frozen=True)
class WatchSettings:
    """How `escalate watch` tells what it finds. Another channel than the worker's, so that one fault is not two."""

    every_seconds: int
    heartbeat: Path
    """File in which the watch notes its last round and what it found."""
    folder: Path | None
    """Folder for a text file of each alarm; None means none."""
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_starttls: bool
    to: str
    """The one e-mail address that is told."""
    webhook: str
    webhook_key: str
    ping: str
    """Address that is called after each sound round; empty means none."""

    @property
    def is_set_up(self) -> bool:
        """Is there any way for it to tell?"""
        return bool(self.folder or (self.smtp_host and self.to) or self.webhook)


@dataclass(frozen=True)
class ConsoleSettings:
    """The web page behind the links in notices."""

    address: str
    """What a link begins with, as its readers reach it; empty means that notices carry no links."""
    port: int
    """On loopback, where the page is served."""
    keys: tuple[str, ...]
    """What links are signed with: the first signs, all are known."""
    codes: bool
    """Is a code asked of whoever acts by a link?"""


@dataclass(frozen=True)
class OidcSettings:
    """The provider of OpenID Connect by which people sign in to the pages."""

    issuer: str
    """Its address; empty means that there is none, and people sign in by one-time links."""
    client_id: str
    """By which the provider knows this installation."""
    client_secret: str
    claim: str
    """What of the provider's statement names the account of the file of people."""


@dataclass(frozen=True)
class DecryptSettings:
    """What lets authorised people read on Temporal's page what is encrypted there."""

    port: int
    """On loopback."""
    address: str
    """At which a browser reaches it."""
    page: str
    """Origin at which Temporal's page stands: no other may ask. Empty means that of the embedded server."""


@dataclass(frozen=True)
class DigestSettings:
    """The daily digest."""

    at: time | None
    """On the clocks of Europe/London; None means none is sent."""
    operations: str
    """E-mail address of the partnership's office; empty means the directory's fallback contact."""


@dataclass(frozen=True)
class CheckpointSettings:
    """Signed statements of where the record ended."""

    origin: str
    """A domain of the partnership's, under which they are signed."""
    key: Path
    """File of the key that signs them."""
    vkeys: Path
    """File of the public keys by which they are known, cosigners' too."""
    folder: Path
    """Folder in which they are kept."""


@dataclass(frozen=True)
class Settings:
    """What an installation has chosen. Paths are absolute."""

    data: Path
    """Folder for everything that must survive a restart where nothing else is set."""
    register: RegisterAddress
    """Address of the register: `sqlite:////absolute/path.db` or `postgresql+psycopg://…`. It knows of the keys."""
    encryption_keys: Path
    """File of the keys with which what Temporal and the register keep is encrypted."""
    people: Path
    """File that says which account of the machine is who."""
    webhooks: Path
    """File that says which programs are told of what happens; there may be no such file."""
    training: str
    """`yes`, `no`, or empty: then `escalate up` trains, and everything else goes by the mark in the data folder."""
    policies: Path
    directories: Path
    local: Path
    """Folder of a partnership's own settings, one `<policy id>.toml` for each policy that has any."""
    outbox: Path
    """Folder in which every notice is kept as a text file."""
    sender: str
    texts_from: tuple[str, ...]
    """Numbers or names that text messages come from, as telephones show them; empty where nobody has said so."""
    channels: Mapping[str, Mapping[str, str | int]]
    """What is set for the channels of each file in `adapters/post/channels/`, by the file's name."""
    text_replies: bool
    """Are replies to text messages fetched?"""
    receipt_minutes: int
    """How long a provider may say no more than that it is sending, before the next way is tried."""
    receipt_minutes_urgent: int
    """The same for urgent notices and alerts."""
    pass_on_minutes: int
    """How long an ordinary notice waits for those who cannot be told now, before the next are told."""
    on_call: str
    """Address of the safeguarding lead on call."""
    gather_seconds: int
    """How long an alert waits for others to the same person, so that they arrive as one; 0 means that none waits."""
    task_queue: str
    temporal_program: str
    """Path of an official `temporal` program; empty means the one from the Python package."""
    port: int
    """Of the embedded Temporal server, on loopback."""
    ui_port: int
    retention_days: int
    metrics_address: str
    """Where this process serves its figures to Prometheus: host and port on loopback; empty means nowhere."""
    tolerance: str
    untimed: str
    meetings: str
    alert_every_minutes: int
    alerts_a_day: int
    acknowledgement_hours: int
    prove_at: time | None
    """When a worker proves the whole record each day, on the clocks of Europe/London; None means that none does."""
    proof_note: Path
    """File in which it notes what the last proof found."""
    checkpoints: CheckpointSettings
    watch: WatchSettings
    console: ConsoleSettings
    oidc: OidcSettings
    decrypt: DecryptSettings
    digest: DigestSettings
