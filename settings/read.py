"""Reading the settings from the environment, with their defaults. docs/settings.md lists them."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from .address import RegisterAddress
from .channels import CHANNELS
from .given import PREFIX, Given, SettingsFaulty
from .shape import (
    CheckpointSettings,
    ConsoleSettings,
    DecryptSettings,
    DigestSettings,
    OidcSettings,
    Settings,
    WatchSettings,
)

HERE = Path(__file__).resolve().parents[1]
UNNAMED_ORIGIN = "register.example.org"
"""Stands where no domain is set for checkpoints: invented, and nobody's."""
NOBODY_ON_CALL = "on-call@example.org"
"""Stands where no lead on call is set: invented, and written to by nobody."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from *environment* (the process's own by default).

    Raises:
        SettingsFaulty: a value is of the wrong form, or a name is none of ours.
    """
    given = Given(os.environ if environment is None else environment)
    settings = _made(given)
    given.must_be_known()
    return settings


def known() -> frozenset[str]:
    """Return the names of the settings there are."""
    nothing = Given({})
    _made(nothing)
    return frozenset(nothing.asked)


def _made(given: Given) -> Settings:
    data = given.path("DATA", Path("data"))
    keys = given.path("ENCRYPTION_KEYS", data / "encryption.keys")
    return Settings(
        data=data,
        register=RegisterAddress(_register(given, given.text("REGISTER", f"sqlite:///{data / 'register.db'}")), keys),
        encryption_keys=keys,
        people=given.path("PEOPLE", data / "people.toml"),
        webhooks=given.path("WEBHOOKS", data / "webhooks.toml"),
        training=given.word("TRAINING", "yes", "no"),
        policies=given.path("POLICIES", HERE / "policies"),
        directories=given.path("DIRECTORIES", HERE / "directories"),
        local=given.path("LOCAL", data / "local"),
        outbox=given.path("OUTBOX", data / "outbox"),
        sender=given.text("SENDER", "escalation@example.org"),
        texts_from=tuple(one.strip() for one in given.text("TEXTS_FROM").split(",") if one.strip()),
        channels={name: read(given) for name, read in CHANNELS.items()},
        text_replies=given.is_on("TEXT_REPLIES"),
        receipt_minutes=given.number("RECEIPT_MINUTES", 120, 5, 1440),
        receipt_minutes_urgent=given.number("RECEIPT_MINUTES_URGENT", 15, 1, 1440),
        pass_on_minutes=given.number("PASS_ON_MINUTES", 60, 1, 1440),
        on_call=given.text("ON_CALL", NOBODY_ON_CALL),
        gather_seconds=given.number("GATHER_SECONDS", 10, 0, 30),
        task_queue=given.text("TASK_QUEUE", "escalations"),
        temporal_program=given.text("TEMPORAL_PROGRAM"),
        port=given.number("PORT", 7233, 1024, 64000),
        ui_port=given.number("UI_PORT", 8233, 1024, 64000),
        retention_days=given.number("RETENTION_DAYS", 90, 1, 3650),
        metrics_address=given.on_loopback("METRICS_ADDRESS"),
        tolerance=given.text("TOLERANCE"),
        untimed=given.text("UNTIMED"),
        meetings=given.text("MEETINGS"),
        alert_every_minutes=given.number("ALERT_EVERY_MINUTES", 60, 5, 1440),
        alerts_a_day=given.number("ALERTS_A_DAY", 6, 1, 96),
        acknowledgement_hours=given.number("ACKNOWLEDGEMENT_HOURS", 24, 1, 168),
        prove_at=given.clock("PROVE_AT", "03:20"),
        proof_note=data / "proof.json",
        checkpoints=CheckpointSettings(
            origin=given.origin("CHECKPOINT_ORIGIN", UNNAMED_ORIGIN),
            key=given.path("CHECKPOINT_KEY", data / "checkpoint.key"),
            vkeys=given.path("CHECKPOINT_VKEYS", data / "checkpoint.vkeys"),
            folder=data / "checkpoints",
        ),
        watch=_watch(given, data),
        console=ConsoleSettings(
            address=given.web_address("CONSOLE_ADDRESS").rstrip("/"),
            port=given.number("CONSOLE_PORT", 8300, 1024, 64000),
            keys=tuple(given.secret("LINK_KEY_FILE").split()),
            codes=given.word("LINK_CODES", "yes", "no") != "no",
        ),
        oidc=_oidc(given),
        decrypt=_decrypt(given),
        digest=DigestSettings(at=given.clock("DIGEST_AT", "07:30"), operations=given.text("OPERATIONS")),
    )


def _oidc(given: Given) -> OidcSettings:
    return OidcSettings(
        issuer=given.web_address("OIDC_ISSUER").rstrip("/"),
        client_id=given.text("OIDC_CLIENT_ID"),
        client_secret=given.secret("OIDC_CLIENT_SECRET_FILE"),
        claim=given.text("OIDC_CLAIM", "preferred_username"),
    )


def _decrypt(given: Given) -> DecryptSettings:
    port = given.number("DECRYPT_PORT", 8310, 1024, 64000)
    return DecryptSettings(
        port=port,
        address=given.web_address("DECRYPT_ADDRESS").rstrip("/") or f"http://127.0.0.1:{port}",
        page=given.web_address("TEMPORAL_PAGE").rstrip("/"),
    )


def _watch(given: Given, data: Path) -> WatchSettings:
    return WatchSettings(
        every_seconds=given.number("WATCH_EVERY_SECONDS", 30, 5, 300),
        heartbeat=given.path("WATCH_HEARTBEAT", data / "watch.json"),
        folder=given.path("WATCH_FOLDER", data) if given.text("WATCH_FOLDER") else None,
        smtp_host=given.text("WATCH_SMTP_HOST"),
        smtp_port=given.number("WATCH_SMTP_PORT", 25, 1, 65535),
        smtp_user=given.text("WATCH_SMTP_USER"),
        smtp_password=given.secret("WATCH_SMTP_PASSWORD_FILE"),
        smtp_starttls=given.is_encrypted("WATCH_SMTP"),
        to=given.text("WATCH_TO"),
        webhook=given.web_address("WATCH_WEBHOOK"),
        webhook_key=given.secret("WATCH_WEBHOOK_KEY_FILE"),
        ping=given.web_address("WATCH_PING"),
    )


def _register(given: Given, address: str) -> str:
    """Return the register's address, with the password from its file if one is named."""
    setting = "REGISTER_PASSWORD_FILE"
    if not given.text(setting):
        return address
    scheme, _, rest = address.partition("://")
    user, at, place = rest.rpartition("@")
    if not scheme.startswith("postgres") or not user or not at or ":" in user:
        raise SettingsFaulty(
            f"{PREFIX}{setting} is set, so {PREFIX}REGISTER must be a PostgreSQL address with a user and no password: "
            "postgresql+psycopg://user@host:port/name."
        )
    password = given.secret(setting)
    if not password:
        raise SettingsFaulty(f"{PREFIX}{setting} names an empty file: put the password into it.")
    return f"{scheme}://{user}:{quote(password, safe='')}@{place}"
