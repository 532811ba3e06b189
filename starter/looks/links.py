"""Do notices carry links, can they be signed, and does their page answer?"""

from collections.abc import Iterator

from settings import Settings

from .finding import Finding
from .post import trains


def links(settings: Settings) -> Iterator[Finding]:
    """Look at the key, and ask the page whether it is there."""
    from console.alive import is_alive
    from parts import links_of

    console = settings.console
    if not console.address:
        yield from _without(settings)
        return
    try:
        links_of(settings)
    except ValueError as error:
        mend = "Put a key into the file of ESCALATION_LINK_KEY_FILE (docs/settings.md), for workers and page alike."
        yield Finding("links", "problem", f"Notices cannot be signed: {error}.", mend)
        return
    yield Finding("links", "ok", f"begin with {console.address}, {_keys(len(console.keys))}")
    here = f"http://127.0.0.1:{console.port}"
    if any(is_alive(place) for place in dict.fromkeys((here, console.address))):
        yield Finding("page", "ok", "answers")
    else:
        says = (
            f"The page answers neither at port {console.port} of this machine nor at {console.address}: no link opens."
        )
        yield Finding("page", "warning", says, "Run `escalate console`, and see the web server before it.")


def _without(settings: Settings) -> Iterator[Finding]:
    if trains(settings):
        yield Finding("links", "ok", "training: `escalate up` has its own")
    elif settings.console.keys:
        says = "A key for links is set and no address, so notices carry none."
        yield Finding("links", "warning", says, "Set ESCALATION_CONSOLE_ADDRESS, and run `escalate console`.")
    else:
        says = "Notices carry no links: whoever is on call has to type, or ring the office, to acknowledge an alert."
        mend = "Set ESCALATION_CONSOLE_ADDRESS and ESCALATION_LINK_KEY_FILE, and run `escalate console`."
        yield Finding("links", "warning", says, mend)


def _keys(count: int) -> str:
    return "one key" if count == 1 else f"{count} keys"
