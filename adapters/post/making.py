"""The choice between the ways of sending, from plain settings."""

from pathlib import Path

from adapters.directory import ChannelKind
from adapters.links import Links

from .channels import Channels
from .notify import Kind, NotifyPost
from .outbox import OutboxPost
from .post import Clock, CopiedPost, NamedPost, Post
from .smtp import SmtpPost
from .webhook import WebhookPost


def make_post(
    *,
    outbox: Path,
    clock: Clock,
    smtp_host: str = "",
    smtp_port: int = 25,
    sender: str = "",
    username: str = "",
    password: str = "",
    starttls: bool | None = None,
    timeout: float = 20.0,
    notify_key: str = "",
    notify_url: str = "",
    notify_email_template: str = "",
    notify_text_template: str = "",
    text_replies: bool = False,
    webhook_key: str = "",
    training: bool = False,
    links: Links | None = None,
) -> Post:
    """Make the post: an outbox alone, or every channel that is set up with a copy of each notice in the outbox.

    With `training` it is the outbox alone, whatever else is given, and every notice says that it is training.

    E-mail goes through the mail server, and by GOV.UK Notify where there is none or it does not take a notice; without
    either, what has no other channel stays in the outbox. `timeout` is in seconds, for each answer of the mail server.
    `starttls` is on where there is a password, unless said. With `text_replies` an alert's text says that a reply
    acknowledges it; with `links` each notice carries its own. Raises ValueError, in one sentence, for what is unusable.
    """
    folder = OutboxPost(outbox, clock, training=training, links=links)
    if training:
        return folder
    posts: dict[ChannelKind, list[NamedPost]] = {"email": [], "text": [], "webhook": []}
    if smtp_host:
        tls = bool(password) if starttls is None else starttls
        more = {"username": username, "password": password}
        smtp = SmtpPost(smtp_host, smtp_port, sender, clock, **more, starttls=tls, timeout=timeout, links=links)
        posts["email"].append(smtp)
    templates = (notify_email_template, notify_text_template)
    for notify in make_notify(notify_key, *templates, clock, url=notify_url, replies=text_replies, links=links):
        posts[notify.kind].append(notify)
    if webhook_key:
        posts["webhook"].append(WebhookPost(webhook_key, clock, links=links))
    if not any(posts.values()):
        return folder
    return CopiedPost(Channels(posts, None if posts["email"] else folder), folder, SmtpPost.channel)


def make_notify(
    key: str,
    email_template: str,
    text_template: str,
    clock: Clock,
    *,
    url: str = "",
    replies: bool = False,
    links: Links | None = None,
) -> tuple[NotifyPost, ...]:
    """Make the channels of GOV.UK Notify: one for each template that is named, none without a key.

    Raises ValueError, in one sentence, for a key without a template and for what cannot be used.
    """
    templates: dict[Kind, str] = {"email": email_template, "text": text_template}
    if not key:
        return ()
    if not any(templates.values()):
        raise ValueError("GOV.UK Notify has a key and no template: name one for e-mail, for text messages, or for both")
    return tuple(
        NotifyPost(kind, key, template, clock, url=url, replies=replies, links=links)
        for kind, template in templates.items()
        if template
    )
