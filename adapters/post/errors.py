"""Why a notice did not leave. No text here repeats an address, a subject or a word of the notice."""

from domain.case.effects import FailedAttempt


class PostFailed(Exception):  # noqa: N818 - read as a sentence
    """A notice did not leave."""

    in_vain: tuple[FailedAttempt, ...] = ()
    """Every channel that was tried, where there were several to try."""


class PostDown(PostFailed):
    """Not now: the mail server or the disk did not answer as it should. Try again."""


class PostMisconfigured(PostDown):
    """It works again once somebody corrects a setting, which the sentence names. It is tried again meanwhile."""


class NothingSetUp(PostMisconfigured):
    """Nothing is set up to send this way. Meanwhile the next person is told."""


class AddressRefused(PostFailed):
    """Never: every address of this contact was refused for good. Trying again cannot help."""


class UnknownNotice(PostFailed):
    """Never: there is no template for this kind of notice."""


FOR_GOOD = frozenset(error.__name__ for error in (AddressRefused, UnknownNotice))
"""Names of the errors for which trying again cannot help."""
