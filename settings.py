"""Every environment variable, read once. All begin with ESCALATION_; docs/settings.md lists them.

Where Temporal is, and how to reach it, is said by Temporal's own configuration (TEMPORAL_ADDRESS, TEMPORAL_PROFILE …).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
PREFIX = "ESCALATION_"


class SettingsFaulty(Exception):  # noqa: N818 - reads as a sentence
    """A variable that cannot be used: the sentence names it and the mend."""


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
        on_call=text("ON_CALL", "on-call@example.org"),
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
    )


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
    *("TEMPORAL_PROGRAM", "PORT", "UI_PORT", "RETENTION_DAYS", "METRICS_ADDRESS"),
    *("TOLERANCE", "UNTIMED", "MEETINGS", "ALERT_EVERY_MINUTES", "ALERTS_A_DAY", "ACKNOWLEDGEMENT_HOURS"),
)
