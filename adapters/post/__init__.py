"""How a notice leaves: a readable file, or e-mail.

E-mail goes at least once; a Message-ID made from the notice's ref lets the reader's side see a repeat for what it is.
"""

from .errors import AddressRefused, PostDown, PostFailed, UnknownNotice
from .letter import Letter, kinds, write_letter
from .outbox import OutboxPost
from .post import Clock, CopiedPost, Post, make_post
from .smtp import SmtpPost

__all__ = [
    "AddressRefused",
    "Clock",
    "CopiedPost",
    "Letter",
    "OutboxPost",
    "Post",
    "PostDown",
    "PostFailed",
    "SmtpPost",
    "UnknownNotice",
    "kinds",
    "make_post",
    "write_letter",
]
