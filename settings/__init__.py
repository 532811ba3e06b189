"""Every environment variable, read once. All begin with ESCALATION_; docs/settings.md lists them.

Where Temporal is, and how to reach it, is said by Temporal's own configuration (TEMPORAL_ADDRESS, TEMPORAL_PROFILE …).
"""

from .address import RegisterAddress
from .given import PREFIX, SettingsFaulty, is_here, web_address
from .read import HERE, NOBODY_ON_CALL, UNNAMED_ORIGIN, known, read_settings
from .shape import (
    LINK_KEY,
    CheckpointSettings,
    ConsoleSettings,
    DecryptSettings,
    DigestSettings,
    OidcSettings,
    Settings,
    WatchSettings,
)

__all__ = [
    "HERE",
    "LINK_KEY",
    "NOBODY_ON_CALL",
    "PREFIX",
    "UNNAMED_ORIGIN",
    "CheckpointSettings",
    "ConsoleSettings",
    "DecryptSettings",
    "DigestSettings",
    "OidcSettings",
    "RegisterAddress",
    "Settings",
    "SettingsFaulty",
    "WatchSettings",
    "is_here",
    "known",
    "read_settings",
    "web_address",
]
