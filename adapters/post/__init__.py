"""How a notice leaves: a readable file, e-mail, a text message, a signed message to another program.

Every notice is sent at least once. The other side can recognise a repeat by an id made from the notice's reference: the
Message-ID of an e-mail, the reference of GOV.UK Notify, the Idempotency-Key of a webhook.
"""

from .channels.notify import NotifyPost
from .channels.smtp import SmtpPost
from .channels.webhook import WebhookPost
from .dispatch import Channels, CopiedPost, make_post
from .errors import FOR_GOOD, AddressRefused, NothingSetUp, PostDown, PostFailed, PostMisconfigured, UnknownNotice
from .letter import SUMMARIES, Letter, kinds, write_letter
from .outbox import OutboxPost
from .post import Channel, Chosen, Clock, Common, Fate, Look, Post
from .receipts import Receipts
from .registry import kinds_of, make_channels
from .text import write_text

__all__ = [
    "FOR_GOOD",
    "SUMMARIES",
    "AddressRefused",
    "Channel",
    "Channels",
    "Chosen",
    "Clock",
    "Common",
    "CopiedPost",
    "Fate",
    "Letter",
    "Look",
    "NothingSetUp",
    "NotifyPost",
    "OutboxPost",
    "Post",
    "PostDown",
    "PostFailed",
    "PostMisconfigured",
    "Receipts",
    "SmtpPost",
    "UnknownNotice",
    "WebhookPost",
    "kinds",
    "kinds_of",
    "make_channels",
    "make_post",
    "write_letter",
    "write_text",
]
