"""Programs elsewhere: can those be told that are to be, have they been, and do the tokens of others still do?"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta

from services.times import now
from settings import Settings

from . import Finding

WHAT = "webhooks"
ENDS_SOON = timedelta(days=14)


def webhooks(settings: Settings) -> Iterator[Finding]:
    """Look at the file, at each secret, and at how far each program has been told. Nothing is sent."""
    from adapters.register import reading
    from adapters.register.errors import RegisterError
    from adapters.webhooks.cursor import FILE, Cursor
    from adapters.webhooks.file import WebhooksFaulty, load_hooks

    try:
        hooks = load_hooks(settings.webhooks)
    except WebhooksFaulty as fault:
        yield Finding(WHAT, "problem", str(fault), "Nobody is told until then, but as the file was before.")
        return
    cursor = Cursor(settings.data / FILE)
    try:
        last = reading.last_numbers(settings.register) if hooks else {}
    except RegisterError:
        last = {}
    for hook in hooks:
        try:
            hook.secrets()
            state, told = cursor.state(hook.name), cursor.told(hook.name)
        except WebhooksFaulty as fault:
            yield Finding(WHAT, "problem", str(fault))
            continue
        except sqlite3.Error as error:
            yield Finding(WHAT, "problem", f"How far {hook.name} was told cannot be read ({type(error).__name__}).")
            continue
        behind = sum(max(0, number - told.get(case, 0)) for case, number in last.items())
        if state is None:
            yield Finding(WHAT, "warning", f"{hook.name} is not followed yet.", "A worker begins within a minute.")
        elif state.failing_since:
            says = f"{hook.name} takes nothing since {state.failing_since} ({state.why}); {behind} entries wait for it."
            yield Finding(WHAT, "problem", says, "See that program; it is tried again without end.")
        else:
            yield Finding(WHAT, "ok", f"{hook.name} takes what it is told; {behind} entries wait for it")


def tokens(settings: Settings) -> Iterator[Finding]:
    """Can the tokens be read, is each still somebody's, and does one end soon that is in use?"""
    from adapters.people.tokens import FILE, Tokens, TokensFaulty
    from services.accounts import somebody

    try:
        every = [one for one in Tokens(settings.data / FILE).all() if one.state(now()) == "good"]
    except TokensFaulty as fault:
        says = "Until then the interface knows nobody, and takes immediate risk alone."
        yield Finding("tokens", "problem", str(fault), says)
        return
    soon = now() + ENDS_SOON
    for one in every:
        if not somebody(settings, one.account).person.role:
            says = f"The token {one.id} ({one.label}) is of the account {one.account}, which has no role."
            yield Finding(
                "tokens", "warning", says, "Give that account one in the file of people, or revoke the token."
            )
        elif one.used and datetime.fromisoformat(one.ends) < soon:
            says = f"The token {one.id} ({one.label}) is in use and ends on {one.ends[:10]}."
            yield Finding("tokens", "warning", says, "Make another, and give it to that program before.")
    if every:
        yield Finding("tokens", "ok", f"{len(every)} may be used")
