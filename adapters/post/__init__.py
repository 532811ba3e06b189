"""How a notice leaves: a readable file, e-mail, a text message, a signed message to another program.

Everything goes at least once; what is made from the notice's ref lets the other side see a repeat for what it is: the
Message-ID of an e-mail, the reference of GOV.UK Notify, the Idempotency-Key of a webhook.
"""

from .channels import Channels
from .errors import FOR_GOOD, AddressRefused, NothingSetUp, PostDown, PostFailed, PostMisconfigured, UnknownNotice
from .fate import Fate
from .letter import SUMMARIES, Letter, kinds, write_letter
from .making import make_notify, make_post
from .notify import NotifyPost
from .outbox import OutboxPost
from .post import Clock, CopiedPost, Post
from .receipts import Receipts, kinds_of
from .smtp import SmtpPost
from .text import write_text
from .webhook import WebhookPost

__all__ = [
    "FOR_GOOD",
    "SUMMARIES",
    "AddressRefused",
    "Channels",
    "Clock",
    "CopiedPost",
    "Fate",
    "Letter",
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
    "make_notify",
    "make_post",
    "write_letter",
    "write_text",
]
