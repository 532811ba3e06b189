"""Channels of GOV.UK Notify that ask the stand-in."""

from adapters.post import NotifyPost
from tests.standins.notify import EMAIL, KEY, TEXT, Notify

from .conftest import POLICE, clock

MOBILE, OTHER = "+447700900123", "+447700900456"
REF = "ESC-7K2M-Q/12/3"
LEAD = POLICE.but(addresses=(MOBILE,))
BOTH = POLICE.but(addresses=(MOBILE, OTHER))


def texts(service: Notify, **more) -> NotifyPost:
    return NotifyPost("text", KEY, TEXT, more.pop("clock", clock), url=service.url, **more)


def mails(service: Notify, **more) -> NotifyPost:
    return NotifyPost("email", KEY, EMAIL, clock, url=service.url, **more)
