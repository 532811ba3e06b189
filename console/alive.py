"""Asking a console whether it is there."""

import urllib.request

ALIVE = "the page of safeguarding-escalation is here"
"""What `/health` answers."""
WITHIN_SECONDS = 5.0


def is_alive(address: str) -> bool:
    """Say whether a console answers at a web address."""
    asked = urllib.request.Request(f"{address}/health")  # noqa: S310 - an address that the settings have looked at
    try:
        with urllib.request.urlopen(asked, timeout=WITHIN_SECONDS) as answer:  # noqa: S310
            return bool(answer.read(len(ALIVE)) == ALIVE.encode())
    except (OSError, ValueError):
        return False
