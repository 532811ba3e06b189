"""What tells programs elsewhere of what happens, made from the settings."""

from adapters.training import is_on
from adapters.webhooks.following import Webhooks
from settings import Settings

from .post import utc_now


def webhooks(settings: Settings) -> Webhooks:
    """Return what follows the record for every program of the file; in training for those of this machine alone."""
    training = is_on(settings.training, settings.data)
    return Webhooks(settings.webhooks, settings.data, settings.register, utc_now, training=training)
