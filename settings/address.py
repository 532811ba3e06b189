"""The address of the register, which knows where the keys of what stands there lie."""

from pathlib import Path


class RegisterAddress(str):
    """An address that is used as the text that it is, and knows the file of keys with which its texts are encrypted.

    So whoever opens the register by the settings reads it whole. By a plain text only what stands in clear can be read.
    """

    keys: Path | None

    def __new__(cls, url: str, keys: Path | None) -> "RegisterAddress":
        """Take the text and the file."""
        made = super().__new__(cls, url)
        made.keys = keys
        return made
