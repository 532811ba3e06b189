"""What is set for the channels by which notices leave: one row for each file in `adapters/post/channels/`."""

from collections.abc import Callable, Mapping

from .given import Given

CHANNELS: dict[str, Callable[[Given], Mapping[str, str | int]]] = {
    "smtp": lambda given: {
        "host": given.text("SMTP_HOST"),
        "port": given.number("SMTP_PORT", 25, 1, 65535),
        "user": given.text("SMTP_USER"),
        "password": given.secret("SMTP_PASSWORD_FILE"),
        "starttls": given.is_encrypted("SMTP"),
    },
    "notify": lambda given: {
        "key": given.secret("NOTIFY_KEY_FILE"),
        "url": given.web_address("NOTIFY_URL"),
        "email_template": given.identifier("NOTIFY_EMAIL_TEMPLATE"),
        "text_template": given.identifier("NOTIFY_TEXT_TEMPLATE"),
    },
    "webhook": lambda given: {"key": given.secret("WEBHOOK_KEY_FILE")},
}
"""File name to the function that reads its settings.

Of two files that write to one kind of address, the first here is tried first. docs/settings.md says what a setting
means; the file itself says whether its settings go together.
"""
