"""Ports for what a test starts: none that a connection of somebody else is given meanwhile."""

import contextlib
import random
import socket

RANGE = range(20_000, 32_000)
"""Below those that Linux hands out for outgoing connections: between looking and listening one of these stays free."""


def free_port() -> int:
    """Return a port at which nobody listens."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return so many ports at which nobody listens, each another one."""
    found: list[int] = []
    for port in random.SystemRandom().sample(RANGE, len(RANGE)):
        with contextlib.suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("no port is free")
