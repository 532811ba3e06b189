"""What GOV.UK Notify says became of a message."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from domain.value import Instant, Value

from .errors import PostDown

_UNDER_WAY = frozenset({"created", "sending", "pending", "sent", "delivered"})
_FAILED = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})


class Fate(Value):
    """What became of a notice."""

    ref: str
    state: Literal["delivered", "sending", "failed", "unknown"]
    """`delivered` where one address has it, `failed` where every one failed. Whether it was read nobody can tell."""
    since: Instant | None = None
    told: str = ""
    """Notify's own word: `sent` means abroad, from where nothing more is heard; `permanent-failure` a wrong address."""


class Seen(BaseModel):
    """One message as Notify lists it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    reference: str | None = None
    status: str
    created_at: AwareDatetime
    completed_at: AwareDatetime | None = None
    phone_number: str | None = None
    email_address: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Did it arrive, or may it still?"""
        return self.status in _UNDER_WAY

    @property
    def is_hopeless(self) -> bool:
        """Is there nobody at that address? The other failures may pass, so those are sent again."""
        return self.status == "permanent-failure"


def read_list(answer: Any) -> tuple[Seen, ...]:
    """Read one page of a listing. Raises PostDown where it is not what Notify documents."""
    try:
        return tuple(Seen.model_validate(one) for one in answer["notifications"])
    except (KeyError, TypeError, ValidationError):
        raise PostDown("GOV.UK Notify's answer cannot be read; it is asked again.") from None


def fate_of(ref: str, seen: tuple[Seen, ...], since: datetime | None = None) -> Fate:
    """Judge all messages of one notice together; of those from before *since* it counts only that one arrived."""
    delivered = [one for one in seen if one.status == "delivered"]
    later = [one for one in seen if since is None or one.created_at >= since]
    going = [one for one in later if one.is_under_way]
    failed = [one for one in later if one.status in _FAILED]
    if delivered:
        first = min(delivered, key=lambda one: one.completed_at or one.created_at)
        return Fate(ref=ref, state="delivered", since=first.completed_at or first.created_at, told=first.status)
    if going:
        last = max(going, key=lambda one: one.created_at)
        return Fate(ref=ref, state="sending", since=last.created_at, told=last.status)
    if failed:
        last = max(failed, key=lambda one: one.completed_at or one.created_at)
        return Fate(ref=ref, state="failed", since=last.completed_at or last.created_at, told=last.status)
    return Fate(ref=ref, state="unknown")
