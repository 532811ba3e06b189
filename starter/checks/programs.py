"""Programs: can those elsewhere be told, have they been, do others' tokens still do, and can consoles remember?"""

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


def consoles(settings: Settings) -> Iterator[Finding]:
    """Can consoles read and keep what they remember? What is written for a trial is taken back."""
    from adapters.console_store.store import FILE, StoreAway
    from adapters.register.address import sqlite_path
    from wiring import console_store

    what, file = "consoles", settings.data / FILE
    try:
        is_in_file = sqlite_path(settings.register) is not None
    except ValueError:
        return  # an address of no known kind is told of as the register
    if is_in_file and not file.exists():
        yield Finding(what, "ok", "remember nothing yet; the first that is started begins")
        return
    store = console_store(settings, ["doctor"])
    try:
        store.try_keeping()
    except StoreAway as away:
        says = "Nobody can sign in to the pages, and no code of a link is taken; immediate risk and alerts are."
        yield Finding(what, "problem", f"{says} {away}")
    else:
        place = str(file) if is_in_file else "what they remember beside the register"
        yield Finding(what, "ok", f"{place} can be read and written; it is worth nothing in a backup")
    finally:
        store.close()
