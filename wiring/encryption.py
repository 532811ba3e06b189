"""The keys of this installation's payloads, made where that is safe and demanded where it is not."""

from adapters.keyring import Keyring, make_keys
from settings import Settings


def encryption_keys(settings: Settings, *, elsewhere: bool) -> Keyring:
    """Return the keys with which payloads are encrypted.

    On the embedded Temporal server they are made at the first start. *elsewhere*, on a server that others reach too,
    they must be there: a key that each machine made for itself would be no other's.

    Raises:
        KeysFault: there are none, or they cannot be used.
    """
    if not elsewhere:
        make_keys(settings.encryption_keys)
    return Keyring(settings.encryption_keys)
