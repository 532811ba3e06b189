"""How a column of text says that what stands in it is encrypted. No library is loaded to see that."""

BEGINS = "aes-gcm-1:"
"""What follows is Base64 of what a column of bytes would hold."""


def is_encrypted(stored: object) -> bool:
    """Is what a column of text holds encrypted?"""
    return isinstance(stored, str) and stored.startswith(BEGINS)
