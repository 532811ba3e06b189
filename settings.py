"""Every environment variable, read once. All begin with ESCALATION_; docs/settings.md lists them.

Where Temporal is, and how to reach it, is said by Temporal's own configuration (TEMPORAL_ADDRESS, TEMPORAL_PROFILE …).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

HERE = Path(__file__).resolve().parent
NOBODY_ON_CALL = "on-call@example.org"
"""Stands where no lead on call is set: invented, and written to by nobody."""
PREFIX = "ESCALATION_"


class SettingsFaulty(Exception):  # noqa: N818 - reads as a sentence
    """A variable that cannot be used: the sentence names it and the mend."""


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
class Settings:
    """What an installation has chosen. Paths are absolute."""

    data: Path
    """Folder for everything that must survive a restart where nothing else is set."""
    register: str
    """Address of the register: `sqlite:////absolute/path.db` or `postgresql+psycopg://…`."""
    training: str
    """`yes`, `no`, or empty: then `escalate up` trains, and everything else goes by the mark in the data folder."""
    policies: Path
    directories: Path
    local: Path
    """Folder of a partnership's own settings, one `<policy id>.toml` for each policy that has any."""
    outbox: Path
    """Folder in which every notice is kept as a text file."""
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_starttls: bool
    sender: str
    notify_key: str
    """Key of GOV.UK Notify; empty means that it is not used."""
    notify_url: str
    """Empty means the real service."""
    notify_email_template: str
    notify_text_template: str
    webhook_key: str
    """What messages to web addresses are signed with; empty means that none are sent."""
    on_call: str
    """Address of the safeguarding lead on call."""
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
    watch: WatchSettings


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from *environment* (the process's own by default).

    Raises:
        SettingsFaulty: a value is of the wrong form.
    """
    given = {k: v for k, v in (os.environ if environment is None else environment).items() if k.startswith(PREFIX)}
    known = {f"{PREFIX}{name}" for name in _NAMES}
    for name in sorted(set(given) - known):
        if name not in {f"{PREFIX}REQUIRE_POSTGRES", f"{PREFIX}REQUIRE_CHROMIUM"}:
            raise SettingsFaulty(f"{name} is not a setting: take it out, or see docs/settings.md for those there are.")
    return _made(given)


def _made(given: Mapping[str, str]) -> Settings:
    def text(name: str, default: str = "") -> str:
        return given.get(PREFIX + name, "").strip() or default

    def path(name: str, default: Path) -> Path:
        return Path(text(name) or default).expanduser().absolute()

    def number(name: str, default: int, low: int, high: int) -> int:
        said = text(name, str(default))
        if not said.isdecimal() or not low <= int(said) <= high:
            raise SettingsFaulty(f"{PREFIX}{name} is {said!r}: give a whole number from {low} to {high}.")
        return int(said)

    def word(name: str, *known: str) -> str:
        said = text(name).lower()
        if said and said not in known:
            raise SettingsFaulty(f"{PREFIX}{name} is {said!r}: give {' or '.join(known)}.")
        return said

    def identifier(name: str) -> str:
        said = text(name)
        if said and not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", said):
            raise SettingsFaulty(f"{PREFIX}{name} is not the id of a template: copy it whole from GOV.UK Notify.")
        return said

    data = path("DATA", Path("data"))
    return Settings(
        data=data,
        register=_register(given, text("REGISTER", f"sqlite:///{data / 'register.db'}")),
        training=word("TRAINING", "yes", "no"),
        policies=path("POLICIES", HERE / "policies"),
        directories=path("DIRECTORIES", HERE / "directories"),
        local=path("LOCAL", data / "local"),
        outbox=path("OUTBOX", data / "outbox"),
        smtp_host=text("SMTP_HOST"),
        smtp_port=number("SMTP_PORT", 25, 1, 65535),
        smtp_user=text("SMTP_USER"),
        smtp_password=_secret(given, "SMTP_PASSWORD_FILE"),
        smtp_starttls=text("SMTP_STARTTLS", "no").lower() in {"yes", "true", "1", "on"},
        sender=text("SENDER", "escalation@example.org"),
        notify_key=_secret(given, "NOTIFY_KEY_FILE"),
        notify_url=web_address(f"{PREFIX}NOTIFY_URL", text("NOTIFY_URL")),
        notify_email_template=identifier("NOTIFY_EMAIL_TEMPLATE"),
        notify_text_template=identifier("NOTIFY_TEXT_TEMPLATE"),
        webhook_key=_secret(given, "WEBHOOK_KEY_FILE"),
        on_call=text("ON_CALL", NOBODY_ON_CALL),
        task_queue=text("TASK_QUEUE", "escalations"),
        temporal_program=text("TEMPORAL_PROGRAM"),
        port=number("PORT", 7233, 1024, 64000),
        ui_port=number("UI_PORT", 8233, 1024, 64000),
        retention_days=number("RETENTION_DAYS", 90, 1, 3650),
        metrics_address=_on_loopback("METRICS_ADDRESS", text("METRICS_ADDRESS")),
        tolerance=text("TOLERANCE"),
        untimed=text("UNTIMED"),
        meetings=text("MEETINGS"),
        alert_every_minutes=number("ALERT_EVERY_MINUTES", 60, 5, 1440),
        alerts_a_day=number("ALERTS_A_DAY", 6, 1, 96),
        acknowledgement_hours=number("ACKNOWLEDGEMENT_HOURS", 24, 1, 168),
        watch=WatchSettings(
            every_seconds=number("WATCH_EVERY_SECONDS", 30, 5, 300),
            heartbeat=path("WATCH_HEARTBEAT", data / "watch.json"),
            folder=path("WATCH_FOLDER", data) if text("WATCH_FOLDER") else None,
            smtp_host=text("WATCH_SMTP_HOST"),
            smtp_port=number("WATCH_SMTP_PORT", 25, 1, 65535),
            smtp_user=text("WATCH_SMTP_USER"),
            smtp_password=_secret(given, "WATCH_SMTP_PASSWORD_FILE"),
            smtp_starttls=text("WATCH_SMTP_STARTTLS", "no").lower() in {"yes", "true", "1", "on"},
            to=text("WATCH_TO"),
            webhook=web_address(f"{PREFIX}WATCH_WEBHOOK", text("WATCH_WEBHOOK")),
            webhook_key=_secret(given, "WATCH_WEBHOOK_KEY_FILE"),
            ping=web_address(f"{PREFIX}WATCH_PING", text("WATCH_PING")),
        ),
    )


def web_address(setting: str, said: str) -> str:
    """Return *said*, an address that nobody on the way can read: `https:`, or on this machine alone. Empty may be.

    Raises:
        SettingsFaulty: it is none; *setting* names it in the sentence.
    """
    try:
        parts = urlsplit(said)
        host = parts.hostname or ""
        is_here = host == "localhost" or bool(re.fullmatch(r"127(\.\d{1,3}){3}|::1", host))
        is_fit = bool(host) and parts.port != 0 and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
    except ValueError:
        is_fit = False
    if said and (not is_fit or not said.isascii() or " " in said):
        raise SettingsFaulty(
            f"{setting} cannot be used: give an address that begins with https://, or http:// for one of this machine."
        )
    return said


def _on_loopback(setting: str, said: str) -> str:
    """Return *said*, a host and a port. The figures have no sign-in, so they are for this machine alone."""
    host, colon, port = said.rpartition(":")
    is_port = port.isdecimal() and 1024 <= int(port) <= 65535
    if said and not (colon and is_port and re.fullmatch(r"127(\.\d{1,3}){3}|\[::1\]", host)):
        raise SettingsFaulty(
            f"{PREFIX}{setting} is {said!r}: give an address of this machine alone and a port from 1024 to 65535, such "
            "as 127.0.0.1:9464; the figures have no sign-in, so whoever reads them from elsewhere comes by way of a "
            "program of yours that has one."
        )
    return said


def _secret(given: Mapping[str, str], setting: str) -> str:
    """Read a password from a file: an environment variable is seen by every child and in crash reports."""
    name = f"{PREFIX}{setting}"
    if not given.get(name):
        return ""
    try:
        return Path(given[name]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        raise SettingsFaulty(f"{name} names a file that cannot be read: check the path and who may read it.") from None


def _register(given: Mapping[str, str], address: str) -> str:
    """Return the register's address, with the password from its file if one is named."""
    setting = "REGISTER_PASSWORD_FILE"
    if not given.get(PREFIX + setting):
        return address
    scheme, _, rest = address.partition("://")
    user, at, place = rest.rpartition("@")
    if not scheme.startswith("postgres") or not user or not at or ":" in user:
        raise SettingsFaulty(
            f"{PREFIX}{setting} is set, so {PREFIX}REGISTER must be a PostgreSQL address with a user and no password: "
            "postgresql+psycopg://user@host:port/name."
        )
    password = _secret(given, setting)
    if not password:
        raise SettingsFaulty(f"{PREFIX}{setting} names an empty file: put the password into it.")
    return f"{scheme}://{user}:{quote(password, safe='')}@{place}"


_NAMES = (
    *(
        "DATA",
        "REGISTER",
        "REGISTER_PASSWORD_FILE",
        "TRAINING",
        "POLICIES",
        "DIRECTORIES",
        "LOCAL",
        "OUTBOX",
        "SENDER",
        "ON_CALL",
        "TASK_QUEUE",
    ),
    *("SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD_FILE", "SMTP_STARTTLS"),
    *("NOTIFY_KEY_FILE", "NOTIFY_URL", "NOTIFY_EMAIL_TEMPLATE", "NOTIFY_TEXT_TEMPLATE", "WEBHOOK_KEY_FILE"),
    *("TEMPORAL_PROGRAM", "PORT", "UI_PORT", "RETENTION_DAYS", "METRICS_ADDRESS"),
    *("WATCH_EVERY_SECONDS", "WATCH_HEARTBEAT", "WATCH_FOLDER", "WATCH_TO", "WATCH_SMTP_HOST", "WATCH_SMTP_PORT"),
    *("WATCH_SMTP_USER", "WATCH_SMTP_PASSWORD_FILE", "WATCH_SMTP_STARTTLS"),
    *("WATCH_WEBHOOK", "WATCH_WEBHOOK_KEY_FILE", "WATCH_PING"),
    *("TOLERANCE", "UNTIMED", "MEETINGS", "ALERT_EVERY_MINUTES", "ALERTS_A_DAY", "ACKNOWLEDGEMENT_HOURS"),
)
