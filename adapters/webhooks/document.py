"""The description of the messages for programs (AsyncAPI 3), made from the table of what can be told."""

from importlib import metadata
from typing import Any, get_args

from .happenings import DOES, Type
from .signing import ID, SIGNATURE, TIMESTAMP

_TEXT = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time"}
_CASE = {"type": "string", "description": "Reference of the case."}
_ENTRY = {"type": "integer", "minimum": 1, "description": "Number of the entry in the case."}
_KIND = {"type": "string", "description": "Kind of the entry, as the glossary lists them."}
_OF_ENTRY = {"case": _CASE, "entry": _ENTRY, "kind": _KIND, "happened_at": _INSTANT}
_OF_SENDING = {
    "case": _CASE,
    "entry": _ENTRY,
    "kind": _KIND,
    "notice": {"type": "string", "description": "Reference of the notice."},
    "channel": {"type": "string", "description": "What took it."},
}
_ABOUT = (
    "What this program tells others of: ids, kinds and times, and nothing that people wrote. Whoever wants more asks "
    "the interface. Each message is an HTTP POST, signed as Standard Webhooks has it. It is sent at least once, in "
    "order for each case, until any answer from 200 to 299; a receiver drops what it has had under a `webhook-id`."
)


def described() -> dict[str, Any]:
    """Return the description as JSON."""
    types = get_args(Type)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "safeguarding-escalation",
            "version": metadata.version("safeguarding-escalation"),
            "description": _ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "hook": {
                "title": "The address of a receiver",
                "description": "As the file of webhooks names it.",
                "address": None,
                "messages": {one: {"$ref": f"#/components/messages/{one}"} for one in types},
            }
        },
        "operations": {
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/hook"},
                "messages": [{"$ref": f"#/channels/hook/messages/{one}"} for one in types],
                "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
            }
        },
        "components": {"messages": {one: _message(one) for one in types}},
    }


def schema_of(type_: Type) -> dict[str, Any]:
    """Return the schema of what is sent of one type."""
    fields: dict[str, Any] = {} if type_ == "test" else _OF_SENDING if type_ == "alert.sent" else _OF_ENTRY
    data = {"type": "object", "required": [*fields], "properties": fields, "additionalProperties": False}
    return {
        "type": "object",
        "required": ["id", "type", "timestamp", "data"],
        "properties": {"id": _TEXT, "type": {"const": type_}, "timestamp": _INSTANT, "data": data},
        "additionalProperties": False,
    }


def _message(type_: Type) -> dict[str, Any]:
    seconds = {"type": "string", "description": "Seconds since 1970, when this try was made."}
    mark = {"type": "string", "description": "`v1,` and HMAC-SHA256 over id, time and body in base64, for each secret."}
    headers = {ID: {"type": "string", "description": "The same on every try."}, TIMESTAMP: seconds, SIGNATURE: mark}
    return {
        "name": type_,
        "title": DOES[type_],
        "contentType": "application/json",
        "headers": {"type": "object", "required": [*headers], "properties": headers},
        "payload": schema_of(type_),
    }
