"""This installation's settings, looked at before a command goes on."""

from adapters.register.address import sqlite_path
from settings import Settings, read_settings

from .exits import Trouble


def installation() -> Settings:
    """Return the settings.

    Raises:
        SettingsFaulty: a variable cannot be used.
        Trouble: the register's address is of no kind we know.
    """
    settings = read_settings()
    try:
        sqlite_path(settings.register)
    except ValueError as error:
        raise Trouble(f"ESCALATION_REGISTER: {error}") from None
    return settings
