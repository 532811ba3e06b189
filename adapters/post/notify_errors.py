"""What an error of GOV.UK Notify means for a notice: try again, mend a setting, or give the address up."""

import logging
import re
from typing import Any

from .errors import AddressRefused, PostDown, PostFailed, PostMisconfigured

ABOUT_ADDRESS = frozenset({"ValidationError", "InvalidPhoneError", "InvalidEmailError"})
"""With a whole template id and a table of words, nothing but the address is left to be of the wrong form."""
DAILY, RATE = "TooManyRequestsError", "RateLimitError"
_REST = {DAILY: 600, RATE: 60}
"""Seconds without another try: the rate is counted by the minute; a day's limit is lifted at midnight or by hand."""
_NAMES = ABOUT_ADDRESS | set(_REST) | {"BadRequestError", "AuthError", "NoResultFound", "Exception"}

_NOT_LIVE = re.compile(r"trial mode|team.only|team member", re.IGNORECASE)
_FIELD = re.compile(r"\(\(([^()?]+)")

log = logging.getLogger(__name__)


class BadRequest(PostMisconfigured):
    """Something in what was asked is wrong for Notify: the template, or where it cannot be at fault, the address."""


def pauses(error: Any) -> int:
    """Return for how many seconds nothing more is to be asked of Notify after *error*."""
    return _REST.get(_name(error), 60) if error.status_code == 429 else 0


def failure_of(kind: str, ref: str, error: Any) -> PostFailed:
    """Sort an error of the client by its status and its type: Notify's words may change, and may repeat an address."""
    status, name = int(error.status_code), _name(error)
    of = f"notice {ref}" if ref else "a question"
    if status == 400 and name in ABOUT_ADDRESS:
        return AddressRefused(f"GOV.UK Notify does not take the address or number of {of}; mend it in the directory.")
    if status == 429:
        log.error("notify_limit_reached", extra={"notice": ref, "limit": "day" if name == DAILY else "rate"})
        whose = "more today" if name == DAILY else "more this minute"
        return PostDown(f"GOV.UK Notify takes no {whose} ({name}), so {of} waits.")
    if status >= 500 or status < 300 or status == 408:  # below 300: taken, perhaps, and the answer was not to be read
        return PostDown(f"GOV.UK Notify did not take {of} ({status}); it is tried again.")
    log.error("notify_misconfigured", extra={"notice": ref, "status": status, "error": name})
    is_about_one = status == 400 and not _NOT_LIVE.search(str(error.message))
    return (BadRequest if is_about_one else PostMisconfigured)(
        f"GOV.UK Notify did not take {of} ({status}): {_mend(kind, status)}."
    )


def faults_of(kind: str, template: Any, wanted: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Hold a template as Notify describes it against what we fill in; one sentence for each fault."""
    place = f"The template of ESCALATION_NOTIFY_{kind.upper()}_TEMPLATE"
    if not isinstance(template, dict) or template.get("type") != wanted:
        return (
            f"{place} is for another kind of message: name one for {'text messages' if kind == 'text' else 'e-mail'}.",
        )
    words = {name: str(template.get(name) or "") for name in fields}
    missing = tuple(
        f"{place} has no (({name})) in its {name}: put it there." for name in fields if f"(({name}))" not in words[name]
    )
    if not missing and {field for text in words.values() for field in _FIELD.findall(text)} - set(fields):
        ours = " and ".join(f"(({name}))" for name in fields)
        return (f"{place} asks for more than our words: leave {ours} alone in it.",)
    return missing


def _name(error: Any) -> str:
    """Return the type that Notify gives an error, where it is one of those it documents."""
    said = error.message
    first = said[0] if isinstance(said, list) and said else {}
    name = str(first.get("error", "")) if isinstance(first, dict) else ""
    return name if name in _NAMES else "unknown"


def _mend(kind: str, status: int) -> str:
    template = f"ESCALATION_NOTIFY_{kind.upper()}_TEMPLATE"
    if status in {401, 403}:
        return "see that the key in ESCALATION_NOTIFY_KEY_FILE is in force, and that this machine's clock is right"
    if status == 400:
        return (
            f"see that {template} names a template that asks for our words alone, that your service is live and not "
            "in trial mode, and that its key is one for writing to anybody"
        )
    if status == 404:
        return f"see that {template} names a template of your service, and that ESCALATION_NOTIFY_URL is right"
    return "see that ESCALATION_NOTIFY_URL is right"
