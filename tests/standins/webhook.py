"""A receiver of signed notices: it checks the signature and the time by itself, and takes each notice once."""

import hashlib
import hmac
import json
import time
from typing import Any

from .serving import Answer, Asked, StandIn

OLD = 300
"""Seconds after which a signature counts no more."""


class Receiver(StandIn):
    """Takes what is rightly signed; a repeat of an Idempotency-Key is answered and not taken again."""

    def __init__(self, key: str, now: float | None = None) -> None:
        super().__init__()
        self.key = key
        self.now = now
        self.taken: dict[str, dict[str, Any]] = {}
        self.location = ""

    def answer(self, asked: Asked) -> Answer:
        """Look at the signature, then take it."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        timestamp = headers.get("x-escalation-timestamp", "")
        signed = hmac.new(self.key.encode(), f"{timestamp}.".encode() + asked.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(headers.get("x-escalation-signature", ""), f"sha256={signed}"):
            return Answer(401)
        if abs((self.now or time.time()) - int(timestamp)) > OLD:
            return Answer(403)
        self.taken.setdefault(headers["idempotency-key"], json.loads(asked.body))
        return Answer(202)

    def refusal(self, status: int) -> Answer:
        """Answer with a status, and with where to go instead."""
        return Answer(status, {"words": "private words"}, {"Location": self.location} if self.location else {})
