"""Whether an e-mail address could reach anybody, without asking the network."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def fault_of(address: str) -> str:
    """Say in one sentence why *address* cannot be used, or nothing where it can.

    Only plain ASCII addresses pass: a mail server on the way may not take others.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        return str(error)
    return ""
