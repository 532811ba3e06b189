"""Makes the real parts from the settings, for the worker, the console and the commands."""

from .checkpoints import checkpoints
from .consoles import console_store
from .encryption import encryption_keys
from .files import keep_all_private, kept_files, kept_folders
from .people import (
    contacts,
    digest_sources,
    directories,
    guests,
    lead_on_call,
    office,
    on_call,
    real_sender,
    rotas,
    seat_contacts,
)
from .post import channels_of, links_of, real_post, real_receipts, reply_source, utc_now
from .proof import daily_proof
from .webhooks import webhooks

__all__ = [
    "channels_of",
    "checkpoints",
    "console_store",
    "contacts",
    "daily_proof",
    "digest_sources",
    "directories",
    "encryption_keys",
    "guests",
    "keep_all_private",
    "kept_files",
    "kept_folders",
    "lead_on_call",
    "links_of",
    "office",
    "on_call",
    "real_post",
    "real_receipts",
    "real_sender",
    "reply_source",
    "rotas",
    "seat_contacts",
    "utc_now",
    "webhooks",
]
