"""GOV.UK Notify's interface, as its public documentation describes it; nothing here is ever sent on.

It refuses what that refuses: tokens, templates, personalisation, addresses, limits. How long it keeps things, how it
rounds its limits and what phone networks do is not copied.
"""

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .serving import Answer, Asked, StandIn

SERVICE = "26a05d3e-6f0b-4c52-9c7e-3d7a0b1c2d4e"
SECRET = "9d4c2b1a-0f3e-4d5c-8b6a-7e8f9a0b1c2d"
KEY = f"stand-in-{SERVICE}-{SECRET}"
TEXT, EMAIL = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-9999-aaaaaaaaaaaa"
NOBODY = {"07700900000", "simulate-delivered@notifications.service.gov.uk"}
"""Judged as any other address, and then neither sent nor kept."""
BOUND = 30
"""Seconds by which the clocks may differ."""
FIELD = re.compile(r"\(\((\w+)\)\)")
FAILURES = ("permanent-failure", "temporary-failure", "technical-failure")


class Refused(Exception):  # noqa: N818 - reads as a sentence
    """An answer in the form of Notify's errors."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(status, {"status_code": status, "errors": [{"error": error, "message": message}]})


class Notify(StandIn):
    """A service with a template for text messages and one for e-mail."""

    def __init__(self) -> None:
        super().__init__()
        self.templates: dict[str, dict[str, Any]] = {
            TEXT: {"id": TEXT, "type": "sms", "body": "((body))", "subject": None, "version": 1},
            EMAIL: {"id": EMAIL, "type": "email", "body": "((body))", "subject": "((subject))", "version": 1},
        }
        self.sent: list[dict[str, Any]] = []
        self.came_in: list[dict[str, Any]] = []
        self.a_page = 250
        self.fates: dict[str, str] = {}
        """What becomes of messages to an address; any other stays under way until `becomes` says more."""
        self.wrong: set[str] = set()
        """Addresses that are refused at the door."""
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.clock_ahead = 0
        self.a_day = 250_000
        self.a_minute = 3_000
        self.trial = False

    def of(self, ref: str) -> list[dict[str, Any]]:
        """Return what came under a label."""
        return [one for one in self.sent if one["reference"] == ref]

    def becomes(self, ref: str, status: str) -> None:
        """Let the network say what became of a message."""
        for one in self.of(ref):
            self._settle(one, status)

    def to(self, address: str) -> list[str]:
        """Return the labels of what came for an address."""
        return [one["reference"] for one in self.sent if address in {one["phone_number"], one["email_address"]}]

    def comes_in(self, number: str, words: str, at: datetime | None = None) -> str:
        """Let a text message come in; return its id."""
        one = {
            "id": str(uuid.uuid4()),
            "user_number": number.lstrip("+"),
            "notify_number": "447700900999",
            "service_id": SERVICE,
            "content": words,
            "created_at": _said(at or datetime.now(UTC)),
        }
        self.came_in.append(one)
        return str(one["id"])

    def refusal(self, status: int) -> Answer:
        """Answer as Notify does when it is unwell."""
        return Refused(status, "Exception", "Internal server error").answer

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked, if it may be."""
        try:
            self._authorised(asked)
            url = urlsplit(asked.path)
            if asked.method == "POST" and url.path in {"/v2/notifications/sms", "/v2/notifications/email"}:
                return self._take(url.path.rpartition("/")[2], json.loads(asked.body))
            if asked.method == "GET" and url.path == "/v2/notifications":
                return self._list(parse_qs(url.query))
            if asked.method == "GET" and url.path == "/v2/received-text-messages":
                return self._received(parse_qs(url.query))
            if asked.method == "GET" and url.path.startswith("/v2/template/"):
                template = self.templates.get(url.path.rpartition("/")[2])
                return Answer(200, template) if template else Refused(404, "NoResultFound", "No result found").answer
            raise Refused(404, "NoResultFound", "No result found")
        except Refused as refused:
            return refused.answer

    def _authorised(self, asked: Asked) -> None:
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token.count(".") != 2:
            raise Refused(401, "AuthError", "Unauthorized: authentication token must be provided")
        head, claims, signature = token.split(".")
        made = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        if _plain(head).get("alg") != "HS256" or not hmac.compare_digest(_bytes(signature), made):
            raise Refused(403, "AuthError", "Invalid token: API key not found")
        said = _plain(claims)
        if said.get("iss") != SERVICE:
            raise Refused(403, "AuthError", "Invalid token: service not found")
        if abs(time.time() + self.clock_ahead - said.get("iat", 0)) > BOUND:
            raise Refused(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")

    def _take(self, kind: str, said: dict[str, Any]) -> Answer:
        self._within_limits(kind)
        address = _address(kind, said)
        if address in self.wrong:
            raise Refused(400, "ValidationError", "phone_number Not a valid country prefix")
        template = self._template(kind, said)
        given = said.get("personalisation", {})
        asked_for = FIELD.findall(template["body"]) + FIELD.findall(template["subject"] or "")
        if missing := [name for name in dict.fromkeys(asked_for) if name not in given]:
            raise Refused(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        if self.trial:
            raise Refused(400, "BadRequestError", "Cannot send to this recipient when service is in trial mode")
        body = FIELD.sub(lambda name: str(given[name[1]]), template["body"])
        if kind == "sms" and len(body) > 918:
            raise Refused(400, "BadRequestError", f"Text messages cannot be longer than 918 characters: {len(body)}")
        subject = FIELD.sub(lambda name: str(given[name[1]]), template["subject"]) if template["subject"] else None
        one: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "reference": said.get("reference"),
            "type": kind,
            "status": "created",
            "phone_number": address if kind == "sms" else None,
            "email_address": address if kind == "email" else None,
            "body": body,
            "subject": subject,
            "template": {"id": template["id"], "version": 1, "uri": f"/v2/template/{template['id']}/version/1"},
            "created_at": _said(self.clock()),
            "sent_at": None,
            "completed_at": None,
        }
        self._settle(one, self.fates.get(address, "created"))
        if address not in NOBODY:
            self.sent.append(one)
        sender = (
            {"from_number": "STANDIN"} if kind == "sms" else {"from_email": "stand-in@example.org", "subject": subject}
        )
        content = {"body": body, **sender}
        return Answer(
            201,
            {
                "id": one["id"],
                "reference": one["reference"],
                "content": content,
                "uri": "",
                "template": one["template"],
            },
        )

    def _settle(self, one: dict[str, Any], status: str) -> None:
        is_over = status == "delivered" or status in FAILURES
        one.update(status=status, completed_at=_said(self.clock()) if is_over else None)

    def _within_limits(self, kind: str) -> None:
        if len(self.sent) >= self.a_minute:
            limit = f"Exceeded rate limit for key type live of {self.a_minute} requests per 60 seconds"
            raise Refused(429, "RateLimitError", limit)
        if len(self.sent) >= self.a_day:
            raise Refused(429, "TooManyRequestsError", f"Exceeded send limits ({kind}: {self.a_day}) for today")

    def _template(self, kind: str, said: dict[str, Any]) -> dict[str, Any]:
        try:
            uuid.UUID(said.get("template_id", ""))
        except ValueError:
            raise Refused(400, "ValidationError", "template_id is not a valid UUID") from None
        template = self.templates.get(said["template_id"])
        if not template:
            raise Refused(400, "BadRequestError", "Template not found")
        if template["type"] != kind:
            raise Refused(
                400, "BadRequestError", f"{template['type']} template is not suitable for {kind} notification"
            )
        return template

    def _list(self, query: dict[str, list[str]]) -> Answer:
        kinds, refs = query.get("template_type", []), query.get("reference", [])
        found = [
            one
            for one in reversed(self.sent)
            if (not kinds or one["type"] in kinds) and (not refs or one["reference"] in refs)
        ]
        return self._page("notifications", found, query)

    def _received(self, query: dict[str, list[str]]) -> Answer:
        newest_first = sorted(self.came_in, key=lambda one: str(one["created_at"]), reverse=True)
        return self._page("received_text_messages", newest_first, query)

    def _page(self, name: str, found: list[dict[str, Any]], query: dict[str, list[str]]) -> Answer:
        """Answer with a page of what is older than a message, and nothing where that is not known."""
        ids = [one["id"] for one in found]
        for last in query.get("older_than", []):
            found = found[ids.index(last) + 1 :] if last in ids else []
        page = found[: self.a_page]
        place = f"{self.url}/v2/{name.replace('_', '-')}"
        following = {"next": f"{place}?older_than={page[-1]['id']}"} if page else {}
        return Answer(200, {name: page, "links": {"current": place, **following}})


def _address(kind: str, said: dict[str, Any]) -> str:
    field = "phone_number" if kind == "sms" else "email_address"
    if field not in said:
        raise Refused(400, "ValidationError", f"{field} is a required property")
    address = str(said[field])
    if kind == "email":
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", address):
            raise Refused(400, "ValidationError", "email_address is not a valid email address")
        return address
    digits = re.sub(r"[\s().-]", "", address).lstrip("+")
    if not digits.isdecimal():
        raise Refused(400, "ValidationError", "phone_number Must not contain letters or symbols")
    number = re.sub(r"^(44|0)", "", digits)
    if not number.startswith("7"):
        raise Refused(400, "ValidationError", "phone_number Not a UK mobile number")
    if len(number) != 10:
        wrong = "Too many digits" if len(number) > 10 else "Not enough digits"
        raise Refused(400, "ValidationError", f"phone_number {wrong}")
    return address


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _plain(text: str) -> dict[str, Any]:
    said = json.loads(_bytes(text))
    return said if isinstance(said, dict) else {}


def _said(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
