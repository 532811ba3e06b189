"""This installation's settings, checked before a command goes on."""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from adapters import training
from adapters.given import read_text
from adapters.register.address import sqlite_path
from domain.base.reference import REAL, TRAINING
from settings import LINK_KEY, Settings, SettingsFaulty, read_settings

from .errors import Trouble


def installation() -> Settings:
    """Return the settings, with `training` decided: `yes` or `no`.

    Raises SettingsFaulty where a variable cannot be used, Mixed where it is told not to train in a folder kept for
    training, and Trouble where the register's address is of no known kind.
    """
    settings = read_settings()
    try:
        sqlite_path(settings.register)
    except ValueError as error:
        raise Trouble(f"ESCALATION_REGISTER: {error}") from None
    settings = replace(settings, training="yes" if training.is_on(settings.training, settings.data) else "no")
    console = settings.console
    return settings if console.address or console.keys else with_links(settings)


def with_links(settings: Settings) -> Settings:
    """Return the settings with what links need, where a console of this machine has made a key for them."""
    console = settings.console
    keys, address = console.keys, console.address or f"http://127.0.0.1:{console.port}"
    if not keys:
        with suppress(OSError, ValueError):
            keys = (read_text(settings.data / LINK_KEY).strip(),)
    return replace(settings, console=replace(console, address=address, keys=keys)) if keys else settings


def is_trial(settings: Settings) -> bool:
    """Say whether cases are tried out here: in a training, or with the embedded server of this machine.

    Where Temporal's own configuration names a server, others use it too.
    """
    return settings.training == "yes" or not _is_elsewhere()


def _is_elsewhere() -> bool:
    """Does Temporal's own configuration say where the server is? Its SDK would say the same, half a second later."""
    named = any(value for name, value in os.environ.items() if name.startswith("TEMPORAL_"))
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return named or (Path(home) / "temporalio" / "temporal.toml").is_file()


def prefix(settings: Settings) -> str:
    """Return what references of cases begin with in this installation."""
    return TRAINING if settings.training == "yes" else REAL


def banner() -> str:
    """Return the line with which every screen begins in training; empty otherwise, or where the settings cannot be
    used.
    """
    try:
        return training.BANNER if installation().training == "yes" else ""
    except (SettingsFaulty, training.Mixed, Trouble):
        return ""
