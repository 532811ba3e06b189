"""The post: how notices leave, how what became of them is asked, how replies come in."""

from adapters.links import Links
from adapters.post import NotifyPost, Post, Receipts, make_notify, make_post
from adapters.training import is_on
from settings import Settings, SettingsFaulty

from .clock import utc_now


def real_post(settings: Settings) -> Post:
    """Make the post: the outbox always, and e-mail, text messages and webhooks where they are set up.

    While training it is the outbox alone, whatever else is set, and every notice says that it is training.

    Raises:
        SettingsFaulty: settings of the post that do not go together, or an extra that is not installed.
    """
    try:
        links = links_of(settings)
        if is_on(settings.training, settings.data):
            return make_post(outbox=settings.outbox, clock=utc_now, training=True, links=links)
        return make_post(
            outbox=settings.outbox,
            clock=utc_now,
            smtp_host=settings.smtp_host,
            smtp_port=settings.smtp_port,
            sender=settings.sender,
            username=settings.smtp_user,
            password=settings.smtp_password,
            starttls=settings.smtp_starttls,
            notify_key=settings.notify_key,
            notify_url=settings.notify_url,
            notify_email_template=settings.notify_email_template,
            notify_text_template=settings.notify_text_template,
            text_replies=settings.text_replies,
            webhook_key=settings.webhook_key,
            links=links,
        )
    except ValueError as error:
        raise SettingsFaulty(f"Notices cannot be sent with these settings: {error}.") from None


def real_receipts(settings: Settings) -> Receipts:
    """Make what asks the providers for their receipts; while training there is none to ask.

    Raises:
        SettingsFaulty: as for the post.
    """
    if is_on(settings.training, settings.data):
        return Receipts([])
    return Receipts(notify_channels(settings))


def notify_channels(settings: Settings) -> tuple[NotifyPost, ...]:
    """Make the channels of GOV.UK Notify that are set up. Raises SettingsFaulty."""
    key, templates = settings.notify_key, (settings.notify_email_template, settings.notify_text_template)
    try:
        return make_notify(key, *templates, utc_now, url=settings.notify_url)
    except ValueError as error:
        raise SettingsFaulty(f"GOV.UK Notify cannot be asked with these settings: {error}.") from None


def fetches_replies(settings: Settings) -> bool:
    """Say whether replies to text messages are fetched: never while training."""
    is_set_up = bool(settings.notify_key and settings.notify_text_template)
    return settings.text_replies and is_set_up and not is_on(settings.training, settings.data)


def text_messages(settings: Settings) -> NotifyPost:
    """Make the channel of text messages alone, as replies are fetched by it. Raises SettingsFaulty."""
    key, template = settings.notify_key, settings.notify_text_template
    try:
        return NotifyPost("text", key, template, utc_now, url=settings.notify_url)
    except ValueError as error:
        raise SettingsFaulty(f"Replies to text messages cannot be fetched with these settings: {error}.") from None


def links_of(settings: Settings) -> Links | None:
    """Return what makes and reads the links in notices; None where they carry none.

    Raises ValueError, in one sentence, for an address without a key and for a key that cannot be used.
    """
    console = settings.console
    return Links(console.address, console.keys) if console.address else None
