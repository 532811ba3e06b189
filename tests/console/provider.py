"""A stand-in for a provider of OpenID Connect, as a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import free_port

WITHIN_SECONDS = 30
KNOWN = ("operations", "agency-manager", "nobody-here")
"""Accounts that may sign in there; the last stands in no file of people."""


@contextmanager
def provider(folder: Path) -> Iterator[str]:
    """Run one that signs in whoever says that they are one of those it knows, and give its address."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    words = [str(Path(sys.executable).parent / "oidc-provider-mock"), "--host", "localhost", "--port", str(port)]
    for account in KNOWN:
        words += ["--user-claims", json.dumps({"sub": account, "preferred_username": account})]
    with (folder / "provider.log").open("w") as log:
        running = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        ends = time.monotonic() + WITHIN_SECONDS
        while not _answers(issuer):
            assert running.poll() is None, (folder / "provider.log").read_text()
            assert time.monotonic() < ends
            time.sleep(0.05)
        yield issuer
    finally:
        running.terminate()
        running.wait(10)


def signs_in(address: str, account: str) -> str:
    """Sign in there as one of those it knows, and return the address to which one is sent back."""
    answer = httpx.post(address, data={"sub": account})
    assert answer.status_code in {302, 303}, answer.text
    return answer.headers["Location"]


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
